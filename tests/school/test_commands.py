"""The commands for schema, roster, staff and tokens, as a person types them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result
from sqlalchemy import event, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from school import commands
from school.database import Clock, Database
from school.people import load_roster
from school.staff import token_name, verify_password
from tests.school.rosters import ANA, BEN, FATHER, MOTHER, many, write_roster

NOW = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)
PASSWORD = "seven green chairs"
Run = Callable[..., Result]


@dataclass(frozen=True)
class Tools:
    database: Database
    clock: Clock = lambda: NOW
    recordings_folder: Path = Path("no-recordings")


@pytest.fixture
def run(database: Database) -> Run:
    return runner_on(database)


@pytest.fixture
def new_database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    yield database
    database.close()


def runner_on(database: Database) -> Run:
    def run(group: Command, *words: object, typed: str = "") -> Result:
        return CliRunner().invoke(
            group, [str(word) for word in words], input=typed, obj=Tools(database)
        )

    return run


def student_ids(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(load_roster(session).students)


def test_an_import_counts_what_it_did(run: Run, database: Database, tmp_path: Path) -> None:
    result = run(commands.roster, "import", write_roster(tmp_path))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "Students: 2 added, 0 changed, 0 left out, 0 unchanged.",
        "Contacts: 3 added, 0 changed, 0 left out, 0 unchanged.",
    ]
    assert student_ids(database) == ["61000001", "61000002"]


def test_a_dry_run_lists_every_change_and_makes_none(
    run: Run, database: Database, tmp_path: Path
) -> None:
    result = run(commands.roster, "import", write_roster(tmp_path), "--dry-run")
    assert result.exit_code == 0
    assert "Student 61000001: added." in result.stdout
    assert "Contact K3 of student 61000002: added." in result.stdout
    assert result.stdout.endswith("Nothing was changed: this was a dry run.\n")
    assert student_ids(database) == []


def test_every_refused_row_has_its_line(run: Run, database: Database, tmp_path: Path) -> None:
    write_roster(
        tmp_path, [ANA, BEN.replace(",9,", ",99,")], [MOTHER.replace("mother", "boss"), FATHER]
    )
    result = run(commands.roster, "import", tmp_path)
    assert result.exit_code == 0
    assert [line.partition(".csv, ")[2][:20] for line in result.stdout.splitlines()[:3]] == [
        "line 3: refused. The",
        "line 2: refused. The",
        "line 3: refused. Its",
    ]
    assert student_ids(database) == ["61000001"]


def test_half_a_file_is_refused_unless_it_is_meant(
    run: Run, database: Database, tmp_path: Path
) -> None:
    students, contacts = many(40)
    run(commands.roster, "import", write_roster(tmp_path, students, contacts))
    write_roster(tmp_path, students[:20], contacts[:40])
    result = run(commands.roster, "import", tmp_path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "Error: 20 of 40 students are missing in roster.csv, which is more than 5 %: nothing was "
        "changed. If they have all left, import with --allow-drop.\n"
    )
    assert len(student_ids(database)) == 40
    assert run(commands.roster, "import", tmp_path, "--allow-drop").exit_code == 0
    assert len(student_ids(database)) == 20


def test_a_file_that_cannot_be_read_changes_nothing(
    run: Run, database: Database, tmp_path: Path
) -> None:
    run(commands.roster, "import", write_roster(tmp_path))
    (tmp_path / "contacts.csv").write_text("name;phone\n")
    result = run(commands.roster, "import", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: contacts.csv has no column contact_id")
    assert student_ids(database) == ["61000001", "61000002"]


@pytest.mark.parametrize("words", [("import",), ("import", "/no/such/folder"), ("export",)])
def test_wrong_words_end_with_status_two(run: Run, words: tuple[str, ...]) -> None:
    result = run(commands.roster, *words)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr


def test_the_password_of_a_new_account_comes_from_standard_input(
    run: Run, database: Database
) -> None:
    words = ("add", "Clerk@example.org", "--role", "front-desk", "--password-stdin")
    result = run(commands.staff, *words, typed=f"{PASSWORD}\n")
    assert (result.exit_code, result.stdout) == (
        0,
        "clerk@example.org can sign in, as front-desk.\n",
    )
    assert verify_password(database, "clerk@example.org", PASSWORD, NOW) is not None
    again = run(commands.staff, *words, typed=f"{PASSWORD}\n")
    assert again.exit_code == 1
    assert again.stderr == "Error: clerk@example.org has an account already.\n"


def test_no_password_is_a_short_password(run: Run) -> None:
    result = run(commands.staff, "add", "a@example.org", "--role", "admin", "--password-stdin")
    assert result.exit_code == 1
    assert result.stderr == "Error: The password needs 12 characters or more.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("add", "a@example.org", "--role", "admin"),
        ("add", "a@example.org", "--role", "principal", "--password-stdin"),
        ("add", "--role", "admin", "--password-stdin"),
    ],
)
def test_an_account_needs_a_role_and_a_way_to_read_the_password(
    run: Run, words: tuple[str, ...]
) -> None:
    assert run(commands.staff, *words, typed=f"{PASSWORD}\n").exit_code == 2


def test_a_token_is_printed_alone_and_once(run: Run, database: Database) -> None:
    result = run(commands.token, "add", "district")
    assert (result.exit_code, result.stderr) == (0, "")
    (token,) = result.stdout.splitlines()
    with database.begin() as session:
        assert token_name(session, token, NOW) == "district"
    again = run(commands.token, "add", "district")
    assert (again.exit_code, again.stdout) == (1, "")


def test_tokens_are_listed_without_their_secret_and_one_that_was_stolen_is_removed(
    run: Run, database: Database
) -> None:
    token = run(commands.token, "add", "district").stdout.strip()
    listed = "district: made 2026-11-24, last used"
    assert run(commands.token, "list").stdout == f"{listed} never\n"
    with database.begin() as session:
        token_name(session, token, NOW)
    assert run(commands.token, "list").stdout == f"{listed} 2026-11-24 12:45 UTC\n"
    assert run(commands.token, "remove", "district").exit_code == 0
    assert run(commands.token, "list").stdout == ""
    with database.begin() as session:
        assert token_name(session, token, NOW) is None
    gone = run(commands.token, "remove", "district")
    assert (gone.exit_code, "no token named district" in gone.stderr) == (1, True)


def test_the_schema_is_made_and_then_left_alone(new_database: Database) -> None:
    run = runner_on(new_database)
    first, second = run(commands.db, "upgrade"), run(commands.db, "upgrade")
    assert "it was at none" in first.stdout
    assert second.stdout.endswith("already.\n")
    new_database.check()


@pytest.mark.parametrize(
    ("group", "words"),
    [(commands.db, ("upgrade",)), (commands.token, ("list",)), (commands.roster, ("import", "."))],
)
def test_an_older_program_says_that_it_is_the_older_one(
    sqlite: Database, group: Command, words: tuple[str, ...]
) -> None:
    """And does not send anybody to an upgrade that it cannot make."""
    with sqlite.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9998'"))
    result = runner_on(sqlite)(group, *words)
    assert result.exit_code == 1
    assert "is at migration 9998, and this version knows none behind" in result.stderr
    assert "db upgrade" not in result.stderr
    assert sqlite.schema_version() == "9998"


@pytest.mark.parametrize(
    ("group", "words"),
    [
        (commands.roster, ("import", ".")),
        (commands.staff, ("add", "a@example.org", "--role", "admin", "--password-stdin")),
        (commands.token, ("add", "district")),
    ],
)
def test_without_the_schema_each_command_says_what_to_do(
    new_database: Database, group: Command, words: tuple[str, ...]
) -> None:
    result = runner_on(new_database)(group, *words, typed=f"{PASSWORD}\n")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The database is at migration none")
    assert "absence-line db upgrade" in result.stderr


def test_a_full_disk_is_a_sentence_and_changes_nothing(sqlite: Database, tmp_path: Path) -> None:
    event.listen(sqlite.engine, "connect", fill_the_disk)
    students, contacts = many(2_000)
    write_roster(tmp_path, students, contacts)
    result = runner_on(sqlite)(commands.roster, "import", tmp_path)
    assert result.exit_code == 1
    assert result.stderr == "Error: The database failed: database or disk is full\n"
    assert student_ids(sqlite) == []


def fill_the_disk(connection: DBAPIConnection, _record: object) -> None:
    """Let the file grow no further than by a few pages."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA page_count")
    ((pages,),) = cursor.fetchall()
    cursor.execute(f"PRAGMA max_page_count = {pages + 10}")
    cursor.close()


def test_a_backup_is_made_and_brought_back(
    run: Run, new_database: Database, tmp_path: Path
) -> None:
    run(commands.roster, "import", write_roster(tmp_path))
    made = run(commands.backup, tmp_path / "monday.backup")
    back = runner_on(new_database)(commands.restore, tmp_path / "monday.backup")

    assert made.stdout.endswith("holds 0 reports, 2 students and 0 recordings.\n")
    assert back.stdout == (
        "Back from 2026-11-24 12:45 UTC: 0 reports, 2 students and 0 recordings.\n"
    )
    assert student_ids(new_database) == ["61000001", "61000002"]


def test_a_backup_into_a_place_in_use_is_a_sentence(run: Run, tmp_path: Path) -> None:
    run(commands.backup, tmp_path / "monday.backup")
    result = run(commands.restore, tmp_path / "monday.backup")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "into an empty one only" in result.stderr

"""No-contact orders and limits of custody in the roster's files."""

from pathlib import Path

import pytest
from sqlalchemy import select

from school.database import Database
from school.people import ContactRow, load_roster
from school.roster import import_roster
from school.roster_files import CONTACT_COLUMNS, CONTACTS, LIMIT_COLUMNS, read_folder
from tests.school.rosters import AUNT, FATHER, MOTHER, write_roster
from tests.support.clock import A_SCHOOL_MORNING

TERMS = "Weekends only, court order of 3 March 2026"


def with_limits(folder: Path, *lines: str, columns: tuple[str, ...] = LIMIT_COLUMNS) -> Path:
    """A roster whose contacts have these columns too."""
    write_roster(folder)
    header = ",".join((*CONTACT_COLUMNS, *columns))
    (folder / CONTACTS).write_text("\n".join((header, *lines, "")), encoding="utf-8")
    return folder


def imported(database: Database, folder: Path) -> dict[str, tuple[bool, str | None]]:
    """The limits of each contact after the import."""
    with database.begin() as session:
        import_roster(session, read_folder(folder), A_SCHOOL_MORNING)
    with database.reading() as session:
        rows = session.scalars(select(ContactRow)).all()
        return {row.contact_id: (row.no_contact, row.custody) for row in rows}


def test_the_flags_are_read_from_columns_that_a_file_may_have(
    database: Database, tmp_path: Path
) -> None:
    folder = with_limits(
        tmp_path / "roster", f"{MOTHER},,", f'{AUNT},true,""', f'{FATHER},no,"{TERMS}"'
    )
    assert imported(database, folder) == {
        "K1": (False, None),
        "K2": (True, None),
        "K3": (False, TERMS),
    }


def test_a_file_without_the_columns_takes_no_order_away(database: Database, tmp_path: Path) -> None:
    before = imported(
        database, with_limits(tmp_path / "a", f"{MOTHER},,", f"{AUNT},yes,", f'{FATHER},,"{TERMS}"')
    )
    assert imported(database, write_roster(tmp_path / "b")) == before
    lifted = with_limits(tmp_path / "c", f"{MOTHER},,", f"{AUNT},,", f"{FATHER},,")
    assert imported(database, lifted) == dict.fromkeys(("K1", "K2", "K3"), (False, None))


def test_one_of_the_columns_is_enough(database: Database, tmp_path: Path) -> None:
    lines = (f"{MOTHER},false", f"{AUNT},true", f"{FATHER},false")
    folder = with_limits(tmp_path / "roster", *lines, columns=("no_contact",))
    assert imported(database, folder)["K2"] == (True, None)


def test_who_must_have_no_contact_is_no_contact_to_the_line(
    database: Database, tmp_path: Path
) -> None:
    imported(database, with_limits(tmp_path / "a", f"{MOTHER},,", f"{AUNT},true,", f"{FATHER},,"))
    with database.reading() as session:
        roster = load_roster(session)
    assert [c.contact_id for c in roster.contacts_of("61000001")] == ["K1"]
    assert roster.contacts_at("+17735550102") == ()


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ("perhaps,", "The cell no_contact holds “perhaps”: write true or false."),
        (f",{'x' * 301}", "The cell custody is longer than 300 characters."),
    ],
)
def test_a_flag_that_cannot_be_read_leaves_the_contact_as_it_was(
    tmp_path: Path, limits: str, why: str
) -> None:
    folder = with_limits(tmp_path / "roster", f"{MOTHER},,", f"{AUNT},{limits}", f"{FATHER},,")
    (refused,) = read_folder(folder).refused
    assert (refused.key, refused.why) == ("K2", why)

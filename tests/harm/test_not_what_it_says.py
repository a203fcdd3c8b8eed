"""Files that are not what they say: a roster that is an archive, a picture that is a program.

Models, sound and pictures: `tests/recordings/test_models.py`, `tests/recordings/test_sound.py`,
`tests/recordings/test_pictures.py` and `tests/console/test_pictures.py`. Backups:
`tests/school/test_backup.py`.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from school.commands import roster
from school.csv_rows import LARGEST
from school.people import load_roster
from school.roster_files import CALENDAR, CONTACTS, DEMO_FOLDER, ROSTER
from school.staff import Role, add_staff
from tests.console.parts import Visitor
from tests.support.line import WholeLine

GOOD = {name: (DEMO_FOLDER / name).read_bytes() for name in (ROSTER, CONTACTS)}
ADMIN, PASSWORD = "head@school.example", "correct horse battery"


def archive(content: bytes) -> bytes:
    """The file in a ZIP archive, which is what a workbook is too."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", content)
    return made.getvalue()


def in_place_of(good: bytes) -> Iterator[bytes]:
    """What else may lie under the name of a roster."""
    yield b""
    yield archive(good)
    yield archive(bytes(10_000_000))  # a small file that unpacks to a large one
    yield b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
    yield b"%PDF-1.7\n" + good
    yield b"<html><body>404 Not Found</body></html>"
    yield b"SQLite format 3\0" + bytes(4000)
    yield good.decode().encode("utf-16")
    yield good.decode().encode("utf-32")
    yield b"\0" + good
    yield b'"' * 100_000
    yield b"," * 200_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in GOOD.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def imported(line: WholeLine, folder: Path) -> tuple[int, str]:
    """The status and the sentence of an import."""
    done = CliRunner().invoke(roster, ["import", str(folder)], obj=line.services)
    assert isinstance(done.exception, SystemExit | None), done.exception
    return done.exit_code, done.stderr


def people(line: WholeLine) -> tuple[int, int]:
    with line.services.database.reading() as session:
        found = load_roster(session)
    return len(found.students), found.version


@pytest.mark.parametrize("file", [ROSTER, CONTACTS])
def test_a_roster_that_is_none_is_a_sentence_and_changes_nothing(
    sqlite_line: WholeLine, folder: Path, file: str
) -> None:
    before = people(sqlite_line)
    for content in in_place_of(GOOD[file]):
        (folder / file).write_bytes(content)
        status, said = imported(sqlite_line, folder)
        assert status == 1, content[:40]
        assert f"{file} has no column" in said, content[:40]
        assert "save it as “CSV UTF-8”" in said
    assert people(sqlite_line) == before


@pytest.mark.parametrize("file", [ROSTER, CONTACTS])
def test_a_roster_of_gigabytes_is_not_even_read(
    sqlite_line: WholeLine, folder: Path, file: str
) -> None:
    with (folder / file).open("r+b") as grown:
        grown.truncate(8 << 30)  # of holes, which take no room
    assert imported(sqlite_line, folder) == (
        1,
        f"Error: {file} is larger than {LARGEST >> 20} MB: it is no roster.\n",
    )


@pytest.mark.parametrize("content", [b"", b"\x00", b"{}", b"[" * 100_000, b"PK\x03\x04", b"\xff"])
def test_a_calendar_that_is_none_is_a_sentence(
    sqlite_line: WholeLine, folder: Path, content: bytes
) -> None:
    (folder / CALENDAR).write_bytes(content)
    status, said = imported(sqlite_line, folder)
    assert status == 1
    assert f"{CALENDAR} is no calendar" in said


def test_cells_that_are_orders_to_a_spreadsheet_or_a_terminal_are_names_or_refused(
    sqlite_line: WholeLine, folder: Path
) -> None:
    """That a formula leaves as text is tried in `tests/console/test_out.py`."""
    text = GOOD[ROSTER].replace(b"Keiko", b"=1+1|A0", 1).replace(b"Mariana", b"Mar\x1b[2Jiana", 1)
    (folder / ROSTER).write_bytes(text)
    done = CliRunner().invoke(roster, ["import", str(folder)], obj=sqlite_line.services)
    assert "holds characters that cannot be printed" in done.stdout
    assert "\x1b" not in done.stdout


def test_what_is_no_roster_is_refused_in_the_browser_too(sqlite_line: WholeLine) -> None:
    line = sqlite_line
    with line.services.database.begin() as session:
        add_staff(session, ADMIN, Role.ADMIN, PASSWORD, line.clock())
    admin = Visitor(line.app.test_client())
    admin.signs_in(ADMIN, PASSWORD)
    before = people(line)
    for content in in_place_of(GOOD[ROSTER]):
        form = {
            "csrf_token": admin.token("/staff/roster/"),
            "roster": (io.BytesIO(content), "roster.csv"),
            "contacts": (io.BytesIO(GOOD[CONTACTS]), "contacts.csv"),
        }
        answer = admin.client.post("/staff/roster/dry-run", data=form)
        assert answer.status_code == 400, content[:40]
        assert "roster.csv" in answer.text
    assert people(line) == before

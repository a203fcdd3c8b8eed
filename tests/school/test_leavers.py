"""Who has left the school is forgotten, unless a record names them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from school.audit import AuditLine
from school.database import Base, Database
from school.leavers import KEPT_FOR, RECORDS, forget_leavers
from school.people import ContactRow, StudentRow
from school.roster import import_roster
from school.roster_files import read_folder
from tests.school.rosters import ANA, BEN, FATHER, MOTHER, write_roster
from tests.support.filled import Filler

NOW = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)
SOON, LATER = NOW + KEPT_FOR, NOW + KEPT_FOR + timedelta(seconds=1)
ANAS = ANA.partition(",")[0]


def imports(database: Database, folder: Path, *lines: tuple[str, str]) -> None:
    """The school's files have these students, each with a contact."""
    files = read_folder(
        write_roster(folder, [student for student, _ in lines], [contact for _, contact in lines])
    )
    with database.begin() as session:
        import_roster(session, files, NOW, allow_drop=True)


@pytest.fixture
def ana_left(database: Database, tmp_path: Path) -> Database:
    imports(database, tmp_path, (ANA, MOTHER), (BEN, FATHER))
    imports(database, tmp_path, (BEN, FATHER))
    return database


def students(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(StudentRow.first_name)))


def forget(database: Database, now: datetime) -> int:
    with database.begin() as session:
        return forget_leavers(session, now)


def test_who_left_a_month_ago_is_forgotten_with_a_line_of_proof(ana_left: Database) -> None:
    assert forget(ana_left, SOON) == 0
    assert students(ana_left) == {"Ana", "Ben"}
    assert forget(ana_left, LATER) == 1
    assert forget(ana_left, LATER) == 0
    assert students(ana_left) == {"Ben"}
    with ana_left.reading() as session:
        assert session.scalar(select(func.count()).select_from(ContactRow)) == 1
        proof = session.scalars(select(AuditLine).where(AuditLine.did == "forgot")).one()
        assert (proof.subject, proof.detail) == ("students", "1 from before 2026-11-24")


def test_who_is_back_in_the_files_stays(ana_left: Database, tmp_path: Path) -> None:
    imports(ana_left, tmp_path, (ANA, MOTHER), (BEN, FATHER))
    assert forget(ana_left, LATER) == 0
    assert students(ana_left) == {"Ana", "Ben"}


@pytest.mark.parametrize("record", ["reports", "releases", "pickups"])
def test_whom_a_record_names_stays(ana_left: Database, record: str) -> None:
    tables = Base.metadata.tables
    filler = Filler("Q", "+13125550199", NOW)
    filler.made["students"] = {"student_id": ANAS}
    with ana_left.begin() as session:
        filler.put(session.connection(), tables[record])
    assert forget(ana_left, LATER) == 0
    assert students(ana_left) == {"Ana", "Ben"}


def test_every_table_that_names_a_student_is_asked() -> None:
    """A new one must be asked too, or nobody could be forgotten whom it names."""
    naming = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "students" and key.ondelete != "CASCADE"
    }
    assert naming == {record.__tablename__ for record in RECORDS}

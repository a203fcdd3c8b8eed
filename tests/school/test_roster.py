"""The import of a roster into the database: added, changed, left out, all or nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from flows.reading.roster import Roster
from school.database import Database
from school.people import ContactRow, RosterVersion, StudentRow, load_roster, roster_version
from school.reports import Draft, Report, ReportChannel, Status, Verification, write
from school.roster import TooManyDropped, import_roster
from school.roster_changes import ImportSummary
from school.roster_files import DEMO_FOLDER, read_folder
from tests.school.rosters import ANA, AUNT, BEN, FATHER, MOTHER, many, write_roster

NOW = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)


def imported(
    database: Database,
    folder: Path,
    students: Sequence[str] = (ANA, BEN),
    contacts: Sequence[str] = (MOTHER, AUNT, FATHER),
    *,
    allow_drop: bool = True,
    now: datetime = NOW,
) -> ImportSummary:
    """Import a folder with these lines."""
    files = read_folder(write_roster(folder, students, contacts), now.date())
    with database.begin() as session:
        return import_roster(session, files, now, allow_drop=allow_drop)


def roster_in(database: Database) -> Roster:
    with database.reading() as session:
        return load_roster(session)


def version(database: Database) -> int:
    with database.reading() as session:
        return roster_version(session)


def lines(summary: ImportSummary) -> list[str]:
    return [*summary.additions_and_changes(), *summary.left_out()]


def test_the_first_import_adds_everybody(database: Database, tmp_path: Path) -> None:
    summary = imported(database, tmp_path)
    assert lines(summary) == [
        "Student 61000001: added.",
        "Student 61000002: added.",
        "Contact K1 of student 61000001: added.",
        "Contact K2 of student 61000001: added.",
        "Contact K3 of student 61000002: added.",
    ]
    roster = roster_in(database)
    assert roster.version == 1
    assert [s.first_name for s in roster.linked_to("+17735550102")] == ["Ana"]
    with database.reading() as session:
        assert session.scalars(select(ContactRow.email)).all().count("rosa@example.org") == 1


def test_the_roster_is_in_the_database_as_it_is_in_the_files(database: Database) -> None:
    files = read_folder(DEMO_FOLDER, NOW.date())
    with database.begin() as session:
        import_roster(session, files, NOW)
    roster = roster_in(database)
    assert set(roster.students.values()) == set(files.students)
    for contact in files.contacts:
        known = {c.contact_id for c in roster.contacts_of(contact.student_id)}
        assert (contact.contact_id in known) == (not contact.no_contact)


def test_the_same_files_again_change_nothing(database: Database, tmp_path: Path) -> None:
    imported(database, tmp_path)
    summary = imported(database, tmp_path)
    assert lines(summary) == []
    assert list(summary.totals()) == [
        "Students: 0 added, 0 changed, 0 left out, 2 unchanged.",
        "Contacts: 0 added, 0 changed, 0 left out, 3 unchanged.",
    ]
    assert version(database) == 1


def test_what_changed_is_named_by_column(database: Database, tmp_path: Path) -> None:
    imported(database, tmp_path)
    summary = imported(
        database,
        tmp_path,
        [ANA.replace(",10,", ",11,").replace("Lopez,,", "López,Anita,"), BEN],
        [MOTHER.replace("0101", "0199"), AUNT, FATHER.replace("61000002", "61000001")],
    )
    assert lines(summary) == [
        "Student 61000001: changed last_name, preferred_name, grade.",
        "Contact K1 of student 61000001: changed phone.",
        "Contact K3 of student 61000001: changed student_id.",
    ]
    roster = roster_in(database)
    assert roster.students["61000001"].preferred_name == "Anita"
    assert len(roster.contacts_of("61000001")) == 3
    assert roster.contacts_at("+17735550101") == ()
    assert roster.version == 2


def test_a_student_who_left_is_out_of_the_readers_sight_with_the_contacts(
    database: Database, tmp_path: Path
) -> None:
    imported(database, tmp_path)
    summary = imported(database, tmp_path, [ANA], [MOTHER, AUNT])
    assert lines(summary) == [
        "Student 61000002: left out, being in roster.csv no longer; the reports stay.",
        "Contact K3: left out, being in contacts.csv no longer.",
    ]
    roster = roster_in(database)
    assert list(roster.students) == ["61000001"]
    assert roster.contacts_at("+17735550103") == ()
    assert lines(imported(database, tmp_path, [ANA], [MOTHER, AUNT])) == []


def test_the_reports_of_a_student_who_left_stay(database: Database, tmp_path: Path) -> None:
    imported(database, tmp_path)
    draft = Draft(
        origin="test:1",
        status=Status.PENDING,
        channel=ReportChannel.PHONE,
        language="pl",
        verification=Verification.LISTED,
        from_phone="+17735550103",
        student_id="61000002",
    )
    with database.begin() as session:
        write(session, draft, NOW)
    imported(database, tmp_path, [ANA], [MOTHER, AUNT])
    with database.reading() as session:
        name = session.scalar(
            select(StudentRow.first_name).join(Report, Report.student_id == StudentRow.student_id)
        )
    assert name == "Ben"


def test_a_student_who_returns_keeps_the_spellings_that_staff_taught(
    database: Database, tmp_path: Path
) -> None:
    imported(database, tmp_path)
    with database.begin() as session:
        session.get_one(StudentRow, "61000002").heard_as = ["Ban"]
    imported(database, tmp_path, [ANA], [MOTHER, AUNT])
    summary = imported(database, tmp_path, [ANA, BEN.replace(",9,", ",10,")])
    assert "Student 61000002: added again, after having left." in lines(summary)
    ben = roster_in(database).students["61000002"]
    assert (ben.heard_as, ben.grade) == (("Ban",), 10)


def test_spellings_that_staff_taught_outlive_a_change(database: Database, tmp_path: Path) -> None:
    imported(database, tmp_path)
    with database.begin() as session:
        session.get_one(StudentRow, "61000001").heard_as = ["Hannah", "Anna"]
    imported(database, tmp_path, [ANA.replace(",10,", ",11,"), BEN])
    assert roster_in(database).students["61000001"].heard_as == ("Hannah", "Anna")


def test_a_refused_row_changes_nothing_of_what_is_there(database: Database, tmp_path: Path) -> None:
    imported(database, tmp_path)
    summary = imported(
        database,
        tmp_path,
        [ANA.replace("2011-01-26", "2011-13-26").replace("Ana", "Eva"), BEN],
        [MOTHER, AUNT, FATHER.replace("+17735550103", "773")],
    )
    assert list(summary.totals()) == [
        "Students: 0 added, 0 changed, 0 left out, 1 unchanged.",
        "Contacts: 0 added, 0 changed, 0 left out, 0 unchanged.",
        "Refused rows: 4; 4 of them are kept as they were before.",
    ]
    roster = roster_in(database)
    assert roster.students["61000001"].first_name == "Ana"
    assert len(roster.contacts_at("+17735550101")) == 1
    assert len(roster.contacts_at("+17735550103")) == 1
    assert roster.version == 1


def test_a_refused_contact_of_a_student_who_left_goes_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    imported(database, tmp_path)
    imported(database, tmp_path, [ANA], [MOTHER, AUNT, FATHER])  # whose student is not known now
    assert roster_in(database).contacts_at("+17735550103") == ()


def test_an_import_that_drops_more_than_one_in_twenty_is_refused(
    database: Database, tmp_path: Path
) -> None:
    students, contacts = many(100)
    imported(database, tmp_path, students, contacts)
    with pytest.raises(TooManyDropped, match=r"^6 of 100 students are missing in roster\.csv"):
        imported(database, tmp_path, students[6:], contacts[12:], allow_drop=False)
    assert len(roster_in(database).students) == 100
    imported(database, tmp_path, students[5:], contacts[10:], allow_drop=False)
    assert len(roster_in(database).students) == 95


def test_whoever_left_before_does_not_count_as_dropped(database: Database, tmp_path: Path) -> None:
    students, contacts = many(100)
    imported(database, tmp_path, students, contacts)
    imported(database, tmp_path, students[50:], contacts[100:])
    summary = imported(database, tmp_path, students[51:], contacts[102:], allow_drop=False)
    assert summary.students.before == 50


def test_a_refused_row_does_not_count_as_dropped(database: Database, tmp_path: Path) -> None:
    students, contacts = many(10)
    imported(database, tmp_path, students, contacts)
    bad = [student.replace(",9,", ",99,") for student in students[:5]]
    summary = imported(database, tmp_path, bad + students[5:], contacts, allow_drop=False)
    assert summary.students.kept == 5


def test_a_dry_run_tells_the_same_and_leaves_nothing(database: Database, tmp_path: Path) -> None:
    files = read_folder(write_roster(tmp_path), NOW.date())
    with database.begin() as session:
        planned = import_roster(session, files, NOW)
        session.rollback()
    assert roster_in(database).students == {}
    assert version(database) == 0
    assert lines(planned) == lines(imported(database, tmp_path))


def test_an_import_that_fails_half_way_leaves_everything(
    database: Database, tmp_path: Path
) -> None:
    imported(database, tmp_path)

    def power_cut(what: str, done: int, of: int) -> None:
        raise KeyboardInterrupt(what, done, of)

    students, contacts = many(100)
    files = read_folder(write_roster(tmp_path, students, contacts))
    with pytest.raises(KeyboardInterrupt), database.begin() as session:
        import_roster(session, files, NOW, allow_drop=True, progress=power_cut)
    assert list(roster_in(database).students) == ["61000001", "61000002"]


def test_two_imports_at_once_follow_each_other(database: Database, tmp_path: Path) -> None:
    students, contacts = many(300)
    files = read_folder(write_roster(tmp_path, students, contacts))
    summaries: list[ImportSummary] = []

    def run() -> None:
        with database.begin() as session:
            summaries.append(import_roster(session, files, NOW))

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(len(summary.students.added) for summary in summaries) == [0, 0, 300]
    assert version(database) == 1


def test_a_school_of_two_thousand_is_imported_and_told_as_it_goes(
    database: Database, tmp_path: Path
) -> None:
    told: list[tuple[str, int, int]] = []
    students, contacts = many(2_000)
    files = read_folder(write_roster(tmp_path, students, contacts), NOW.date())
    with database.begin() as session:
        summary = import_roster(session, files, NOW, progress=lambda *step: told.append(step))
    assert (len(summary.students.added), len(summary.contacts.added)) == (2_000, 4_000)
    assert told[-1] == ("database", 6_000, 6_000)
    assert len(roster_in(database).students) == 2_000


ROSTER_OF = st.dictionaries(st.integers(0, 6), st.integers(1, 12), max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROSTER_OF, min_size=1, max_size=4))
def test_after_any_imports_the_database_says_what_the_last_files_said(
    sqlite: Database, tmp_path: Path, years: list[dict[int, int]]
) -> None:
    with sqlite.begin() as session:
        for table in (ContactRow, StudentRow, RosterVersion):
            session.execute(delete(table))
    for number, year in enumerate(years):
        students = [f"{n},Ana,Lopez,,{grade},2011-01-26" for n, grade in year.items()]
        contacts = [
            f"K{n % 3},{n},Rosa,mother,773-555-01{grade:02},,es,true,1" for n, grade in year.items()
        ]
        imported(sqlite, tmp_path, students, contacts, now=NOW + timedelta(days=number))
        roster = roster_in(sqlite)
        assert {s.student_id: s.grade for s in roster.students.values()} == {
            str(n): grade for n, grade in year.items()
        }
        taken = read_folder(tmp_path).contacts
        kept = [contact for student in roster.students for contact in roster.contacts_of(student)]
        assert {(c.contact_id, c.student_id, c.phone) for c in kept} == {
            (c.contact_id, c.student_id, c.phone) for c in taken
        }

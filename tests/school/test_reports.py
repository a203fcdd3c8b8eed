"""Reports: written once for each cause, completed, withdrawn, and told apart by a spoken code."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest
from sqlalchemy import func, select

from school.database import Database
from school.people import StudentRow
from school.reports import (
    REFERENCE_LETTERS,
    SHORTEST_REFERENCE,
    Draft,
    Flag,
    Report,
    ReportChannel,
    ReportDay,
    Status,
    Verification,
    made_from,
    note_flag,
    references,
    withdraw,
    write,
)
from tests.support.clock import A_SCHOOL_MORNING

MOTHER = "+13125550142"
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
STUDENT = "61240424"


def draft(origin: str = "conversation:1:0:0", **changes: Any) -> Draft:
    """A mother's report of today, with changes."""
    usual = Draft(
        origin=origin,
        status=Status.PENDING,
        channel=ReportChannel.PHONE,
        language="es",
        verification=Verification.LISTED,
        from_phone=MOTHER,
        student_id=STUDENT,
        days=(TODAY,),
        reason_category="illness",
    )
    return replace(usual, **changes)


@pytest.fixture
def school(database: Database) -> Database:
    """A school with one student."""
    with database.begin() as session:
        session.add(
            StudentRow(
                student_id=STUDENT,
                first_name="Gabriela",
                last_name="Alvarado",
                grade=10,
                birth_date=date(2011, 1, 26),
                heard_as=[],
            )
        )
    return database


def put(school: Database, *drafts: Draft, now: datetime = A_SCHOOL_MORNING) -> list[Report]:
    """Write these, each in a transaction of its own."""
    written = []
    for one in drafts:
        with school.begin() as session:
            written.append(write(session, one, now))
    return written


def count(school: Database, table: type[Report | ReportDay]) -> int:
    with school.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


# --- once ------------------------------------------------------------------------------------


def test_the_same_cause_never_makes_a_second_report(school: Database) -> None:
    first, again = put(school, draft(), draft(reason_category="family_emergency"))
    assert (again.id, again.reference) == (first.id, first.reference)
    assert again.reason_category == "illness", "what was written stays"
    assert (count(school, Report), count(school, ReportDay)) == (1, 1)


def test_an_incomplete_report_is_completed_in_its_place(school: Database) -> None:
    later = A_SCHOOL_MORNING + timedelta(seconds=40)
    (first,) = put(school, draft(status=Status.INCOMPLETE, days=(), reason_category="unknown"))
    (full,) = put(school, draft(days=(TODAY, TOMORROW)), now=later)
    assert (full.id, full.reference) == (first.id, first.reference)
    assert (full.status, full.dates) == (Status.PENDING, (TODAY, TOMORROW))
    assert (full.created_at, full.updated_at) == (A_SCHOOL_MORNING, later)


def test_a_full_report_is_never_made_incomplete_again(school: Database) -> None:
    put(school, draft())
    (again,) = put(school, draft(status=Status.INCOMPLETE, days=()))
    assert (again.status, again.dates) == (Status.PENDING, (TODAY,))


@pytest.mark.parametrize("decided", [Status.CONFIRMED, Status.REJECTED, Status.CANCELLED])
def test_what_was_decided_is_not_written_over(school: Database, decided: Status) -> None:
    (first,) = put(school, draft())
    with school.begin() as session:
        session.get_one(Report, first.id).status = decided
    (again,) = put(school, draft(days=(TOMORROW,)))
    assert (again.status, again.dates) == (decided, (TODAY,))


def test_days_are_kept_in_order_each_once_a_row(school: Database) -> None:
    (report,) = put(school, draft(days=(TODAY, TOMORROW)))
    with school.reading() as session:
        assert session.get_one(Report, report.id).dates == (TODAY, TOMORROW)


# --- possible duplicates ---------------------------------------------------------------------


def test_a_second_report_of_a_student_for_the_same_day_may_be_a_duplicate(school: Database) -> None:
    first, second = put(school, draft("a"), draft("b", days=(TODAY, TOMORROW)))
    assert Flag.POSSIBLE_DUPLICATE not in first.flags
    assert Flag.POSSIBLE_DUPLICATE in second.flags


@pytest.mark.parametrize(
    "changes",
    [
        {"days": (TOMORROW,)},
        {"student_id": None},
        {"partial_kind": "early"},  # refused, so it reports no absence
    ],
    ids=str,
)
def test_another_day_nobody_or_leaving_early_is_no_duplicate(
    school: Database, changes: dict[str, Any]
) -> None:
    _, second = put(school, draft("a"), draft("b", **changes))
    assert Flag.POSSIBLE_DUPLICATE not in second.flags


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.REJECTED, Status.INCOMPLETE])
def test_after_one_that_does_not_count_there_is_no_duplicate(
    school: Database, status: Status
) -> None:
    first, second = put(school, draft("a", status=status), draft("b"))
    assert Flag.POSSIBLE_DUPLICATE not in second.flags, first.status


def test_a_flag_is_noted_once_and_moves_the_time_of_change(school: Database) -> None:
    (report,) = put(school, draft())
    for minutes in (1, 2):
        with school.begin() as session:
            row = session.get_one(Report, report.id)
            later = A_SCHOOL_MORNING + timedelta(minutes=minutes)
            note_flag(row, Flag.NOT_TRANSCRIBED, later)
    with school.reading() as session:
        row = session.get_one(Report, report.id)
        assert row.flags == [Flag.NOT_TRANSCRIBED]
        assert row.updated_at == A_SCHOOL_MORNING + timedelta(minutes=1)


# --- taken back ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.PENDING, Status.INCOMPLETE])
def test_its_maker_may_withdraw_a_report_nobody_has_decided(
    school: Database, status: Status
) -> None:
    (report,) = put(school, draft(status=status))
    with school.begin() as session:
        assert withdraw(session, report.reference, MOTHER, A_SCHOOL_MORNING)
        assert not withdraw(session, report.reference, MOTHER, A_SCHOOL_MORNING), "once"
    with school.reading() as session:
        assert session.get_one(Report, report.id).status == Status.CANCELLED


@pytest.mark.parametrize(
    ("status", "phone", "reference"),
    [
        (Status.CONFIRMED, MOTHER, None),
        (Status.REJECTED, MOTHER, None),
        (Status.DUPLICATE, MOTHER, None),
        (Status.PENDING, "+17735550104", None),
        (Status.PENDING, MOTHER, "ZZZZ"),
    ],
)
def test_nobody_else_and_nothing_decided(
    school: Database, status: Status, phone: str, reference: str | None
) -> None:
    (report,) = put(school, draft(status=status))
    with school.begin() as session:
        wanted = reference or report.reference
        assert not withdraw(session, wanted, phone, A_SCHOOL_MORNING)
    with school.reading() as session:
        assert session.get_one(Report, report.id).status == status


def test_reports_of_a_number_come_newest_first_and_not_from_long_ago(school: Database) -> None:
    older = A_SCHOOL_MORNING - timedelta(days=8)
    put(school, draft("old"), now=older)
    put(school, draft("a"), draft("b"), draft("other", from_phone="+17735550104"))
    with school.reading() as session:
        since = A_SCHOOL_MORNING - timedelta(days=7)
        assert [report.origin for report in made_from(session, MOTHER, since)] == ["b", "a"]


# --- references ------------------------------------------------------------------------------


def test_a_reference_is_short_and_has_no_letter_an_ear_takes_for_another() -> None:
    codes = list(islice(references(), 500))
    assert {len(code) for code in codes[:3]} == {SHORTEST_REFERENCE}
    assert set("".join(codes)) <= set(REFERENCE_LETTERS)
    for alike in ("BDEPT", "MN", "FS", "59", "8A", "O0", "I1", "UV"):
        assert sum(sign in REFERENCE_LETTERS for sign in alike) <= 1, alike
    assert not set(REFERENCE_LETTERS) & set("AEIOU"), "no code is a word"
    assert len(codes[-1]) > SHORTEST_REFERENCE, "longer ones when the short ones are taken"


def test_hundreds_of_reports_have_a_reference_each(school: Database) -> None:
    with school.begin() as session:
        codes = {
            write(session, draft(f"n:{n}", student_id=None), A_SCHOOL_MORNING).reference
            for n in range(300)
        }
    assert len(codes) == 300

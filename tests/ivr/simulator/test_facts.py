"""The facts of a report in words, for whoever watches the call."""

from datetime import date, time

import pytest

from flows.answers import Answers, StudentAnswer
from flows.events import Words
from flows.reading.values import Part, PartialDay, Relationship, Slot
from flows.turn import Step
from ivr.simulator.facts import Fact, clock_words, days_in_words, facts_filed, facts_so_far
from ivr.simulator.understood import ASKS, STATUSES
from school.reports import Flag, Report, ReportDay, Status
from school.school_file import SHIPPED, read_school

SCHOOL = read_school(SHIPPED).facts
MONDAY = date(2026, 11, 23)


def so_far(answers: Answers) -> dict[str, Fact]:
    return {fact.term: fact for fact in facts_so_far(answers, SCHOOL)}


def filed(*reports: Report) -> list[Fact]:
    return list(facts_filed(reports, SCHOOL))


def report(**facts: object) -> Report:
    usual = {"relationship": "mother", "reason_category": "illness", "flags": []}
    return Report(**{**usual, **facts}, days=[ReportDay(day=MONDAY)])


def test_every_step_and_every_status_has_its_words() -> None:
    assert set(ASKS) == set(Step)
    assert set(STATUSES) == set(Status)


def test_of_an_empty_form_nothing_is_known() -> None:
    facts = list(facts_so_far(Answers(), SCHOOL))
    assert [fact.term for fact in facts] == ["Student", "Days", "Reason", "Caller"]
    assert not any(fact.words or fact.sign for fact in facts)


def test_a_full_form_is_told_in_words() -> None:
    answers = Answers(
        students=(StudentAnswer(student_id="S1", as_said=Words("Keiko")),),
        days=(MONDAY,),
        partial_day=PartialDay(Part.LATE, time(9, 30)),
        reason="illness",
        reason_said=Words("a fever"),
        caller_name=Words("Naoko Tanaka"),
        relationship=Relationship.MOTHER,
    )
    assert list(so_far(answers).values()) == [
        Fact("Student", "“Keiko”", "found on the roster"),
        Fact("Days", "Mon 23 Nov"),
        Fact("Part of day", "comes late, 9:30 am"),
        Fact("Reason", "illness, excused", "“a fever”"),
        Fact("Caller", "Naoko Tanaka", "mother"),
    ]


@pytest.mark.parametrize(
    ("student", "words", "sign"),
    [
        (StudentAnswer(as_said=Words("Dan")), "“Dan”", "not found"),
        (StudentAnswer(letters="562"), "562 on the keys", "not found"),
        (StudentAnswer(number="6124", student_id="S1"), "6124 on the keys", "found on the roster"),
        (StudentAnswer(student_id="S1"), "known by the number", "found on the roster"),
    ],
)
def test_a_student_is_told_as_the_family_told_it(
    student: StudentAnswer, words: str, sign: str
) -> None:
    assert so_far(Answers(students=(student,)))["Student"] == Fact("Student", words, sign)


def test_what_was_declined_and_what_counts_not_is_said() -> None:
    assert so_far(Answers(declined=(Slot.REASON,)))["Reason"] == Fact("Reason", "", "not told")
    unexcused = so_far(Answers(reason="other_unexcused"))["Reason"]
    assert unexcused == Fact("Reason", "another reason, unexcused")
    assert so_far(Answers(relationship=Relationship.SELF))["Caller"].words == "the student"
    assert so_far(Answers(reason="gone_from_the_file"))["Reason"].words == ""


def test_days_in_a_row_are_a_range() -> None:
    week = tuple(date(2026, 11, day) for day in (16, 17, 18, 20, 23))
    assert days_in_words(week) == "Mon 16 Nov to Wed 18 Nov, Fri 20 Nov, Mon 23 Nov"
    assert days_in_words((MONDAY,), longer=True) == "Mon 23 Nov and longer"
    assert days_in_words((), longer=True) == ""
    assert [clock_words(time(0, 5)), clock_words(time(13, 0))] == ["12:05 am", "1:00 pm"]


def test_what_was_filed_is_told_for_each_student() -> None:
    one = report(student_id="S1", student_as_heard="Mariana", reporter_name="Rosa Cuevas")
    other = report(student_id=None, student_as_heard="Marlene", flags=[Flag.END_DATE_UNKNOWN])
    assert filed(one, other) == [
        Fact("Student", "“Mariana”", "found on the roster"),
        Fact("Student", "“Marlene”", "not found"),
        Fact("Days", "Mon 23 Nov and longer"),
        Fact("Reason", "illness, excused"),
        Fact("Caller", "mother"),
    ]


def test_a_report_of_little_says_so() -> None:
    little = report(
        relationship="unknown", reason_category="unknown", partial_kind="early", partial_time=None
    )
    assert filed(little) == [
        Fact("Student", "nobody was named", "not found"),
        Fact("Days", "Mon 23 Nov"),
        Fact("Part of day", "leaves early"),
        Fact("Reason"),
        Fact("Caller"),
    ]

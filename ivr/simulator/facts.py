"""The facts of a report in words: of one that is being made, and of one that was filed.

Never the name on file: only what the family said, and whether the line found it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time

from babel import Locale
from babel.dates import format_date

from flows import wording
from flows.answers import Answers, StudentAnswer
from flows.calendar_words import runs_of, time_in_words
from flows.reading.values import Part, Relationship, Slot
from flows.school_facts import SchoolFacts
from school.reports import Flag, Report

ENGLISH = Locale("en")
FOUND, NOT_FOUND = "found on the roster", "not found"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: `words` is empty while it is not known, `sign` says more of it."""

    term: str
    words: str = ""
    sign: str = ""


def facts_so_far(answers: Answers, school: SchoolFacts) -> Iterator[Fact]:
    """The form as it stands."""
    yield from (_student(student) for student in answers.students)
    if not answers.students:
        yield Fact("Student")
    yield Fact("Days", days_in_words(answers.days, longer=answers.open_end))
    part = answers.partial_day
    if part is not None:
        yield _part(part.kind, part.at)
    if answers.reason is None and Slot.REASON in answers.declined:
        yield Fact("Reason", "", "not told")
    else:
        yield _reason(answers.reason, answers.reason_said, school)
    yield _caller(answers.caller_name, answers.relationship)


def facts_filed(reports: Sequence[Report], school: SchoolFacts) -> Iterator[Fact]:
    """What was filed; brothers and sisters of one filing share all but the name."""
    for report in reports:
        by_number = "known by the number" if report.student_id else "nobody was named"
        words = _heard(report.student_as_heard or "") or by_number
        yield Fact("Student", words, FOUND if report.student_id else NOT_FOUND)
    report = reports[-1]
    longer = Flag.END_DATE_UNKNOWN in report.flags
    yield Fact("Days", days_in_words(report.dates, longer=longer))
    if report.partial_kind:
        yield _part(report.partial_kind, report.partial_time)
    yield _reason(report.reason_category, report.reason_text, school)
    yield _caller(report.reporter_name, Relationship(report.relationship))


def days_in_words(days: tuple[date, ...], *, longer: bool = False) -> str:
    """Days as "Tue 24 Nov", those in a row as a range."""
    runs = [
        _day(first) if first == last else f"{_day(first)} to {_day(last)}"
        for first, last in runs_of(days)
    ]
    return ", ".join(runs) + (" and longer" if longer and runs else "")


def clock_words(at: time) -> str:
    """The time of day: "6:52 am"."""
    return time_in_words(at, ENGLISH).lower()


def _day(day: date) -> str:
    return format_date(day, "EEE d MMM", ENGLISH)


def _student(student: StudentAnswer) -> Fact:
    keyed = next((f"{keys} on the keys" for keys in (student.letters, student.number) if keys), "")
    words = f"“{student.as_said}”" if student.as_said else keyed or "known by the number"
    return Fact("Student", words, FOUND if student.student_id else NOT_FOUND)


def _heard(filed: str) -> str:
    """What named the student: the words "Keiko", or the keys "[letters 826] [birthday 1113]"."""
    said, _, keyed = filed.partition("[")
    if said.strip():
        return f"“{said.strip()}”"
    return f"{keyed.rstrip(']').replace('] [', ', ')}, on the keys" if keyed else ""


def _part(kind: str, at: time | None) -> Fact:
    words = "leaves early" if kind == Part.EARLY else "comes late"
    return Fact("Part of day", words if at is None else f"{words}, {clock_words(at)}")


def _reason(code: str | None, said: str | None, school: SchoolFacts) -> Fact:
    quoted = f"“{said}”" if said else ""
    known = school.reason(code) if code else None
    if known is None:
        return Fact("Reason", quoted)
    words = known.words.get("en") or known.words[school.first_language]
    rule = "excused" if known.excused else "unexcused"
    return Fact("Reason", f"{words}, {rule}", quoted)


def _caller(name: str | None, relationship: Relationship | None) -> Fact:
    known = wording.RELATIONSHIPS.get(relationship) if relationship else None
    what = known.ear[0] if known else ""
    return Fact("Caller", name, what) if name else Fact("Caller", what)

"""The form of one report: facts to fields as they are typed, and back.

What cannot be read is said in a sentence for each field.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from msgspec.structs import replace
from werkzeug.datastructures import MultiDict

from console import days_typed, near
from flows.reading.calendar import SchoolCalendar
from flows.reading.roster import Roster, Student
from flows.reading.values import Part, Relationship
from flows.school_facts import SchoolFacts
from school.report_facts import UNKNOWN, Facts

BY_RULE, YES, NO = "rule", "yes", "no"
LONGEST_NAME = 100
NOT_PRINTED = re.compile(r"[\x00-\x1f\x7f]+")

PARTS = {"": "The whole day", str(Part.LATE): "Comes late", str(Part.EARLY): "Wants to leave early"}
EXCUSES = {BY_RULE: "By the school’s list", YES: "Excused", NO: "Not excused"}


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as somebody left them."""

    student: str = ""
    days: str = ""
    part: str = ""
    at: str = ""
    reason: str = UNKNOWN
    excused: str = BY_RULE
    note: bool = False
    reporter: str = ""
    relationship: str = UNKNOWN


@dataclass(frozen=True, slots=True)
class Rules:
    """What the fields are read against."""

    roster: Roster
    calendar: SchoolCalendar
    school: SchoolFacts
    today: date


class Unreadable(Exception):
    """Fields cannot be read; a sentence for each."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


def typed(form: MultiDict[str, str]) -> Typed:
    """What came with the form. A student picked from the near ones counts for the one typed."""
    return Typed(
        student=_clean(form.get("picked") or form.get("student", "")),
        days=form.get("days", "")[:LONGEST_NAME].strip(),
        part=form.get("part", ""),
        at=form.get("at", "").strip(),
        reason=form.get("reason", UNKNOWN),
        excused=form.get("excused", BY_RULE),
        note="note" in form,
        reporter=_clean(form.get("reporter", "")),
        relationship=form.get("relationship", UNKNOWN),
    )


def shown(facts: Facts, student: Student | None, rules: Rules) -> Typed:
    """The facts as they stand in the fields."""
    reason = rules.school.reason(facts.reason_category)
    by_rule = facts.excused == (reason.excused if reason else None)
    return Typed(
        student=near.label(student) if student else "",
        days=days_typed.shown(facts.days, rules.today),
        part=facts.partial_kind or "",
        at=facts.partial_time.strftime("%H:%M") if facts.partial_time else "",
        reason=facts.reason_category,
        excused=BY_RULE if by_rule else YES if facts.excused else NO,
        note=facts.note_received,
        reporter=facts.reporter_name or "",
        relationship=facts.relationship,
    )


def read(fields: Typed, before: Typed, facts: Facts, rules: Rules) -> Facts:
    """The facts that the fields say; a field that was left as it was says what it said.

    Raises:
        Unreadable: with a sentence for each field that cannot be read.
    """
    errors: dict[str, str] = {}
    if fields.student != before.student:
        facts = replace(facts, student_id=_student(fields.student, rules.roster, errors))
    if fields.days != before.days:
        facts = replace(facts, days=_days(fields.days, rules, errors))
    facts = replace(facts, partial_kind=fields.part or None, partial_time=_time(fields, errors))
    reason = rules.school.reason(fields.reason)
    if fields.part not in PARTS or fields.relationship not in tuple(Relationship):
        errors["part"] = "Choose one of the list."
    if reason is None and fields.reason != before.reason:
        facts = replace(facts, reason_category=UNKNOWN)
    elif reason is not None:
        facts = replace(facts, reason_category=reason.code)
    if fields.excused == BY_RULE:
        facts = replace(facts, excused=reason.excused if reason else None)
    else:
        facts = replace(facts, excused=fields.excused == YES)
    if errors:
        raise Unreadable(errors)
    return replace(
        facts,
        note_received=fields.note,
        reporter_name=fields.reporter or None,
        relationship=fields.relationship,
    )


def _student(text: str, roster: Roster, errors: dict[str, str]) -> str | None:
    if not text:
        return None
    found = near.named(roster, text)
    if found is None:
        some = near.near(roster, text)
        errors["student"] = (
            "Which of these students is it?" if some else "No student has a name like this."
        )
        return None
    return found.student_id


def _days(text: str, rules: Rules, errors: dict[str, str]) -> tuple[date, ...]:
    try:
        return days_typed.read(text, rules.calendar, rules.today)
    except days_typed.NoDays as error:
        errors["days"] = str(error)
        return ()


def _time(fields: Typed, errors: dict[str, str]) -> time | None:
    if not fields.at or not fields.part:
        return None
    try:
        return time.fromisoformat(fields.at).replace(tzinfo=None)
    except ValueError:
        errors["at"] = f"“{fields.at}” is not a time of day. Write it as 9:30."
        return None


def _clean(text: str) -> str:
    return NOT_PRINTED.sub(" ", text).strip()[:LONGEST_NAME]

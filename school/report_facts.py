"""The facts of a report that staff may correct, and how a report stood at one moment.

A snapshot is kept before and after every decision: the first one ever taken is what the line made
of the family's words, the last one is what staff accepted.
"""

from collections.abc import Sequence
from datetime import date, time
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

from flows.reading.values import Part, Relationship
from flows.school_facts import SchoolFacts
from school.reports import Flag, Report, ReportDay, Status, Verification

UNKNOWN = "unknown"
MARK_LENGTH = 16


class Facts(Struct, frozen=True):
    """What staff may correct. `excused` is None while nobody knows."""

    student_id: str | None = None
    days: tuple[date, ...] = ()
    partial_kind: str | None = None
    partial_time: time | None = None
    reason_category: str = UNKNOWN
    excused: bool | None = None
    note_received: bool = False
    reporter_name: str | None = None
    relationship: str = UNKNOWN


class Snapshot(Struct, frozen=True):
    """How a report stood: its facts, and what followed from them."""

    status: str
    facts: Facts
    note_required: bool
    verification: str
    flags: tuple[str, ...] = ()
    joined_to: int | None = None

    def kept(self) -> dict[str, Any]:
        """As it is kept in the database."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    @staticmethod
    def read(kept: object) -> "Snapshot":
        """From what was kept."""
        return msgspec.convert(kept, Snapshot)

    @property
    def mark(self) -> str:
        """Stands in a form for what its writer saw: another mark later means another state."""
        return sha256(msgspec.json.encode(self)).hexdigest()[:MARK_LENGTH]


def facts_of(report: Report) -> Facts:
    """The facts as they stand now."""
    return Facts(
        student_id=report.student_id,
        days=report.dates,
        partial_kind=report.partial_kind,
        partial_time=report.partial_time,
        reason_category=report.reason_category,
        excused=report.excused,
        note_received=report.note_received,
        reporter_name=report.reporter_name,
        relationship=report.relationship,
    )


def snapshot(report: Report) -> Snapshot:
    """The report as it stands now."""
    return Snapshot(
        status=report.status,
        facts=facts_of(report),
        note_required=report.note_required,
        verification=report.verification,
        flags=tuple(report.flags),
        joined_to=report.joined_to,
    )


def put(report: Report, facts: Facts, school: SchoolFacts) -> None:
    """Give the report these facts; whether a note is due follows from the school's list."""
    answered = answered_by(facts, moved=facts.days != report.dates)
    _set(report, facts)
    reason = school.reason(facts.reason_category)
    report.note_required = reason.note_required if reason else False
    report.flags = [flag for flag in report.flags if flag not in answered]


def put_proof(report: Report, proof: Verification) -> None:
    """Give the report what its number proves of the student it has now."""
    report.verification = proof
    others = [flag for flag in report.flags if flag != Flag.UNLISTED_CALLER]
    unlisted = proof in (Verification.UNLISTED, Verification.WITHHELD)
    report.flags = [*others, str(Flag.UNLISTED_CALLER)] if unlisted else others


def put_back(report: Report, before: Snapshot) -> None:
    """Let the report stand as it did in this snapshot."""
    facts = before.facts
    report.status = before.status
    report.joined_to = before.joined_to
    _set(report, facts)
    report.note_required = before.note_required
    report.verification = before.verification
    report.flags = list(before.flags)


def put_days(report: Report, days: Sequence[date]) -> None:
    """Let the report cover these days; a day it covered before keeps its mark as entered."""
    known = {row.day: row for row in report.days}
    report.days = [known.get(day) or ReportDay(day=day) for day in sorted(set(days))]


def take_marks(report: Report, other: Report) -> None:
    """Count days as entered that were entered from another report of the student."""
    entered = {row.day: row for row in other.days if row.entered_at is not None}
    for row in report.days:
        if row.entered_at is None and row.day in entered:
            row.entered_at, row.entered_by = (
                entered[row.day].entered_at,
                entered[row.day].entered_by,
            )


def answered_by(facts: Facts, *, moved: bool) -> frozenset[str]:
    """The questions that these facts answer; `moved`: staff changed the days."""
    named = facts.reporter_name is not None and facts.relationship != Relationship.UNKNOWN
    holds = {
        Flag.STUDENT_NOT_MATCHED: facts.student_id is not None,
        Flag.REASON_UNKNOWN: facts.reason_category != UNKNOWN,
        Flag.CALLER_NOT_NAMED: named,
        Flag.TIME_UNKNOWN: facts.partial_kind != Part.LATE or facts.partial_time is not None,
        Flag.END_DATE_UNKNOWN: moved,
    }
    return frozenset(str(flag) for flag, answered in holds.items() if answered)


def unfit(facts: Facts) -> dict[str, str]:
    """What these facts lack to be confirmed, a sentence for each field."""
    lacks = {}
    if facts.student_id is None:
        lacks["student"] = "Choose the student."
    if not facts.days:
        lacks["days"] = "Enter the day or days."
    if facts.reason_category == UNKNOWN and facts.partial_kind != Part.EARLY:
        lacks["reason"] = "Choose a reason; “Another reason” is one."
    return lacks


WAITING = (Status.PENDING, Status.INCOMPLETE)
"""What nobody has decided yet."""


def _set(report: Report, facts: Facts) -> None:
    report.student_id = facts.student_id
    report.partial_kind = facts.partial_kind
    report.partial_time = facts.partial_time
    report.reason_category = facts.reason_category
    report.excused = facts.excused
    report.note_received = facts.note_received
    report.reporter_name = facts.reporter_name
    report.relationship = facts.relationship
    put_days(report, facts.days)

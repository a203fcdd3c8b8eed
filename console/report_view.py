"""A report as a page shows it: words instead of codes, and no more than the reader's role needs.

What a role may not see is left out here, not hidden by a template: a template cannot forget it.
"""

from dataclasses import dataclass, field
from datetime import datetime

from console import words
from console.words import Badge
from flows.reading.values import Part, Relationship
from flows.school_facts import SchoolFacts
from school.outbox import Kind, Message, MessageStatus
from school.people import ContactRow, StudentRow
from school.reports import Flag, Report, ReportChannel, Status, Verification

NO_REASON = "unknown"
ENGLISH = "en"
BY_HAND = (ReportChannel.NOTE, ReportChannel.STAFF, ReportChannel.WEB)
EXCUSED = {True: "Excused", False: "Unexcused", None: None}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and when. `now` is in the school's zone."""

    school: SchoolFacts
    now: datetime
    sees_health: bool


@dataclass(frozen=True, slots=True)
class ReportView:
    """One report in words. `None` is what is not known, or not for this reader."""

    id: int
    reference: str
    status: Badge
    channel: str
    language: str
    language_code: str
    student: str | None
    preferred_name: str | None
    student_id: str | None
    grade: int | None
    as_heard: str | None
    days: tuple[str, ...]  # in pieces that are not broken
    part_of_day: str | None
    reason: str
    reason_as_said: str | None
    excused: str | None
    note: str | None
    reported_by: str
    phone: str | None
    by_hand: bool  # came on paper or at the window: there is no number to prove anything
    verification: str
    flags: tuple[Badge, ...]
    transcript: str | None
    sees_health: bool
    created_at: datetime
    updated_at: datetime

    @property
    def questions(self) -> tuple[Badge, ...]:
        """The flags beside the student, who has a place of his own in a list."""
        which = words.FLAGS[Flag.STUDENT_NOT_MATCHED]
        return tuple(flag for flag in self.flags if flag != which)


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message sent for a report. `body` is None for a reader who may not see reasons."""

    kind: str
    to: str
    phone: str
    status: Badge
    language: str
    body: str | None = field(repr=False)
    at: datetime


def report_view(report: Report, student: StudentRow | None, reader: Reader) -> ReportView:
    """The report in words, for this reader."""
    health = reader.sees_health
    excused = EXCUSED[report.excused]
    return ReportView(
        id=report.id,
        reference=report.reference,
        status=words.STATUSES[Status(report.status)],
        channel=words.CHANNELS[ReportChannel(report.channel)],
        language=words.language(report.language),
        language_code=report.language,
        student=full_name(student) if student else None,
        preferred_name=student.preferred_name if student else None,
        student_id=report.student_id,
        grade=student.grade if student else None,
        as_heard=report.student_as_heard,
        days=words.days(report.dates, reader.now.date()),
        part_of_day=_part_of_day(report),
        reason=reason_shown(report.reason_category, report.excused, reader),
        reason_as_said=report.reason_text if health else None,
        excused=excused if health else None,
        note=_note(report),
        reported_by=_reported_by(report),
        phone=report.from_phone,
        by_hand=report.channel in BY_HAND,
        verification=words.VERIFICATIONS[Verification(report.verification)],
        flags=tuple(flag_badge(code) for code in report.flags),
        transcript=report.transcript if health else None,
        sees_health=health,
        created_at=report.created_at,
        updated_at=report.updated_at,
    )


def message_view(message: Message, contact: ContactRow | None, reader: Reader) -> MessageView:
    """The message in words, for this reader."""
    return MessageView(
        kind=words.MESSAGE_KINDS[Kind(message.kind)],
        to=_recipient(message, contact),
        phone=message.to_phone,
        status=words.MESSAGE_STATUSES[MessageStatus(message.status)],
        language=words.language(message.language),
        body=message.body if reader.sees_health else None,
        at=message.updated_at,
    )


def full_name(student: StudentRow) -> str:
    """First and last name; some students have one name only."""
    return f"{student.first_name} {student.last_name}".strip()


def flag_badge(code: str) -> Badge:
    """The flag in words."""
    try:
        return words.FLAGS[Flag(code)]
    except ValueError:
        return words.UNKNOWN_FLAG


def reason_shown(category: str, excused: bool | None, reader: Reader) -> str:
    """The reason in words; whether it is excused, for a reader who may not know it."""
    if not reader.sees_health:
        return EXCUSED[excused] or "Not known yet"
    return _reason(category, reader.school)


def _reason(category: str, school: SchoolFacts) -> str:
    if category == NO_REASON:
        return "Not said"
    reason = school.reason(category)
    if reason is None:  # the school's list has changed since
        return "A reason no longer on the school's list"
    said = reason.words.get(ENGLISH) or reason.words[school.first_language]
    return words.upper_first(said)


def _recipient(message: Message, contact: ContactRow | None) -> str:
    if contact is not None:
        return contact.name
    return "a contact no longer on file" if message.contact_id else "whoever reported it"


def _reported_by(report: Report) -> str:
    relationship = words.RELATIONSHIPS[Relationship(report.relationship)]
    if report.reporter_name is None and report.relationship == Relationship.UNKNOWN:
        return "Not said"
    return f"{report.reporter_name or 'Name not said'}, {relationship}"


def _part_of_day(report: Report) -> str | None:
    if report.partial_kind is None:
        return None
    kind = "Leaving early" if report.partial_kind == Part.EARLY else "Late arrival"
    if report.partial_time is None:
        return f"{kind}, time not said"
    return f"{kind}, {words.clock(report.partial_time)}"


def _note(report: Report) -> str | None:
    if report.note_received:
        return "A note was received"
    return "A note is due" if report.note_required else None

"""Reports: what a family told, one for each student, from pending to decided.

What was heard stays in the conversation's turns; here stands what the line made of it. What staff
accepted stands in `school.decisions`. Nothing is deleted on rejection.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from enum import StrEnum
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    Time,
    bindparam,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm import relationship as related

from school.database import Base, UtcDateTime, table_of
from school.upserts import Prepared

# Letters and digits that no ear takes for another, in English or Spanish: no B D E P T, no M N,
# no F S, no 5 9, no 8 A. Without vowels no code is a word.
REFERENCE_LETTERS = "HKMQRWXY234679"
SHORTEST_REFERENCE = 4  # 14^4 = 38,416 codes; longer ones are taken when those run out
TRIES_PER_LENGTH = 5
EARLY = "early"  # a wish to leave early is refused, so it is no second report of an absence


class Status(StrEnum):
    """Where a report stands."""

    PENDING = "pending"  # waits for staff
    CONFIRMED = "confirmed"  # staff accepted it
    REJECTED = "rejected"  # staff refused it; kept
    CANCELLED = "cancelled"  # the family withdrew it
    DUPLICATE = "duplicate"  # joined with another report
    INCOMPLETE = "incomplete"  # the caller left before the end; staff see what there is


class ReportChannel(StrEnum):
    """How a report came in."""

    PHONE = "phone"
    VOICEMAIL = "voicemail"
    SMS = "sms"
    WEB = "web"
    NOTE = "note"
    STAFF = "staff"


class Verification(StrEnum):
    """What the calling number proves."""

    LISTED = "listed"  # a contact of the student has it
    ADULT_STUDENT = "adult_student"  # it is the student's own, and the student is 18
    UNLISTED = "unlisted"
    WITHHELD = "withheld"


class Flag(StrEnum):
    """Why a person should look."""

    STUDENT_NOT_MATCHED = "student_not_matched"
    UNLISTED_CALLER = "unlisted_caller"
    CALLER_NOT_NAMED = "caller_not_named"
    LOW_CONFIDENCE = "low_confidence"
    NOT_TRANSCRIBED = "not_transcribed"
    RECORDING_UNAVAILABLE = "recording_unavailable"  # the carrier has no sound to give
    POSSIBLE_DUPLICATE = "possible_duplicate"
    EARLY_DISMISSAL_REQUEST = "early_dismissal_request"
    END_DATE_UNKNOWN = "end_date_unknown"
    TIME_UNKNOWN = "time_unknown"
    REASON_UNKNOWN = "reason_unknown"
    LATE_REPORT = "late_report"  # after the school's cut-off on the day itself
    MINOR_REPORTS = "minor_reports"  # a student under 18 reports for himself
    CALLER_ID_FAILED = "caller_id_failed"  # the network found the number to be forged
    NOTHING_HEARD = "nothing_heard"
    NEEDS_QUALIFYING_REPORT = "needs_qualifying_report"  # a text alone does not count here
    CANNOT_BE_TEXTED = "cannot_be_texted"
    DISPUTED = "disputed"  # another contact says that it is not true
    MORE_WAS_SAID = "more_was_said"  # words came later that fit nothing
    TOO_MANY_TEXTS = "too_many_texts"  # of one number: kept, and answered no more


class Report(Base):
    """One student's absence, late arrival or wish to leave early, as told by one person."""

    __tablename__ = "reports"
    __table_args__ = (
        Index(None, "status", "created_at"),
        Index(None, "student_id"),
        Index(None, "updated_at", "id"),
        Index(None, "from_phone", "created_at"),
        Index(None, "call_sid"),
        Index(None, "recording_sid"),
        Index(None, "joined_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    # What made it, such as "conversation:9f2c…:0:1": the same cause never makes a second report.
    origin: Mapped[str] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    student_id: Mapped[str | None] = mapped_column(ForeignKey("students.student_id"))
    student_as_heard: Mapped[str | None] = mapped_column(Text)
    partial_kind: Mapped[str | None] = mapped_column(String(8))
    partial_time: Mapped[time | None] = mapped_column(Time)
    reason_category: Mapped[str] = mapped_column(String(40))
    reason_text: Mapped[str | None] = mapped_column(Text)
    excused: Mapped[bool | None]
    note_required: Mapped[bool] = mapped_column(default=False)
    note_received: Mapped[bool] = mapped_column(default=False)
    reporter_name: Mapped[str | None] = mapped_column(Text)
    relationship: Mapped[str] = mapped_column(String(16))
    from_phone: Mapped[str | None] = mapped_column(String(20))
    verification: Mapped[str] = mapped_column(String(16))
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    transcript: Mapped[str | None] = mapped_column(Text)
    call_sid: Mapped[str | None] = mapped_column(String(64))
    message_sid: Mapped[str | None] = mapped_column(String(64))
    # The message it comes from; one message may be about several students.
    recording_sid: Mapped[str | None] = mapped_column(String(64))
    joined_to: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    days: Mapped[list["ReportDay"]] = related(
        order_by="ReportDay.day", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def dates(self) -> tuple[date, ...]:
        """The school days it covers, in order."""
        return tuple(row.day for row in self.days)


class ReportDay(Base):
    """One school day that a report covers, and when it was keyed into the district's system."""

    __tablename__ = "report_days"
    __table_args__ = (Index(None, "day"),)

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_by: Mapped[str | None] = mapped_column(String(254))


@dataclass(frozen=True, slots=True)
class Draft:
    """All that is known of a report when it is written."""

    origin: str
    status: Status
    channel: ReportChannel
    language: str
    verification: Verification
    from_phone: str | None
    student_id: str | None = None
    student_as_heard: str | None = None
    days: tuple[date, ...] = ()
    partial_kind: str | None = None
    partial_time: time | None = None
    reason_category: str = "unknown"
    reason_text: str | None = None
    excused: bool | None = None
    note_required: bool = False
    reporter_name: str | None = None
    relationship: str = "unknown"
    flags: tuple[Flag, ...] = ()
    transcript: str | None = None
    call_sid: str | None = None
    message_sid: str | None = None
    recording_sid: str | None = None


COPIED = tuple(f.name for f in fields(Draft) if f.name not in ("days", "flags"))


class Entry(NamedTuple):
    """A report in the books, as its maker is told of it."""

    id: int
    reference: str
    student_id: str | None


_report, _day = table_of(Report), table_of(ReportDay)
_ENTER = Prepared(Report, lambda insert: insert.on_conflict_do_nothing().returning(_report.c.id))
_ENTER_DAYS = insert(_day)
_REPORTED_ALREADY = (
    select(_report.c.id)
    .join(_day, _day.c.report_id == _report.c.id)
    .where(
        _report.c.student_id == bindparam("student"),
        _report.c.origin != bindparam("own"),
        _report.c.status.in_((Status.PENDING, Status.CONFIRMED)),
        _report.c.partial_kind.is_distinct_from(EARLY),
        _day.c.day.in_(bindparam("days", expanding=True)),
    )
    .limit(1)
)


def enter(session: Session, draft: Draft, now: datetime) -> Entry:
    """Write a report, once for each origin.

    Written again from the same origin it stays as it is; only one that was kept as incomplete,
    because the call seemed to be over, is completed. A report of the same student for one of
    these days makes it a possible duplicate, which staff join or keep.
    """
    session.flush()
    connection = session.connection()
    facts = _facts(connection, draft, now)
    for reference in references():
        row = facts | {"reference": reference, "created_at": now}
        entered = connection.scalar(_ENTER.on(connection), row)
        if entered is not None:
            days = [{"report_id": entered, "day": day} for day in draft.days]
            if days:
                connection.execute(_ENTER_DAYS, days)
            return Entry(entered, reference, draft.student_id)
        known = session.scalar(select(Report).where(Report.origin == draft.origin))
        if known is not None:
            if known.status == Status.INCOMPLETE:
                _complete(session, known, draft, facts)
            return Entry(known.id, known.reference, known.student_id)
        # Another report has this reference.
    raise AssertionError("There is no end of references.")


def write(session: Session, draft: Draft, now: datetime) -> Report:
    """Write a report as `enter` does, for who goes on with it."""
    return session.get_one(Report, enter(session, draft, now).id)


def references() -> Iterator[str]:
    """Codes for a report, as short as they are still easily found: most likely the first is free.

    They never end.
    """
    for length in count(SHORTEST_REFERENCE):
        for _ in range(TRIES_PER_LENGTH):
            yield "".join(secrets.choice(REFERENCE_LETTERS) for _ in range(length))


def _facts(connection: Connection, draft: Draft, now: datetime) -> dict[str, Any]:
    """The columns of a report that follow from what is known of it."""
    flags = [str(flag) for flag in draft.flags]
    if _reported_already(connection, draft):
        flags.append(Flag.POSSIBLE_DUPLICATE)
    return {
        **{name: getattr(draft, name) for name in COPIED},
        "flags": flags,
        "note_received": False,
        "updated_at": now,
    }


def complete(session: Session, report: Report, draft: Draft, now: datetime) -> None:
    """Put what is known now in the place of what was known when the report was written.

    Its reference, what made it and the time it came in stay.
    """
    facts = _facts(session.connection(), replace(draft, origin=report.origin), now)
    _complete(session, report, draft, facts)


def _complete(session: Session, report: Report, draft: Draft, facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        setattr(report, name, value)
    report.days = [ReportDay(day=day) for day in draft.days]
    session.flush()


def note_flag(report: Report, flag: Flag, now: datetime) -> None:
    """Add a reason why a person should look, once."""
    if flag not in report.flags:
        report.flags = [*report.flags, str(flag)]
        report.updated_at = now


def drop_flag(report: Report, flag: Flag, now: datetime) -> None:
    """Take back a reason why a person should look."""
    if flag in report.flags:
        report.flags = [kept for kept in report.flags if kept != flag]
        report.updated_at = now


def made_from(session: Session, phone: str, since: datetime) -> Sequence[Report]:
    """The reports made from this number since then, the newest first."""
    return session.scalars(
        select(Report)
        .where(Report.from_phone == phone, Report.created_at >= since)
        .order_by(Report.created_at.desc(), Report.id.desc())
    ).all()


def withdraw(session: Session, reference: str, phone: str, now: datetime) -> bool:
    """Withdraw a report on its maker's wish; False when staff have decided it already."""
    report = session.scalar(
        select(Report)
        .where(Report.reference == reference, Report.from_phone == phone)
        .with_for_update()
    )
    if report is None or report.status not in (Status.PENDING, Status.INCOMPLETE):
        return False
    report.status = Status.CANCELLED
    report.updated_at = now
    return True


def _reported_already(connection: Connection, draft: Draft) -> bool:
    if not draft.student_id or not draft.days or draft.partial_kind == EARLY:
        return False
    about = {"student": draft.student_id, "own": draft.origin, "days": list(draft.days)}
    return connection.scalar(_REPORTED_ALREADY, about) is not None

"""The queries behind the console's pages and the API: a constant number of statements a page.

A page goes on after the last report of the one before, not at a row number: what comes in or is
decided meanwhile neither skips a report nor shows it twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from recordings.voicemails import Voicemail, messages_of
from school.database import UtcDateTime
from school.outbox import Message
from school.people import ContactRow, StudentRow
from school.reports import Report, ReportDay, Status

Row = tuple[Report, StudentRow | None]

MOST_ID = 2**31 - 1
"""A greater number is no report's, and PostgreSQL would not take it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports; what is left out does not narrow the search."""

    statuses: tuple[Status, ...] = ()
    day: date | None = None  # one that the report covers
    student_id: str | None = None
    updated_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """The last report of a page, in the order of changes."""

    updated_at: datetime
    id: int


def newest(
    session: Session, wanted: Wanted, limit: int, older_than: int | None = None
) -> Sequence[Row]:
    """Reports and their students, the newest first, from before the report `older_than`."""
    query = _with_student(wanted).order_by(Report.id.desc()).limit(limit)
    if older_than is not None:
        query = query.where(Report.id < older_than)
    return [(report, student) for report, student in session.execute(query)]


def changed(
    session: Session, wanted: Wanted, limit: int, after: Position | None = None
) -> Sequence[Row]:
    """Reports and their students in the order of their last change, from after a position."""
    query = _with_student(wanted).order_by(Report.updated_at, Report.id).limit(limit)
    if after is not None:
        position = tuple_(literal(after.updated_at, UtcDateTime), literal(after.id))
        query = query.where(tuple_(Report.updated_at, Report.id) > position)
    return [(report, student) for report, student in session.execute(query)]


def how_many(session: Session, wanted: Wanted) -> int:
    """The number of reports."""
    return session.scalar(select(func.count(Report.id)).where(*_conditions(wanted))) or 0


def last_came_in(session: Session) -> datetime | None:
    """When the newest report was made; None before the first."""
    return session.scalar(select(Report.created_at).order_by(Report.id.desc()).limit(1))


def one_report(session: Session, report_id: int) -> Row | None:
    """A report and its student."""
    row = session.execute(_with_student(Wanted()).where(Report.id == report_id)).one_or_none()
    return (row[0], row[1]) if row else None


def messages_for(session: Session, report_id: int) -> Sequence[tuple[Message, ContactRow | None]]:
    """The messages sent for a report, with the contacts on file they went to, in order."""
    rows = session.execute(
        select(Message, ContactRow)
        .outerjoin(ContactRow, ContactRow.contact_id == Message.contact_id)
        .where(Message.report_id == report_id)
        .order_by(Message.id)
    )
    return [(message, contact) for message, contact in rows]


def recordings_of(session: Session, report_ids: Sequence[int]) -> dict[int, Voicemail]:
    """The message that each report comes from, where it comes from one."""
    return messages_of(session, report_ids)


def _with_student(wanted: Wanted) -> Select[Report, StudentRow]:
    return (
        select(Report, StudentRow)
        .outerjoin(StudentRow, StudentRow.student_id == Report.student_id)
        .where(*_conditions(wanted))
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.statuses:
        conditions.append(Report.status.in_(wanted.statuses))
    if wanted.day is not None:
        covering = select(ReportDay.report_id).where(ReportDay.day == wanted.day)
        conditions.append(Report.id.in_(covering))
    if wanted.student_id is not None:
        conditions.append(Report.student_id == wanted.student_id)
    if wanted.updated_since is not None:
        conditions.append(Report.updated_at >= wanted.updated_since)
    return conditions

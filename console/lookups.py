"""The queries behind the console's pages and the API: a constant number of statements a page.

What waits comes first: what another contact says is wrong on top, then the longest waiting. What
is decided follows, the newest first. A page goes on after the last report of the one before, not at
a row number: what comes in or is decided meanwhile is not skipped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import Tuple

from recordings.voicemails import Voicemail, messages_of
from school.database import UtcDateTime
from school.outbox import Message
from school.people import ContactRow, StudentRow
from school.report_facts import WAITING
from school.reports import Flag, Report, ReportDay, Status

Row = tuple[Report, StudentRow | None]


def flagged(flag: str) -> ColumnElement[bool]:
    """Whether a report has this flag."""
    return cast(Report.flags, String).contains(f'"{flag}"')


_DISPUTED = flagged(Flag.DISPUTED)
_DECIDED = 2
_WAITING = Report.status.in_(WAITING)
_RANK = case((_DISPUTED, 0), else_=1)
_WAITS_AT = (_RANK, Report.id)
_STANDS_AT = (
    case((_WAITING, _RANK), else_=_DECIDED),
    case((_WAITING, Report.id), else_=-Report.id),
)

MOST_ID = 2**31 - 1
"""A greater number is no report's, and PostgreSQL would not take it."""


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for: any of these."""

    student_ids: tuple[str, ...] = ()
    words: str = ""  # in the name as heard, or of who reported
    reference: str = ""
    digits: str = ""  # of a telephone number


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reports; what is left out does not narrow the search."""

    statuses: tuple[Status, ...] = ()
    day: date | None = None  # one that the report covers
    student_id: str | None = None
    updated_since: datetime | None = None
    channel: str | None = None
    flag: str | None = None
    grade: int | None = None
    language: str | None = None
    search: Search | None = None


class Beside(NamedTuple):
    """One report as it stands in the list beside another: what a line of it shows, and no more."""

    id: int
    status: str
    flags: list[str]
    reason_category: str
    excused: bool | None
    as_heard: str | None
    created_at: datetime
    first_name: str | None
    last_name: str | None
    grade: int | None


_LIGHT = (
    Report.id,
    Report.status,
    Report.flags,
    Report.reason_category,
    Report.excused,
    Report.student_as_heard,
    Report.created_at,
    StudentRow.first_name,
    StudentRow.last_name,
    StudentRow.grade,
)


@dataclass(frozen=True, slots=True)
class Position:
    """The last report of a page, in the order of changes."""

    updated_at: datetime
    id: int


def listed(session: Session, wanted: Wanted, limit: int, after: int | None = None) -> Sequence[Row]:
    """Reports and their students in the order of the worklist, from behind the report `after`."""
    query, statuses = _with_student(wanted).limit(limit), set(wanted.statuses)
    if statuses and statuses <= set(WAITING):
        query = query.order_by(*_WAITS_AT)
        if after is not None:
            query = query.where(tuple_(*_WAITS_AT) > _waits_at(session, after))
    elif statuses and statuses.isdisjoint(WAITING):
        query = query.order_by(Report.id.desc())
        if after is not None:
            query = query.where(Report.id < after)
    else:
        query = query.order_by(*_STANDS_AT)
        if after is not None:
            query = query.where(tuple_(*_STANDS_AT) > _stands_at(session, after))
    return [(report, student) for report, student in session.execute(query)]


def around(
    session: Session, wanted: Wanted, here: int, before: int, limit: int
) -> Sequence[Beside]:
    """The reports of the worklist around one of them, which may have left the list meanwhile.

    So many before it; more where fewer follow than there is room for.
    """
    light = _with_student(wanted).with_only_columns(*_LIGHT).limit(limit)
    statuses = set(wanted.statuses)
    order: Sequence[ColumnElement[int]]
    back: Sequence[ColumnElement[int]]
    if statuses and statuses.isdisjoint(WAITING):
        from_here, order, back = Report.id <= here, [Report.id.desc()], [Report.id.asc()]
    else:
        among_waiting = bool(statuses) and statuses <= set(WAITING)
        columns = _WAITS_AT if among_waiting else _STANDS_AT
        at = (_waits_at if among_waiting else _stands_at)(session, here)
        from_here, order = tuple_(*columns) >= at, [column.asc() for column in columns]
        back = [column.desc() for column in columns]
    rest = session.execute(light.where(from_here).order_by(*order)).all()
    earlier = session.execute(light.where(~from_here).order_by(*back)).all()
    kept = earlier[: max(before, limit - len(rest))]
    return [Beside._make(row) for row in (*reversed(kept), *rest)][:limit]


def next_waiting(
    session: Session, wanted: Wanted, after: int, not_those: Sequence[int] = ()
) -> int | None:
    """The number of the next report of the list, from behind this one; then from its beginning."""
    numbers = (
        _numbers(wanted)
        .where(Report.status.in_(WAITING), Report.id.not_in((after, *not_those)))
        .order_by(tuple_(*_WAITS_AT) <= _waits_at(session, after), *_WAITS_AT)
        .limit(1)
    )
    return session.scalar(numbers)


def before_waiting(session: Session, wanted: Wanted, before: int) -> int | None:
    """The number of the report before this one, of those that wait."""
    return session.scalar(
        _numbers(wanted)
        .where(Report.status.in_(WAITING), tuple_(*_WAITS_AT) < _waits_at(session, before))
        .order_by(*(part.desc() for part in _WAITS_AT))
        .limit(1)
    )


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
    return session.scalar(select(func.count()).select_from(_numbers(wanted).subquery())) or 0


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


def contacts_of(session: Session, student_id: str | None) -> Sequence[ContactRow]:
    """Who is on file for a student, in the order of the file."""
    return session.scalars(
        select(ContactRow).where(ContactRow.student_id == student_id).order_by(ContactRow.order)
    ).all()


def others_of(session: Session, report: Report, since: datetime) -> Sequence[Report]:
    """The student's other reports since then, the newest first."""
    if report.student_id is None:
        return ()
    return session.scalars(
        select(Report)
        .where(
            Report.student_id == report.student_id,
            Report.id != report.id,
            Report.created_at >= since,
        )
        .order_by(Report.id.desc())
    ).all()


def recordings_of(session: Session, report_ids: Sequence[int]) -> dict[int, Voicemail]:
    """The message that each report comes from, where it comes from one."""
    return messages_of(session, report_ids)


def _waits_at(session: Session, report_id: int) -> Tuple:
    """Where a report stands among those that wait; where it stood, if it is decided now."""
    disputed = session.scalar(select(_DISPUTED).where(Report.id == report_id))
    return tuple_(literal(0 if disputed else 1), literal(report_id))


def _stands_at(session: Session, report_id: int) -> Tuple:
    """Where a report stands in the order of all."""
    status = session.scalar(select(Report.status).where(Report.id == report_id))
    if status in WAITING:
        return _waits_at(session, report_id)
    return tuple_(literal(_DECIDED), literal(-report_id))


def _numbers(wanted: Wanted) -> Select[int]:
    query = select(Report.id).where(*_conditions(wanted))
    if wanted.grade is not None:
        query = query.join(StudentRow, StudentRow.student_id == Report.student_id)
    return query


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
    if wanted.flag is not None:
        conditions.append(flagged(wanted.flag))
    if wanted.updated_since is not None:
        conditions.append(Report.updated_at >= wanted.updated_since)
    if wanted.search is not None:
        conditions.append(or_(*_found(wanted.search)))
    for column, value in (
        (Report.student_id, wanted.student_id),
        (Report.channel, wanted.channel),
        (Report.language, wanted.language),
        (StudentRow.grade, wanted.grade),
    ):
        if value is not None:
            conditions.append(column == value)
    return conditions


def _found(search: Search) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Report.student_id.in_(search.student_ids)]
    if search.words:
        found.append(Report.student_as_heard.icontains(search.words, autoescape=True))
        found.append(Report.reporter_name.icontains(search.words, autoescape=True))
    if search.reference:
        found.append(Report.reference == search.reference)
    if search.digits:
        found.append(Report.from_phone.endswith(search.digits, autoescape=True))
        found.append(Report.student_id.startswith(search.digits, autoescape=True))
    return found

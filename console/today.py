"""The morning in figures: what waits, what is done, and how long until the school's deadline."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from console.office import Office
from flows.reading.values import Part
from school.holds import Hold
from school.outbox import Message, MessageStatus
from school.report_facts import WAITING
from school.reports import Report, ReportDay, Status

NO_FLAGS = "[]"
LOST = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class Today:
    """What a clerk wants to know at a glance."""

    waiting: int
    doubtful: int
    confirmed: int  # for today
    to_enter: int  # confirmed for today, not in the district's system yet
    lost: int  # messages that did not arrive today
    deadline: datetime | None  # None on a day without school
    now: datetime

    @property
    def left(self) -> str:
        """The time until the deadline in words."""
        if self.deadline is None:
            return ""
        seconds = (self.deadline - self.now).total_seconds()
        hours, minutes = divmod(int(seconds // 60), 60)
        if seconds < 0:
            return "passed"
        return f"{hours} h {minutes} min left" if hours else f"{minutes} min left"


def today(session: Session, office: Office) -> Today:
    """The figures now."""
    now = office.now()
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    waiting, doubtful = session.execute(
        select(
            func.count(),
            func.sum(case((cast(Report.flags, String) == NO_FLAGS, 0), else_=1)),
        ).where(Report.status.in_(WAITING))
    ).one()
    confirmed, entered = session.execute(
        select(func.count(), func.count(ReportDay.entered_at))
        .join(Report, Report.id == ReportDay.report_id)
        .where(
            ReportDay.day == now.date(),
            Report.status == Status.CONFIRMED,
            Report.partial_kind.is_distinct_from(str(Part.EARLY)),
        )
    ).one()
    lost = session.scalar(
        select(func.count()).where(Message.status.in_(LOST), Message.due_at >= midnight)
    )
    school_day = office.school.time.calendar.is_school_day(now.date())
    deadline = datetime.combine(now.date(), office.school.time.deadline, now.tzinfo)
    return Today(
        waiting=waiting,
        doubtful=doubtful or 0,
        confirmed=confirmed,
        to_enter=confirmed - entered,
        lost=lost or 0,
        deadline=deadline if school_day else None,
        now=now,
    )


def token(session: Session, now: datetime) -> str:
    """Changes whenever a list of reports may look different: a change, a hold, or its end."""
    changed, count = session.execute(select(func.max(Report.updated_at), func.count())).one()
    held, since = session.execute(
        select(func.count(), func.max(Hold.since)).where(Hold.until > now)
    ).one()
    return "-".join(str(part) for part in (changed, since, count, held)).replace(" ", "T")

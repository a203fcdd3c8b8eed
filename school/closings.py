"""Days on which the school stays closed against its calendar: snow, a burst pipe.

Whoever learns of it in the morning writes it down in the console, and the next call is answered
by it. Why is said to staff alone: a family is told that there is no school, in its own language.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from threading import Lock

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.database import Base, Clock, Database, UtcDateTime
from school.school_file import School

AT_ONCE = timedelta()
LOOK_AGAIN = timedelta(seconds=2)  # a closing is known everywhere this soon
LONGEST_WHY = 80


class Closing(Base):
    """One day without school that the school file does not have."""

    __tablename__ = "closings"

    day: Mapped[date] = mapped_column(primary_key=True)
    why: Mapped[str] = mapped_column(String(LONGEST_WHY))
    closed_by: Mapped[str] = mapped_column(String(254))
    closed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CannotClose(Exception):
    """The day cannot be closed; the sentence says why."""


def close(
    session: Session, school: School, day: date, why: str, who: str, now: datetime
) -> Closing:
    """Close the school on this day. `school`: as it is open now.

    Raises:
        CannotClose: it is no school day.
    """
    calendar = school.time.calendar
    if not calendar.in_year(day):
        raise CannotClose("This day is not in the school year.")
    if not calendar.is_school_day(day) or session.get(Closing, day) is not None:
        raise CannotClose("There is no school on this day anyway.")
    closing = Closing(day=day, why=why[:LONGEST_WHY], closed_by=who, closed_at=now)
    session.add(closing)
    return closing


def closings(session: Session) -> Mapping[date, str]:
    """The days closed, each with why."""
    return {row.day: row.why for row in session.scalars(select(Closing).order_by(Closing.day))}


def closed_on(school: School, days: Mapping[date, str]) -> School:
    """The school with these days closed besides those of its file."""
    calendar = school.time.calendar
    closed = replace(calendar, no_school={**calendar.no_school, **days})
    return replace(school, time=replace(school.time, calendar=closed))


class OpenSchool:
    """The school as it is open now: its file, and the closings since, read anew now and then."""

    def __init__(self, school: School, database: Database, clock: Clock) -> None:
        self._filed = school
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._now: tuple[School, Mapping[date, str], datetime] | None = None

    def get(self) -> School:
        """The school as of two seconds ago at the most."""
        now = self._clock()
        known = self._now
        # A clock that was put back shows a time before the last look.
        if known is not None and AT_ONCE <= now - known[2] < LOOK_AGAIN:
            return known[0]
        if not self._lock.acquire(blocking=known is None) and known is not None:
            return known[0]  # another thread looks; no family waits for it
        try:
            return self._look(now)
        finally:
            self._lock.release()

    def _look(self, now: datetime) -> School:
        known = self._now
        with self._database.reading() as session:
            days = closings(session)
        same = known is not None and known[1] == days
        school = known[0] if known and same else closed_on(self._filed, days)
        self._now = (school, days, now)
        return school

    def look_again(self) -> None:
        """Read it anew at the next question: who has just closed the school sees it closed."""
        self._now = None

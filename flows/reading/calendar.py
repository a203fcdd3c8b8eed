"""The school year: which days have school, and why the others have none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class SchoolCalendar:
    """First and last day of the year, both included, and the weekdays off with their names."""

    first_day: date
    last_day: date
    no_school: Mapping[date, str] = field(default_factory=dict)

    def in_year(self, day: date) -> bool:
        """Whether the day lies between the first and the last, weekends included."""
        return self.first_day <= day <= self.last_day

    def is_school_day(self, day: date) -> bool:
        """Whether there is school on this day."""
        return self.in_year(day) and day.weekday() < SATURDAY and day not in self.no_school

    def school_days(self, first: date, last: date) -> tuple[date, ...]:
        """The school days from first to last, both included, in order."""
        span = (max(first, self.first_day), min(last, self.last_day))
        return tuple(day for day in days_from(*span) if self.is_school_day(day))

    def next_school_day(self, after: date) -> date | None:
        """The first school day after this one; None when the year has no more."""
        start = max(after + ONE_DAY, self.first_day)
        return next((d for d in days_from(start, self.last_day) if self.is_school_day(d)), None)


def days_from(first: date, last: date) -> Iterator[date]:
    """Every calendar day from first to last, both included."""
    while first <= last:
        yield first
        first += ONE_DAY

"""Days in a row, and what the words for them are read against."""

from dataclasses import dataclass
from datetime import date, timedelta

from flows.reading.calendar import ONE_DAY, SchoolCalendar
from flows.reading.values import DayTrouble

WEEK = timedelta(days=7)
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class Reference:
    """What a phrase is read against.

    `past`: the words tell of something gone by. `announced`: of an absence to come. `before`:
    the last day said before these words, for "the rest of that week".
    """

    today: date
    calendar: SchoolCalendar
    day_first: bool = False
    past: bool = False
    announced: bool = False
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row, both ends included; `trouble` says why they cannot be meant."""

    first: date
    last: date
    weekday: int | None = None  # the weekday that was said
    bare: bool = False  # nothing but the weekday was said, so another week may be meant
    through: int | None = None  # the weekday that ends the row, if only weekdays were said
    is_date: bool = False  # said as a day of a month
    feast: date | None = None  # the holiday itself, among the days off around it
    trouble: DayTrouble | None = None


def on(day: date) -> Span:
    """One day as a span."""
    return Span(day, day)


def monday_of(day: date) -> date:
    """The Monday of this day's week."""
    return day - day.weekday() * ONE_DAY


def weekday_from(day: date, weekday: int) -> date:
    """The first such weekday on or after the day."""
    return day + (weekday - day.weekday()) % 7 * ONE_DAY


def weekday_before(day: date, weekday: int) -> date:
    """The last such weekday before the day."""
    return day - ((day.weekday() - weekday - 1) % 7 + 1) * ONE_DAY

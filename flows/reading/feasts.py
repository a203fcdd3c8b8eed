"""Holidays by name: the days off that the school's calendar calls so, and days around them."""

from collections.abc import Iterator, Sequence
from datetime import date

from flows.reading.calendar import ONE_DAY, SchoolCalendar, days_from
from flows.reading.phrases import Mark
from flows.reading.spans import FRIDAY, WEEK, Reference, Span, monday_of, on


def _holiday_days(mark: Mark, reference: Reference) -> Iterator[date]:
    """The days off of that name, the next ones, in a row."""
    name = str(mark.value("holiday"))
    named = {
        day
        for day, title in reference.calendar.no_school.items()
        if name == "break" or name in title.casefold()
    }
    start = min((d for d in named if d >= reference.today), default=None)
    if start is None:
        return
    for day in days_from(start, reference.calendar.last_day):
        if day in named:
            yield day
        elif day.weekday() <= FRIDAY:
            return


def holiday(mark: Mark, reference: Reference) -> Span | None:
    """All its days off."""
    days = list(_holiday_days(mark, reference))
    feast = _feast(days, reference.calendar)
    return Span(days[0], days[-1], feast=feast[0] if feast else None) if days else None


def day_after_holiday(mark: Mark, reference: Reference) -> Span | None:
    """The day after a holiday; after a break, the first one with school."""
    days = list(_holiday_days(mark, reference))
    feast = _feast(days, reference.calendar)
    if feast:
        return on(feast[0] + ONE_DAY)  # "the day after Thanksgiving" is off as well
    following = reference.calendar.next_school_day(days[-1]) if days else None
    return on(following) if following else None


def day_before_holiday(mark: Mark, reference: Reference) -> Span | None:
    """The day before a holiday; before a break, the last one with school."""
    days = list(_holiday_days(mark, reference))
    feast = _feast(days, reference.calendar)
    if feast:
        return on(feast[0] - ONE_DAY)
    before = reference.calendar.school_days(days[0] - WEEK, days[0]) if days else ()
    return on(before[-1]) if before else None


def week_before_holiday(mark: Mark, reference: Reference) -> Span | None:
    """The week before that of a holiday, or the last one before a break."""
    days = list(_holiday_days(mark, reference))
    if not days:
        return None
    monday = monday_of(days[0]) - WEEK
    return Span(monday, monday + FRIDAY * ONE_DAY)


def week_after_holiday(mark: Mark, reference: Reference) -> Span | None:
    """The week after that in which a holiday or a break ends."""
    days = list(_holiday_days(mark, reference))
    if not days:
        return None
    monday = monday_of(days[-1]) + WEEK
    return Span(monday, monday + FRIDAY * ONE_DAY)


def _feast(days: Sequence[date], calendar: SchoolCalendar) -> list[date]:
    """The holiday itself, among the days off around it."""
    return [day for day in days if "break" not in calendar.no_school[day].casefold()]


def easter_day(mark: Mark, reference: Reference) -> Span:
    """Good Friday, Ash Wednesday and others, the next ones."""
    offset = mark.numbers("easter_day")[0] * ONE_DAY
    this_year = easter(reference.today.year) + offset
    return on(this_year if this_year >= reference.today else easter(this_year.year + 1) + offset)


def easter(year: int) -> date:
    """Easter Sunday of the western churches, by the Gregorian reckoning (Meeus)."""
    golden, century, rest = year % 19, year // 100, year % 100
    moon = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * sunday) // 451
    month, day = divmod(moon + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)

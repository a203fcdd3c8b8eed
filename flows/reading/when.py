"""What one phrase about days means on a given day: "next Friday", "the 3rd", "all week".

Each meaning of the table [when] in a language's dates.toml has its function here. Weekends and
days off are kept; the calendar comes later. The rules are those of the labelled samples: weeks
begin on Monday, "next Friday" lies in the next calendar week, a weekday alone is the next one,
today included, and with a past tense the last one.
"""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from flows.reading import feasts
from flows.reading.calendar import ONE_DAY
from flows.reading.phrases import Mark
from flows.reading.spans import (
    FRIDAY,
    WEEK,
    Reference,
    Span,
    monday_of,
    on,
    weekday_before,
    weekday_from,
)
from flows.reading.values import DayTrouble

FAR_OFF = timedelta(days=120)  # so far that the other reading of 10/9 is likelier
NEAR = timedelta(days=60)
MONTHS = 12

Resolve = Callable[[Mark, Reference], Span | None]


def resolve(mark: Mark, reference: Reference) -> Span | None:
    """The days a phrase stands for; None where it names none (a holiday we do not know)."""
    try:
        return RESOLVERS[mark.meaning](mark, reference)
    except OverflowError:  # beyond the year 9999
        return None


def dated(day: int, month: int | None, year: int | None, reference: Reference) -> Span:
    """A day of the month, the next one, or the last one with a past tense."""
    today = reference.today
    if year and month:
        return _exactly(year, month, day, today)
    months = [(today.year + (today.month + i - 1) // MONTHS, (today.month + i - 1) % MONTHS + 1)
              for i in range(-MONTHS, MONTHS + 1)]  # fmt: skip
    found = [
        date(y, m, day)
        for y, m in months
        if (month is None or m == month) and 0 < day <= monthrange(y, m)[1]
    ]
    if not found:
        return Span(today, today, is_date=True, trouble=DayTrouble.NO_SUCH_DAY)
    ahead = next((d for d in found if d >= today), found[-1])
    behind = next((d for d in reversed(found) if d <= today), found[0])
    # "Absent 11/20" on the 24th has no tense; it means last week, not the next school year.
    outside = not reference.calendar.in_year(ahead) and today - behind < NEAR
    return replace(on(behind if reference.past or outside else ahead), is_date=True)


def _exactly(year: int, month: int, day: int, today: date) -> Span:
    try:
        return replace(on(date(year, month, day)), is_date=True)
    except ValueError:
        return Span(today, today, is_date=True, trouble=DayTrouble.NO_SUCH_DAY)


def _number(mark: Mark, *names: str) -> int:
    numbers = mark.numbers(*names)
    return numbers[0] if numbers else 1


def _day(mark: Mark, reference: Reference) -> Span:
    return on(reference.today + _number(mark, "relative_day") * ONE_DAY)


def _weekday(mark: Mark, reference: Reference) -> Span:
    weekday = _number(mark, "weekday")
    find = weekday_before if reference.past else weekday_from
    return replace(on(find(reference.today, weekday)), weekday=weekday, bare=True)


def _coming_weekday(mark: Mark, reference: Reference) -> Span:
    """The first one after today: "this coming Wednesday" is never said of today."""
    return on(weekday_from(reference.today + ONE_DAY, _number(mark, "weekday")))


def _next_weekday(mark: Mark, reference: Reference) -> Span:
    weekday = _number(mark, "weekday")
    return replace(on(monday_of(reference.today) + WEEK + weekday * ONE_DAY), weekday=weekday)


def _last_weekday(mark: Mark, reference: Reference) -> Span:
    return on(monday_of(reference.today) - WEEK + _number(mark, "weekday") * ONE_DAY)


def _past_weekday(mark: Mark, reference: Reference) -> Span:
    return on(weekday_before(reference.today, _number(mark, "weekday")))


def _weekday_after_next(mark: Mark, reference: Reference) -> Span:
    return on(_next_weekday(mark, reference).first + WEEK)


def _weekday_of_week(mark: Mark, reference: Reference) -> Span:
    monday = monday_of(reference.today) + _number(mark, "week") * WEEK
    return on(monday + _number(mark, "weekday") * ONE_DAY)


def _week_from_day(mark: Mark, reference: Reference) -> Span:
    days = mark.numbers("relative_day") or (0,)
    return on(reference.today + days[0] * ONE_DAY + WEEK)


def _week_from_weekday(mark: Mark, reference: Reference) -> Span:
    return on(weekday_from(reference.today, _number(mark, "weekday")) + WEEK)


def _weeks_from_day(mark: Mark, reference: Reference) -> Span:
    ahead = _number(mark, "n") * WEEK + _number(mark, "relative_day") * ONE_DAY
    return on(reference.today + ahead)


def _weeks_from_weekday(mark: Mark, reference: Reference) -> Span:
    weekday = weekday_from(reference.today, _number(mark, "weekday"))
    return on(weekday + _number(mark, "n") * WEEK)


def _days_ahead(mark: Mark, reference: Reference) -> Span:
    return on(reference.today + _number(mark, "n") * ONE_DAY)


def _weeks_ahead(mark: Mark, reference: Reference) -> Span:
    day = reference.today + (mark.numbers("n") or (2,))[0] * WEEK
    weekday = mark.numbers("weekday")
    return on(monday_of(day) + weekday[0] * ONE_DAY if weekday else day)


def _days_ago(mark: Mark, reference: Reference) -> Span:
    return on(reference.today - _number(mark, "n") * ONE_DAY)


def _month_day(mark: Mark, reference: Reference) -> Span:
    year = mark.numbers("year")
    return dated(_number(mark, "n", "nth"), _number(mark, "month"), _one(year), reference)


def _weekday_day(mark: Mark, reference: Reference) -> Span:
    """For "Friday 12" and "lunes veintidós": the weekday must be that day's."""
    found = dated(_number(mark, "n", "nth"), None, None, reference)
    weekday = _number(mark, "weekday")
    if found.trouble or found.first.weekday() == weekday:
        return found
    return replace(found, trouble=DayTrouble.WEEKDAY_DIFFERS)


def _day_range(mark: Mark, reference: Reference) -> Span:
    """For "del 16 al 19": both ends in one month, or the end in the next."""
    first, last = mark.numbers("n", "nth")[:2]
    end = dated(last, _one(mark.numbers("month")), None, reference)
    if end.trouble:
        return end
    month = end.first.month if first <= last else (end.first - last * ONE_DAY).month
    begin = dated(first, month, None, reference)
    return begin if begin.trouble else Span(min(begin.first, end.first), end.first)


def _of_month(mark: Mark, reference: Reference) -> tuple[int, int]:
    """Year and month of "in March", "of the month": the next such month, this one included."""
    month = _one(mark.numbers("month")) or reference.today.month
    return reference.today.year + (month < reference.today.month), month


def _week_of_month(mark: Mark, reference: Reference) -> Span:
    """The first, second … or last school week of a month; a week belongs where its Monday is."""
    monday = _nth_weekday(0, mark, reference)
    return Span(monday, monday + FRIDAY * ONE_DAY)


def _weekday_of_month(mark: Mark, reference: Reference) -> Span:
    return on(_nth_weekday(_number(mark, "weekday"), mark, reference))


def _nth_weekday(weekday: int, mark: Mark, reference: Reference) -> date:
    year, month = _of_month(mark, reference)
    days = [date(year, month, day + 1) for day in range(monthrange(year, month)[1])]
    fitting = [day for day in days if day.weekday() == weekday]
    nth = _one(mark.numbers("nth"))
    return fitting[min(nth, len(fitting)) - 1] if nth else fitting[-1]


def _day_of_month(mark: Mark, reference: Reference) -> Span:
    return dated(_number(mark, "n", "nth"), None, None, reference)


def _numeric(mark: Mark, reference: Reference) -> Span:
    """12/3: month and day in the language's order, or the other where only that makes sense."""
    first, second = mark.numbers("n")
    month, day = (second, first) if reference.day_first else (first, second)
    if month > MONTHS:
        month, day = day, month
    year = _one(mark.numbers("year"))
    found = dated(day, month, year, reference)
    if day > MONTHS or day == month:
        return found
    other = dated(month, day, year, reference)
    far = found.trouble or abs(found.first - reference.today) > FAR_OFF
    near = not other.trouble and abs(other.first - reference.today) < NEAR
    return other if far and near and not reference.calendar.is_school_day(found.first) else found


def _numeric_dash(mark: Mark, reference: Reference) -> Span | None:
    """2-11: a date only where it is near; "2-3 days" and "grades 9-10" are none."""
    found = _numeric(mark, reference)
    return None if abs(found.first - reference.today) > NEAR else found


def _one(numbers: tuple[int, ...]) -> int | None:
    return numbers[0] if numbers else None


def _week(mark: Mark, reference: Reference) -> Span:
    weeks = mark.numbers("week") or (0,)
    monday = monday_of(reference.today) + weeks[0] * WEEK
    friday = monday + FRIDAY * ONE_DAY
    if weeks[0]:
        return Span(monday, friday)
    return Span(monday, reference.today) if reference.past else Span(reference.today, friday)


def _rest_of_that_week(_: Mark, reference: Reference) -> Span:
    """From the day said before to the Friday of its week."""
    day = reference.before or reference.today
    return Span(day, max(day, monday_of(day) + FRIDAY * ONE_DAY))


def _week_and_next(mark: Mark, reference: Reference) -> Span:
    """For "all this week and next"."""
    this = _week(mark, reference)
    return Span(this.first, monday_of(this.first) + WEEK + FRIDAY * ONE_DAY)


def _following_day(_: Mark, reference: Reference) -> Span:
    """The next day with school after the day said before, or after today."""
    day = reference.before or reference.today
    after = reference.calendar.next_school_day(day) if reference.before else None
    return on(after or day + ONE_DAY)


def _past_days(mark: Mark, reference: Reference) -> Span | None:
    """The last so many school days, today left out."""
    today, calendar = reference.today, reference.calendar
    before = calendar.school_days(calendar.first_day, today - ONE_DAY)
    number = (mark.numbers("n") or (2,))[0]
    return Span(before[-number], before[-1]) if 0 < number <= len(before) else None


def _month(mark: Mark, reference: Reference) -> Span:
    """A whole month; only "until March" and "through March" name no more."""
    year, month = _of_month(mark, reference)
    return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _fixed_day(mark: Mark, reference: Reference) -> Span:
    month, day = (int(part) for part in str(mark.value("fixed_day")).split("-"))
    return dated(day, month, None, reference)


RESOLVERS: dict[str, Resolve] = {
    "day": _day,
    "weekday": _weekday,
    "coming_weekday": _coming_weekday,
    "next_weekday": _next_weekday,
    "last_weekday": _last_weekday,
    "past_weekday": _past_weekday,
    "weekday_after_next": _weekday_after_next,
    "weekday_of_week": _weekday_of_week,
    "week_from_day": _week_from_day,
    "week_from_weekday": _week_from_weekday,
    "weeks_from_day": _weeks_from_day,
    "weeks_from_weekday": _weeks_from_weekday,
    "days_ahead": _days_ahead,
    "weeks_ahead": _weeks_ahead,
    "days_ago": _days_ago,
    "month_day": _month_day,
    "day_of_month": _day_of_month,
    "weekday_day": _weekday_day,
    "day_range": _day_range,
    "week_of_month": _week_of_month,
    "weekday_of_month": _weekday_of_month,
    "numeric_dash": _numeric_dash,
    "numeric": _numeric,
    "week": _week,
    "week_and_next": _week_and_next,
    "following_day": _following_day,
    "past_days": _past_days,
    "month": _month,
    "whole_week": _week,
    "rest_of_week": _week,
    "rest_of_that_week": _rest_of_that_week,
    "holiday": feasts.holiday,
    "day_after_holiday": feasts.day_after_holiday,
    "day_before_holiday": feasts.day_before_holiday,
    "week_before_holiday": feasts.week_before_holiday,
    "week_after_holiday": feasts.week_after_holiday,
    "fixed_day": _fixed_day,
    "easter_day": feasts.easter_day,
}

"""Days as staff type them: "Tue 24 Nov", "11/24 to 11/26, 11/30", "today, tomorrow"."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from console import words
from flows.calendar_words import runs_of
from flows.reading.calendar import SchoolCalendar

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TO = re.compile(r"\s+(?:to|until|through|-)\s+|\s*[–—]\s*|(?<=/\d)-|(?<=/\d\d)-")
ITEM = re.compile(r"\s*(?:[,;\n]|\band\b)\s*")
WEEKDAY = re.compile(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.? (?=\S)")
ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})")
SLASHES = re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})(?:/(?P<y>\d{2,4}))?")
DAY_MONTH = re.compile(r"(?P<d>\d{1,2})\.? (?P<w>[a-z]{3,9})\.?(?: (?P<y>\d{4}))?")
MONTH_DAY = re.compile(r"(?P<w>[a-z]{3,9})\.? (?P<d>\d{1,2})(?: (?P<y>\d{4}))?")
CENTURY = 2000
LONGEST_RANGE = timedelta(days=400)


class NoDays(ValueError):
    """What was typed is no school day; the sentence says which part."""


def shown(days: tuple[date, ...], today: date) -> str:
    """The days as they stand in the field."""
    runs = (
        words.day(first, today)
        if first == last
        else f"{words.day(first, today)} to {words.day(last, today)}"
        for first, last in runs_of(days)
    )
    return ", ".join(runs)


def read(typed: str, calendar: SchoolCalendar, today: date) -> tuple[date, ...]:
    """The school days that are meant, in order; a range passes over days off.

    Raises:
        NoDays: with a sentence on the part that cannot be.
    """
    found: set[date] = set()
    for item in filter(None, ITEM.split(typed.strip())):
        found.update(_item(item, calendar, today))
    return tuple(sorted(found))


def _item(item: str, calendar: SchoolCalendar, today: date) -> Iterator[date]:
    first, *rest = (_day(part, calendar, today) for part in TO.split(item, maxsplit=1))
    last = rest[0] if rest else first
    if not timedelta(0) <= last - first <= LONGEST_RANGE:
        raise NoDays(f"“{item}” ends before it begins, or is too long.")
    days = calendar.school_days(first, last)
    if not days:
        why = calendar.no_school.get(first)
        raise NoDays(
            f"There is no school on {words.day(first, today)}{f' ({why})' if why else ''}."
        )
    yield from days


def _day(part: str, calendar: SchoolCalendar, today: date) -> date:
    text = WEEKDAY.sub("", " ".join(part.casefold().split()))
    near = {"today": today, "tomorrow": today + timedelta(days=1)}.get(text)
    if near:
        return near
    for pattern in (ISO, SLASHES, DAY_MONTH, MONTH_DAY):
        match = pattern.fullmatch(text)
        if match:
            return _made(match, part, calendar, today)
    raise NoDays(f"“{part.strip()}” is not a day. Write it as 11/24 or 24 Nov.")


def _made(match: re.Match[str], part: str, calendar: SchoolCalendar, today: date) -> date:
    given = match.groupdict()
    try:
        month = int(given["m"]) if "m" in given else MONTHS.index(given["w"][:3]) + 1
        if given["y"]:
            year = int(given["y"])
            return date(year + CENTURY if year < CENTURY // 20 else year, month, int(given["d"]))
        near = [date(today.year + more, month, int(given["d"])) for more in (0, 1, -1)]
    except ValueError:
        raise NoDays(f"“{part.strip()}” is not a day. Write it as 11/24 or 24 Nov.") from None
    return next((day for day in near if calendar.in_year(day)), near[0])

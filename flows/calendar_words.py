"""Days and times in words, for the ear and for a text."""

from datetime import date, time, timedelta
from functools import lru_cache
from itertools import pairwise

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time

FRIDAY = 4
LONGEST_LIST = 2  # from three days in a row on, the first and the last say it

# CLDR puts no-break spaces into times; one of them would make a whole text cost twice as much.
PLAIN_SPACES = str.maketrans({"\u202f": " ", "\u00a0": " "})


@lru_cache(maxsize=4096)
def day_in_words(day: date, locale: Locale, *, short: bool) -> str:
    """The day with its weekday: "Tuesday, November 24", or short "Tue, Nov 24"."""
    if short:
        return format_skeleton("MMMEd", day, locale=locale)
    # There is no long form with a weekday and without a year in every language.
    weekday, rest = format_date(day, "EEEE", locale), format_skeleton("MMMMd", day, locale=locale)
    return f"{weekday}, {rest}"


@lru_cache(maxsize=512)
def time_in_words(at: time, locale: Locale) -> str:
    """The time of day as the language writes it: "9:30 AM"."""
    return format_time(at, "short", locale=locale).translate(PLAIN_SPACES)


def runs_of(days: tuple[date, ...]) -> list[tuple[date, date]]:
    """Days in order as runs (first, last) of weekdays on end; a weekend does not break one.

    Two days in a row stay two runs: "Monday and Tuesday" is shorter said than a range.
    """
    runs: list[list[date]] = [[day] for day in days[:1]]
    for before, day in pairwise(days):
        if day == _weekday_after(before):
            runs[-1].append(day)
        else:
            runs.append([day])
    return [
        pair
        for run in runs
        for pair in ([(run[0], run[-1])] if len(run) > LONGEST_LIST else [(d, d) for d in run])
    ]


def _weekday_after(day: date) -> date:
    return day + timedelta(days=3 if day.weekday() == FRIDAY else 1)

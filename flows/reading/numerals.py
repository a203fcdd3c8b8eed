"""Dates and clock times written in figures: 12/3, 12/3-5, 3.12.2026, 2026-12-03, 8:15a.

Words for numbers are the language's tables; figures are read here, once for all languages. A
telephone number is neither: its groups are longer than two figures, or more than three.
"""

import re
from collections.abc import Iterator

from flows.reading.phrases import Mark, Value
from flows.reading.utterance import Token, Utterance

DASHED = "numeric_dash"
NUMERIC, HOUR_MINUTE, HOUR = "numeric", "hour_minute", "hour"
DATE_MARKS = {"/", "-", "."}
CLOCK_MARKS = {":", "."}
HALF_DAYS = {"a": "am", "am": "am", "p": "pm", "pm": "pm"}
COMPACT_CLOCK = re.compile(r"(1[0-2]|0?[1-9])([0-5]\d)")
HOURS, MINUTES = 24, 60
MONTHS, LONGEST_MONTH = 12, 31
LONGEST = 4  # digits of a year; more are no date and no time


def numeric_marks(utterance: Utterance) -> Iterator[Mark]:
    """The dates (table `when`) and times (table `clock`) in figures, from left to right."""
    index = 0
    while index < len(utterance):
        mark = None
        if utterance.keys[index].isdecimal():
            mark = _date(utterance, index) or _clock(utterance, index)
        if mark:
            yield mark
        index = mark.end if mark else index + 1


def _figures(utterance: Utterance, start: int, marks: set[str]) -> tuple[list[Token], str]:
    """The figures from `start` that one and the same mark joins, and the mark."""
    run = [utterance.tokens[start]]
    if len(run[0].key) > LONGEST:
        return [], ""
    joint = ""
    for token in utterance.tokens[start + 1 :]:
        figure = token.key.isdecimal() and len(token.key) <= LONGEST
        if not figure or token.gap not in marks or (joint and token.gap != joint):
            break
        joint = token.gap
        run.append(token)
    return run, joint


def _date(utterance: Utterance, start: int) -> Mark | None:
    run, joint = _figures(utterance, start, DATE_MARKS)
    numbers = [int(token.key) for token in run]
    if not run:
        return None
    if len(run[0].key) == 4 and len(run) == 3:  # 2026-12-03
        year, month, day = numbers
    elif len(run) == 3 and all(len(token.key) <= 4 for token in run):
        month, day, year = numbers[0], numbers[1], numbers[2] % 100 + 2000
    elif len(run) == 2 and joint == "/":
        (month, day), year = numbers, 0
    elif len(run) == 2 and joint == "." and len(run[1].key) == 2 and numbers[0] > HOURS:
        (month, day), year = numbers, 0  # 25.11; a smaller one may be a time, and is read there
    elif len(run) == 2 and joint == "-" and not _of_a_length(utterance, start + 2):
        return _month_day(DASHED, start, numbers[0], numbers[1])
    else:
        return None
    if not (0 < month <= LONGEST_MONTH and 0 < day <= LONGEST_MONTH and min(month, day) <= MONTHS):
        return None
    values: tuple[tuple[str, Value], ...] = (("n", month), ("n", day))
    values += (("year", year),) if year else ()
    return Mark("when", NUMERIC, start, start + len(run), values)


def _month_day(meaning: str, start: int, month: int, day: int) -> Mark | None:
    if not (0 < month <= LONGEST_MONTH and 0 < day <= LONGEST_MONTH and min(month, day) <= MONTHS):
        return None
    return Mark("when", meaning, start, start + 2, (("n", month), ("n", day)))


def _of_a_length(utterance: Utterance, at: int) -> bool:
    """Whether a word goes on about the figures, as in "2-3 days" or "9-10 am"."""
    return at < len(utterance) and utterance.tokens[at].gap == " " and utterance.keys[at].isalpha()


def _clock(utterance: Utterance, start: int) -> Mark | None:
    run, _ = _figures(utterance, start, CLOCK_MARKS)
    if not run:
        return None
    compact = COMPACT_CLOCK.fullmatch(run[0].key)
    half, end = _half_day(utterance, start + min(len(run), 2))
    if (
        len(run) == 2
        and len(run[1].key) == 2
        and _is_time(hour := int(run[0].key), int(run[1].key))
    ):
        return Mark("clock", HOUR_MINUTE, start, end, (("n", hour), ("n", int(run[1].key)), *half))
    if len(run) == 1 and compact and (half or _after_at(utterance, start)):
        hour, minute = (int(part) for part in compact.groups())
        return Mark("clock", HOUR_MINUTE, start, end, (("n", hour), ("n", minute), *half))
    if len(run) == 1 and half and len(run[0].key) <= 2 and _is_time(int(run[0].key), 0):
        return Mark("clock", HOUR, start, end, (("n", int(run[0].key)), *half))
    return None


def _is_time(hour: int, minute: int) -> bool:
    return hour < HOURS and minute < MINUTES


def _half_day(utterance: Utterance, at: int) -> tuple[tuple[tuple[str, Value], ...], int]:
    """Am or pm after the figures, and where they end with it."""
    keys = utterance.keys
    if keys[at : at + 2] in (("a", "m"), ("p", "m")):
        return (("half", f"{keys[at]}m"),), at + 2
    if at < len(keys) and keys[at] in HALF_DAYS and utterance.tokens[at].gap in {"", " "}:
        return (("half", HALF_DAYS[keys[at]]),), at + 1
    return (), at


def _after_at(utterance: Utterance, index: int) -> bool:
    """Whether a short word stands before the figure, as in "at 1030"; a number alone is none."""
    before = utterance.keys[index - 1] if index else ""
    return before.isalpha() and len(before) <= 6 and not utterance.pause_before(index)

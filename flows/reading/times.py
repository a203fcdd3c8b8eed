"""Clock times: at ten thirty, half past nine, noon, 8:15a.

One to six is the afternoon and seven to twelve as said, as a school day runs: nobody arrives at
one in the morning. Which time of several is the one of arrival or leaving is decided here too;
an appointment's time is not.
"""

from collections.abc import Callable, Iterator, Set
from datetime import time
from typing import NamedTuple

from flows.reading.cues import AWAY
from flows.reading.language import Marked
from flows.reading.numerals import numeric_marks
from flows.reading.phrases import Mark, longest, said_at_once

NOON, FIRST_MORNING_HOUR = 12, 7
HALF_DAY = 12
HOURS, MINUTES = 24, 60
MOST_AROUND_HOUR = 1  # tokens
NEAR = 6  # tokens between an appointment and its time


class ClockTime(NamedTuple):
    """A time of day, where it was said, and whether it is an appointment's or that of leaving."""

    at: time
    start: int
    end: int
    of_appointment: bool
    of_leaving: bool


def read_times(marked: Marked, *, bare: bool = False) -> list[ClockTime]:
    """The clock times of a message in order.

    With `bare` a number alone is an hour, as in an answer.
    """
    figures = [mark for mark in numeric_marks(marked.utterance) if mark.table == "clock"]
    if bare:
        figures += _lone_hours(marked)
    found: list[ClockTime] = []
    spoken = (mark for mark in marked.table("clock") if said_at_once(mark, marked.utterance))
    for mark in longest([*figures, *spoken]):
        overlaps = found and mark.start < found[-1].end
        if overlaps or not marked.names.isdisjoint(range(mark.start, mark.end)):
            continue
        if at := _time(mark, marked):
            found.append(
                ClockTime(
                    at,
                    mark.start,
                    mark.end,
                    of_appointment=_of_appointment(marked, mark),
                    of_leaving=_of_leaving(marked, mark),
                )
            )
    return found


def _lone_hours(marked: Marked) -> Iterator[Mark]:
    """A number that is the answer, or nearly: "ten", "like ten"; not one of many words."""
    numbers = list(marked.class_words_of("n"))
    if len(numbers) != 1 or len(marked) > MOST_AROUND_HOUR + 1:
        return
    index, word = numbers[0]
    if 0 < int(word.value) <= NOON and word.end == len(marked):
        yield Mark("clock", "hour", index, word.end, (("n", word.value),))


def choose_time(times: list[ClockTime], *, leaving: bool) -> ClockTime | None:
    """The time of arrival, or of leaving; an appointment's serves for leaving, failing another."""
    own = [clock for clock in times if not clock.of_appointment]
    own = [clock for clock in own if clock.of_leaving is leaving] or own
    if own:
        return own[-1] if not leaving else own[0]
    return times[0] if times and leaving else None


def _of_appointment(marked: Marked, mark: Mark) -> bool:
    """Whether an appointment is the last thing said before it, or it is "her ten o'clock"."""
    owned = marked.class_at(mark.start - 1, "their") or marked.class_at(mark.start - 1, "my")
    if owned and any(0 <= cue.start - mark.end <= 1 for cue in _events(marked)):
        return True
    ahead = _cues_before(marked, mark, AWAY | {"event", "back"})
    return bool(ahead) and ahead[-1].meaning == "event" and mark.start - ahead[-1].end <= NEAR


def _of_leaving(marked: Marked, mark: Mark) -> bool:
    """Whether it is said of leaving: the two in "in late at ten, leaves early at two"."""
    cues = _cues_before(marked, mark, {"late", "early"})
    return bool(cues) and cues[-1].meaning == "early"


def _cues_before(marked: Marked, mark: Mark, meanings: Set[str]) -> list[Mark]:
    """The cues of these meanings that are said before it, or that it is the end of."""
    return [
        cue
        for cue in marked.table("cue")
        if cue.meaning in meanings and (cue.end <= mark.start or cue.start < mark.start < cue.end)
    ]


def _events(marked: Marked) -> Iterator[Mark]:
    return (cue for cue in marked.table("cue") if cue.meaning == "event")


def _time(mark: Mark, marked: Marked) -> time | None:
    numbers = mark.numbers("n")
    parts = CLOCKS[mark.meaning](numbers) if mark.meaning in CLOCKS else None
    if parts is None:
        return None
    hour, minute = parts
    if not (0 <= hour < HOURS and 0 <= minute < MINUTES):
        return None
    half = mark.value("half") or _half_said(mark, marked)
    return time(_on_the_24_hour_clock(hour, str(half or "")), minute)


def _half_said(mark: Mark, marked: Marked) -> str:
    keys = marked.keys[mark.start : mark.end + 2]
    if {"pm", "p"} & set(keys):
        return "pm"
    return "am" if "am" in keys else ""


def _on_the_24_hour_clock(hour: int, half: str) -> int:
    if half == "am":
        return hour % HALF_DAY if hour == HALF_DAY else hour
    if half == "pm" and hour < NOON:
        return hour + HALF_DAY
    return hour + HALF_DAY if 0 < hour < FIRST_MORNING_HOUR else hour


def _hour(numbers: tuple[int, ...]) -> tuple[int, int] | None:
    return (numbers[0], 0) if numbers else None


def _hour_minute(numbers: tuple[int, ...]) -> tuple[int, int] | None:
    return (numbers[0], numbers[1]) if len(numbers) > 1 else None


def _to(numbers: tuple[int, ...]) -> tuple[int, int] | None:
    return ((numbers[1] - 1) % HALF_DAY or NOON, MINUTES - numbers[0]) if len(numbers) > 1 else None


def _past(numbers: tuple[int, ...]) -> tuple[int, int] | None:
    return (numbers[1], numbers[0]) if len(numbers) > 1 else None


CLOCKS: dict[str, Callable[[tuple[int, ...]], tuple[int, int] | None]] = {
    "hour": _hour,
    "hour_minute": _hour_minute,
    "half_past": lambda numbers: (numbers[0], 30),
    "half_to": lambda numbers: _to((30, *numbers)),
    "quarter_past": lambda numbers: (numbers[0], 15),
    "quarter_to": lambda numbers: _to((15, *numbers)),
    "three_quarters": lambda numbers: (numbers[0], 45),
    "quarter_off": lambda numbers: _to((15, *numbers)),
    "minutes_off": lambda numbers: _to(numbers[1::-1]),
    "minutes_past": _past,
    "minutes_to": _to,
    "noon": lambda _: (NOON, 0),
}

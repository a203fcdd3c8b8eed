"""More than one telling in a message: "Mariana is out today and Marlene tomorrow".

A form has one set of days and one reason for all its students. A message that tells of each
something else is cut between them, and each part fills a form of its own.
"""

from collections.abc import Callable

from flows.events import Words
from flows.filling import student_ids_said
from flows.reading.findings import Finding, Source, Understood
from flows.reading.language import Marked
from flows.reading.values import Intent, Reading

REPORTS = {Intent.REPORT_ABSENCE, Intent.LATE_ARRIVAL}

Read = Callable[[Words], Reading]


def tellings(marked: Marked, reading: Reading, read: Read) -> tuple[Words, ...]:
    """The parts of a message that tell of different students different things.

    Args:
        marked: the whole message, by its language's tables.
        reading: of the whole message.
        read: reads a part of it alone.

    Returns:
        The message in one piece where it tells of one student only, or of all the same.
    """
    utterance = marked.utterance
    middle = _middle(marked, reading)
    if middle is not None:
        parts = utterance.words(0, middle), utterance.words(middle, len(utterance))
        one, other = read(parts[0]), read(parts[1])
        here, there = set(student_ids_said(one)), set(student_ids_said(other))
        apart = here and there and not here & there
        if apart and set(student_ids_said(reading)) <= here | there and _differ(one, other):
            return parts
    return (utterance.words(0, len(utterance)),)


def _middle(marked: Marked, reading: Reading) -> int | None:
    """The token at which the clause of the second student's name begins."""
    finding, utterance = reading.students, marked.utterance
    said = finding.value.as_said if isinstance(finding, Understood) else ()
    places = sorted((utterance.text.find(name), name) for name in said if name)
    match places:
        case [(start, name), (second, _), *_] if start >= 0:
            between = [
                index
                for index, token in enumerate(utterance.tokens)
                if start + len(name) <= token.start <= second
            ]
        case _:
            return None
    ands = {mark.start for mark in marked.table("join") if mark.meaning == "and"}
    begins = [index for index in between if index in ands or utterance.pause_before(index)]
    return begins[-1] if begins else next(reversed(between), None)


def _differ(one: Reading, other: Reading) -> bool:
    """Whether both report, and the days, the reasons or the parts of the day are not the same."""
    if not {one.intent.value, other.intent.value} <= REPORTS:
        return False
    parts = one.partial_day is None, other.partial_day is None
    return parts[0] != parts[1] or _two(one.days, other.days) or _two(one.reason, other.reason)


def _two(one: Finding[object], other: Finding[object]) -> bool:
    """Whether both were said, and are not the same."""
    return (
        isinstance(one, Understood)
        and isinstance(other, Understood)
        and one.source is other.source is Source.SAID
        and one.value != other.value
    )

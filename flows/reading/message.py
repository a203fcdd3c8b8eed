"""`interpret`: one message, all facts."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from collections.abc import Mapping

from flows.events import Words
from flows.reading.calendar import SchoolCalendar
from flows.reading.roster import Roster
from flows.reading.values import Reading, Slot


class Manner(StrEnum):
    """How words came: a recogniser spells as it likes, a typed name counts as typed."""

    SPEECH = "speech"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `language` is a code such as `en`; `phone` E.164, None when withheld."""

    words: Words
    manner: Manner
    language: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Background:
    """What a message is read against: who there is, which days have school, and the moment.

    `now` is aware and in the school's own time zone. `reasons` are the school's extra phrases
    for a reason code, beyond the language's own lexicon.
    """

    roster: Roster
    calendar: SchoolCalendar
    now: datetime
    reasons: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def interpret(message: Message, background: Background, asked: Slot | None = None) -> Reading:
    """Read one message.

    Args:
        message: what was said or typed, how, in which language, from which number.
        background: roster, calendar and the moment to read it against.
        asked: the fact just asked for, so that a bare "Maria Lopez" or "fever" is its answer;
            None for a message out of the blue.

    Returns:
        A finding for every fact. Days are school days of the calendar, students of the roster.
        Never raises, whatever the words.
    """
    raise NotImplementedError

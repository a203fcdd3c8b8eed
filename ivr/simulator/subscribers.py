"""Families' telephones, as the simulated carrier knows them: their texts, and who is ringing."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import RLock

from ivr.simulator.carrier import Spoken
from ivr.simulator.rest_api import Resource

MOST_NUMBERS = 500  # the one least lately used is forgotten
MOST_TEXTS = 200  # of one number


class Side(StrEnum):
    """Who wrote a text."""

    FAMILY = "family"
    SCHOOL = "school"
    CARRIER = "carrier"  # its own answers to STOP, START and HELP
    NOTE = "note"  # no text: what became of one


class Sent(StrEnum):
    """How far a text came."""

    ON_ITS_WAY = "on its way"
    SENT = "sent"
    DELIVERED = "delivered"


@dataclass(slots=True)
class Text:
    """One text in a number's thread. `how_far` is None where nobody tells."""

    n: int  # its place in the thread, counted from the first
    side: Side
    body: str
    at: datetime
    how_far: Sent | None = None
    photo: str | None = None  # the id of what came with it


@dataclass(frozen=True, slots=True)
class Ring:
    """The school calls, with words to say."""

    call: Resource  # at the carrier's server
    says: tuple[Spoken, ...]
    callback: str | None


@dataclass(slots=True)
class Subscriber:
    """One number. `landline`: it takes no texts."""

    number: str
    landline: bool = False
    opted_out: bool = False
    ring: Ring | None = None
    texts: deque[Text] = field(default_factory=lambda: deque(maxlen=MOST_TEXTS))
    _last: int = 0

    def add(self, side: Side, body: str, at: datetime, how_far: Sent | None = None) -> Text:
        """Put a text into the thread."""
        self._last += 1
        text = Text(self._last, side, body, at, how_far)
        self.texts.append(text)
        return text


class Subscribers:
    """All numbers that were used lately. Read and change them under `lock`."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._numbers: OrderedDict[str, Subscriber] = OrderedDict()

    def get(self, number: str) -> Subscriber:
        """The telephone with this number (E.164)."""
        found = self._numbers.setdefault(number, Subscriber(number))
        self._numbers.move_to_end(number)
        while len(self._numbers) > MOST_NUMBERS:
            self._numbers.popitem(last=False)
        return found

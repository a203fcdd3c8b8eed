"""Files of messages, one JSON object a line: what `interpret` reads, and what `evaluate` does."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from flows.reading.message import Manner
from flows.reading.values import Intent, Part, Relationship, Slot


class MessageLine(Struct):
    """One message. `now`: its own moment, where it has one."""

    id: str | int
    channel: Manner
    lang: str
    text: str
    from_phone: str | None
    now: str | None = None


class PartialDayLabel(Struct):
    """Late or early, and when."""

    kind: Part
    time: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None


class Label(Struct, forbid_unknown_fields=True):
    """The right reading of a message, in the words of the labelling rules."""

    intent: Intent
    student_ids: list[str]
    dates: list[date]
    partial_day: PartialDayLabel | None
    reason_category: str
    relationship: Relationship
    caller_name: str | None
    missing: list[Slot]


class LabelledLine(MessageLine, kw_only=True):
    """A message with its right reading. `tags` say what is hard about it."""

    expected: Label
    tags: list[str] = []


LineT = TypeVar("LineT", bound=MessageLine)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no message."""

    number: int
    why: str

    def __str__(self) -> str:
        return f"Line {self.number} is left out: {self.why}."


def read_lines(file: Iterable[bytes], kind: type[LineT], zone: tzinfo) -> Iterator[LineT | BadLine]:
    """Each line as a message of this kind, or why it is none; empty lines are passed over.

    A message's own moment comes out aware: without an offset it is in the zone.
    """
    decoder = msgspec.json.Decoder(kind)
    for number, line in enumerate(file, 1):
        text = line.removeprefix(BOM_UTF8).strip()
        if not text:
            continue
        try:
            message = decoder.decode(text)
            now = moment(message.now, zone).isoformat() if message.now else None
            yield msgspec.structs.replace(message, now=now)
        except ValueError as error:  # of msgspec, of UTF-8, or of a moment
            yield BadLine(number, str(error))


def moment(text: str, zone: tzinfo) -> datetime:
    """A moment in the zone; one without an offset is in it already.

    Raises:
        ValueError: the text is no moment.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is no moment such as 2026-11-24T06:45:00-06:00") from None
    return found.astimezone(zone) if found.tzinfo else found.replace(tzinfo=zone)

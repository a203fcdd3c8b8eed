"""What can happen in a conversation: one small type for each thing.

The first group comes from the family, the second from the telephone, the third from the school,
in answer to what the conversation asked of it. The edge turns the carrier's form fields into
these; nothing further in knows the carrier. They are kept as JSON with each turn, so a tag must
never change its meaning.
"""

from datetime import date
from typing import NewType

from msgspec import Struct

Words = NewType("Words", str)
"""What this caller said or typed, or a piece of it. Only the edge and the readers make these.

Wording accepts `Words` and school data but no plain string, so a name from the roster cannot be
spoken by mistake: mypy refuses it.
"""


class Began(Struct, frozen=True, tag="began"):
    """The call was answered. A text exchange begins with its first `Texted`."""


class Heard(Struct, frozen=True, tag="heard"):
    """Speech, as the recogniser wrote it down."""

    words: Words
    confidence: float | None = None  # the carrier's own, 0 to 1; often missing, never relied on


class Pressed(Struct, frozen=True, tag="pressed"):
    """Keys, without the finishing one. Text, because leading zeros and `*` count."""

    keys: str


class Silence(Struct, frozen=True, tag="silence"):
    """Neither speech nor keys came in time."""


class Texted(Struct, frozen=True, tag="texted"):
    """A text message came in, perhaps with pictures."""

    words: Words
    pictures: int = 0
    # The carrier's ids of those that may be photos or PDF files; nothing else is fetched.
    media: tuple[str, ...] = ()
    # What the carrier took the text for, where it says so: "stop", "start" or "help".
    keyword: str | None = None


class MessageLeft(Struct, frozen=True, tag="message_left"):
    """The caller recorded a message, or hung up at the beep."""

    recording_sid: str
    seconds: int | None  # None where the telephone does not say


class OfficeAnswered(Struct, frozen=True, tag="office_answered"):
    """The call to the office was answered, and is over."""


class OfficeMissed(Struct, frozen=True, tag="office_missed"):
    """The office was called and nobody took it."""


class Filed(Struct, frozen=True, tag="filed"):
    """The reports were written; their references, in the order of the students."""

    references: tuple[str, ...]


class KnownReport(Struct, frozen=True):
    """A report made from this number, as far as a caller may hear of it again.

    No name: whoever shows a number has not proved to be the one who called before.
    """

    reference: str
    days: tuple[date, ...]
    status: str
    student: Words | None = None  # as it was said, and shown in texts alone


class Recalled(Struct, frozen=True, tag="recalled"):
    """The reports made from this number lately, the newest first.

    `disputed`: there are none that could be meant, and a report that this number was told of is
    now marked as disputed. `remarked`: what was said now stands beside such a report.
    `written_to`: the school has lately sent this number a message.
    """

    reports: tuple[KnownReport, ...]
    disputed: bool = False
    remarked: bool = False
    written_to: bool = False


class Aside(Struct, frozen=True, tag="aside"):
    """The form that was not full is kept as it was."""


class Withdrawn(Struct, frozen=True, tag="withdrawn"):
    """The reports were withdrawn, or had been decided already."""

    done: bool


FromFamily = Began | Heard | Pressed | Silence | Texted
FromTelephone = MessageLeft | OfficeAnswered | OfficeMissed
FromSchool = Filed | Aside | Recalled | Withdrawn
Event = FromFamily | FromTelephone | FromSchool

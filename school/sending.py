"""What sending needs from outside: the sender, what it is given, and how it may fail.

`ivr.gateway` is the sender; nothing here knows which carrier it speaks to.

    Exception
     ├─ Refused      the carrier answered, and did not take the message: why, and what follows
     └─ Unreachable  the carrier did not answer; the message may have gone all the same
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from school.outbox import Kind, MessageStatus


class Trouble(StrEnum):
    """Why a message did not go or did not arrive, by what follows from it."""

    FINAL = "final"  # it never will: a person has to see to it
    OPTED_OUT = "opted_out"  # the number wants no texts: remembered; a person sees to it
    NO_TEXTS = "no_texts"  # a landline: remembered, and the words are spoken in a call
    NOT_NOW = "not_now"  # the carrier asks for patience: again in a minute, then more rarely
    NO_ANSWER = "no_answer"  # telephone off, busy or unanswered: once more after a pause
    OUR_ACCOUNT = "our_account"  # somebody has to repair our settings; the message waits


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as the sender gets it."""

    uuid: str
    kind: Kind
    to_phone: str
    language: str
    body: str
    valid_seconds: int  # undelivered for longer, the carrier drops it


@dataclass(frozen=True, slots=True)
class Receipt:
    """The carrier's word on a message: sent, delivered, undelivered or failed."""

    provider_id: str
    status: MessageStatus
    trouble: Trouble = Trouble.FINAL  # counts where it is undelivered or failed
    code: int | None = None


class Refused(Exception):
    """The carrier did not take the message. Holds no number and no words, only its code."""

    def __init__(self, trouble: Trouble, code: int) -> None:
        super().__init__(f"The carrier refused the request with code {code}.")
        self.trouble = trouble
        self.code = code


class Unreachable(Exception):
    """The carrier gave no answer that says what it did."""

    def __init__(self, *, maybe_sent: bool) -> None:
        super().__init__(
            "The carrier did not answer; the request may have arrived."
            if maybe_sent
            else "The carrier cannot be reached; the request did not arrive."
        )
        self.maybe_sent = maybe_sent


class Sender(Protocol):
    """Who sends messages, and answers for them. Every call ends within its time-out."""

    def send(self, message: Outgoing) -> str:
        """Hand the message to the carrier, once.

        Returns:
            The carrier's id of it.

        Raises:
            Refused: the carrier answered no.
            Unreachable: it did not answer.
        """

    def find(self, message: Outgoing, since: datetime) -> Sequence[str]:
        """The carrier's ids of what it took for this number, in these words, since then.

        Raises:
            Refused: the carrier answered no.
            Unreachable: it did not answer.
        """

    def status(self, kind: Kind, provider_id: str) -> Receipt | None:
        """The carrier's word on what it took; None when it has nothing to say of it.

        Raises:
            Refused: the carrier answered no.
            Unreachable: it did not answer.
        """

"""What a reader may answer: understood, unsure, or not understood. Never a bare None."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from flows.events import Words

T_co = TypeVar("T_co", covariant=True)

NO_WORDS = Words("")


class Source(StrEnum):
    """Where a value comes from."""

    SAID = "said"  # the words of this message
    ON_FILE = "on_file"  # the contact list, by the calling number
    ASSUMED = "assumed"  # a rule: no day said means today


@dataclass(frozen=True, slots=True)
class Understood(Generic[T_co]):
    """One value, the words it came from, and how probable it is that it is right (0 to 1)."""

    value: T_co
    evidence: Words = NO_WORDS
    probability: float = 1.0
    source: Source = Source.SAID


@dataclass(frozen=True, slots=True)
class Unsure(Generic[T_co]):
    """Words that could mean several things, the likeliest first. The family is asked."""

    candidates: tuple[T_co, ...]
    evidence: Words = NO_WORDS


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing found. `evidence` holds the words that should have said it, where there are any."""

    evidence: Words = NO_WORDS


Finding = Understood[T_co] | Unsure[T_co] | NotUnderstood

"""Speech to text: what is asked of a transcriber, and what it answers. `recordings.whisper` is one.

Where there is none, or it fails, a person listens; nothing else changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from flows.reading.roster import Roster

MOST_REPEATS = 3  # of the same stretch on end; a recogniser that is lost repeats for ever
LONGEST_STRETCH = 8  # words
MOST_HINTS = 30  # names; more do not fit the model's prompt


@dataclass(frozen=True, slots=True)
class Word:
    """One word, when it was said, in seconds, and how probable it is that it was."""

    word: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a recording.

    `unaided` is the text of a second reading that was given no hints; None where the first had
    none. A name that the hints put there does not stand in it.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    made_by: str
    seconds_audio: float
    seconds_taken: float
    unaided: str | None = None


class Transcriber(Protocol):
    """Writes down what is said in a recording."""

    def transcribe(
        self, content: bytes, language: str | None = None, hints: Sequence[str] = ()
    ) -> Heard:
        """Listen to a sound file.

        Args:
            content: the file, of any kind.
            language: a code such as `en`; None if it is to be found out.
            hints: names that may well be said: the caller's, and of all the children.
        """


def hints_for(roster: Roster, phone: str | None) -> tuple[str, ...]:
    """The names that a message from this number may hold: its people, and all their students.

    All of them: with a list that lacks one, the model writes a sister's name for hers.
    """
    students = roster.linked_to(phone)
    people = [contact.name for contact in roster.contacts_at(phone)]
    names = [f"{s.preferred_name or s.first_name} {s.last_name}".strip() for s in students]
    names += [f"{s.first_name} {s.last_name}".strip() for s in students if s.preferred_name]
    return tuple(dict.fromkeys(name for name in (*people, *names) if name))[:MOST_HINTS]


def without_repeats(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words with no stretch of them more than three times on end.

    A family may say "5 5 5"; a model that is lost says it eighty times.
    """
    kept: list[Word] = []
    for word in words:
        kept.append(word)
        for length in range(1, LONGEST_STRETCH + 1):
            span = length * (MOST_REPEATS + 1)
            tail = [_bare(one.word) for one in kept[-span:]]
            if len(tail) == span and tail == tail[:length] * (MOST_REPEATS + 1):
                del kept[-length:]
                break
    return tuple(kept)


def _bare(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())

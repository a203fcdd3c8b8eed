"""The values a turn is made of: the state before and after, what is said, what happens next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum

import msgspec
from msgspec import Struct

from flows.answers import Answers
from flows.events import KnownReport, Words
from flows.school_facts import Localized, SchoolText

FLOW_VERSION = 1
"""Raised when a stored state can no longer be read; the form then starts again, politely."""


class Step(StrEnum):
    """Where a conversation stands: the question that is open, or what is going on."""

    MENU = "menu"
    STUDENT = "student"
    STUDENT_CHECK = "student_check"  # the second fact that finds a stranger's student
    DATES = "dates"
    DAY_KEYS = "day_keys"
    TIME = "time"
    REASON = "reason"
    CALLER = "caller"
    CONFIRM = "confirm"
    CHANGE = "change"  # which fact is wrong
    ANOTHER = "another"  # filed; one more?
    FILED = "filed"  # the same in an exchange of texts, which waits some hours for more
    NOTE = "note"  # a photo of a note came: for which report?
    ANSWERING = "answering"  # a first text says "thanks", or "that's wrong": to what?
    WITHDRAW = "withdraw"
    STATUS = "status"
    OFFICE = "office"
    MESSAGE = "message"
    OVER = "over"


class PastForm(Struct, frozen=True):
    """A form that was filed, and the references of its reports."""

    answers: Answers
    references: tuple[str, ...]


class State(Struct, frozen=True):
    """A conversation between two turns. Kept as JSON."""

    language: str
    step: Step = Step.MENU
    answers: Answers = Answers()
    misses: int = 0  # on the open question: silence and nonsense alike
    with_keys: bool = False  # the caller used keys, so questions offer them
    opened: bool = False  # the first question, which invites a whole sentence, was asked
    references: tuple[str, ...] = ()  # of the reports filed last
    filings: int = 0  # how often a form was filed in this conversation
    texts_reach: bool = True  # a text can follow: not withheld, not opted out, no landline
    carrier_holds: bool = False  # opted out with the carrier's own word: it answers START itself
    recalled: tuple[KnownReport, ...] = ()
    last: Answers | None = None  # what was filed last, for as long as it can be put right
    earlier: tuple[PastForm, ...] = ()  # what was filed before it
    replaces: tuple[str, ...] = ()  # the reports in whose place the form will be filed
    waiting: Words | None = None  # a text that is read once the school has answered
    later: tuple[Answers, ...] = ()  # forms of the same message, for other students, in their turn
    put_aside: bool = False  # a form that was not full has just been kept, and is to be told of
    unread: bool = False  # something was said before it, of which it knows nothing
    version: int = FLOW_VERSION

    def to_json(self) -> str:
        """The state as JSON text."""
        return msgspec.json.encode(self).decode()

    @staticmethod
    def from_json(text: str) -> "State | None":
        """The state kept in this text; None if another version of the flow wrote it."""
        try:
            state = msgspec.json.decode(text, type=State)
        except msgspec.ValidationError:
            return None
        return state if state.version == FLOW_VERSION else None


@dataclass(frozen=True, slots=True)
class Days:
    """Days to be said, in words."""

    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day to be said."""

    at: time


@dataclass(frozen=True, slots=True)
class Spelled:
    """Letters and digits to be said one by one."""

    text: str


@dataclass(frozen=True, slots=True)
class All:
    """Several values, said as a list with "and"."""

    values: "tuple[Sayable, ...]"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence to say: a prompt and its values, in the wording for this attempt.

    `language` is set where it is not the caller's.
    """

    prompt: "Prompt"
    values: "Mapping[str, Sayable]" = field(default_factory=dict)
    attempt: int = 1
    language: str | None = None


Sayable = Words | SchoolText | Days | Clock | Spelled | All | Line | Localized
"""What may be put into a prompt: the caller's own words, or school data. No name on file."""


@dataclass(frozen=True, slots=True)
class NamesOnFile:
    """Students' names from the roster: for a message to their own contacts, nobody else."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to a contact on file: the only words that may name a student from the roster."""

    prompt: "Prompt"
    values: "Mapping[str, Sayable | NamesOnFile]" = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Words the line says: for the ear, by attempt, and for a text where one is sent.

    English stands here; other languages in `flows/locales`. `{name}` marks a value.
    """

    id: str
    ear: tuple[str, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the family. `keys`: the most digits expected, None for any number ended by #."""

    keys: int | None = None
    speech: bool = True
    hints: tuple[str, ...] = ()
    seconds: int = 5


@dataclass(frozen=True, slots=True)
class CallOffice:
    """Connect the caller with the office."""


@dataclass(frozen=True, slots=True)
class TakeMessage:
    """Record a message."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call; end the text exchange."""


Next = Listen | CallOffice | TakeMessage | HangUp


@dataclass(frozen=True, slots=True)
class Reported:
    """The form is full and confirmed: file it, then tell the flow with `Filed`.

    `replaces` are reports of this number's own that it puts right: they are withdrawn.
    """

    answers: Answers
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """Keep this form as it is, before it is full; answered by `Aside`.

    Another report begins, or the family takes back what it wrote.
    """

    answers: Answers
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Remarked:
    """Words came after a report that fit nothing: a person reads them beside it."""


@dataclass(frozen=True, slots=True)
class DismissalAsked:
    """Somebody asked for a student to leave early: refused, and kept. Answered by `Filed`."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class RecallWanted:
    """The flow needs the reports made from this number: answer with `Recalled`.

    Where days or students are given, only the reports with one of them are meant. `disputes`:
    where none is this number's own, what it was told of by a notice is disputed. `remarks`: a
    person shall read these words beside what it was told of.
    """

    days: tuple[date, ...] = ()
    student_ids: tuple[str, ...] = ()
    disputes: bool = False
    notes: bool = False  # those that a photo of a note may belong to
    remarks: bool = False


@dataclass(frozen=True, slots=True)
class NoteFor:
    """The photos that came in this conversation belong to these reports."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithdrawalWanted:
    """Withdraw these reports: answer with `Withdrawn`."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageTaken:
    """The caller left a message; `answers` holds what was known before the beep."""

    answers: Answers
    recording_sid: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class OptedOut:
    """Nothing more may be sent to this number, but a word that it is so."""

    by_carrier: bool = False  # which has acted upon it already


@dataclass(frozen=True, slots=True)
class OptedIn:
    """This number wants messages again."""


@dataclass(frozen=True, slots=True)
class Informed:
    """The caller got what was wanted without a report: an answer, or a person."""


Outcome = (
    Reported
    | SetAside
    | Remarked
    | DismissalAsked
    | RecallWanted
    | NoteFor
    | WithdrawalWanted
    | MessageTaken
    | OptedOut
    | OptedIn
    | Informed
)


@dataclass(frozen=True, slots=True)
class Turn:
    """What follows from an event: new state, lines to say, what next, and an outcome if any.

    Where the school answers the outcome with an event at once, the lines are said before those
    of the turn that follows from it.
    """

    state: State
    lines: tuple[Line, ...] = ()
    next: Next = field(default_factory=HangUp)
    outcome: Outcome | None = None

    def after(self, earlier: tuple[Line, ...]) -> "Turn":
        """This turn, with these lines said first; what it says itself is not said twice."""
        first = tuple(line for line in earlier if line not in self.lines)
        return Turn(self.state, (*first, *self.lines), self.next, self.outcome)

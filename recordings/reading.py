"""A transcript to the facts of a report, with the words each fact came from.

The same `interpret` reads it that reads calls and texts. Nothing is guessed: what is missing stays
open, and a name that only the hints put there is marked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from flows.answers import Answers
from flows.events import Words
from flows.filling import REPORTS, fill
from flows.reading.findings import NotUnderstood, Source, Understood
from flows.reading.language import language
from flows.reading.message import Manner, Message, interpret
from flows.reading.names import joined, likeness
from flows.reading.roster import Student
from flows.reading.values import Reading
from flows.scene import Scene
from flows.tellings import tellings
from recordings.transcription import Word

# How much of a first name the reading without hints must hold, of 100. The last name is no help:
# it is the caller's as well.
SUPPORT = 60
CLEARER = 10  # by which a sister's name may not stand there more clearly
MOST_APART = 1  # words that a recogniser may make more or fewer of a name


@dataclass(frozen=True, slots=True)
class Mark:
    """Which words of the transcript say a fact: the places of the first and the last."""

    fact: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Read:
    """What a message says.

    `forms`: one, or one for each of several students of whom different things are told.
    """

    forms: tuple[Answers, ...]
    marks: tuple[Mark, ...]
    unsupported: bool  # a name stands in it that was not heard without hints

    @property
    def answers(self) -> Answers:
        """The form; of several, the first."""
        return self.forms[0]


def read_transcript(
    text: str, words: Sequence[Word], unaided: str | None, scene: Scene, before: Answers
) -> Read:
    """Read what was left after the beep.

    Args:
        text: all the words.
        words: each of them.
        unaided: the text of the reading without hints; None where hints left nothing. It holds
            up the names, and fills in what the hints have pushed aside.
        scene: the moment at which the message was left.
        before: what was known before the beep; the message itself counts for more.
    """
    reading, fresh = _read(text, scene)
    days_said = _days_said(reading)
    if unaided is not None:
        second, other = _read(unaided, scene)
        fresh = _beside(reading, fresh, second, other)
        days_said = days_said or _days_said(second)
    if before.days and not days_said:  # no day means today only where none was said before
        fresh = replace(fresh, days=(), open_end=False)
    named = [student for student in fresh.students if student.student_id and student.as_said]
    unsupported = unaided is not None and not all(
        _supported(scene.roster.students[one.student_id or ""], unaided, scene) for one in named
    )
    # The only child of this number, because no name was recognised: another may have been said.
    guessed = bool(fresh.students) and not any(one.told for one in fresh.students)
    guessed = guessed and not _names_kin(text, scene)
    unsure = fresh.unsure or unsupported or guessed
    answers = _together(before, replace(fresh, unsure=unsure))
    forms = _each_telling(Words(text), reading, answers, scene)
    return Read(forms, tuple(_marks(reading, words)), unsupported)


def _each_telling(
    text: Words, reading: Reading, whole: Answers, scene: Scene
) -> tuple[Answers, ...]:
    """The form, or one for each of several students of whom different things are told."""
    marked = language(scene.language).read(text)
    parts = tellings(marked, reading, lambda part: _interpreted(part, scene))
    if len(parts) == 1:
        return (whole,)
    filled = (fill(Answers(), _interpreted(part, scene), scene, None) for part in parts)
    return tuple(replace(form.like(whole), unsure=whole.unsure) for form in filled)


def _interpreted(text: Words, scene: Scene) -> Reading:
    message = Message(text, Manner.SPEECH, scene.language, scene.phone)
    return interpret(message, scene.background)


def _read(text: str, scene: Scene) -> tuple[Reading, Answers]:
    reading = _interpreted(Words(text), scene)
    fresh = fill(Answers(), reading, scene, None)
    if reading.intent.value not in REPORTS:
        # "She will be there after all": a person reads that; it is no absence.
        fresh = replace(fresh, days=(), partial_day=None, unsure=True)
    return reading, fresh


def _beside(first: Reading, fresh: Answers, second: Reading, other: Answers) -> Answers:
    """The first reading's facts, with the second's where it has none; marked where they differ.

    The hints can lead the model to write a last name where it should have written "a fever".
    """
    if not {first.intent.value, second.intent.value} <= REPORTS:
        return fresh
    if _days_said(second) and other.days != fresh.days:
        fresh = replace(fresh, unsure=True)
        if not _days_said(first):
            fresh = replace(fresh, days=other.days, open_end=other.open_end)
    if other.reason and other.reason != fresh.reason:
        fresh = replace(fresh, unsure=True)
        if not fresh.reason:
            fresh = replace(fresh, reason=other.reason, reason_said=other.reason_said)
    return fresh


def _days_said(reading: Reading) -> bool:
    return isinstance(reading.days, Understood) and reading.days.source is Source.SAID


def _names_kin(text: str, scene: Scene) -> bool:
    """Whether somebody is called daughter, mother or the like."""
    marked = language(scene.language).read(Words(text))
    return any(
        marked.class_at(index, called)
        for index in range(len(marked))
        for called in ("kin", "child")
    )


def _together(before: Answers, fresh: Answers) -> Answers:
    """What the message says, and where it says nothing what was known before it."""
    told = any(student.told for student in fresh.students)
    return replace(
        fresh,
        students=fresh.students if told or not before.students else before.students,
        days=fresh.days or before.days,
        open_end=fresh.open_end if fresh.days else before.open_end,
        partial_day=fresh.partial_day or before.partial_day,
        reason=fresh.reason or before.reason,
        reason_said=fresh.reason_said or before.reason_said,
        caller_name=fresh.caller_name or before.caller_name,
        relationship=fresh.relationship or before.relationship,
    )


def _supported(student: Student, unaided: str, scene: Scene) -> bool:
    """Whether the name was heard without hints, and no sister's or brother's more clearly."""
    here = _clearest(unaided, student)
    others = [one for one in scene.linked if one.student_id != student.student_id]
    clearest = max((_clearest(unaided, other) for other in others), default=0.0)
    return here >= SUPPORT and clearest < here + CLEARER


def _clearest(text: str, student: Student) -> float:
    names = (student.first_name, student.preferred_name or student.first_name, *student.heard_as)
    return max(_heard_in(text, name) for name in names)


def _heard_in(text: str, name: str) -> float:
    """How alike the name and the words most like it are. Recognisers cut names at will."""
    heard, wanted = text.split(), joined(name)
    length = len(name.split())
    windows = (
        joined(" ".join(heard[start : start + size]))
        for size in range(max(1, length - MOST_APART), length + MOST_APART + 1)
        for start in range(max(1, len(heard) - size + 1))
    )
    return max((likeness(window, wanted) for window in windows), default=0.0)


def _marks(reading: Reading, words: Sequence[Word]) -> Iterator[Mark]:
    spoken = [_letters(word.word) for word in words]
    for fact, evidence in _evidence(reading):
        wanted = [letters for letters in map(_letters, evidence.split()) if letters]
        for first in range(len(spoken) - len(wanted) + 1):
            if wanted and spoken[first : first + len(wanted)] == wanted:
                yield Mark(fact, first, first + len(wanted) - 1)
                break


def _evidence(reading: Reading) -> Iterator[tuple[str, str]]:
    for fact, finding in (
        ("student", reading.students),
        ("dates", reading.days),
        ("reason", reading.reason),
        ("relationship", reading.relationship),
        ("caller", reading.caller_name),
    ):
        if isinstance(finding, NotUnderstood) and fact != "student":
            continue
        yield fact, finding.evidence


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())

"""What the line has understood, in words for whoever watches; read where the line keeps it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from babel import Locale
from babel.dates import format_date
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from flows import wording
from flows.answers import Answers, StudentAnswer
from flows.calendar_words import runs_of, time_in_words
from flows.reading.values import Part, PartialDay, Slot
from flows.scene import Channel
from flows.school_facts import SchoolFacts
from flows.turn import State, Step
from ivr.conversations import Conversation, TurnRow

ENGLISH = Locale("en")
MOST_TURNS = 12  # the newest; a report is rarely older than that

ASKS: Mapping[Step, str] = {
    Step.MENU: "What the call is about",
    Step.STUDENT: "Which student",
    Step.STUDENT_CHECK: "Something more that finds the student",
    Step.DATES: "Which days",
    Step.DAY_KEYS: "The day, by keys",
    Step.TIME: "At what time",
    Step.REASON: "The reason",
    Step.CALLER: "Who is reporting",
    Step.CONFIRM: "Whether all of it is right",
    Step.CHANGE: "What should be different",
    Step.ANOTHER: "Whether there is anything else",
    Step.WITHDRAW: "Which report to take back",
    Step.STATUS: "Nothing: it looks a report up",
    Step.OFFICE: "Nothing: it calls the office",
    Step.MESSAGE: "For a message",
    Step.OVER: "Nothing more",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the report: `words` is empty while it is not known, `sign` says more of it."""

    term: str
    words: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """Where a conversation stands."""

    facts: tuple[Fact, ...]
    asks: str
    references: tuple[str, ...]  # of what was filed
    step: Step


def understood(
    session: Session, school: SchoolFacts, call_sid: str | None, phone: str | None
) -> Understood | None:
    """What the line makes of this call, or of the last texts of this number if they are newer.

    None before the first turn of either.
    """
    states = _states(session, call_sid, phone)
    if not states:
        return None
    latest = states[0]
    # The form is empty again once it is filed; what was filed is still worth seeing.
    begun = next((state for state in states if not state.answers.empty), latest)
    return Understood(
        facts=tuple(_facts(begun.answers, school)),
        asks=ASKS[latest.step],
        references=latest.references,
        step=latest.step,
    )


def _states(session: Session, call_sid: str | None, phone: str | None) -> Sequence[State]:
    """The newest states of one conversation, the last one first."""
    whose: list[ColumnElement[bool]] = []
    if call_sid:
        whose.append(Conversation.key == f"{Channel.PHONE}:{call_sid}")
    if phone:
        whose.append((Conversation.channel == Channel.SMS) & (Conversation.from_phone == phone))
    if not whose:
        return []
    rows = session.execute(
        select(TurnRow.conversation_id, TurnRow.state)
        .join(Conversation, Conversation.id == TurnRow.conversation_id)
        .where(or_(*whose), TurnRow.state.is_not(None))
        .order_by(TurnRow.received_at.desc(), TurnRow.number.desc())
        .limit(MOST_TURNS)
    ).all()
    read = (State.from_json(row.state) for row in rows if row[0] == rows[0][0])
    return [state for state in read if state is not None]


def _facts(answers: Answers, school: SchoolFacts) -> Iterator[Fact]:
    students = answers.students
    yield from ((_student(student) for student in students) if students else (Fact("Student"),))
    yield Fact("Days", _days(answers))
    if answers.partial_day is not None:
        yield Fact("Part of the day", _part(answers.partial_day))
    yield _reason(answers, school)
    yield Fact("Caller", answers.caller_name or "", _declined(answers, Slot.CALLER_NAME))
    what = wording.RELATIONSHIPS.get(answers.relationship) if answers.relationship else None
    words = what.ear[0] if what else ""
    yield Fact("Relationship", words, _declined(answers, Slot.RELATIONSHIP))


def _student(student: StudentAnswer) -> Fact:
    """Never the name on file: only what the family said, and whether it was found."""
    keyed = next((f"{keys} on the keys" for keys in (student.letters, student.number) if keys), "")
    words = f"“{student.as_said}”" if student.as_said else keyed or "the one of this number"
    if student.student_id:
        return Fact("Student", words, "found on the roster")
    return Fact("Student", words, "not found" if student.settled else "not found yet")


def _days(answers: Answers) -> str:
    runs = [
        _day(first) if first == last else f"{_day(first)} to {_day(last)}"
        for first, last in runs_of(answers.days)
    ]
    words = ", ".join(runs)
    return f"{words} and longer" if answers.open_end else words


def _day(day: date) -> str:
    return format_date(day, "EEE d MMM", ENGLISH)


def _part(part: PartialDay) -> str:
    kind = "Leaves early" if part.kind is Part.EARLY else "Comes late"
    return kind if part.at is None else f"{kind}, {clock_words(part.at)}"


def clock_words(at: time) -> str:
    """The time of day: "6:52 am"."""
    return time_in_words(at, ENGLISH).lower()


def _reason(answers: Answers, school: SchoolFacts) -> Fact:
    known = school.reason(answers.reason) if answers.reason else None
    said = f"“{answers.reason_said}”" if answers.reason_said else ""
    if known is None:
        return Fact("Reason", said, _declined(answers, Slot.REASON))
    words = known.words.get("en") or known.words[school.first_language]
    rule = "excused" if known.excused else "unexcused"
    return Fact("Reason", words, f"{rule}; {said}" if said else rule)


def _declined(answers: Answers, slot: Slot) -> str:
    return "not told" if slot in answers.declined else ""

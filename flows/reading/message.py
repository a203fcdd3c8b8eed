"""`interpret`: one message, all facts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from flows.events import Words
from flows.reading.calendar import SchoolCalendar
from flows.reading.callers import CallerReader, CallerSaid
from flows.reading.contacts import CallerFound, the_student_calls, who_calls
from flows.reading.cues import AWAY
from flows.reading.dates import DaysFound, read_days
from flows.reading.findings import NotUnderstood, Source, Understood
from flows.reading.intents import Clues, read_intent
from flows.reading.language import Language, Marked, codes, language
from flows.reading.missing import missing
from flows.reading.name_index import prepare as index_names
from flows.reading.name_words import NameSpan
from flows.reading.reasons import ReasonFound, read_reason
from flows.reading.roster import Roster
from flows.reading.speaker import student_speaks
from flows.reading.students import Call, StudentsFound, read_students
from flows.reading.times import choose_time, read_times
from flows.reading.values import DaysRead, Intent, Part, PartialDay, Reading, Slot

ATTENDANCE = {
    Intent.REPORT_ABSENCE, Intent.LATE_ARRIVAL, Intent.EARLY_DISMISSAL,
    Intent.CANCEL_REPORT, Intent.STATUS_QUERY,
}  # fmt: skip
WITH_REASON = {Intent.REPORT_ABSENCE, Intent.LATE_ARRIVAL, Intent.EARLY_DISMISSAL}
PARTS = {Intent.LATE_ARRIVAL: Part.LATE, Intent.EARLY_DISMISSAL: Part.EARLY}


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


def prepare(roster: Roster) -> None:
    """Make ready for a roster's calls: its index, and the languages' tables."""
    index_names(roster)
    for code in codes():
        language(code)


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
    return read_message(message, background, language(message.language), asked)


def read_message(
    message: Message, background: Background, tables: Language, asked: Slot | None = None
) -> Reading:
    """Read one message in a language given by its tables; see `interpret`."""
    marked = tables.read(message.words)
    call = Call(marked, background.roster, message.phone, spoken=message.manner is Manner.SPEECH)
    caller = CallerReader(marked, call.names, call.named, asked).read()
    by_student = student_speaks(marked, caller)
    students = read_students(call, caller, by_student=by_student)
    caller = caller.without_kin(students.kin)
    found = _caller_found(call, caller, students, by_student=by_student)
    marked = marked.with_names(students.tokens | _name_tokens(caller))
    reason = read_reason(
        marked,
        frozenset(caller.kin) | students.kin | _kin_beside(marked, students, call.names.runs()),
        background.reasons,
        by_student=by_student,
    )
    clues = Clues(
        named=bool(students.tokens),
        reason=reason.finding.value if isinstance(reason.finding, Understood) else None,
        dated=any(mark.meaning != "none" for mark in marked.table("when")),
        asked=asked,
    )
    intent = read_intent(marked, clues)
    partial = _partial_day(marked, intent.value, asked)
    days = _days(marked, background, intent.value, asked)
    reading = _reading(intent, students, found, reason, days, partial)
    return replace(reading, missing=missing(reading))


def _reading(
    intent: Understood[Intent],
    students: StudentsFound,
    caller: CallerFound,
    reason: ReasonFound,
    days: DaysFound,
    partial: PartialDay | None,
) -> Reading:
    """The findings that belong to this intent; nothing is read into the others."""
    attends = intent.value in ATTENDANCE
    gives_reason = intent.value in WITH_REASON
    return Reading(
        intent=intent,
        students=students.finding if attends else NotUnderstood(),
        days=days.finding,
        partial_day=partial,
        reason=reason.finding if gives_reason else NotUnderstood(),
        relationship=caller.relationship,
        caller_name=caller.name,
        missing=(),
        day_trouble=days.trouble,
        trouble_days=days.trouble_days,
        reason_words=reason.words if gives_reason else None,
        caller_on_file=caller.on_file,
    )


def _caller_found(
    call: Call, caller: CallerSaid, students: StudentsFound, *, by_student: bool
) -> CallerFound:
    finding = students.finding
    ids = finding.value.student_ids if isinstance(finding, Understood) else ()
    if by_student:
        words = call.marked.utterance.words(*caller.name) if caller.name else None
        student = call.roster.students[ids[0]] if len(ids) == 1 else None
        return the_student_calls(student, words)
    return who_calls(caller, call.marked, call.roster, call.phone, ids)


def _kin_beside(
    marked: Marked, students: StudentsFound, others: Iterable[NameSpan]
) -> frozenset[int]:
    """Relatives who are absent too: "and his cousin Devin", "and her sister", "Diaz sisters"."""
    starts = {span.start for span in students.strangers}
    joined = {m.end for m in marked.table("group") if m.meaning == "sibling"}
    surnames = {span.end for span in others}
    return frozenset(
        index
        for index, kin in marked.class_words_of("kin")
        if kin.end in starts or kin.end in joined or index in surnames
    )


def _name_tokens(caller: CallerSaid) -> frozenset[int]:
    return frozenset(range(*caller.name)) if caller.name else frozenset()


def _partial_day(marked: Marked, intent: Intent, asked: Slot | None) -> PartialDay | None:
    part = Part.LATE if asked is Slot.TIME else PARTS.get(intent)
    if part is None:
        return None
    times = read_times(marked, bare=asked is Slot.TIME)
    chosen = choose_time(times, leaving=part is Part.EARLY)
    if asked is Slot.TIME and chosen is None:
        return None
    return PartialDay(part, chosen.at if chosen else None)


def _days(marked: Marked, background: Background, intent: Intent, asked: Slot | None) -> DaysFound:
    if intent not in ATTENDANCE:
        return DaysFound(NotUnderstood())
    today = background.now.date()
    assume = _means_today(marked, intent, asked)
    found = read_days(
        marked, background.calendar, today,
        default_today=assume, reports=intent in WITH_REASON, asks=intent is Intent.STATUS_QUERY,
    )  # fmt: skip
    return _up_to(found, background.calendar, today) if asked is Slot.END_DATE else found


def _means_today(marked: Marked, intent: Intent, asked: Slot | None) -> bool:
    """Whether a message that names no day means today."""
    if intent is Intent.CANCEL_REPORT:
        return marked.has("intent", "attend")
    if intent is Intent.STATUS_QUERY or asked in (Slot.DATES, Slot.END_DATE):
        return False
    return asked is None or bool(marked.meanings("cue") & AWAY)


def _up_to(found: DaysFound, calendar: SchoolCalendar, today: date) -> DaysFound:
    """The answer to "until when?": from today to the day named."""
    if not isinstance(found.finding, Understood) or found.finding.source is not Source.SAID:
        return found
    last = found.finding.value.days[-1]
    days = calendar.school_days(min(today, last), last)
    finding = replace(found.finding, value=DaysRead(days, found.finding.value.open_end))
    return replace(found, finding=finding)

"""Which school days a message covers.

What is said about days is read in stretches; the words around each decide what it is: a day
missed, the day of coming back, a day on which something else happened. Corrections take back
what stood before them. Only then come the rules for ends and lengths, and the calendar.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from flows.events import Words
from flows.reading.calendar import ONE_DAY, SchoolCalendar
from flows.reading.cues import AWAY, TOLD, said_of_student
from flows.reading.findings import Finding, NotUnderstood, Source, Understood
from flows.reading.language import Marked
from flows.reading.phrases import Mark
from flows.reading.roles import Role, role_of
from flows.reading.spans import WEEK, Reference, Span
from flows.reading.stretches import Stretch, groups, read_stretch
from flows.reading.values import DaysRead, DayTrouble

IN_SCHOOL = {Role.BACK, Role.PRESENT}
SEVERAL = 0.8  # how often days that are said in several places come out right
NEAR = 2  # tokens between what is asked and the day
MOST_BEFORE_CORRECTION, MOST_AFTER_CORRECTION = 3, 6


@dataclass(frozen=True, slots=True)
class DaysFound:
    """What was read of days, and why days that were said cannot be taken."""

    finding: Finding[DaysRead]
    trouble: DayTrouble | None = None
    trouble_days: tuple[date, ...] = ()


@dataclass(slots=True)
class _Said:
    """One stretch in its role."""

    role: Role
    stretch: Stretch
    group: Sequence[Mark] = field(default_factory=tuple)


def read_days(
    marked: Marked,
    calendar: SchoolCalendar,
    today: date,
    *,
    default_today: bool = True,
    reports: bool = True,
    asks: bool = False,
) -> DaysFound:
    """The school days a message covers.

    Args:
        marked: the message.
        calendar: which days have school.
        today: the school's own date at the moment of the message.
        default_today: whether no day said means today, as in a report; not so in an answer.
        asks: whether it asks about the record, where "Monday" is the last one.
        reports: whether the message tells of an absence; when one is taken back or asked about,
            "she is coming in tomorrow" names the very day it is about.
    """
    reference = Reference(today, calendar, marked.language.day_first)
    said = _corrected(marked, _in_roles(marked, reference, asks=asks))
    if not reports:
        said = _of_report_before(marked, said, today)
    said = [s for s in said if s.role is not Role.NOTHING]
    if reports and marked.has("cue", *AWAY):
        said = [s for s in said if not _is_only_told(s, today)]
    primary = _primary(marked, said)
    if not said or not (primary or _has_end(said)):
        return _default(marked, calendar, today, default_today=default_today)
    return _found(marked, said, primary, reference)


def _in_roles(marked: Marked, reference: Reference, *, asks: bool) -> list[_Said]:
    found: list[_Said] = []
    for group in groups(marked):
        for part in _parted(marked, group):
            role = role_of(marked, part[0].start, part[-1].end)
            past = role is Role.MISSED_PAST or (role is Role.PLAIN and _is_past(marked))
            past |= asks and "absent" not in said_of_student(marked)
            announced = role is Role.MISSED
            before = _last_said(found)
            context = replace(reference, past=past, announced=announced, before=before)
            month = _month_before(marked, found, part)
            stretch = read_stretch(part, marked.utterance, context, month)
            found.append(_Said(role, stretch, part))
    return found


def _last_said(found: list[_Said]) -> date | None:
    """The last day named so far, of whatever it is said."""
    days = [span.last for said in found for span in said.stretch.spans]
    return days[-1] if days else None


def _parted(marked: Marked, group: list[Mark]) -> list[list[Mark]]:
    """For "Ill today, tomorrow he comes" and "not Monday, Tuesday": one day stands apart."""
    nots = {cue.end for cue in marked.table("cue") if _denies(marked, cue)}
    nots |= {cue.start + 1 for cue in marked.table("cue") if _is_bare_denial(marked, cue)}
    if len(group) > 1 and group[0].start in nots and group[1].table != "join":
        return [group[:1], group[1:]]
    if len(group) < 2 or group[-2].table == "join":
        return [group]
    follows = any(
        cue.meaning == "back" and cue.start == group[-1].end for cue in marked.table("cue")
    )
    return [group[:-1], group[-1:]] if follows else [group]


def _month_before(marked: Marked, found: list[_Said], group: list[Mark]) -> int | None:
    """After "the tenth of January, no," a lone "ninth" is one of January too."""
    if not found or found[-1].stretch.month is None:
        return None
    between = range(found[-1].stretch.end, group[0].start)
    corrections = (m for m in marked.table("cue") if m.meaning == "correction")
    return found[-1].stretch.month if any(m.start in between for m in corrections) else None


def _is_past(marked: Marked) -> bool:
    cues = marked.meanings("cue")
    return "absent_past" in cues and "absent" not in cues


def _corrected(marked: Marked, said: list[_Said]) -> list[_Said]:
    """The stretches that still stand after "no wait", "I mean" and "not Monday"."""
    kept = [s for s in said if not _is_denied(marked, s, said)]
    for cue in marked.table("cue"):
        before = [s for s in kept if s.stretch.end <= cue.start]
        after = [s for s in kept if s.stretch.start >= cue.end]
        if _denies(marked, cue) and after and after[0].stretch.start == cue.end:
            kept.remove(after[0])
        elif cue.meaning == "correction" and before and after and _corrects(cue, before, after):
            _take_back(before[-1], after[0], kept)
        elif cue.meaning == "restate" and after and _restates(cue, after[0]):
            kept = [s for s in kept if s not in before]
    return kept


def _is_denied(marked: Marked, said: _Said, others: list[_Said]) -> bool:
    """For the today in "tomorrow, not today" and "not today, tomorrow".

    "Not today" by itself tells of an absence.
    """
    bare = next(
        (
            cue
            for cue in marked.table("cue")
            if _is_bare_denial(marked, cue) and cue.end == said.stretch.end
        ),
        None,
    )
    if bare and any(
        0 <= o.stretch.start - bare.end <= MOST_BEFORE_CORRECTION and o.role not in IN_SCHOOL
        for o in others
    ):
        return True
    inside = [
        cue
        for cue in marked.table("cue")
        if cue.meaning == "absent"
        and marked.class_at(cue.start, "negation")
        and cue.start < said.stretch.start
        and said.stretch.end <= cue.end
    ]
    return any(o.stretch.end == cue.start for o in others for cue in inside)


def _denies(marked: Marked, cue: Mark) -> bool:
    """Whether it is the not of "not Monday", and not that of "no, Monday"."""
    said_with = cue.end < len(marked) and not marked.utterance.pause_before(cue.end)
    return cue.meaning == "not" and said_with


def _is_bare_denial(marked: Marked, cue: Mark) -> bool:
    """Whether it is "not today" and nothing more."""
    bare = cue.meaning == "absent" and cue.end - cue.start == 2
    return bare and marked.class_at(cue.start, "negation") is not None


def _restates(cue: Mark, said: _Said) -> bool:
    """Whether "so just" is followed by the days themselves, and not by "for the day"."""
    return said.stretch.start - cue.end <= 4 and bool(said.stretch.spans)


def _corrects(cue: Mark, before: list[_Said], after: list[_Said]) -> bool:
    ahead = cue.start - before[-1].stretch.end
    behind = after[0].stretch.start - cue.end
    if cue.end - cue.start == 1 and cue.meaning == "correction":
        return ahead == 0 and behind <= 2
    return ahead <= MOST_BEFORE_CORRECTION and behind <= MOST_AFTER_CORRECTION


def _take_back(wrong: _Said, right: _Said, kept: list[_Said]) -> None:
    """Of a list, one day put right replaces the last one: "today and Thursday, I mean Friday"."""
    if len(wrong.stretch.spans) > 1 and len(right.stretch.spans) == 1:
        wrong.stretch.spans.pop()
    else:
        kept.remove(wrong)
    if right.role is Role.PLAIN or right.role is Role.EVENT:
        right.role = wrong.role


def _is_only_told(said: _Said, today: date) -> bool:
    """Whether a day gone by is said of something else: "sick yesterday", "fell last Friday"."""
    days = [span.last for span in said.stretch.spans]
    return said.role in (Role.PLAIN, Role.EVENT) and bool(days) and max(days) < today


def _of_report_before(marked: Marked, said: list[_Said], today: date) -> list[_Said]:
    """The days of a report that is taken back or asked about; not the day it was made on."""
    told = {i for m in marked.table("cue") if m.meaning in TOLD for i in range(m.start, m.end)}
    asks = [m for m in marked.table("intent") if m.meaning == "status_query"]
    named = [s for s in said if s.role is not Role.NOTHING]
    asked = [
        s
        for s in said
        for ask in asks
        if 0 <= s.stretch.start - ask.end <= NEAR
        and told.isdisjoint(range(ask.start, s.stretch.start))
    ]
    ahead = [s for s in said if any(span.last >= today for span in s.stretch.spans)]
    return [replace(s, role=Role.PLAIN) for s in named or asked or ahead]


def _has_end(said: Sequence[_Said]) -> bool:
    return any(
        s.stretch.last or s.stretch.back or s.stretch.length or s.stretch.open_end
        or s.role in IN_SCHOOL
        for s in said
    )  # fmt: skip


def _primary(marked: Marked, said: list[_Said]) -> list[_Said]:
    """The stretches that name the days missed."""
    named = [s for s in said if s.stretch.spans and s.role not in IN_SCHOOL]
    missed = [s for s in named if s.role in (Role.MISSED, Role.MISSED_PAST)]
    if missed:
        return missed
    strong = [s for s in named if not s.stretch.weak] or named
    if _is_state(marked) and all(s.role is Role.EVENT for s in strong):
        return []
    return strong


def _is_state(marked: Marked) -> bool:
    """Whether the student is said to be ill now and away, so that a later event is only news."""
    return marked.has("reason", "illness") and marked.has("cue", "absent")


def _default(
    marked: Marked, calendar: SchoolCalendar, today: date, *, default_today: bool
) -> DaysFound:
    if not default_today or _is_past(marked):
        return DaysFound(NotUnderstood())
    if not calendar.is_school_day(today):
        return DaysFound(NotUnderstood(), _why_not(calendar, today), (today,))
    return DaysFound(Understood(DaysRead((today,)), probability=0.97, source=Source.ASSUMED))


def _why_not(calendar: SchoolCalendar, day: date) -> DayTrouble:
    return DayTrouble.NO_SCHOOL if calendar.in_year(day) else DayTrouble.OUT_OF_RANGE


def _found(
    marked: Marked, said: list[_Said], primary: list[_Said], reference: Reference
) -> DaysFound:
    evidence = _evidence(marked, said)
    days = _calendar_days(said, primary, reference)
    trouble = next((s.stretch.trouble for s in said if s.stretch.trouble), None)
    school_days = tuple(sorted(day for day in days if reference.calendar.is_school_day(day)))
    if trouble or not school_days:
        first = min(days, default=reference.today)
        trouble = trouble or _why_not(reference.calendar, first)
        return DaysFound(NotUnderstood(evidence), trouble, tuple(sorted(days)))
    open_end = any(s.stretch.open_end for s in said) or _only_begins(said, primary)
    probability = 0.97 if len(said) == 1 else SEVERAL
    return DaysFound(Understood(DaysRead(school_days, open_end), evidence, probability))


def _only_begins(said: list[_Said], primary: list[_Said]) -> bool:
    return any(s.stretch.begins for s in primary) and not _has_end(said)


def _calendar_days(said: list[_Said], primary: list[_Said], reference: Reference) -> set[date]:
    """Every day meant, weekends included: those listed, and those up to an end or for a length."""
    spans = [span for s in primary for span in s.stretch.spans]
    listed = {day for span in spans for day in _days(span)}
    excepted = {day for s in said for span in s.stretch.excepted for day in _days(span)}
    begin = min(listed, default=reference.today)
    last = _last_day(said, begin, len(listed), reference.calendar)
    if last:
        listed |= set(_days(Span(begin, last)))
    return (listed or {begin}) - excepted


def _last_day(said: list[_Said], begin: date, listed: int, calendar: SchoolCalendar) -> date | None:
    """The stated end, or else the one a stated length leads to."""
    # "No vuelve hasta el lunes" tells when the student is back.
    ends = [s.stretch.last - (s.role is Role.BACK) * ONE_DAY for s in said if s.stretch.last]
    ends += [s.stretch.back - ONE_DAY for s in said if s.stretch.back]
    ends += [_day_back(s, begin) - ONE_DAY for s in said if s.role in IN_SCHOOL and s.stretch.spans]
    ends = [end for end in ends if end >= begin]
    if ends:
        return max(ends)
    length = next((s.stretch.length for s in said if s.stretch.length), None)
    return _after_length(begin, length, calendar) if length and listed <= 1 else None


def _day_back(said: _Said, begin: date) -> date:
    """The day of coming back; "back on Tuesday", said on a Tuesday, is the next one."""
    day = said.stretch.spans[0]
    again = said.role is Role.BACK and day.bare and day.first == begin
    return day.first + again * WEEK


def _after_length(begin: date, length: tuple[int, str], calendar: SchoolCalendar) -> date:
    number, unit = length
    if unit == "week":
        return begin + number * WEEK - ONE_DAY
    day, left = begin, number - calendar.is_school_day(begin)
    while left > 0 and (following := calendar.next_school_day(day)):
        day, left = following, left - 1
    return day


def _days(span: Span) -> list[date]:
    return [span.first + i * ONE_DAY for i in range((span.last - span.first).days + 1)]


def _evidence(marked: Marked, said: Sequence[_Said]) -> Words:
    start = min(s.stretch.start for s in said)
    end = max(s.stretch.end for s in said)
    return marked.utterance.words(start, end)

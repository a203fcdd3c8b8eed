"""Phrases about days that belong together: lists, ranges, a beginning, an end, a length.

"Thursday and Friday of next week", "from the 3rd to the 7th", "starting tomorrow for three
days" are one stretch each. What is said around it (absent, back, died) is for dates.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from flows.reading.calendar import ONE_DAY
from flows.reading.language import Marked
from flows.reading.numerals import numeric_marks
from flows.reading.phrases import Mark, longest, said_at_once
from flows.reading.spans import (
    FRIDAY,
    WEEK,
    Reference,
    Span,
    monday_of,
    on,
    weekday_before,
    weekday_from,
)
from flows.reading.utterance import Utterance
from flows.reading.values import DayTrouble
from flows.reading.when import dated, resolve

MONTH = "month"
BARE = "bare_day"  # a number that is a day of the month only beside a date
DATED = {"month_day", "numeric", "numeric_dash", "day_of_month", "weekday_day", BARE}
WITH_MONTH = {"month_day", "numeric", "numeric_dash"}
WEAK = {"holiday", "fixed_day", "easter_day"}  # named as the reason as often as for the day
ONE_DAY_SAID = {"day", "weekday", "next_weekday", "month_day", "numeric", "day_of_month"}
LENGTHS = {"length": None, "length_one": 1, "length_two": 2}
DASHES = {"-", "–", "—", "~", "−", "--"}
MOST_GLUE = 3
BETWEEN = {"and", "to", "namely"}  # they join two days, and say nothing before one
LONGEST_MONTH = 31


@dataclass(slots=True)
class Stretch:
    """What one run of phrases says of days. Empty where it only names an end or a length."""

    start: int  # tokens
    end: int
    spans: list[Span] = field(default_factory=list)
    excepted: list[Span] = field(default_factory=list)
    begins: bool = False  # "starting Thursday": more may follow
    last: date | None = None  # through this day
    back: date | None = None  # until this day, which is not missed
    length: tuple[int, str] | None = None  # 3, day
    open_end: bool = False
    weak: bool = True  # nothing but names of holidays
    month: int | None = None
    trouble: DayTrouble | None = None


def groups(marked: Marked) -> list[list[Mark]]:
    """The phrases about days, by runs that belong together."""
    pieces = _pieces(marked)
    found: list[list[Mark]] = []
    for piece in pieces:
        if found and _adjacent(marked, found[-1][-1], piece):
            found[-1].append(piece)
        else:
            found.append([piece])
    trimmed = (_trimmed(group) for group in found)
    return [group for group in trimmed if group]


def _pieces(marked: Marked) -> list[Mark]:
    figures = [mark for mark in numeric_marks(marked.utterance) if mark.table == "when"]
    marks = longest([*figures, *marked.table("when"), *marked.table("join")])
    kept: list[Mark] = []
    for mark in marks:
        if not marked.names.isdisjoint(range(mark.start, mark.end)):
            continue
        if not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    kept = [m for i, m in enumerate(kept) if m.meaning != MONTH or _ends_a_stretch(kept, i)]
    if not any(mark.table == "when" for mark in kept):
        return []
    covered = {i for mark in kept for i in range(mark.start, mark.end)} | marked.names
    bare = _bare_days(marked, covered) if any(m.meaning in DATED for m in kept) else ()
    pieces = sorted([*kept, *bare], key=lambda mark: mark.start)
    return [piece for piece in pieces if piece.meaning != "none"]


def _ends_a_stretch(pieces: Sequence[Mark], index: int) -> bool:
    """Whether a month alone is an end, as in "until March"."""
    before = pieces[index - 1] if index else None
    return (
        before is not None
        and before.end == pieces[index].start
        and before.meaning in {"until", "through"}
    )


def _bare_days(marked: Marked, covered: set[int]) -> Iterator[Mark]:
    elsewhere = [
        *(
            m
            for m in marked.table("clock")
            if said_at_once(m, marked.utterance) and covered.isdisjoint(range(m.start, m.end))
        ),
        *(m for m in marked.table("cue") if m.meaning == "correction"),
    ]
    taken = {i for mark in elsewhere for i in range(mark.start, mark.end)}
    index = 0
    while index < len(marked):
        word = marked.class_at(index, "nth") or marked.class_at(index, "n")
        span = range(index, word.end) if word else range(index, index + 1)
        if word and covered.isdisjoint(span) and taken.isdisjoint(span):
            # "One" and "a" are seldom a day of the month; the first of it is.
            if 1 < int(word.value) <= LONGEST_MONTH or marked.keys[index].isdecimal():
                yield Mark("when", BARE, index, word.end, (("n", word.value),))
            index = word.end
        else:
            index += 1


def _adjacent(marked: Marked, one: Mark, other: Mark) -> bool:
    between = range(one.end, other.start)
    utterance = marked.utterance
    return (
        len(between) <= MOST_GLUE
        and all(marked.keys[i] in marked.language.glue for i in between)
        and utterance.sentences[one.end - 1] == utterance.sentences[other.start]
    )


def _trimmed(group: list[Mark]) -> list[Mark]:
    """The group without loose numbers, feasts that are why, and joints that join nothing."""
    group = [mark for index, mark in enumerate(group) if not _is_occasion(group, index)]
    if not any(mark.meaning in DATED - {BARE} for mark in group):
        group = [mark for mark in group if mark.meaning != BARE]
    while group and group[-1].table == "join":
        group.pop()
    while group and group[0].table == "join" and group[0].meaning in BETWEEN:
        group.pop(0)
    return group if any(mark.table == "when" for mark in group) else []


def _is_occasion(group: Sequence[Mark], index: int) -> bool:
    """Whether a feast stands right beside the day that is meant: "tomorrow, Good Friday"."""
    beside = [group[i] for i in (index - 1, index + 1) if 0 <= i < len(group)]
    return group[index].meaning in WEAK and any(mark.meaning in ONE_DAY_SAID for mark in beside)


def read_stretch(
    group: Sequence[Mark], utterance: Utterance, reference: Reference, month: int | None = None
) -> Stretch:
    """One run of phrases as days. `month`: the one meant where only a number is said."""
    builder = _Builder(group, utterance, reference, month)
    for index in range(len(group)):
        builder.take(index)
    return builder.stretch


class _Builder:
    """Takes the phrases of one run in order; what a joint means waits for the next phrase."""

    def __init__(
        self,
        group: Sequence[Mark],
        utterance: Utterance,
        reference: Reference,
        month: int | None,
    ) -> None:
        self.stretch = Stretch(group[0].start, group[-1].end)
        self.stretch.month = month
        self._group = group
        self._utterance = utterance
        self._reference = reference
        self._joint = ""

    def take(self, index: int) -> None:
        mark = self._group[index]
        if mark.table == "join":
            self._joint = mark.meaning
        elif mark.meaning in LENGTHS:
            number = LENGTHS[mark.meaning] or min(mark.numbers("n"))  # of "two or three", two
            self.stretch.length = (number, str(mark.value("unit") or "day"))
            self.stretch.weak = False
        elif mark.meaning == "open_end":
            self.stretch.open_end = True
        else:
            self._take_days(index, mark)

    def _take_days(self, index: int, mark: Mark) -> None:
        joint = self._joint or ("through" if self._dash_before(index) else "")
        span = self._resolved(index, mark, past=self._is_since(joint))
        self._joint = ""
        if span is None:
            return
        self.stretch.weak &= mark.meaning in WEAK
        if mark.meaning == "weekday_of_week":  # "Thursday and Friday of next week"
            self._move(lambda weekday: monday_of(span.first) + weekday * ONE_DAY)
        self.stretch.trouble = self.stretch.trouble or span.trouble
        actions = {
            "namely": self._add_or_check,
            "through": self._through, "to": self._through, "until": self._until,
            "until_after": self._until_after,
            "since": self._since, "from_or_since": self._since_or_begin, "from": self._begin,
            "between": self._add, "except": self.stretch.excepted.append,
            "after": self._after, "before": self._before, "of": self._of, "week_of": self._week_of,
        }  # fmt: skip
        actions.get(joint, self._add if joint else self._add_or_check)(span)

    def _is_since(self, joint: str) -> bool:
        return joint == "since" or (joint == "from_or_since" and not self._reference.announced)

    def _resolved(self, index: int, mark: Mark, *, past: bool) -> Span | None:
        reference = replace(self._reference, past=True) if past else self._reference
        if mark.meaning in {BARE, "day_of_month"}:
            month = self._month_around(index)
            return dated(mark.numbers("n", "nth")[0], month, None, reference)
        if self.stretch.spans:
            reference = replace(reference, before=self.stretch.spans[-1].last)
        span = resolve(mark, reference)
        if span and mark.meaning in WITH_MONTH:
            self.stretch.month = span.first.month
        today = reference.today.weekday()
        # "Since Monday", said on a Monday, is since today.
        return (
            on(reference.today) if past and span and span.bare and span.weekday == today else span
        )

    def _month_around(self, index: int) -> int | None:
        """The month a lone number shares: of the date before it, or of a later day after it."""
        if self.stretch.month:
            return self.stretch.month
        number = self._group[index].numbers("n", "nth")[0]
        for mark in self._group[index + 1 :]:
            if mark.meaning in WITH_MONTH:
                span = resolve(mark, self._reference)
                shared = span and not span.trouble and number < span.first.day
                return span.first.month if span and shared else None
        return None

    def _dash_before(self, index: int) -> bool:
        if not index:
            return False
        tokens = self._utterance.tokens[self._group[index - 1].end : self._group[index].start + 1]
        return any(token.gap.strip() in DASHES for token in tokens)

    def _add_or_check(self, span: Span) -> None:
        """Two phrases side by side: a weekday beside its date, or simply a list."""
        spans = self.stretch.spans
        if spans and _same_day(spans[-1], span):
            return
        if not spans or not _weekday_and_date(spans[-1], span):
            self._add(span)
            return
        day, said = (span, spans[-1]) if span.is_date else (spans[-1], span)
        if day.first.weekday() != said.weekday and not self.stretch.trouble:
            self.stretch.trouble = DayTrouble.WEEKDAY_DIFFERS
        spans[-1] = replace(day, weekday=said.weekday)

    def _add(self, span: Span) -> None:
        self.stretch.spans.append(self._following(span))

    def _following(self, span: Span) -> Span:
        """In a list, "Tuesday and Wednesday" after a "next" goes on from the day before."""
        spans = self.stretch.spans
        again = spans and spans[-1].weekday == span.weekday  # "Monday, yes, Monday"
        if (
            span.bare
            and spans
            and not (self._reference.past or again)
            and span.first <= spans[-1].last
        ):
            day = weekday_from(spans[-1].last + ONE_DAY, span.first.weekday())
            return Span(day, day, span.weekday, bare=True)
        return span

    def _through(self, span: Span) -> None:
        span = self._following(span)
        spans = self.stretch.spans
        if not spans and span.bare and span.last == self._reference.today:
            span = replace(span, last=span.last + WEEK)  # said on that day, it is the next one
        if spans and span.last >= spans[-1].first:
            begin = spans[-1]
            named = begin.bare and span.bare
            through = span.weekday if named else None
            weekday = begin.weekday if named else None
            spans[-1] = Span(begin.first, span.last, weekday, bare=named, through=through)
            self.stretch.begins = False
        else:
            self.stretch.last = span.last

    def _until(self, span: Span) -> None:
        # "Until Tuesday", said on a Tuesday, is until the next one.
        today = span.bare and span.first == self._reference.today
        self.stretch.back = span.first + WEEK if today else self._following(span).first

    def _until_after(self, span: Span) -> None:
        self.stretch.back = self._following(span).last + ONE_DAY

    def _since(self, span: Span) -> None:
        self.stretch.spans.append(Span(span.first, max(span.first, self._reference.today)))

    def _since_or_begin(self, span: Span) -> None:
        """Spanish "desde el lunes": since then, where it is told; from then on, if announced."""
        announced = self._reference.announced or not span.bare
        (self._begin if announced and span.last >= self._reference.today else self._since)(span)

    def _begin(self, span: Span) -> None:
        self.stretch.begins = True
        self._add(span)

    def _after(self, span: Span) -> None:
        self._move(lambda weekday: weekday_from((span.feast or span.last) + ONE_DAY, weekday))

    def _before(self, span: Span) -> None:
        if not self._move(lambda weekday: weekday_before(span.first, weekday)):
            self._until(span)

    def _of(self, span: Span) -> None:
        if not self._move(lambda weekday: monday_of(span.first) + weekday * ONE_DAY):
            self._add(span)

    def _move(self, place: Callable[[int], date]) -> bool:
        """Put the bare weekdays said so far where the phrase after them says."""
        weekdays = [span for span in self.stretch.spans if span.weekday is not None]
        self.stretch.spans = [_placed(span, place) for span in self.stretch.spans]
        return bool(weekdays)

    def _week_of(self, span: Span) -> None:
        monday = monday_of(span.first)
        self._add(Span(monday, monday + FRIDAY * ONE_DAY))


def _placed(span: Span, place: Callable[[int], date]) -> Span:
    """The weekday, or the row of weekdays, where `place` puts it."""
    if span.weekday is None:
        return span
    first = place(span.weekday)
    return Span(first, first if span.through is None else place(span.through))


def _same_day(one: Span, other: Span) -> bool:
    """For "tomorrow, Thursday": a weekday that only says again which day is meant."""
    plain = one.first == one.last and not one.bare
    return plain and other.bare and one.first.weekday() == other.weekday and not one.is_date


def _weekday_and_date(one: Span, other: Span) -> bool:
    if one.is_date:
        one, other = other, one
    return other.is_date and other.weekday is None and one.weekday is not None and not one.is_date

"""Naming a student of the whole roster: first name and surname side by side.

Exact names first, in either order; then one part exact and the other as heard; last both as
heard. A name that is nearly another student's is nobody's: it takes both a good likeness and a
margin to the next one, and a different ending ("Daniel", "Danielle") is a different name.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from flows.reading.language import Marked
from flows.reading.mentions import Mention
from flows.reading.name_index import NOBODY, Ids, NameIndex, family_forms, given_forms, index_of
from flows.reading.name_words import NameSpan, NameWords
from flows.reading.names import heard_names, sound_key
from flows.reading.roster import Roster
from flows.reading.spelling import spelled_words

Find = Callable[[str], Ids]
Like = Callable[[str, Ids], dict[str, float]]

LONGEST = 3  # tokens of one part of a name
FAR = 5  # tokens between a name and its spelling
ACCEPTED = 85.0  # likeness of the part that is not exact
MARGIN = 5.0
LONG_ENOUGH = 6  # letters from which a likeness means something; shorter parts must sound the same


class NameSearch:
    """Searches one message for the names of a roster."""

    def __init__(self, marked: Marked, names: NameWords, roster: Roster, *, spoken: bool) -> None:
        self._marked = marked
        self._names = names
        self._roster = roster
        self._index: NameIndex = index_of(roster)
        self._spoken = spoken

    def mentions(self) -> list[Mention]:
        """The students named in full, from left to right."""
        return self.exact or self._spelled_out() or self._as_heard()

    @cached_property
    def exact(self) -> list[Mention]:
        """First name and surname exactly as on the roster, in either order."""
        called = self._parts(self._called)
        family = self._parts(self._of_family)
        found: list[Mention] = []
        for one, other in ((called, family), (family, called)):
            for span, ids in one.items():
                found += self._joined(span, ids, other, reverse=one is family)
        found += self._mononyms(called)
        found = _widest(found)
        return self._with_twins([*self._sharing_surname(found), *found])

    def _sharing_surname(self, named: list[Mention]) -> list[Mention]:
        """The first of "Grace and Faith Holloman"."""
        found: list[Mention] = []
        for mention in named:
            and_at = mention.span.start - 1
            for start in range(max(0, and_at - LONGEST), and_at):
                if not self._names.is_and(and_at):
                    break
                ids = self._called("".join(self._marked.keys[start:and_at]))
                both = ids & self._siblings_of(mention.students)
                if both:
                    found.append(Mention(NameSpan(start, and_at), both, 0.97))
                    break
        return found

    def _siblings_of(self, ids: Ids) -> Ids:
        surnames = {form for i in ids for form in family_forms(self._roster.students[i])}
        return frozenset().union(*(self._index.of_family(form) for form in surnames)) - ids

    @cached_property
    def subjects(self) -> frozenset[int]:
        """First names that begin a sentence of their own, as in "I'm Tanya Brooks Jayden has …"."""
        keys = self._marked.keys
        return frozenset(
            index
            for index in range(2, len(keys))
            if self._names.is_subject(index)
            and self._names.is_namelike(index - 1)
            and (
                self._names.is_namelike(index - 2)
                or self._names.after_intro(index - 1)
                or self._names.after_kin(index - 1)
            )
            and self._called(keys[index])
        )

    def is_on_roster(self, key: str) -> bool:
        """Whether a student of the roster is called so."""
        return key in self._index.given

    def names_of(self, ids: Iterable[str]) -> set[str]:
        """Everything these students are called."""
        students = [self._roster.students[i] for i in ids]
        return {form for s in students for form in (*given_forms(s), *family_forms(s))}

    def _called(self, key: str) -> Ids:
        ids = self._index.called(key)
        for base in self._marked.language.bases(key):
            ids |= self._index.called(base)
        return ids

    def _of_family(self, key: str) -> Ids:
        ids = self._index.of_family(key)
        for base in self._marked.language.bases(key):
            ids |= self._index.of_family(base)
        return ids

    def _parts(self, find: Find) -> dict[NameSpan, Ids]:
        keys = self._marked.keys
        found: dict[NameSpan, Ids] = {}
        for start in range(len(keys)):
            for end in range(start + 1, min(start + LONGEST, len(keys)) + 1):
                ids = find("".join(keys[start:end]))
                if ids:
                    found[NameSpan(start, end)] = ids
        return found

    def _joined(
        self, span: NameSpan, ids: Ids, others: dict[NameSpan, Ids], *, reverse: bool
    ) -> Iterator[Mention]:
        """The part followed by the other part; an initial may stand between them."""
        starts = [span.end]
        if span.end < len(self._marked) and len(self._marked.keys[span.end]) == 1:
            starts.append(span.end + 1)
        if self._names.stands_aside(span.start):
            return
        if reverse and self._names.closes_a_name(span.start):
            return
        for start in starts:
            for end in range(start + 1, start + LONGEST + 1):
                both = ids & others.get(NameSpan(start, end), NOBODY)
                if both and not self._breaks(span, start, reverse=reverse):
                    yield Mention(NameSpan(span.start, end), both, 0.99)

    def _breaks(self, span: NameSpan, start: int, *, reverse: bool) -> bool:
        """Whether a sentence ends between the parts, or a comma where none can stand."""
        if self._marked.utterance.starts_sentence(start):
            return True
        gap = self._marked.utterance.tokens[start].gap
        return "," in gap and not reverse and span.end == start

    def _mononyms(self, called: dict[NameSpan, Ids]) -> Iterator[Mention]:
        for span, ids in called.items():
            if ids <= self._index.mononyms and self._names.in_place(*span):
                yield Mention(span, ids, 0.97)

    def _with_twins(self, mentions: list[Mention]) -> list[Mention]:
        """In speech, every student whose name sounds the same is meant as well."""
        if not self._spoken:
            return mentions
        return [self._with_sounds(mention) for mention in mentions]

    def _with_sounds(self, mention: Mention) -> Mention:
        start, end = mention.span
        alike: set[str] = set(mention.students)
        for middle in range(start + 1, end):
            first = "".join(self._marked.keys[start:middle])
            second = "".join(self._marked.keys[middle:end])
            alike |= self._index.sounding(first, second) | self._index.sounding(second, first)
        return Mention(mention.span, frozenset(alike), mention.probability)

    def _spelled_out(self) -> list[Mention]:
        """For "Owen Kavanagh, that's E O I N": the spelled part with its neighbour."""
        keys = self._marked.keys
        for span, word in spelled_words(self._marked):
            for part, others in (
                (self._called(word), self._of_family),
                (self._of_family(word), self._called),
            ):
                for start in range(max(0, span.start - FAR), span.start):
                    for end in range(start + 1, min(start + LONGEST, span.start) + 1):
                        both = part & others("".join(keys[start:end]))
                        if both:
                            return [Mention(NameSpan(start, span.end), both, 0.97)]
                for end in range(span.end + 1, min(span.end + LONGEST, len(keys)) + 1):
                    both = part & others("".join(keys[span.end : end]))
                    if both:
                        return [Mention(NameSpan(span.start, end), both, 0.97)]
        return []

    def _as_heard(self) -> list[Mention]:
        """Names damaged by recognition or typing: one part exact, or both by their sounds."""
        found = [*self._one_part_heard(), *self._both_heard()]
        return _widest([m for m in found if not self._names.stands_aside(m.span.start)])

    def _one_part_heard(self) -> Iterator[Mention]:
        for span, ids in self._parts(self._called).items():
            if self._may_be_part(span):
                for beside in self._beside(span.end):
                    yield from self._accepted(span, beside, self._index.like_family, ids)
        for span, ids in self._parts(self._of_family).items():
            if self._may_be_part(span):
                for beside in self._before(span.start):
                    yield from self._accepted(beside, span, self._index.like_given, ids)

    def _may_be_part(self, span: NameSpan) -> bool:
        """Whether a name can begin so; an ordinary word ("Kit") only before another of a name."""
        if any(self._names.is_namelike(i) for i in range(*span)) or self._names.in_place(*span):
            return True
        return span.end < len(self._marked) and self._names.is_namelike(span.end)

    def _beside(self, start: int) -> Iterator[NameSpan]:
        run = self._names.run(start)
        if run and not self._marked.utterance.pause_before(start):
            for end in range(min(run.end, start + LONGEST), start, -1):
                yield NameSpan(start, end)

    def _before(self, end: int) -> Iterator[NameSpan]:
        if self._marked.utterance.pause_before(end):
            return
        for start in range(max(0, end - LONGEST), end):
            run = self._names.run(start)
            if run and run.end >= end:
                yield NameSpan(start, end)

    def _accepted(
        self, first: NameSpan, second: NameSpan, like: Like, among: Ids
    ) -> Iterator[Mention]:
        heard_span = second if like == self._index.like_family else first
        heard = "".join(self._marked.keys[heard_span.start : heard_span.end])
        scores = like(heard, among)
        best = max(scores.values(), default=0.0)
        near = frozenset(i for i, score in scores.items() if best - score < MARGIN)
        if best >= ACCEPTED and all(self._is_same(heard, i, like) for i in near):
            yield Mention(NameSpan(first.start, second.end), near, 0.9)

    def _is_same(self, heard: str, student_id: str, like: Like) -> bool:
        """Short parts must sound the same; longer ones at least end the same."""
        student = self._roster.students[student_id]
        forms = family_forms(student) if like == self._index.like_family else given_forms(student)
        sound = sound_key(heard)
        known = heard_names(heard)
        if any(form in known or sound_key(form) == sound for form in forms):
            return True
        return len(heard) >= LONG_ENOUGH and any(sound_key(f)[-1:] == sound[-1:] for f in forms)

    def _both_heard(self) -> Iterator[Mention]:
        for run in self._names.runs():
            for middle in range(run.start + 1, run.end):
                first = "".join(self._marked.keys[run.start : middle])
                second = "".join(self._marked.keys[middle : run.end])
                ids = self._index.sounding(first, second)
                if ids:
                    yield Mention(run, ids, 0.9)


def _widest(mentions: list[Mention]) -> list[Mention]:
    """The mentions that overlap no wider one; of two alike their students together."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.span.start - m.span.end, m.span.start)):
        clash = [
            k for k in kept if k.span.start < mention.span.end and mention.span.start < k.span.end
        ]
        if not clash:
            kept.append(mention)
        elif clash[0].span == mention.span and len(clash) == 1:
            kept[kept.index(clash[0])] = Mention(
                mention.span, clash[0].students | mention.students, mention.probability
            )
    return sorted(kept, key=lambda m: m.span.start)

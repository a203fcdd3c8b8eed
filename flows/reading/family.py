"""Naming a student among the few who are linked to the calling number.

With two or three names to choose among, a first name, a nickname or a plausible mishearing is
enough; what has to be kept apart is a name that is nobody's here.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from flows.events import Words
from flows.reading.language import Marked
from flows.reading.mentions import Mention, all_fine, denials_apart
from flows.reading.name_index import family_forms, given_forms
from flows.reading.name_words import NameSpan, NameWords
from flows.reading.names import (
    HEARD_EXACTLY,
    formal_names,
    given_names,
    likeness,
    sounds_same,
)  # fmt: skip
from flows.reading.roster import Student
from flows.reading.spelling import spelled_words

LONGEST = 3  # tokens that a recogniser may have made of one name
PLAUSIBLE = 72.0  # likeness of a mishearing, where only a few names are possible
ANOTHER_HEARD, ANOTHER_TYPED = 82.0, 90.0  # of one that is a name itself: Mia is not May
PLAIN_WORDS = 76.0  # of one that is made of ordinary words
APART = 8.0  # and by how much it must be liker than to another of them
FOREIGN = 60.0  # a surname less like the student's is somebody else's
SHORTEST_HEARD = 3  # letters


class Family:
    """The linked students, and whom of them a message names."""

    def __init__(
        self,
        marked: Marked,
        names: NameWords,
        students: Sequence[Student],
        is_on_roster: Callable[[str], bool],
        *,
        spoken: bool,
    ) -> None:
        self._marked = marked
        self._names = names
        self.students = students
        self._is_on_roster = is_on_roster
        self._spoken = spoken
        self._given: dict[str, set[str]] = {}
        self._surnames: dict[str, set[str]] = {}
        for student in students:
            for form in given_forms(student):
                self._given.setdefault(form, set()).add(student.student_id)
            for form in family_forms(student):
                self._surnames.setdefault(form, set()).add(student.student_id)

    def mentions(self) -> list[Mention]:
        """Whom the words name: exactly, spelled out, or as heard."""
        named = denials_apart(self._marked, self.exact)
        if named:
            return named + [m for m in self._alike(named) if self._counts_beside(m, named)]
        if self.exact:  # "Vivian, not Vincent": who is meant may be named as it was heard
            return self._alike(self.exact)
        return list(self._spelled()) or self._alike() or list(self._by_surname())

    def _counts_beside(self, mention: Mention, named: Sequence[Mention]) -> bool:
        """Whether a name as heard is one more: joined by "and", or what the sentence is about."""
        told_of = self._names.is_sentence_of(mention.span.end - 1)
        return self._joins(mention, named) or (
            told_of and not any(self._names.is_sentence_of(m.span.end - 1) for m in named)
        )

    def _joins(self, mention: Mention, others: Sequence[Mention]) -> bool:
        """Whether "and" alone stands between a mention and another."""
        return any(
            self._names.is_and(min(mention.span.end, other.span.end))
            and abs(max(mention.span.start, other.span.start)
                    - min(mention.span.end, other.span.end)) == 1
            for other in others
        )  # fmt: skip

    def others_than(self, ids: frozenset[str]) -> frozenset[str]:
        """The linked students who are none of these."""
        return frozenset(s.student_id for s in self.students) - ids

    @cached_property
    def exact(self) -> list[Mention]:
        """The names as the roster has them, nicknames and inflected forms included."""
        return list(self._exact())

    def other_than_fine(self, mentions: Sequence[Mention]) -> Mention | None:
        """For "Iris is fine, it's her brother": the other one, where all who are named are well."""
        kin = [(i, w) for i, w in self._marked.class_words_of("kin") if w.value == "sibling"]
        others = self.others_than(frozenset().union(*(m.students for m in mentions)))
        told = self._marked.has("cue", "absent") or self._marked.table("reason")
        if not (kin and told and len(others) == 1 and all_fine(self._marked, mentions)):
            return None
        return Mention(NameSpan(kin[0][0], kin[0][1].end), others, 0.9)

    def completed(self, mentions: list[Mention]) -> list[Mention]:
        """The mentions, and those whom "both", "all" or "and her brother" add to them."""
        ids = frozenset().union(*(m.students for m in mentions))
        group = self._marked.meanings("group")
        others = [s for s in self.students if s.student_id not in ids]
        both = "both" in group and len(self.students) == 2
        sibling = any(
            mark.meaning == "sibling" and any(m.span.end == mark.start for m in mentions)
            for mark in self._marked.table("group")
        )
        if len(others) == 1 and all(m.certain for m in mentions) and (both or sibling):
            span = mentions[-1].span
            return [*mentions, Mention(span, frozenset({others[0].student_id}), 0.95)]
        return mentions

    @property
    def description(self) -> Words:
        """The words that tell whom of the family is meant without a name: "both my girls"."""
        utterance = self._marked.utterance
        said = (utterance.words(m.start, m.end) for m in self._marked.table("group"))
        return next(said, Words(""))

    def by_description(self) -> tuple[Student, ...] | None:
        """The students meant where none is named; None when that leaves a choice."""
        if len(self.students) == 1:
            return tuple(self.students)
        group = self._marked.meanings("group")
        if "one_of" in group:
            return None
        if "twins" in group:
            return self._twins()
        if "both" in group:
            return tuple(self.students) if len(self.students) == 2 else None
        if "three" in group:
            return tuple(self.students) if len(self.students) == 3 else None
        if "all" in group:
            return tuple(self.students)
        return self._by_age(group) or self._by_grade()

    def _twins(self) -> tuple[Student, ...] | None:
        """Those born on one day; of a number with two students, the two, whatever the file says."""
        if len(self.students) == 2:
            return tuple(self.students)
        for student in self.students:
            born = tuple(s for s in self.students if s.birth_date == student.birth_date)
            if len(born) > 1:
                return born
        return None

    def _by_age(self, group: frozenset[str]) -> tuple[Student, ...] | None:
        if not {"older", "younger"} & group:
            return None
        oldest_first = sorted(self.students, key=lambda s: s.birth_date)
        ends = oldest_first[:2] if "older" in group else oldest_first[:-3:-1]
        return None if ends[0].birth_date == ends[1].birth_date else (ends[0],)

    def _by_grade(self) -> tuple[Student, ...] | None:
        said = {w.value for words in self._marked.class_words for w in words if w.name == "grade"}
        found = tuple(s for s in self.students if s.grade in said)
        return found if len(found) == 1 else None

    def _exact(self) -> Iterator[Mention]:
        index = 0
        while index < len(self._marked):
            mention = self._exact_at(index)
            if mention:
                yield mention
            index = mention.span.end if mention else index + 1

    def _exact_at(self, start: int) -> Mention | None:
        for length in range(LONGEST, 0, -1):
            end = start + length
            if end > len(self._marked):
                continue
            key = "".join(self._marked.keys[start:end])
            owned = self._names.is_bare_possessive(end - 1)  # "summers dad": Summer's
            ids = self._called(key) or (self._called(key[:-1]) if owned else set())
            mention = self._with_surname(start, end, frozenset(ids)) if ids else None
            if mention:
                return mention
        return None

    def _called(self, key: str) -> set[str]:
        ids = set(self._given.get(key, ()))
        for formal in () if ids else formal_names(key):  # whoever is called just so comes first
            ids |= self._given.get(formal, set())
        for base in self._marked.language.bases(key):
            ids |= self._given.get(base, set())
        return ids

    def _with_surname(self, start: int, end: int, ids: frozenset[str]) -> Mention | None:
        """A first name, extended over the surname beside it; None where it cannot be a name."""
        for first, after in ((end, end + 3), (end, end + 2), (end, end + 1)):
            bearers = self._surnames.get("".join(self._marked.keys[first:after]), set()) & ids
            if bearers and after <= len(self._marked):
                return Mention(NameSpan(start, after), frozenset(bearers), 0.995)
        begins = self._marked.utterance.starts_sentence(start)  # "This is Ms. Diaz. Ana is sick"
        before = "" if begins else self._marked.keys[start - 1]
        bearers = self._surnames.get(before, set()) & ids
        if bearers and not self._names.closes_a_name(start - 1):
            return Mention(NameSpan(start - 1, end), frozenset(bearers), 0.99)
        ordinary = all(self._names.is_ordinary(i) for i in range(start, end))
        owned = self._names.is_bare_possessive(end - 1)
        if ordinary and not (owned or self._names.in_place(start, end)):
            return None
        if self._names.stands_aside(start) and not self._names.in_place(start, end):
            return None
        return self._unless_foreign(start, end, ids)

    def _unless_foreign(self, start: int, end: int, ids: frozenset[str]) -> Mention | None:
        """Not the family's child, where quite another surname follows."""
        run = self._names.run(end, most=2)
        if run is None or self._marked.utterance.pause_before(end):
            return Mention(NameSpan(start, end), ids)
        if self._marked.keys[end] in self._given:
            return Mention(NameSpan(start, end), ids)
        surname = "".join(self._marked.keys[run.start : run.end])
        liker = [
            f
            for f, bearers in self._surnames.items()
            if bearers & ids and likeness(surname, f) >= FOREIGN
        ]
        if liker:
            return Mention(NameSpan(start, run.end), ids, 0.97)
        return None if not self._spoken else Mention(NameSpan(start, end), ids, 0.8)

    def _spelled(self) -> Iterator[Mention]:
        for span, word in spelled_words(self._marked):
            ids = self._called(word) or self._surnames.get(word, set())
            if ids:
                yield Mention(span, frozenset(ids), 0.98)

    def _alike(self, known: Sequence[Mention] = ()) -> list[Mention]:
        """Words that sound like the names of those not yet known, where a name can stand."""
        found: list[Mention] = list(known)
        for run in self._windows():
            if not any(run.start < m.span.end and m.span.start < run.end for m in found):
                mention = self._likest(run, frozenset().union(*(m.students for m in found)))
                found += [mention] if mention else []
        return sorted(found[len(known) :], key=lambda m: m.span.start)

    def _likest(self, run: NameSpan, known: frozenset[str]) -> Mention | None:
        """The student whose name these words are like, if by more than any other's."""
        heard = "".join(self._marked.keys[run.start : run.end])
        if len(heard) < SHORTEST_HEARD:
            return None
        scores: dict[str, float] = {}
        another = self._is_on_roster(heard)
        for name, bearers in self._given.items():
            score = likeness(heard, name)
            if self._spoken and sounds_same(heard, name):
                score = max(score, HEARD_EXACTLY)
            elif another and not sounds_same(heard, name):
                score = 0  # another student's name is another student
            for student_id in bearers:
                scores[student_id] = max(scores.get(student_id, 0.0), score)
        ordinary = any(self._names.is_ordinary(i) for i in range(*run))
        mention = _best(run, scores, self._least(heard, ordinary=ordinary))
        return None if mention is None or mention.students <= known else mention

    def _least(self, heard: str, *, ordinary: bool) -> float:
        """How alike it must be: a name in its own right, or plain words, more than nonsense."""
        if heard in given_names() and not self._is_on_roster(heard):
            return ANOTHER_HEARD if self._spoken else ANOTHER_TYPED
        return PLAIN_WORDS if ordinary else PLAUSIBLE

    def _windows(self) -> Iterator[NameSpan]:
        """The words that may be a damaged name, the likelier first."""
        runs = list(self._names.runs())
        for run in runs:
            for length in range(min(LONGEST, run.end - run.start), 0, -1):
                for start in range(run.start, run.end - length + 1):
                    yield NameSpan(start, start + length)
        for run in runs:  # "so cheel": an ordinary word may be half of a name
            for start in (run.start - 1, run.start - 2):
                if start >= 0 and self._names.in_place(start, run.end):
                    yield NameSpan(start, run.end)
        if self._spoken:
            yield from self._plain_windows()

    def _plain_windows(self) -> Iterator[NameSpan]:
        """Ordinary words where only a name can stand: "use of" for Yousef."""
        for start in range(len(self._marked)):
            for length in range(LONGEST, 0, -1):
                if self._names.is_bare_subject(start, start + length):
                    yield NameSpan(start, start + length)

    def _by_surname(self) -> Iterator[Mention]:
        """A surname alone; it chooses where the linked students have different ones."""
        for index in range(len(self._marked)):
            for length in range(LONGEST, 0, -1):
                end = index + length
                ids = self._surnames.get("".join(self._marked.keys[index:end]), set())
                named = ids and end <= len(self._marked) and not self._names.is_ordinary(index)
                if named and len(ids) == 1:
                    yield Mention(NameSpan(index, end), frozenset(ids), 0.93)
                    return


def _best(span: NameSpan, scores: dict[str, float], least: float) -> Mention | None:
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < least:
        return None
    near = frozenset(i for i, score in ranked if ranked[0][1] - score < APART)
    return Mention(span, near, min(0.94, ranked[0][1] / 100))

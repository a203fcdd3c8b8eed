"""Which students a message is about. Where that is not sure, it says so: never a wrong child.

The calling number comes first: it leaves two or three names to choose among, and a first name is
enough. Anybody else names a student in full, and the name must be one student's only. In speech
the recogniser chose the spelling, so names that sound the same are the same name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flows.events import Words
from flows.reading.callers import CallerSaid
from flows.reading.family import Family
from flows.reading.findings import Finding, NotUnderstood, Source, Understood, Unsure
from flows.reading.language import Marked
from flows.reading.mentions import Mention, apart, corrected, not_denied, siblings_meant
from flows.reading.name_search import NameSearch
from flows.reading.name_words import NameSpan, NameWords
from flows.reading.narrowing import narrowed
from flows.reading.roster import Roster
from flows.reading.strangers import Strangers
from flows.reading.student_numbers import numbered
from flows.reading.values import StudentsRead

BY_NUMBER = 0.95  # the only student on file for a number, and nobody named


@dataclass(slots=True)
class StudentsFound:
    """The finding, the tokens that are students' names, and names that are nobody's.

    `kin`: the tokens of relatives who are students, the brother in "Amari's brother is sick".
    """

    finding: Finding[StudentsRead]
    tokens: frozenset[int] = frozenset()
    strangers: tuple[NameSpan, ...] = ()
    kin: frozenset[int] = frozenset()


class Call:
    """One message and what surrounds it, as the readers of names need it."""

    def __init__(self, marked: Marked, roster: Roster, phone: str | None, *, spoken: bool) -> None:
        self.marked = marked
        self.roster = roster
        self.phone = phone
        self.names = NameWords(marked, typed=not spoken)
        self.search = NameSearch(marked, self.names, roster, spoken=spoken)
        linked, known = roster.linked_to(phone), self.search.is_on_roster
        self.family = Family(marked, self.names, linked, known, spoken=spoken)
        self.strangers = Strangers(marked, self.names, self.search, roster.contacts_at(phone))

    @cached_property
    def named(self) -> dict[int, int]:
        """Where each student's name begins and ends; a caller's name ends before it."""
        found = self.search.exact
        if self.family.students:
            found = self.family.exact + [m for m in found if self._follows_a_name(m.span.start)]
        subjects = {index: index + 1 for index in self.search.subjects}
        return subjects | {mention.span.start: mention.span.end for mention in found}

    def _follows_a_name(self, start: int) -> bool:
        """Whether first name and surname stand before: "Peggy Brennan Conor Brennan threw up"."""
        return start > 1 and all(self.names.is_namelike(i) for i in (start - 2, start - 1))


def read_students(call: Call, caller: CallerSaid, *, by_student: bool) -> StudentsFound:
    """The students a message is about, and the words that named each.

    `by_student`: the caller's own name is the student's.
    """
    numbers = numbered(call.marked, call.roster)
    if numbers:
        return _by_number(call, caller, numbers)
    own = caller if not by_student else replace(caller, name=None)
    if call.family.students:
        found = _in_family(call, own)
        if found is not None:
            return found
    return _on_roster(call, own)


def _by_number(call: Call, caller: CallerSaid, numbers: Sequence[Mention]) -> StudentsFound:
    """Student numbers; a full name that belongs to somebody else takes its number back."""
    mentions = _not_the_caller(call.search.exact, caller)
    found = [n for n in numbers if n.students]
    fitting = [
        n for n in found
        if not mentions or any(n.students & m.students for m in mentions) or len(found) > 1
    ]  # fmt: skip
    lost = [n.span for n in numbers if n not in fitting]
    return _settled(call, fitting, lost, (*numbers, *mentions))


def _in_family(call: Call, caller: CallerSaid) -> StudentsFound | None:
    """Among the students linked to the number; None when somebody else is named."""
    family = call.family
    own = _not_other_students(family.mentions(), call.search.exact)
    mentions = _not_the_caller(own, caller, but=caller.possessors)
    mentions = corrected(call.marked, not_denied(call.marked, mentions))
    mentions, kin = siblings_meant(call.marked, mentions, caller, family.others_than)
    other = family.other_than_fine(mentions) if mentions else None
    if other:
        return _settled(call, [other], (), [*mentions, other], frozenset(range(*other.span)))
    if mentions:
        mentions = family.completed(apart(call.marked, mentions))
        mentions = mentions + _not_the_caller(call.strangers.named_with(mentions), caller)
        certain = [narrowed(m, call.marked, call.roster, caller) for m in mentions]
        beside = call.strangers.beside(caller, certain)
        return _settled(call, certain, beside, certain, kin)
    named = _not_the_caller(call.search.exact, caller)
    return None if named or call.strangers.among(caller, ()) else _unnamed(family)


def _not_other_students(mentions: Iterable[Mention], exact: Sequence[Mention]) -> list[Mention]:
    """The mentions that are not, letter for letter, the full name of somebody else's child."""
    return [
        m
        for m in mentions
        if all(
            other.span.end <= m.span.start
            or other.span.start >= m.span.end
            or not m.students.isdisjoint(other.students)
            for other in exact
        )
    ]


def _unnamed(family: Family) -> StudentsFound:
    """Nobody named: by what the family says ("both", "the younger one"), or the only one."""
    chosen = family.by_description()
    if chosen is not None:
        ids = tuple(student.student_id for student in chosen)
        read = StudentsRead(ids, as_said=(None,) * len(ids))
        only = len(family.students) == 1
        source = Source.ON_FILE if only else Source.SAID  # "both" chose among several
        words = family.description
        return StudentsFound(Understood(read, words, BY_NUMBER, source))
    return StudentsFound(Unsure(tuple(_one(s.student_id, None) for s in family.students)))


def _on_roster(call: Call, caller: CallerSaid) -> StudentsFound:
    """Anybody's call: first name and surname together, fitting one student only."""
    mentions = _not_the_caller(call.search.mentions(), caller, but=caller.possessors)
    mentions = apart(call.marked, corrected(call.marked, not_denied(call.marked, mentions)))
    mentions, kin = siblings_meant(call.marked, mentions, caller)
    mentions = [narrowed(m, call.marked, call.roster, caller) for m in mentions]
    strangers = call.strangers.among(caller, mentions)
    strangers += [s for s in call.strangers.beside(caller, mentions) if s not in strangers]
    return _settled(call, mentions, strangers, mentions, kin)


def _settled(
    call: Call,
    mentions: Sequence[Mention],
    lost: Iterable[NameSpan],
    tokens: Iterable[Mention],
    kin: frozenset[int] = frozenset(),
) -> StudentsFound:
    """The certain mentions; with none, the candidates; the rest is unplaced."""
    sure: dict[str, Mention] = {}
    for mention in mentions:
        if mention.certain:
            sure.setdefault(next(iter(mention.students)), mention)
    unsure = [m for m in mentions if not m.certain]
    lost = tuple(lost)
    words = call.marked.utterance.words
    taken = frozenset(i for m in tokens for i in range(m.span.start, m.span.end))
    unplaced = tuple(words(*span) for span in (*(m.span for m in unsure), *lost))
    if sure:
        said = tuple(words(*m.span) for m in sure.values())
        read = StudentsRead(tuple(sure), unplaced, said)
        probability = min(m.probability for m in sure.values())
        found: Finding[StudentsRead] = Understood(read, Words(", ".join(said)), probability)
    elif unsure:
        candidates = tuple(_one(i, words(*m.span)) for m in unsure for i in sorted(m.students))
        found = Unsure(candidates, unplaced[0])
    else:
        found = NotUnderstood(unplaced[0] if unplaced else Words(""))
    return StudentsFound(found, taken, lost, kin)


def _one(student_id: str, words: Words | None) -> StudentsRead:
    return StudentsRead((student_id,), as_said=(words,))


def _not_the_caller(
    mentions: Iterable[Mention], caller: CallerSaid, but: Iterable[NameSpan] = ()
) -> list[Mention]:
    """The mentions outside the caller's own name; "Bella's dad" leaves Bella a student."""
    kept = list(but)
    name = caller.name
    return [
        m
        for m in mentions
        if name is None
        or m.span.end <= name.start
        or m.span.start >= name.end
        or any(m.span.start >= span.start and m.span.end <= span.end for span in kept)
    ]

"""Names of children who are not the ones linked to the number, or nobody's at all.

They keep an unknown child from being taken for the one on file. A given name that somebody bears
counts wherever nothing excuses it; a word that nobody knows only where a student's name stands.
"""

from collections.abc import Iterator, Sequence

from flows.reading.callers import CallerSaid
from flows.reading.language import Marked
from flows.reading.mentions import Mention
from flows.reading.name_search import NameSearch
from flows.reading.name_words import NameSpan, NameWords
from flows.reading.names import given_names, parts, sounds_same
from flows.reading.roster import Contact

OCCASIONS = {"event", "other_unexcused", "religious_holiday", "death"}
BESIDE = 4  # tokens, "and" among them, between two students


class Strangers:
    """The names of one message that are neither a student's who was found nor the caller's."""

    def __init__(
        self, marked: Marked, names: NameWords, search: NameSearch, at_phone: Sequence[Contact]
    ) -> None:
        self._marked = marked
        self._names = names
        self._search = search
        self._at_phone = at_phone

    def among(self, caller: CallerSaid, mentions: Sequence[Mention]) -> list[NameSpan]:
        """Those that stand where a student's name would, from left to right."""
        found = {
            run.start: run
            for run in self._runs(caller, mentions)
            if self._names.in_place(*run) and not self._is_excused(run)
        }
        if mentions:  # whoever else is named is another person of their story, unless in place
            return [found[start] for start in sorted(found)]
        taken = _taken(caller, mentions)
        found |= {o.start: o for o in caller.possessors if taken.isdisjoint(range(*o))}
        for index in range(len(self._marked)):
            covered = any(run.start <= index < run.end for run in found.values())
            if index in taken or covered:
                continue
            if self._is_someone(index, after_name=index - 1 not in taken):
                found[index] = self._names.run(index) or NameSpan(index, index + 1)
        return [found[start] for start in sorted(found)]

    def beside(self, caller: CallerSaid, mentions: Sequence[Mention]) -> Iterator[NameSpan]:
        """Those named in one breath with a student found: "Khalil and his cousin Devin"."""
        for run in self._runs(caller, mentions):
            aside = self._names.stands_aside(run.start) and not self._names.after_kin(run.start)
            if not aside and self._is_joined(run, mentions):
                yield run

    def named_with(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Students of other families, named in full in one breath with these."""
        taken = {i for m in mentions for i in range(*m.span)}
        return [
            m
            for m in self._search.exact
            if m.certain and taken.isdisjoint(range(*m.span)) and self._is_joined(m.span, mentions)
        ]

    def _runs(self, caller: CallerSaid, mentions: Sequence[Mention]) -> Iterator[NameSpan]:
        """Words that look like names and are no student's found and not the caller's."""
        taken = _taken(caller, mentions)
        named = {self._marked.keys[i] for m in mentions for i in range(*m.span)}
        named |= self._search.names_of(i for m in mentions for i in m.students)
        for run in self._names.runs():
            again = named.issuperset(self._marked.keys[slice(*run)])
            if taken.isdisjoint(range(*run)) and not again:
                yield run

    def _is_someone(self, index: int, *, after_name: bool) -> bool:
        """Whether a given name that is known stands here, and nothing says it is no student's.

        `after_name`: a name right before it is part of this one.
        """
        key = self._marked.keys[index]
        if key not in given_names() and not self._search.is_on_roster(key):
            return False
        if self._is_excused(self._names.run(index) or NameSpan(index, index + 1)):
            return False
        if not self._names.is_namelike(index):
            names = self._names
            told_of = names.is_sentence_of(index) or names.is_pointed_at(index)
            return told_of or names.has_initial(index)
        return not (index and after_name and self._names.is_namelike(index - 1))

    def _is_excused(self, run: NameSpan) -> bool:
        """Whether it is said whose name it is: a doctor's, an uncle's, the caller's in passing."""
        names = self._names
        if names.stands_aside(run.start) or names.after_kin(run.start) or names.has_office(run.end):
            return True
        if names.is_addressed(run) or self._is_of_occasion(run.end - 1):
            return True
        pieces = {piece for contact in self._at_phone for piece in parts(contact.name)}
        return any(
            sounds_same(key, piece) for key in self._marked.keys[slice(*run)] for piece in pieces
        )

    def _is_of_occasion(self, index: int) -> bool:
        """For "Taylor's concert": whose day it is, and nobody who is absent."""
        if self._marked.keys[index + 1 : index + 2] != ("'s",):
            return False
        others = (*self._marked.table("cue"), *self._marked.table("reason"))
        return any(m.start == index + 2 and m.meaning in OCCASIONS for m in others)

    def _is_joined(self, stranger: NameSpan, mentions: Sequence[Mention]) -> bool:
        ands = {mark.start for mark in self._marked.table("join") if mark.meaning == "and"}
        before = [m.span.end for m in mentions if m.span.end < stranger.start]
        if before and before[-1] in ands and stranger.start - before[-1] <= BESIDE:
            return True
        after = [m.span.start for m in mentions if m.span.start > stranger.end]
        between = range(stranger.end, after[0]) if after else range(0)
        return len(between) <= BESIDE and not ands.isdisjoint(between)


def _taken(caller: CallerSaid, mentions: Sequence[Mention]) -> set[int]:
    taken = {i for m in mentions for i in range(*m.span)} | caller.kin
    return taken | set(range(*caller.name)) if caller.name else taken

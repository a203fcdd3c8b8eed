"""A mention: words that name a student, and whom they may mean."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from flows.reading.callers import CallerSaid
from flows.reading.cues import AWAY
from flows.reading.language import Marked
from flows.reading.name_words import NameSpan
from flows.reading.phrases import Mark

BEFALL = {"death", "birth", "deployment", "military_funeral"}
NEAR = 3  # tokens between a name, "no sorry" and the name meant


@dataclass(frozen=True, slots=True)
class Mention:
    """`students` are the ids the words fit; `probability` that it is one of them."""

    span: NameSpan
    students: frozenset[str]
    probability: float = 0.99

    @property
    def certain(self) -> bool:
        """Whether the words fit one student only."""
        return len(self.students) == 1


def apart(marked: Marked, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without students who are said to be well and in school, if others are not."""
    fine = {mark.start for mark in _fine(marked)}
    kept = [m for m in mentions if m.span.end not in fine]
    return kept or list(mentions)


def all_fine(marked: Marked, mentions: Sequence[Mention]) -> bool:
    """Whether all of them are said to be well and in school."""
    fine = {mark.start for mark in _fine(marked)}
    return all(m.span.end in fine for m in mentions)


def _fine(marked: Marked) -> Iterator[Mark]:
    away = [m for m in marked.table("cue") if m.meaning in AWAY]
    for mark in marked.table("cue"):
        if mark.meaning == "fine" and not any(mark.start <= a.start <= mark.end for a in away):
            yield mark


def not_denied(marked: Marked, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without "not Zion", if others are left; of "just Amari" that one alone."""
    onlys = {mark.end for mark in marked.table("group") if mark.meaning == "only"}
    only = [m for m in mentions if m.span.start in onlys]
    joined = [m for m in mentions if only and _follows(marked, only[0], m)]
    return joined or denials_apart(marked, mentions) or list(mentions)


def _follows(marked: Marked, first: Mention, mention: Mention) -> bool:
    """Whether it is the first, or goes on from it as "and Luis" does."""
    ands = {m.start for m in marked.table("join") if m.meaning == "and"}
    between = range(first.span.end, mention.span.start)
    return mention == first or (len(between) == 1 and between[0] in ands)


def denials_apart(marked: Marked, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions without "not Zion"."""
    nots = {mark.end for mark in marked.table("cue") if mark.meaning == "not"}
    return [m for m in mentions if m.span.start not in nots]


def siblings_meant(
    marked: Marked,
    mentions: Sequence[Mention],
    caller: CallerSaid,
    others_than: Callable[[frozenset[str]], frozenset[str]] = lambda _: frozenset(),
) -> tuple[list[Mention], frozenset[int]]:
    """For "Amari's brother Zion" and "Amari's brother": Zion, who may not be named.

    Args:
        marked: the message.
        mentions: the students named, in order.
        caller: what is said of the caller, who may be the brother.
        others_than: the students linked to the number who are none of these.

    Returns:
        The mentions of those meant, and the tokens of their relationship.
    """
    kept: list[Mention] = []
    tokens: set[int] = set()
    for mention in mentions:
        kin = _sibling_beside(marked, mention)
        if kin is None or _is_told_of(mention, kin, mentions):
            kept.append(mention)
            continue
        if kin.start in caller.kin or mention.span in caller.possessors:
            kept.append(mention)
            continue
        tokens.update(range(kin.start, kin.end))
        if not any(m.span.start == kin.end for m in mentions):
            kept.append(replace(mention, students=others_than(mention.students), probability=0.95))
    return [m for m in kept if m.students], frozenset(tokens)


def _is_told_of(mention: Mention, kin: Mark, mentions: Sequence[Mention]) -> bool:
    """For "Essence's sister was hurt, Essence won't be in": the sister is no student here."""
    again = any(m.students == mention.students for m in mentions if m is not mention)
    return again and not any(m.span.start == kin.end for m in mentions)


def _sibling_beside(marked: Marked, mention: Mention) -> Mark | None:
    """The brother or sister whose name is not this one: "Amari's sister", "hermana de Mateo"."""
    start, end = mention.span
    if marked.keys[end : end + 1] == ("'s",):
        word = marked.class_at(end + 1, "kin")
        if word is None or word.value != "sibling" or _befell(marked, word.end):
            return None
        return Mark("kin", "", end + 1, word.end)
    ofs = {m.end: m.start for m in marked.table("people") if m.meaning == "of"}
    for index, word in marked.class_words_of("kin"):
        if word.value == "sibling" and start in ofs and word.end == ofs[start]:
            return Mark("kin", "", index, word.end)
    return None


def _befell(marked: Marked, end: int) -> bool:
    """Whether what follows befell the brother, for whose sake the student is away."""
    marks = [m for m in marked.table("reason") if m.meaning in BEFALL] + [*marked.table("harm")]
    return any(0 <= mark.start - end <= NEAR for mark in marks)


def corrected(marked: Marked, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions that still stand after "Maria, no sorry, Ana"."""
    kept = list(mentions)
    for cue in marked.table("cue"):
        if cue.meaning != "correction":
            continue
        before = [m for m in kept if 0 <= cue.start - m.span.end <= NEAR]
        after = [m for m in kept if 0 <= m.span.start - cue.end <= NEAR]
        if before and after and before[-1].students != after[0].students:
            kept.remove(before[-1])
    return kept

"""A mention: words that name a student, and whom they may mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.reading.language import Marked
from flows.reading.name_words import NameSpan
from flows.reading.phrases import Mark

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


def _fine(marked: Marked) -> Iterator[Mark]:
    away = [m for m in marked.table("cue") if m.meaning in {"absent", "late", "early"}]
    for mark in marked.table("cue"):
        if mark.meaning == "fine" and not any(mark.start <= a.start <= mark.end for a in away):
            yield mark


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

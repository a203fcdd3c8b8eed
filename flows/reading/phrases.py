"""Phrases found in an utterance, all of them in one pass over its tokens.

A language's tables are written in a small notation, compiled once into a net of places joined by
words:

    throw up          these words, one after another
    throw*            any word that begins so
    (sick|ill|unwell) one of these
    [really] sick     with or without
    <month> <nth>     a word of that class; what it means is kept
    died .. night     up to three other words in between

No phrase reaches over the end of a sentence.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flows.reading.utterance import PLAIN_WRITING, Utterance, Writing, keys_of

Value = str | int
Captured = tuple[tuple[str, Value], ...]
GAP = ".."
DAYS = {"day", "figure", "minute"}
DIVIDERS = frozenset(",;/-–—")
WIDEST_GAP = 3
NOTATION = re.compile(r"[()\[\]|]|<\w+>|\.\.|[^\s()\[\]|<>]+")


class Mark(NamedTuple):
    """A phrase found: its table and meaning, its tokens, and the class words inside it."""

    table: str
    meaning: str
    start: int
    end: int
    values: Captured = ()

    @property
    def tokens(self) -> frozenset[int]:
        """The tokens that are the phrase's own, without those that stand in its gaps."""
        skipped = {value for key, value in self.values if key == GAP}
        return frozenset(range(self.start, self.end)) - skipped

    def value(self, name: str) -> Value | None:
        """The meaning of the first word of this class inside the phrase."""
        return next((value for key, value in self.values if key == name), None)

    def numbers(self, *names: str) -> tuple[int, ...]:
        """The meanings of all words of these classes of numbers, in order; a day is an `n` too."""
        return tuple(
            v for key, v in self.values
            if isinstance(v, int) and (key in names or (key in DAYS and "n" in names))
        )  # fmt: skip


class ClassWord(NamedTuple):
    """One word, or several, of a class: `<month>`, 12, up to token `end`."""

    name: str
    value: Value
    end: int


class Place:
    """A place between two words of a pattern: what leads on, and the phrases that end here."""

    __slots__ = ("meanings", "paths")

    def __init__(self) -> None:
        self.paths: dict[str, list[Place]] = {}  # word, stem*, <class> or GAP → where it leads
        self.meanings: list[tuple[str, str]] = []


class Stand:
    """All the places that some words lead to at once; worked out when first stood on.

    Without it every pattern that begins alike would be followed by itself: some 7,000 places
    become a few hundred stands in use, and a message is read in half the time. What is kept are
    the ways that the patterns have, never the words that came: no message can make it grow.
    """

    __slots__ = (
        "_further",
        "_stem_lengths",
        "_stems",
        "_words",
        "after_gap",
        "classes",
        "meanings",
    )

    def __init__(self, places: Iterable[Place]) -> None:
        paths: dict[str, dict[int, Place]] = defaultdict(dict)
        self.meanings: list[tuple[str, str]] = []
        for place in places:
            self.meanings += [m for m in place.meanings if m not in self.meanings]
            for element, ends in place.paths.items():
                paths[element].update((id(end), end) for end in ends)
        leads = {element: list(ends.values()) for element, ends in paths.items()}
        self.after_gap = Stand(leads.pop(GAP)) if GAP in leads else None
        self.classes = {e[1:-1]: Stand(ends) for e, ends in leads.items() if e[0] == "<"}
        self._stems = {e[:-1]: ends for e, ends in leads.items() if e[-1] == "*"}
        self._stem_lengths = sorted({len(stem) for stem in self._stems})
        self._words = {e: ends for e, ends in leads.items() if e[0] != "<" and e[-1] != "*"}
        self._further: dict[tuple[str | None, ...], Stand] = {}

    def step(self, key: str) -> "Stand | None":
        """Where this word leads; None when no phrase goes on with it."""
        stems = [key[:n] for n in self._stem_lengths if key[:n] in self._stems]
        word = key if key in self._words else None
        if word is None and not stems:
            return None
        way = (word, *stems)
        if way not in self._further:
            ends = list(self._words[word]) if word is not None else []
            self._further[way] = Stand(
                [*ends, *(end for stem in stems for end in self._stems[stem])]
            )
        return self._further[way]


class PhraseBook:
    """The compiled phrases of some tables: table → meaning → patterns."""

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, Iterable[str]]],
        writing: Writing = PLAIN_WRITING,
    ) -> None:
        start = Place()
        words: set[str] = set()
        for table, meanings in tables.items():
            for meaning, patterns in meanings.items():
                for pattern in patterns:
                    for place in _Pattern(pattern, writing, words).lay(start):
                        place.meanings.append((table, meaning))
        self._start = Stand([start])
        self.words = frozenset(words)  # every plain word of the phrases

    def find(
        self, utterance: Utterance, classes: Sequence[Sequence[ClassWord]] | None = None
    ) -> list[Mark]:
        """All phrases in the utterance, in the order of their first token.

        `classes` holds, for each token, the class words that begin there.
        """
        found: list[Mark] = []
        for start in range(len(utterance)):
            self._walk(utterance, start, classes, found)
        return found

    def _walk(
        self,
        utterance: Utterance,
        start: int,
        classes: Sequence[Sequence[ClassWord]] | None,
        found: list[Mark],
    ) -> None:
        keys, sentences = utterance.keys, utterance.sentences
        ways: list[tuple[Stand, int, Captured]] = [(self._start, start, ())]
        while ways:
            stand, at, values = ways.pop()
            for table, meaning in stand.meanings:
                found.append(Mark(table, meaning, start, at, values))
            if at == len(keys) or sentences[at] != sentences[start]:
                continue
            if further := stand.step(keys[at]):
                ways.append((further, at + 1, values))
            if stand.classes and classes:
                for name, value, end in classes[at]:
                    if name in stand.classes:
                        ways.append((stand.classes[name], end, (*values, (name, value))))
            if stand.after_gap:
                last = min(at + WIDEST_GAP, len(keys) - 1)
                for end in range(at, last + 1):
                    skipped = tuple((GAP, index) for index in range(at, end))
                    ways.append((stand.after_gap, end, values + skipped))


def longest(marks: Iterable[Mark], *, both: bool = False) -> list[Mark]:
    """The marks that are not part of a longer one, in order; of two alike the first.

    With `both` two that are alike, and mean different things, are both kept.
    """
    kept: list[Mark] = []
    reach = -1
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        alike = both and kept and kept[-1][2:4] == mark[2:4]
        if mark.end > reach or alike:
            kept.append(mark)
            reach = mark.end
    return kept


def said_at_once(mark: Mark, utterance: Utterance) -> bool:
    """Whether no punctuation divides the phrase, as it does "16-18" and "2/16, 17"."""
    inner = utterance.tokens[mark.start + 1 : mark.end]
    # "Forty-five" is one number; "16-18" is two.
    return not any(
        DIVIDERS.intersection(t.gap) and (t.key.isdecimal() or t.gap.strip() != "-") for t in inner
    )


class _Pattern:
    """One pattern in the notation, laid into the net symbol by symbol."""

    def __init__(self, pattern: str, writing: Writing, words: set[str]) -> None:
        self._pattern = pattern
        self._symbols = NOTATION.findall(pattern)
        self._writing = writing
        self._words = words

    def lay(self, start: Place) -> list[Place]:
        """The places where the pattern ends, reached from the start."""
        ends = self._alternatives([start])
        if self._symbols or start in ends:
            raise ValueError(f"Not a phrase, by its brackets or for being empty: {self._pattern!r}")
        return ends

    def _alternatives(self, start: list[Place]) -> list[Place]:
        """Up to the next closing bracket: every alternative leads on from the same places."""
        finished: list[Place] = []
        ends = start
        while self._symbols and self._symbols[0] not in ")]":
            symbol = self._symbols.pop(0)
            if symbol == "|":
                finished, ends = finished + ends, start
            elif symbol in "([":
                ends = self._group(symbol, ends)
            else:
                ends = self._word(symbol, ends)
        return finished + ends

    def _group(self, bracket: str, start: list[Place]) -> list[Place]:
        ends = self._alternatives(start)
        if not self._symbols or self._symbols.pop(0) != {"(": ")", "[": "]"}[bracket]:
            raise ValueError(f"A bracket is not closed: {self._pattern!r}")
        return ends if bracket == "(" else start + ends

    def _word(self, symbol: str, start: list[Place]) -> list[Place]:
        for element in self._elements(symbol):
            end = Place()
            for place in start:
                place.paths.setdefault(element, []).append(end)
            start = [end]
        return start

    def _elements(self, symbol: str) -> tuple[str, ...]:
        if symbol == GAP or symbol.startswith("<"):
            return (symbol,)
        keys = (symbol,) if symbol.startswith("'") else keys_of(symbol, self._writing)
        if not keys:
            raise ValueError(f"Nothing an utterance could hold, {symbol!r}: {self._pattern!r}")
        if symbol.endswith("*"):
            return (*keys[:-1], f"{keys[-1]}*")
        self._words.update(keys)
        return keys

"""Which words of a message may be somebody's name, and whose place in the sentence they take.

A name that is also a word ("Will", "May", "Hope") counts only where a name can stand; a word that
is in no table counts as a name only there as well. That a name is nobody's on the roster must be
seen too: it is what keeps an unknown child from being taken for the one on file.
"""

from collections.abc import Iterator
from typing import NamedTuple

from flows.reading.language import Marked
from flows.reading.names import given_names

LONGEST_NAME = 4  # words
SHORTEST_NAME = 2  # letters
TITLES = {"mr", "mrs", "title"}
OTHER_MEANINGS = ("reason", "harm", "cue", "intent", "when", "clock", "whole", "identity")


class NameSpan(NamedTuple):
    """Words that may be a name: tokens from `start` up to, not including, `end`."""

    start: int
    end: int


class NameWords:
    """Answers for one message what could be a name in it, and where."""

    def __init__(self, marked: Marked, *, typed: bool) -> None:
        self._marked = marked
        self._typed = typed
        self._people = marked.table("people")
        self._before = {m.end for m in self._people if m.meaning == "before_student"}
        self._subject = {m.start for m in self._people if m.meaning in {"subject", "finite"}}
        self._finite = {m.start for m in self._people if m.meaning == "finite"}
        aside = [m for m in self._people if m.meaning == "aside"]
        # "Virgen de" in two words leaves no doubt, as "de" alone does.
        self._aside = {m.end for m in aside if m.end - m.start > 1} | (
            {m.end for m in aside} - self._before
        )
        self._meant = {
            index
            for table in OTHER_MEANINGS
            for mark in marked.table(table)
            for index in mark.tokens
        }
        # Words that others lead up to: "no van", "not may".
        self._led_up_to = {
            index
            for table in OTHER_MEANINGS
            for mark in marked.table(table)
            for index in mark.tokens
            if index > mark.start
        }
        # All in capitals says nothing about names.
        text = marked.utterance.text
        self._cased = typed and text != text.upper() and text != text.lower()

    def is_ordinary(self, index: int) -> bool:
        """Whether the word is one of the language's, by the tables."""
        key = self._marked.keys[index]
        return self._marked.language.is_ordinary(key) or not key.isalpha() or index in self._meant

    def is_namelike(self, index: int) -> bool:
        """Whether the word may be part of a name, wherever it stands."""
        key = self._marked.keys[index]
        if len(key) < SHORTEST_NAME or key.startswith("'"):
            return False
        return not self.is_ordinary(index) or self._written_as_name(index)

    def _written_as_name(self, index: int) -> bool:
        """A capital inside a typed sentence, on a word that is known to be a name."""
        if not self._cased or self._marked.utterance.starts_sentence(index):
            return False
        known = self._marked.keys[index] in given_names()
        return known and self._marked.utterance.is_capital(index)

    def in_place(self, start: int, end: int) -> bool:
        """Whether a student's name can stand on these tokens."""
        if end == len(self._marked) and start == 0:
            return True
        if start in self._aside:
            return False
        told_of = not self._subject.isdisjoint({end, self._after_initial(end)})
        if self._cased and self._marked.utterance.is_capital(start) and start:
            return not self._marked.utterance.starts_sentence(start) or told_of
        return told_of or start in self._before

    def is_subject(self, index: int) -> bool:
        """Whether what follows the token says something of whoever it names."""
        return index + 1 in self._subject

    def is_and(self, index: int) -> bool:
        """Whether the token joins two names."""
        return any(m.start == index and m.meaning == "and" for m in self._marked.table("join"))

    def is_bare_subject(self, start: int, end: int) -> bool:
        """Whether these tokens begin a sentence and something is said of them right after."""
        if end not in self._subject or not self._marked.utterance.starts_sentence(start):
            return False
        if not self._subject.isdisjoint(range(start, end)):
            return False
        return not any(
            self._marked.class_at(i, name)
            for i in range(start, end)
            for name in ("student_pronoun", "kin", "child", "my", "their", "relative_day")
        )

    def is_sentence_of(self, index: int) -> bool:
        """Whether a word that is also a name begins a sentence of its own: "faith threw up"."""
        determined = any(m.end == index and m.meaning == "determiner" for m in self._people)
        told_of = not self._finite.isdisjoint({index + 1, self._after_initial(index + 1)})
        return told_of and not (determined or index in self._led_up_to)

    def has_initial(self, index: int) -> bool:
        """Whether a typed name is followed by its initial: "Christmas H. is out"."""
        end = index + 1
        if not self._cased or end >= len(self._marked) or len(self._marked.keys[end]) > 1:
            return False
        utterance = self._marked.utterance
        return (
            utterance.is_capital(index) and utterance.is_capital(end) and self.in_place(index, end)
        )

    def _after_initial(self, end: int) -> int:
        """The token after a name's initial, if one stands here: "Christmas H. is out"."""
        return end + (end < len(self._marked) and len(self._marked.keys[end]) == 1)

    def is_bare_possessive(self, index: int) -> bool:
        """Whether the token has an s before a relative that nobody marked: "Bellas mother"."""
        end = index + 1
        owns = self._marked.class_at(end, "kin") is not None
        return (
            owns
            and self._marked.keys[index].endswith("s")
            and not self._marked.utterance.pause_before(end)
        )

    def is_addressed(self, name: NameSpan) -> bool:
        """Whether somebody is greeted by this name: "hi Julie, my son is sick"."""
        greeted = any(m.end == name.start and m.meaning == "greeting" for m in self._people)
        told_of = name.end in self._subject or self._marked.class_at(name.end, "student_pronoun")
        return greeted and not told_of

    def is_pointed_at(self, index: int) -> bool:
        """Whether a word that is also a name is one here: "for May, she …", "excuse Hope"."""
        end = index + 1
        goes_on = end < len(self._marked) and not self._marked.utterance.pause_before(end)
        told_of = end in self._finite or self._marked.class_at(end, "student_pronoun") is not None
        return index in self._before and (told_of or not goes_on)

    def after_intro(self, index: int) -> bool:
        """Whether "this is" stands before this token."""
        return any(m.end == index and m.meaning == "intro" for m in self._people)

    def closes_a_name(self, index: int) -> bool:
        """Whether a surname closes another name: "Tanya Brooks, Jayden is sick" names no Jayden."""
        if index == 0 or self._marked.utterance.pause_before(index):
            return False
        titled = any(m.end == index and m.meaning in TITLES for m in self._people)
        return titled or self.is_namelike(index - 1)

    def after_kin(self, start: int) -> bool:
        """Whether a relative stands before this token, as in "his cousin Devin".

        A relative whom the caller may mean by the student, as in "my niece Ana", is none.
        """
        words = [
            (index, word)
            for index in range(max(0, start - 3), start)
            for word in self._marked.class_words[index]
            if word.end == start and word.name in {"kin", "child"}
        ]
        children = any(
            (word.name == "child" or word.value == "sibling")
            and self._marked.class_at(index - 1, "my")
            for index, word in words
        )
        return bool(words) and not children and any(word.name == "kin" for _, word in words)

    def has_office(self, end: int) -> bool:
        """Whether "the nurse" or the like follows the name."""
        return any(m.start == end and m.meaning == "office" for m in self._people)

    def stands_aside(self, start: int) -> bool:
        """Whether what goes before makes it a doctor's, a teacher's or a town's name."""
        return start in self._aside

    def run(self, start: int, *, most: int = LONGEST_NAME, known: bool = False) -> NameSpan | None:
        """The name that begins with this token; `known` lets its first word be "Mark" or "Rose"."""
        utterance = self._marked.utterance
        end = start
        while end < min(len(self._marked), start + most):
            if end > start and utterance.pause_before(end) and utterance.tokens[end].gap != "-":
                break
            first = known and end == start and self._marked.keys[end] in given_names()
            if not (first or self.is_namelike(end)):
                break
            end += 1
        return NameSpan(start, end) if end > start else None

    def is_babble(self, span: NameSpan) -> bool:
        """Whether it is one syllable over and over."""
        return span.end - span.start > 1 and len(set(self._marked.keys[span.start : span.end])) == 1

    def runs(self) -> Iterator[NameSpan]:
        """All runs of words that look like names, from left to right."""
        index = 0
        while index < len(self._marked):
            span = self.run(index)
            if span and not self.is_babble(span):
                yield span
            index = span.end if span else index + 1

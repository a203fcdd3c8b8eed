"""An utterance, cut into tokens once; every reader works on the same tokens.

A token's key is what the tables are written in: small letters without accents, apostrophes or
contractions. Its place in the words as they came is kept, because evidence is always a piece of
the family's own words and never something we put together.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from flows.events import Words

# Longer than any text message and than two minutes of speech; what follows is not read, so that
# no message can hold up the line.
LONGEST = 8_000

APOSTROPHES = "'’‘`´"
HAN = "\u3400-\u9fff"  # written without spaces: each character is a token
WORD = re.compile(
    rf"[{HAN}]|\d+[^\W\d_{HAN}]*|[^\W\d_{HAN}]+(?:[{APOSTROPHES}][^\W\d_{HAN}]+)*"
    r"|[&+@、]|[\u2600-\u27bf\U0001f300-\U0001faff]"  # words by signs, and by pictures
)
POSSESSIVE = re.compile("['’]\\s")
POSSESSIVE = re.compile(rf"[{APOSTROPHES}]\s")
LATIN = re.compile("[a-z]")
SENTENCE_MARKS = frozenset(".!?;\n。！？；…¿¡")
# Letters that do not come apart into a plain letter and an accent.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
INVISIBLE = {"Cf", "Cc", "Mn"}  # zero-width, right-to-left and variation marks


class Token(NamedTuple):
    """One word: its key, its place in the text, and what stands between it and the one before."""

    key: str
    start: int
    end: int
    gap: str


@dataclass(frozen=True, slots=True)
class Writing:
    """How a language is written down, as far as cutting it into tokens needs to know."""

    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # tmrw → tomorrow
    fillers: frozenset[str] = frozenset()  # um, uh: they carry nothing and are left out
    clitics: frozenset[str] = frozenset()  # he's → he 's; any other apostrophe just goes
    ordinal_suffixes: frozenset[str] = frozenset()  # 9th stays whole, 10am comes apart
    abbreviations: frozenset[str] = frozenset()  # a full stop after "Mrs" ends no sentence


PLAIN_WRITING = Writing()


class Utterance:
    """The tokens of one message, and the way back to its words."""

    def __init__(self, words: str, writing: Writing = PLAIN_WRITING) -> None:
        self.text = cleaned(words)
        self.tokens = tuple(_tokens(self.text, writing))
        self.keys = tuple(token.key for token in self.tokens)
        self.sentences = _sentences(self.tokens, writing)

    def __len__(self) -> int:
        return len(self.tokens)

    def words(self, first: int, after: int) -> Words:
        """The words as they came, from token `first` up to, not including, token `after`."""
        if first >= after:
            return Words("")
        return Words(self.text[self.tokens[first].start : self.tokens[after - 1].end])

    def starts_sentence(self, index: int) -> bool:
        """Whether a sentence begins with this token."""
        return index == 0 or self.sentences[index] != self.sentences[index - 1]

    def pause_before(self, index: int) -> bool:
        """Whether punctuation or a line break, however light, stands before this token."""
        gap = self.tokens[index].gap
        return index == 0 or bool(gap.strip()) or "\n" in gap

    def is_capital(self, index: int) -> bool:
        """Whether the token was written with a capital letter."""
        return self.text[self.tokens[index].start].isupper()


def cleaned(words: str) -> str:
    """The words without invisible characters, in one Unicode form, and not too long."""
    if words.isascii():
        return words[:LONGEST]
    text = unicodedata.normalize("NFKC", words[:LONGEST])[:LONGEST]
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in INVISIBLE)


def keys_of(text: str, writing: Writing = PLAIN_WRITING) -> tuple[str, ...]:
    """The keys of a phrase, cut as an utterance is."""
    return tuple(token.key for token in _tokens(cleaned(text), writing))


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """One word in small letters, without accents."""
    lowered = word.casefold()
    if lowered.isascii():
        return lowered
    apart = unicodedata.normalize("NFKD", lowered)
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(PLAIN)


def _tokens(text: str, writing: Writing) -> Iterator[Token]:
    after = 0  # where the token before ended; a filler leaves it, so its gap is kept
    matches = list(WORD.finditer(text))
    lengths = [0, *(match.end() - match.start() for match in matches), 0]
    for index, match in enumerate(matches):
        start, end = match.span()
        spelt = lengths[index + 1] == 1 and 1 in (lengths[index], lengths[index + 2])
        word = fold(match.group())
        # In "c o n o r" the r is no "are".
        pieces = (word,) if spelt and LATIN.match(word) else _pieces(word, writing)
        if pieces and pieces[0] in writing.fillers:
            continue
        gap = text[after:start]
        if POSSESSIVE.match(gap) and text[after - 1] in "sS" and "s" in writing.clitics:
            yield Token("'s", after, after + 1, "")  # Darius' mother
        cut = start + _clitic_at(match.group(), pieces)
        for piece in pieces:
            clitic = piece.startswith("'")
            yield Token(piece, cut if clitic else start, end if clitic else cut, gap)
            gap = ""
        after = end


def _clitic_at(word: str, pieces: tuple[str, ...]) -> int:
    """Where the clitic begins in the word as it was written; its length if there is none."""
    if not pieces or not pieces[-1].startswith("'"):
        return len(word)
    found = max(word.rfind(apostrophe) for apostrophe in APOSTROPHES)
    return found if found > 0 else len(word)  # "im" is written without one


def _pieces(word: str, writing: Writing) -> tuple[str, ...]:
    if word in writing.aliases:
        return writing.aliases[word]
    if word[0].isdigit() and not word.isdigit():
        return _number_and_rest(word, writing)
    if word.isalpha():
        return (word,)
    *front, last = re.split(f"[{APOSTROPHES}]", word)
    if last in writing.clitics and front:
        return (*_pieces("".join(front), writing), f"'{last}")
    joined = "".join((*front, last))
    return writing.aliases.get(joined, (joined,))


def _number_and_rest(word: str, writing: Writing) -> tuple[str, ...]:
    digits = "".join(c for c in word if c.isdigit())
    rest = word[len(digits) :]
    return (word,) if rest in writing.ordinal_suffixes else (digits, rest)


def _sentences(tokens: tuple[Token, ...], writing: Writing) -> tuple[int, ...]:
    numbers = []
    number = 0
    previous = ""
    for token in tokens:
        if previous and SENTENCE_MARKS.intersection(token.gap):
            number += not _is_inner_stop(previous, token, writing)
        numbers.append(number)
        previous = token.key
    return tuple(numbers)


def _is_inner_stop(previous: str, token: Token, writing: Writing) -> bool:
    """Whether the stop before the token belongs to an abbreviation or a number, as in 8.15."""
    if token.gap.strip() != ".":
        return False
    if previous in writing.abbreviations or (len(previous) == 1 and previous.isalpha()):
        return True
    return token.gap == "." and previous[0].isdigit() and token.key[0].isdigit()

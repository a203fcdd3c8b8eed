"""A language: a folder of tables, loaded and compiled once.

`language.toml` says how the language is written, `classes.toml` and `numbers.toml` hold words of
one kind (months, weekdays, relatives), every other table phrases, which may use the classes, and
`ordinary.txt` words that are nobody's name unless something says so.
What the tables and their meanings are is said in each file; no reader knows a word of any
language.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flows.reading.names import given_names
from flows.reading.numerals import DASHED, NUMERIC, numeric_marks
from flows.reading.phrases import ClassWord, Mark, PhraseBook, longest
from flows.reading.utterance import Utterance, Writing, keys_of

FOLDER = Path(__file__).parent / "languages"
SPOKEN_FIRST = "en"  # read with, where a message's own language has no tables
CLASS_FILES = {"classes", "numbers"}
LONGEST_DAY_NUMBER = MINUTE_DIGITS = 2
CLOCK_DIGITS, SCHOOL_HOURS, MINUTES = (3, 4), range(1, 17), 60
PEOPLE, INTENT = "people", "intent"
ATTEND = ("intent", "attend")  # said of the student, whatever is wanted in the same words
NEVER_IN_NAMES = {"when", "clock", "reason", "harm"}

Tables = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Language:
    """One language, compiled. `ordinary` are words that are nobody's name unless said so."""

    code: str
    name: str
    writing: Writing
    classes: PhraseBook
    phrases: PhraseBook
    ordinary: frozenset[str]
    glue: frozenset[str]
    day_first: bool
    endings: tuple[str, ...]
    name_endings: tuple[tuple[str, str], ...]

    def is_ordinary(self, key: str) -> bool:
        """Whether this is a word of the language, as it stands or with a common ending."""
        if key in self.ordinary:
            return True
        if key in given_names():
            return False
        return any(
            key.endswith(ending) and key.removesuffix(ending) in self.ordinary
            for ending in self.endings
        )

    def bases(self, key: str) -> tuple[str, ...]:
        """The names of which this may be an inflected form, as Polish inflects them."""
        return tuple(
            key.removesuffix(ending) + base
            for ending, base in self.name_endings
            if key.endswith(ending) and len(key) > len(ending) + 1
        )

    def read(self, words: str) -> "Marked":
        """The words with every phrase of a message marked in them."""
        utterance = Utterance(words, self.writing)
        class_words = _class_words(self, utterance)
        return Marked(self, utterance, class_words, _tables(self, utterance, class_words))


class Marked:
    """An utterance, and what the language's tables find in it.

    `names` are the tokens that are known to be somebody's name: no phrase is read into them.
    """

    def __init__(
        self,
        language: Language,
        utterance: Utterance,
        class_words: Sequence[Sequence[ClassWord]],
        tables: Mapping[str, Sequence[Mark]],
        names: frozenset[int] = frozenset(),
    ) -> None:
        self.language = language
        self.utterance = utterance
        self.keys = utterance.keys
        self.class_words = class_words
        self._tables = tables
        self.names = names

    def __len__(self) -> int:
        return len(self.keys)

    def table(self, name: str) -> Sequence[Mark]:
        """The marks of one table, in order, none inside another."""
        return self._tables.get(name, ())

    def meanings(self, name: str) -> frozenset[str]:
        """The meanings of one table that occur."""
        return frozenset(mark.meaning for mark in self.table(name))

    def has(self, table: str, *meanings: str) -> bool:
        """Whether one of the meanings of a table occurs."""
        return any(mark.meaning in meanings for mark in self.table(table))

    def class_at(self, index: int, name: str) -> ClassWord | None:
        """The longest word of a class that begins at this token."""
        if not 0 <= index < len(self.keys):
            return None
        found = [word for word in self.class_words[index] if word.name == name]
        return max(found, key=lambda word: word.end, default=None)

    def class_words_of(self, name: str) -> Iterator[tuple[int, ClassWord]]:
        """The words of a class with the token of each, none inside another."""
        index = 0
        while index < len(self.keys):
            word = self.class_at(index, name)
            if word:
                yield index, word
            index = word.end if word else index + 1

    def with_names(self, names: frozenset[int]) -> "Marked":
        """The same, where these tokens are names: May is no month then, and Hope no hope."""
        if not names:
            return self
        tables = {
            table: [mark for mark in marks if not _is_name(mark, names)]
            for table, marks in self._tables.items()
        }
        class_words = [
            () if index in names else words for index, words in enumerate(self.class_words)
        ]
        return Marked(self.language, self.utterance, class_words, tables, names)


def _is_name(mark: Mark, names: frozenset[int]) -> bool:
    """Whether a phrase is nothing but a name; of a day or a time even a part of one spoils it."""
    tokens = range(mark.start, mark.end)
    if mark.table in NEVER_IN_NAMES:
        return not names.isdisjoint(tokens)
    return names.issuperset(tokens)


def _tables(
    language: Language, utterance: Utterance, class_words: Sequence[Sequence[ClassWord]]
) -> dict[str, list[Mark]]:
    """The phrases of each table, none inside another; the words around people mean many things."""
    groups: dict[tuple[str, str], list[Mark]] = {}
    for mark in language.phrases.find(utterance, class_words):
        meaning = mark.meaning if mark.table == PEOPLE or mark[:2] == ATTEND else ""
        groups.setdefault((mark.table, meaning), []).append(mark)
    tables: dict[str, list[Mark]] = {}
    for (table, _), marks in groups.items():
        tables.setdefault(table, []).extend(longest(marks, both=table == INTENT))
    if PEOPLE in tables:
        tables[PEOPLE].sort(key=lambda mark: mark.start)
    return tables


def _class_words(language: Language, utterance: Utterance) -> list[list[ClassWord]]:
    """The words of the tables' classes, and of the classes of numbers that every language has.

    `n` is a number, `nth` an ordinal one, `year` a year; `figure` an `n` in digits that stands
    alone, not in 8:30 or 3/12; `day` whatever of them may be a day of the month; `minute` two
    digits, or what the language's tables have for them.
    """
    found: list[list[ClassWord]] = [[] for _ in utterance.keys]
    for mark in language.classes.find(utterance):
        value = int(mark.meaning) if _is_number(mark.meaning) else mark.meaning
        found[mark.start].append(ClassWord(mark.table, value, mark.end))
    figures = list(numeric_marks(utterance))
    joined = {i for m in figures if m.meaning != DASHED for i in range(m.start, m.end)}
    dates = {i for mark in figures if mark.meaning == NUMERIC for i in range(mark.start, mark.end)}
    for index, key in enumerate(utterance.keys):
        if index in dates:
            continue
        if key[0].isdecimal() and (number := _number(key, language.writing)):
            found[index].append(ClassWord(*number, index + 1))
            if number[0] == "n" and index not in joined:
                found[index].append(ClassWord("figure", number[1], index + 1))
            if number[0] == "n" and len(key) == MINUTE_DIGITS:
                found[index].append(ClassWord("minute", number[1], index + 1))
        elif key.isdecimal() and _is_clock(key):
            found[index].append(ClassWord("moment", 1, index + 1))
    for index, words in enumerate(found):
        words += [
            ClassWord("day", word.value, word.end)
            for word in words
            if word.name in {"n", "nth"} and index not in joined and 0 < int(word.value) <= 31
        ]
    return found


def _is_clock(key: str) -> bool:
    """Whether digits without a colon are a time of the school's day: 840, 1215."""
    if len(key) not in CLOCK_DIGITS:
        return False
    return int(key[:-2]) in SCHOOL_HOURS and int(key[-2:]) < MINUTES


def _is_number(meaning: str) -> bool:
    return meaning.removeprefix("-").isdecimal()


def _number(key: str, writing: Writing) -> tuple[str, int] | None:
    """Digits as a word of the class `n`, `nth` or `year`."""
    if not key.isdecimal():
        digits = key.rstrip("".join(writing.ordinal_suffixes)) if writing.ordinal_suffixes else ""
        return ("nth", int(digits)) if digits.isdecimal() and len(digits) <= 2 else None
    if len(key) <= LONGEST_DAY_NUMBER:
        return "n", int(key)
    return ("year", int(key)) if len(key) == 4 and key.startswith("20") else None


def load_language(folder: Path) -> Language:
    """The language whose tables are in this folder; its code is the folder's name."""
    settings = tomllib.loads((folder / "language.toml").read_text(encoding="utf-8"))
    classes: Tables = {}
    phrases: Tables = {}
    for path in sorted(folder.glob("*.toml")):
        if path.stem != "language":
            into = classes if path.stem in CLASS_FILES else phrases
            _merge(tomllib.loads(path.read_text(encoding="utf-8")), into)
    words = folder / "ordinary.txt"
    ordinary = words.read_text(encoding="utf-8").split() if words.exists() else ()
    return _compiled(folder.name, settings, classes, phrases, ordinary)


def _merge(tables: Tables, into: Tables) -> None:
    for table, meanings in tables.items():
        for meaning, patterns in meanings.items():
            into.setdefault(table, {}).setdefault(meaning, []).extend(patterns)


def _compiled(
    code: str,
    settings: Mapping[str, Mapping[str, str]],
    classes: Tables,
    phrases: Tables,
    ordinary: Iterable[str],
) -> Language:
    writing, written = _writing(settings), settings.get("writing", {})
    class_book, phrase_book = PhraseBook(classes, writing), PhraseBook(phrases, writing)
    return Language(
        code=code,
        name=str(settings["name"]),
        writing=writing,
        classes=class_book,
        phrases=phrase_book,
        ordinary=frozenset(
            _keys(ordinary, writing) | ((class_book.words | phrase_book.words) - given_names())
        ),
        glue=frozenset(_keys(settings.get("glue", {}).get("words", "").split(), writing)),
        day_first=written.get("date_order") == "day first",
        endings=tuple(written.get("endings", "").split()),
        name_endings=tuple(
            (ending, base)
            for ending, bases in settings.get("name_endings", {}).items()
            for base in bases
        ),
    )


def _keys(words: Iterable[str], writing: Writing) -> set[str]:
    return {key for word in words for key in keys_of(word, writing)}


def _writing(settings: Mapping[str, Mapping[str, str]]) -> Writing:
    written = settings.get("writing", {})
    return Writing(
        aliases={short: tuple(long.split()) for short, long in settings.get("aliases", {}).items()},
        fillers=frozenset(written.get("fillers", "").split()),
        clitics=frozenset(written.get("clitics", "").split()),
        ordinal_suffixes=frozenset(written.get("ordinal_suffixes", "").split()),
        abbreviations=frozenset(written.get("abbreviations", "").split()),
    )


@lru_cache(maxsize=1)
def codes() -> tuple[str, ...]:
    """The codes of the languages that come with the readers."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/language.toml")))


@lru_cache
def _loaded(code: str) -> Language:
    return load_language(FOLDER / code)


def language(code: str) -> Language:
    """The language with this code; the one spoken first where there are no tables for it."""
    plain = code.split("-", maxsplit=1)[0].lower()
    return _loaded(plain if plain in codes() else SPOKEN_FIRST)

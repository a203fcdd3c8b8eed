"""Short replies: yes and no, commands, which fact is wrong, which language.

A reply counts only when the utterance as a whole is one, politeness around it aside: "no" is in
"I don't know", and "help" in "he needs help with his inhaler". What else an utterance says is
`flows.reading.message`'s to read. The words are data, one file a language, in `answers/`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from flows.events import Words
from flows.reading.phrases import Mark, PhraseBook
from flows.reading.utterance import Utterance, keys_of
from flows.reading.values import Slot

FOLDER = Path(__file__).parent / "answers"
SPOKEN = FOLDER / "spoken.toml"

SPACED = 24  # characters of a command that is typed with spaces or points between its letters
LONGEST = 120  # characters; no reply is longer, so the rest only proves that this is none
ENOUGH = 160  # characters that show which language a message is written in
FEWEST = 2  # common words that show it; one may be a name
WRITTEN_IN_HAN, HAN_FIRST, HAN_LAST = "zh", "\u3400", "\u9fff"

# Which table a phrase is from decides between two of the same length.
KEPT, AROUND = "kept", "around"
UNKNOWN = "?"  # any word that no table knows

YES, NO, BUT = "yes", "no", "but"
GREETING = "greeting"
ANYWHERE = "anywhere"  # in a message; its other phrases add only at the beginning
WRONG = "wrong"
SLOTS = {slot.value: slot for slot in Slot}


class Answer(StrEnum):
    """An answer to a question of yes or no."""

    YES = YES
    NO = NO


class Command(StrEnum):
    """What a caller may ask for at any question."""

    REPEAT = "repeat"
    HELP = "help"
    START_OVER = "start_over"
    PERSON = "person"
    ANOTHER = "another"  # one more report
    DONE = "done"  # nothing else, goodbye
    UNDO = "undo"  # withdraw the last report
    STATUS = "status"
    ALL = "all"  # every one of those offered
    SIBLING = "sibling"  # the same for a brother or sister
    DONT_KNOW = "dont_know"


class Objection(StrEnum):
    """What somebody says against a report that was made, anywhere in a message."""

    CHANGE = "change"  # it should be different
    DENIAL = "denial"  # it never was so
    PRESENT = "present"  # the student is at school, or on the way there


@dataclass(frozen=True, slots=True)
class _Tables:
    """One language's tables, compiled."""

    answers: PhraseBook
    commands: PhraseBook
    facts: PhraseBook
    objections: PhraseBook
    additions: PhraseBook
    greetings: PhraseBook
    negations: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Telling:
    """What tells the languages apart: common words, and phrases of which one is enough."""

    languages: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]  # a word's key → the languages it is common in
    phrases: PhraseBook  # their meaning is the language


def read_answer(words: Words, language: str) -> Answer | None:
    """Yes or no, or None for anything else.

    A yes is one only when nothing follows it: "yes, but it's tomorrow" takes it back and is a
    no, and what "yes, and tomorrow too" adds has to be read first. After a no anything may
    follow, for a no files nothing; only "no, that's right" says both and is neither.
    """
    tables = _tables().get(language)
    pieces = _pieces(words, tables.answers) if tables else []
    first = next((piece for piece in pieces if piece != BUT), None)
    kinds = set(pieces)
    if first == NO:
        return None if pieces[0] == NO and kinds == {NO, YES} else Answer.NO
    if first != YES or pieces[0] == BUT:
        return None
    if kinds == {YES}:
        return Answer.YES
    return Answer.NO if kinds & {NO, BUT} else None


def read_command(words: Words, language: str) -> Command | None:
    """The command that these words are, all of them; None for anything else."""
    tables = _tables().get(language)
    if tables is None:
        return None
    meaning = _only(_pieces(words, tables.commands))
    # "U N D O" and "un-do": a command of one word, however it is typed.
    apart = Words("".join(Utterance(words[:SPACED]).keys))
    meaning = meaning or _only(_pieces(apart, tables.commands))
    return Command(meaning) if meaning else None


def command_language(words: Words, offered: Sequence[str]) -> str | None:
    """The only offered language in which these words are a command."""
    found = [code for code in offered if read_command(words, code) is not None]
    return found[0] if len(found) == 1 else None


def read_addition(words: Words, language: str) -> bool:
    """Whether this adds to what was said before: "and tomorrow", "tomorrow too"."""
    tables = _tables().get(language)
    marks = tables.additions.find(Utterance(words)) if tables else ()
    return any(mark.meaning == ANYWHERE or mark.start == 0 for mark in marks)


def read_courtesy(words: Words, language: str) -> bool:
    """Whether this is thanks, agreement or nothing at all: words that want no answer."""
    tables = _tables().get(language)
    if tables is None:
        return not words
    if not _pieces(words, tables.commands):
        return True
    agrees = read_answer(words, language) is Answer.YES
    return agrees or read_command(words, language) is Command.DONE


def read_greeting(words: Words, language: str) -> bool:
    """Whether this says hello and nothing else."""
    tables = _tables().get(language)
    return tables is not None and _only(_pieces(words, tables.greetings)) == GREETING


def read_objections(words: Words, language: str) -> frozenset[Objection]:
    """What is said against a report: "I meant tomorrow", "that's not true, he is at school"."""
    tables = _tables().get(language)
    if tables is None:
        return frozenset()
    utterance = Utterance(words)
    found = {
        Objection(mark.meaning)
        for mark in tables.objections.find(utterance)
        if mark.table == KEPT and not _turned_round(mark, utterance, tables)
    }
    if read_answer(words, language) is Answer.NO:
        found |= {Objection.CHANGE, Objection.DENIAL}
    return frozenset(found)


def _turned_round(mark: Mark, utterance: Utterance, tables: _Tables) -> bool:
    """Whether "is at school" has a "not" before it."""
    if mark.meaning != Objection.PRESENT or not mark.start or utterance.pause_before(mark.start):
        return False
    return utterance.keys[mark.start - 1] in tables.negations


def read_fact(words: Words, language: str) -> Slot | None:
    """Which fact is meant: "the date", "no, the name is wrong", "la razón".

    Words of other kinds are let pass only where it is said that something is wrong; of several
    facts the one nearest to that is taken.
    """
    tables = _tables().get(language)
    pieces = _pieces(words, tables.facts) if tables else []
    facts = [place for place, piece in enumerate(pieces) if piece in SLOTS]
    wrong = [place for place, piece in enumerate(pieces) if piece == WRONG]
    if not facts or (UNKNOWN in pieces and not wrong):
        return None
    nearest = min(facts, key=lambda fact: min((abs(fact - place) for place in wrong), default=0))
    return SLOTS[pieces[nearest]]


def read_language(words: Words, offered: Sequence[str]) -> str | None:
    """The offered language that is asked for by name, in whatever language it is asked."""
    language = _only(_pieces(words, _spoken()))
    return language if language in offered else None


def guess_language(words: Words, offered: Sequence[str]) -> str | None:
    """The offered language this typed message is plainly written in; None where it is not plain.

    Chinese by its script, the others by their most common words. A language that is not offered
    can win too, and then the answer is None: Polish is no kind of Spanish.
    """
    utterance = Utterance(words[:ENOUGH])
    han = sum(1 for key in utterance.keys if HAN_FIRST <= key[0] <= HAN_LAST)
    best: str | None = WRITTEN_IN_HAN
    if han < FEWEST or han < 2 * (len(utterance) - han):
        best = _by_common_words(utterance)
    return best if best in offered else None


def _by_common_words(utterance: Utterance) -> str | None:
    """The language with enough common words, and twice as many as any other."""
    telling = _telling()
    scores = dict.fromkeys(telling.languages, 0)
    for key in set(utterance.keys):
        for code in telling.words.get(key, ()):
            scores[code] += 1
    for mark in telling.phrases.find(utterance):
        scores[mark.meaning] += FEWEST
    best, *others = sorted(scores, key=lambda code: -scores[code])
    plain = scores[best] >= max(FEWEST, *(2 * scores[code] for code in others))
    return best if plain else None


def _only(pieces: Sequence[str]) -> str | None:
    """The one meaning that all the pieces have."""
    kinds = set(pieces)
    return kinds.pop() if len(kinds) == 1 and UNKNOWN not in kinds else None


def _pieces(words: Words, book: PhraseBook) -> list[str]:
    """The meanings of the words from first to last, each time of the longest phrase.

    What is said around them is left out; a word that is in no phrase is UNKNOWN.
    """
    utterance = Utterance(words[:LONGEST])
    longest: dict[int, Mark] = {}
    for mark in book.find(utterance):
        kept = longest.get(mark.start)
        if kept is None or (mark.end, mark.table == KEPT) > (kept.end, kept.table == KEPT):
            longest[mark.start] = mark
    pieces: list[str] = []
    at = 0
    while at < len(utterance):
        found = longest.get(at)
        if found is None or found.table == KEPT:
            pieces.append(found.meaning if found else UNKNOWN)
        at = found.end if found else at + 1
    return pieces if len(words) <= LONGEST else [*pieces, UNKNOWN]


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, _Tables]:
    return {
        code: _Tables(
            answers=_book(file["answer"], file["polite"]["words"]),
            commands=_book(file["command"], file["polite"]["words"]),
            facts=_book(file["fact"], file["polite"]["words"] + file["fact_around"]["words"]),
            objections=_book(file["objection"], ()),
            additions=_book(file["addition"], ()),
            greetings=_book({GREETING: file["greeting"]["words"]}, file["polite"]["words"]),
            negations=frozenset(keys_of(" ".join(file["negation"]["words"]))),
        )
        for code, file in _files().items()
    }


@lru_cache(maxsize=1)
def _spoken() -> PhraseBook:
    file = tomllib.loads(SPOKEN.read_text(encoding="utf-8"))
    return _book(file["name"], file["around"]["words"])


@lru_cache(maxsize=1)
def _telling() -> _Telling:
    words: dict[str, tuple[str, ...]] = {}
    files = _files()
    for code, file in files.items():
        for key in {key for word in file["plain"]["words"] for key in keys_of(word)}:
            words[key] = (*words.get(key, ()), code)
    sure = {code: file["plain"]["sure"] for code, file in files.items()}
    return _Telling(tuple(files), words, PhraseBook({KEPT: sure}))


def _files() -> dict[str, dict[str, dict[str, list[str]]]]:
    """What the files of the languages say, by code."""
    paths = sorted(path for path in FOLDER.glob("*.toml") if path != SPOKEN)
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


def _book(meanings: Mapping[str, Sequence[str]], around: Sequence[str]) -> PhraseBook:
    return PhraseBook({KEPT: meanings, AROUND: {AROUND: around}})

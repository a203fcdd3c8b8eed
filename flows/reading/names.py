"""What is generally known about names: short forms, sounds, and how alike two of them are.

A recogniser writes what it hears in the spelling it knows, so a name is compared in its own
spelling and in those its origin suggests ("Xochitl" as "sochil"), by letters and by sound. Spaces
are taken out first: recognisers cut foreign names at will. In a comparison of eighteen scorers on
damaged names, letters and sound together found more than either.
"""

import re
import tomllib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from doublemetaphone import doublemetaphone
from rapidfuzz.fuzz import ratio

from flows.reading.utterance import keys_of

FOLDER = Path(__file__).parent / "names"
LETTERS_WEIGHT, SOUND_WEIGHT = 0.6, 0.4
HEARD_EXACTLY = 96.0  # a known mishearing, a shade below the name itself
# Never a surname by themselves: De La Rosa is Rosa at most.
PARTICLES = frozenset({
    "de", "del", "la", "las", "los", "el", "al", "y", "e", "san", "santa", "st", "mc",
    "van", "von", "der", "den", "di", "da", "do", "dos", "bin", "ben", "ibn", "abu",
})  # fmt: skip
# From spelling to what a listener can tell apart, in this order.
SOUND_RULES = tuple(
    (re.compile(old), new)
    for old, new in (
        (r"(ell|ett|enn|ann|iss)e$", r"\1E"),  # Danielle is not Daniel
        (r"eigh$|ee$|ie$|ey$|ye$|y$|ea$", "i"),
        (r"(?<=[aeiou])h(?=[^aeiouy]|$)", ""),
        (r"(?<=[^aeiou])e$", ""),
        (r"ph", "f"), (r"gh", "g"), (r"kh|ck|cq|q|ch(?=[rl])", "k"), (r"ch", "C"), (r"sh|sch", "S"),
        (r"th", "T"), (r"x", "ks"), (r"c(?=[eiy])|z", "s"), (r"c", "k"), (r"g(?=[eiy])", "j"),
        (r"(?<![aeiou])y(?=[^aeiou]|$)|(?<=[^aeiou])y(?=[aeiou])", "i"),
        (r"a[iy](?=[^aeiou])", "a"), (r"ie(?=[^aeiou])|ei|ea|ee", "i"),
        (r"oo|ou", "u"), (r"au|aw", "o"),
        (r"(?<=[aeiou])w(?=[^aeiou]|$)|(?<=[aeiou])h$", ""),
        (r"(.)\1+", r"\1"),
        (r"(?<=[aeiou])([^aeiou]+|i)[aeou]([nrl])$", r"\1@\2"),  # unstressed: Alan and Allen
    )
)  # fmt: skip


def _load(name: str) -> dict[str, Any]:
    tables: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return tables


@lru_cache(maxsize=1)
def _formal_names() -> dict[str, frozenset[str]]:
    """Short form → the names it may stand for."""
    formal: dict[str, set[str]] = defaultdict(set)
    for table in _load("nicknames").values():
        for name, shorts in table.items():
            for short in shorts.split():
                formal[short].add(name)
    return {short: frozenset(names) for short, names in formal.items()}


@lru_cache(maxsize=1)
def given_names() -> frozenset[str]:
    """Given names in wide use, and their short forms."""
    tables = _load("given").values()
    return frozenset(w for t in tables for w in t["words"].split()) | frozenset(_formal_names())


def formal_names(short: str) -> frozenset[str]:
    """The names this may be a short form of."""
    return _formal_names().get(short, frozenset())


def joined(name: str) -> str:
    """A name as one key: no accents, no spaces, no hyphens."""
    return "".join(keys_of(name))


def parts(name: str) -> tuple[str, ...]:
    """The parts of a name that may be said alone."""
    return tuple(key for key in keys_of(name) if key not in PARTICLES)


@lru_cache(maxsize=1)
def _spelling_rules() -> list[tuple[tuple[str, ...], list[tuple[re.Pattern[str], str]]]]:
    sets = _load("sounds")["spelling"]
    return [(tuple(s["marks"]), [(re.compile(old), new) for old, new in s["rules"]]) for s in sets]


@lru_cache(maxsize=1)
def _heard_as() -> dict[str, frozenset[str]]:
    table = _load("sounds")["heard"]
    return {name: frozenset(spellings.split()) for name, spellings in table.items()}


@lru_cache(maxsize=1)
def _names_by_hearing() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, spellings in _heard_as().items():
        for spelling in spellings:
            found[spelling].append(name)
    return {spelling: tuple(names) for spelling, names in found.items()}


def heard_names(heard: str) -> tuple[str, ...]:
    """The names a recogniser is known to write like this."""
    return _names_by_hearing().get(heard, ())


@lru_cache(maxsize=100_000)
def _spellings(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The name as its origins suggest it is heard, each with its sounds."""
    found = [name]
    for marks, rules in _spelling_rules():
        if any(mark in name for mark in marks):
            respelt = name
            for old, new in rules:
                respelt = old.sub(new, respelt)
            found.append(respelt)
    return tuple((spelling, _sounds(spelling)) for spelling in dict.fromkeys(found) if spelling)


@lru_cache(maxsize=100_000)
def _sounds(spelling: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in doublemetaphone(spelling) if code))


def spelling_sounds(name: str) -> frozenset[str]:
    """The codes of a name's sounds, in every spelling it is heard in."""
    return frozenset(code for _, sounds in _spellings(name) for code in sounds)


def likeness(heard: str, name: str) -> float:
    """How alike what was heard and a name are, 0 to 100; both as `joined` gives them."""
    if heard == name:
        return 100.0
    if heard in _heard_as().get(name, ()):
        return HEARD_EXACTLY
    heard_sounds = _sounds(heard)
    best = 0.0
    for spelling, sounds in _spellings(name):
        letters = ratio(heard, spelling)
        if letters < 40:
            continue
        sound = max((ratio(one, two) for one in heard_sounds for two in sounds), default=0.0)
        best = max(best, LETTERS_WEIGHT * letters + SOUND_WEIGHT * sound)
    return best


@lru_cache(maxsize=100_000)
def sound_key(name: str) -> str:
    """Equal for names a listener cannot tell apart: Conor and Connor, Kiera and Kyra."""
    key = _same_sounds().get(name, name)
    for old, new in SOUND_RULES:
        key = old.sub(new, key)
    return key


def sounds_same(heard: str, name: str) -> bool:
    """Whether a listener cannot tell these apart, or a recogniser is known to write one so."""
    return sound_key(heard) == sound_key(name) or name in heard_names(heard)


@lru_cache(maxsize=1)
def _same_sounds() -> dict[str, str]:
    """Names that sound alike by no rule → one of them."""
    table = _load("sounds")["same"]
    return {other: name for name, others in table.items() for other in others.split()}

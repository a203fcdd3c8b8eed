"""Many ways of saying one thing: why a student is away, and what a family wants."""

import tomllib

import pytest

from flows.reading.findings import Understood
from flows.reading.values import Intent
from tests.flows.reading.labelled import OWN
from tests.flows.reading.small import FATHER, MOTHER, read

AROUND = {
    "en": ("connor won't be in today {}", "{} so connor will not be coming"),
    "es": ("connor no va a ir hoy {}", "{} por eso no va connor hoy"),
    "pl": ("Connora dziś nie będzie, {}",),
    "zh": ("Connor 今天请假,{}",),
}
TYPED = {"pl", "zh"}


def table(name: str) -> list[tuple[str, str, list[str]]]:
    """Each language, what is meant, and the ways of saying it."""
    tables = tomllib.loads((OWN / f"{name}.toml").read_text(encoding="utf-8"))
    return [
        (language, meaning, phrases)
        for language, meanings in tables.items()
        for meaning, phrases in meanings.items()
    ]


def reason(words: str, language: str) -> str:
    """The reason read in a message from a number on file."""
    found = read(words, FATHER, language=language, typed=language in TYPED).reason
    return found.value if isinstance(found, Understood) else "unknown"


@pytest.mark.parametrize(("language", "category", "phrases"), table("reasons"))
def test_a_reason_is_read_however_it_is_said(
    language: str, category: str, phrases: list[str]
) -> None:
    messages = [around.format(phrase) for phrase in phrases for around in AROUND[language]]
    others = [words for words in messages if reason(words, language) != category]
    assert others == []


@pytest.mark.parametrize(("language", "intent", "messages"), table("wishes"))
def test_a_wish_is_read_however_it_is_said(language: str, intent: str, messages: list[str]) -> None:
    others = [
        words
        for words in messages
        if read(words, MOTHER, language=language, typed=True).intent.value is not Intent(intent)
    ]
    assert others == []


def test_every_category_is_said_in_many_ways() -> None:
    ways = {category: phrases for language, category, phrases in table("reasons")
            if language == "en"}  # fmt: skip
    assert len(ways) == 7
    assert sum(map(len, ways.values())) > 250

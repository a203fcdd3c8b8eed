"""Prompts and values to words, in a language that is an argument.

English stands in `flows.wording` and its neighbours; other languages in
`flows/locales/<code>.po`, read into memory once. A language that is only written has the wordings
for texts alone. `python -m flows.catalogue` names every prompt that a translation lacks or breaks,
and with `--update` adds the missing ones to the files for a translator.
"""

import re
import string
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import chain
from pathlib import Path

from babel import Locale
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from flows import desk_wording, letter_wording, wording
from flows.calendar_words import day_in_words, runs_of, time_in_words
from flows.scene import Channel
from flows.school_facts import Language
from flows.turn import All, Clock, Days, Line, NamesOnFile, Notice, Prompt, Sayable, Spelled

WORDINGS = (wording, letter_wording, desk_wording)
LOCALES = Path(__file__).parent / "locales"
SOURCE_LANGUAGE = "en"
DOUBLE_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")
LONGEST_VALUE = 40  # letters of a family's own words in a text; what was meant is clear by then
LONGEST_NAME = 24
MOST_SPANS = 3  # of days in a text; more are told by the first and the last


class MissingTranslation(Exception):
    """A language is offered that not every prompt is translated into."""


def prompts() -> Iterator[Prompt]:
    """Every prompt the line can say."""
    for value in chain.from_iterable(vars(words).values() for words in WORDINGS):
        if isinstance(value, Prompt):
            yield value
        elif isinstance(value, dict):
            yield from (v for v in value.values() if isinstance(v, Prompt))


def english() -> dict[str, str]:
    """Every wording in English by its context: `ask_dates.voice.2`, `ask_dates.text`."""
    texts: dict[str, str] = {}
    for prompt in prompts():
        texts |= {f"{prompt.id}.voice.{n}": ear for n, ear in enumerate(prompt.ear, 1)}
        if prompt.text is not None:
            texts[f"{prompt.id}.text"] = prompt.text
    return texts


def translations(language: str, folder: Path = LOCALES) -> dict[str, str]:
    """The wordings of one language by context; those not translated are left out."""
    if language == SOURCE_LANGUAGE:
        return english()
    path = folder / f"{language}.po"
    if not path.exists():
        return {}
    return {m.context: str(m.string) for m in _read(path, language) if m.context and m.string}


def written_only(language: str, folder: Path = LOCALES) -> bool:
    """Whether this translation is for texts alone: not one prompt is worded for the ear."""
    found = translations(language, folder)
    return bool(found) and not any(".voice." in context for context in found)


def wanted(*, spoken: bool) -> dict[str, str]:
    """The English of all that a language needs wordings for."""
    source = english()
    return {context: text for context, text in source.items() if spoken or ".voice." not in context}


def problems(language: str, folder: Path = LOCALES, *, spoken: bool = True) -> list[str]:
    """What is wrong with a translation, a sentence each: missing, unknown, other placeholders.

    `spoken`: whether calls are taken in it, and not texts alone.
    """
    source, found = wanted(spoken=spoken), translations(language, folder)
    return [
        *(
            f"{language}: {context} was translated from an older English. Check it, and take the "
            "fuzzy mark away."
            for context in sorted(_outdated(source, language, folder))
        ),
        *(f"{language}: {context} is not translated." for context in source.keys() - found.keys()),
        *(f"{language}: {context} is no prompt." for context in found.keys() - source.keys()),
        *(
            f"{language}: {context} has other placeholders than the English."
            for context in source.keys() & found.keys()
            if _placeholders(source[context]) != _placeholders(found[context])
        ),
    ]


@dataclass(frozen=True, slots=True)
class Speaker:
    """One language, ready to speak: its wordings and its way of writing days and lists."""

    language: str
    locale: Locale
    texts: Mapping[str, str]

    def say(self, line: Line, channel: Channel, today: date) -> str:
        """The line in this language, for the ear or for a text; `today` is the school's day."""
        values = {name: self.value(value, channel, today) for name, value in line.values.items()}
        return _in_words(self.template(line, channel), values)

    def write(self, notice: Notice, channel: Channel, today: date) -> str:
        """A message to a contact on file, in this language."""
        values = {name: self.value(value, channel, today) for name, value in notice.values.items()}
        return _in_words(self.template(Line(notice.prompt), channel), values)

    def template(self, line: Line, channel: Channel) -> str:
        """The wording of this attempt, with its placeholders."""
        prompt = line.prompt
        if channel is Channel.SMS and prompt.text is not None:
            return self.texts[f"{prompt.id}.text"]
        return self.texts[f"{prompt.id}.voice.{min(line.attempt, len(prompt.ear))}"]

    def value(self, value: Sayable | NamesOnFile, channel: Channel, today: date) -> str:
        """One value in words."""
        match value:
            case str():
                return cut(value, LONGEST_VALUE) if channel is Channel.SMS else value
            case Days(days):
                return self.days(days, channel, today)
            case Clock(at):
                return time_in_words(at, self.locale)
            case Spelled(text):
                return " ".join(text) if channel is Channel.PHONE else text
            case Line():
                return self.say(value, channel, today)
            case NamesOnFile(names):
                return self.all_of([cut(name, LONGEST_NAME) for name in names])
            case All(values):
                return self.all_of([self.value(v, channel, today) for v in values])
            case _:
                return value[self.language]

    def all_of(self, parts: list[str]) -> str:
        """A list in words: "a, b and c"."""
        return format_list(parts, locale=self.locale)

    def days(self, days: tuple[date, ...], channel: Channel, today: date) -> str:
        """Days in words, those in a row as a range; in a text, many spans as one with a count."""
        parts = []
        runs = runs_of(days)
        if channel is Channel.SMS and len(runs) > MOST_SPANS:
            ends = {"first": self.dated(days[0], channel), "last": self.dated(days[-1], channel)}
            return self.template(Line(wording.DAYS_BETWEEN), channel).format(
                count=len(days), **ends
            )
        for first, last in runs:
            if last == first:
                parts.append(self.day(first, channel, today))
                continue
            ends = {"first": self.dated(first, channel), "last": self.dated(last, channel)}
            parts.append(self.template(Line(wording.DAY_TO_DAY), channel).format(**ends))
        return self.all_of(parts)

    def dated(self, day: date, channel: Channel) -> str:
        """The day with its weekday and date, short in a text."""
        return day_in_words(day, self.locale, short=channel is Channel.SMS)

    def day(self, day: date, channel: Channel, today: date) -> str:
        """One day in words, with its name where it has one: "today, Tuesday, November 24"."""
        words = self.dated(day, channel)
        near = {today: wording.TODAY, today + timedelta(days=1): wording.TOMORROW}.get(day)
        return words if near is None else self.template(Line(near), channel).format(day=words)


def speakers(languages: Mapping[str, Language], folder: Path = LOCALES) -> dict[str, Speaker]:
    """A speaker for each language offered.

    Args:
        languages: by their codes, as in the school file.
        folder: where the translations are.

    Raises:
        MissingTranslation: with a sentence for each prompt that a language lacks.
    """
    wrong = [
        problem
        for code, language in languages.items()
        for problem in problems(code, folder, spoken=language.spoken)
    ]
    if wrong:
        raise MissingTranslation(" ".join(sorted(wrong)))
    return {
        code: Speaker(code, Locale.parse(language.speech, sep="-"), translations(code, folder))
        for code, language in languages.items()
    }


def cut(words: str, longest: int) -> str:
    """The words, or their beginning where they are longer; nobody pays for a family's novel."""
    if len(words) <= longest:
        return words
    whole = words[: longest - 3].rpartition(" ")[0] or words[: longest - 3]
    return whole.rstrip(" ,.;:") + "..."


def _in_words(template: str, values: Mapping[str, str]) -> str:
    """The template with its values; a value that ends in a full stop ends the sentence too."""
    return DOUBLE_STOP.sub(".", template.format_map(values))


def _outdated(source: Mapping[str, str], language: str, folder: Path) -> set[str]:
    """The contexts whose translation was made from other words than the English of today."""
    if language == SOURCE_LANGUAGE or not (path := folder / f"{language}.po").exists():
        return set()
    return {
        message.context
        for message in _read(path, language)
        if message.context
        and message.context in source
        and (message.fuzzy or message.id != source[message.context])
    }


def _read(path: Path, language: str) -> Catalog:
    return _parsed(path, path.stat().st_mtime_ns, language)


@lru_cache(maxsize=16)
def _parsed(path: Path, _changed_at: int, language: str) -> Catalog:
    """The file as it was at that time; it is asked for what is missing and for the words."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def update(language: str, folder: Path = LOCALES) -> None:
    """Write the language's file anew: today's prompts, what is translated kept.

    A translation of an older English is marked fuzzy, for a translator to check.
    """
    spoken = not written_only(language, folder)
    source, found = wanted(spoken=spoken), translations(language, folder)
    outdated = _outdated(source, language, folder)
    catalog = Catalog(locale=language, fuzzy=False)
    for context, text in source.items():
        flags = ("fuzzy",) if context in outdated else ()
        catalog.add(text, found.get(context, ""), context=context, flags=flags)
    with (folder / f"{language}.po").open("wb") as file:
        write_po(file, catalog, omit_header=True, width=100)


def check(folder: Path = LOCALES) -> int:
    """Print what is wrong with every translation; the exit status."""
    languages = sorted(path.stem for path in folder.glob("*.po"))
    if "--update" in sys.argv[1:]:
        for language in languages:
            update(language, folder)
    wrong = [
        problem
        for language in languages
        for problem in problems(language, folder, spoken=not written_only(language, folder))
    ]
    sys.stdout.write("".join(f"{problem}\n" for problem in sorted(wrong)))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(check())

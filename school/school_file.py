"""The school file: one TOML file holds all that is particular to a school.

It is read once into frozen values that refuse unknown and wrong keys with a sentence naming the
file, the key and what was expected. Nothing else reads TOML.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Meta, Struct

from flows.reading.calendar import SchoolCalendar
from flows.school_facts import (
    Key,
    Language,
    LanguageCode,
    Localized,
    MenuAction,
    MenuItem,
    Reason,
    SchoolFacts,
    SchoolText,
)
from school.days import Hours, SchoolTime
from school.dismissal_file import Dismissal, Notes, unknown_columns
from school.export_forms import Export
from school.numbers import NumberError, parse, shown

SHIPPED = Path(__file__).parent / "schools" / "jones.toml"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ONE_DAY = timedelta(days=1)

# What must have a wording of its own: the categories of `GET /api/v1/reports`.
CATEGORIES = {
    "illness",
    "death_in_family",
    "family_emergency",
    "military_funeral",
    "military_deployment",
    "religious_holiday",
    "other_unexcused",
}

ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Span = Annotated[str, Meta(pattern=r"^[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}$")]
Days = Annotated[int, Meta(ge=1)]


class SchoolFileError(Exception):
    """The school file cannot be used; the sentence names file, key and what was expected."""


class Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file in which a misspelt key is an error."""


class Address(Strict, frozen=True):
    """Where families find the school."""

    e_absence: str
    portal: str
    main_office: str


class Texts(Strict, frozen=True):
    """Rules for texts."""

    counts: bool
    quiet_from: ClockTime
    quiet_until: ClockTime
    most_a_day: Annotated[int, Meta(ge=1)] = 60
    most_in_all: Annotated[int, Meta(ge=1)] = 3000


class Says(Strict, frozen=True):
    """The school's own answers, in each language."""

    office_hours: Localized
    portal_help: Localized
    portal_text: Localized


class DaysOff(Strict, frozen=True):
    """A day without school, or several in a row."""

    first: date
    name: Localized
    last: date | None = None


class Calendar(Strict, frozen=True):
    """One school year."""

    first_day: date
    last_day: date
    days_off: tuple[DaysOff, ...] = ()


class Retention(Strict, frozen=True):
    """Days after which things are deleted."""

    recordings: Days
    texts: Days
    conversations: Days
    transcripts: Days = 365  # of recordings: the words, apart from the sound


class SchoolFile(Strict, frozen=True):
    """The file as it is written."""

    name: SchoolText
    time_zone: str
    phone: str
    office: str
    cut_off: ClockTime
    address: Address
    office_hours: Mapping[str, Span]
    texts: Texts
    languages: Mapping[LanguageCode, Language]
    menu: tuple[MenuItem, ...]
    says: Says
    reasons: tuple[Reason, ...]
    calendar: Calendar
    retention: Retention
    dismissal: Dismissal = Dismissal()
    notes: Notes = Notes()
    record_calls: bool = False
    deadline: ClockTime = "10:00"  # by then reported families are in the district's system
    exports: tuple[Export, ...] = ()


@dataclass(frozen=True, slots=True)
class School:
    """One school, ready for use."""

    facts: SchoolFacts
    time: SchoolTime
    phone: str  # E.164
    office: str  # E.164
    most_texts_a_day: int  # that one number may cause
    most_texts_in_all: int  # that go out in a day
    record_calls: bool  # whole calls, so that staff hear the caller and not only read him
    address: Address
    retention: Retention
    dismissal: Dismissal
    notes: Notes
    exports: tuple[Export, ...] = ()


def read_school(path: Path) -> School:
    """The school that this file describes.

    Raises:
        SchoolFileError: with a sentence that names the file, the key and what was expected.
    """
    try:
        file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), SchoolFile)
        return _school(file)
    except OSError as error:
        raise SchoolFileError(
            f"The school file {path} cannot be read: {error.strerror}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SchoolFileError(f"The school file {path} is not valid TOML: {error}.") from error
    except (msgspec.ValidationError, WrongValue) as error:
        raise SchoolFileError(f"The school file {path}, {_in_words(str(error))}") from error


class WrongValue(ValueError):
    """A value of the right type that cannot be right: "key X: what is expected"."""


def _school(file: SchoolFile) -> School:
    for problem in _problems(file):
        raise WrongValue(problem)
    days_off = dict(_days_off(file.calendar))
    calendar = SchoolCalendar(
        file.calendar.first_day,
        file.calendar.last_day,
        {day: name[next(iter(file.languages))] for day, name in days_off.items()},
    )
    phone = _number("phone", file.phone)
    return School(
        facts=SchoolFacts(
            name=file.name,
            phone=SchoolText(shown(phone)),
            languages=file.languages,
            menu=file.menu,
            reasons=file.reasons,
            days_off=days_off,
            office_hours=file.says.office_hours,
            portal_help=file.says.portal_help,
            portal_text=file.says.portal_text,
            text_counts=file.texts.counts,
        ),
        time=SchoolTime(
            zone=_zone(file.time_zone),
            calendar=calendar,
            office_hours=_office_hours(file.office_hours),
            cut_off=time.fromisoformat(file.cut_off),
            deadline=time.fromisoformat(file.deadline),
            quiet=Hours(
                time.fromisoformat(file.texts.quiet_from),
                time.fromisoformat(file.texts.quiet_until),
            ),
        ),
        phone=phone,
        office=_number("office", file.office),
        most_texts_a_day=file.texts.most_a_day,
        most_texts_in_all=file.texts.most_in_all,
        record_calls=file.record_calls,
        address=file.address,
        retention=file.retention,
        exports=file.exports,
        dismissal=file.dismissal,
        notes=file.notes,
    )


def _problems(file: SchoolFile) -> Iterator[str]:
    """What no type can say: languages that lack words, keys used twice, a year that ends early."""
    offered = set(file.languages)
    spoken = {code for code, language in file.languages.items() if language.spoken}
    yield from _badly_offered(file.languages)
    for key, words in _localized(file):
        if set(words) != offered:
            yield f"key {key}: words in {_and(offered)} are expected, found {_and(words)}."
    for key, words in _spoken(file):
        if set(words) != spoken:
            yield f"key {key}: words in {_and(spoken)} are expected, found {_and(words)}."
    yield from _repeated("reasons", "code", [reason.code for reason in file.reasons])
    yield from _repeated("reasons", "key", [reason.key for reason in file.reasons])
    menu_keys = [item.key for item in file.menu]
    language_keys = [language.key for language in file.languages.values() if language.key]
    yield from _repeated("menu", "key", menu_keys + language_keys)
    missing = CATEGORIES - {reason.code for reason in file.reasons}
    if missing:
        yield f"key reasons: the reason {_and(missing)} is missing."
    if MenuAction.ATTENDANCE not in {item.does for item in file.menu}:
        yield 'key menu: one entry with does = "attendance" is expected.'
    unknown = unknown_columns(file.dismissal)
    if unknown:
        yield f"key dismissal.log: {unknown} is none of the columns there are."
    yield from _repeated("dismissal.reasons", "code", [it.code for it in file.dismissal.reasons])
    if file.calendar.last_day <= file.calendar.first_day:
        yield "key calendar.last_day: a day after calendar.first_day is expected."


def _badly_offered(languages: Mapping[str, Language]) -> Iterator[str]:
    """A language is spoken with a voice, a key and an offer, or only written."""
    if not languages:
        yield "key languages: at least one language is expected."
    elif not next(iter(languages.values())).spoken:
        yield "key languages: the first language is expected to have a voice."
    for code, language in languages.items():
        lacking = [name for name in ("voice", "key", "offer") if getattr(language, name) is None]
        if len(lacking) in (1, 2):
            yield (
                f"key languages.{code}: voice, key and offer are expected together, "
                f"missing {_and(set(lacking))}."
            )


def _spoken(file: SchoolFile) -> Iterator[tuple[str, Localized]]:
    """What is said in calls alone."""
    yield "says.portal_help", file.says.portal_help
    yield from ((f"menu[{n}].offer", item.offer) for n, item in enumerate(file.menu))


def _localized(file: SchoolFile) -> Iterator[tuple[str, Localized]]:
    yield "says.office_hours", file.says.office_hours
    yield "says.portal_text", file.says.portal_text
    yield from ((f"reasons[{n}].words", reason.words) for n, reason in enumerate(file.reasons))
    for n, off in enumerate(file.calendar.days_off):
        yield f"calendar.days_off[{n}].name", off.name


def _repeated(table: str, key: str, values: list[str]) -> Iterator[str]:
    twice = {value for value in values if values.count(value) > 1}
    if twice:
        yield f"key {table}: each {key} is expected once, {_and(twice)} stands twice."


def _days_off(calendar: Calendar) -> Iterator[tuple[date, Localized]]:
    for off in calendar.days_off:
        last = off.last or off.first
        if last < off.first:
            raise WrongValue(f"key calendar.days_off: {last} is before {off.first}.")
        day = off.first
        while day <= last:
            yield day, off.name
            day += ONE_DAY


def _office_hours(hours: Mapping[str, str]) -> dict[int, Hours]:
    found: dict[int, Hours] = {}
    for weekday, span in hours.items():
        if weekday not in WEEKDAYS:
            raise WrongValue(f"key office_hours.{weekday}: a weekday such as monday is expected.")
        try:
            start, end = (time.fromisoformat(part) for part in span.split("-"))
        except ValueError as error:
            raise WrongValue(
                f"key office_hours.{weekday}: hours such as 07:30-16:00 are expected, found {span}."
            ) from error
        found[WEEKDAYS.index(weekday)] = Hours(start, end)
    return found


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise WrongValue(
            f"key time_zone: a zone such as America/Chicago is expected, found {name}."
        ) from error


def _number(key: str, number: str) -> str:
    try:
        return parse(number)
    except NumberError as error:
        raise WrongValue(f"key {key}: a telephone number is expected. {error}") from error


# msgspec says "Object missing required field `x` - at `$.menu[0]`".
MISSING = re.compile(r"Object missing required field `(.+?)`(?: - at `\$\.?(.*)`)?")
UNKNOWN = re.compile(r"Object contains unknown field `(.+?)`(?: - at `\$\.?(.*)`)?")
WRONG_KEY = re.compile(r"Expected (.+?) - at `key` in `\$\.?(.*)`")
WRONG_CHOICE = re.compile(r"Invalid enum value '(.+?)' - at `\$\.?(.*)`")
WRONG_DAY = re.compile(r"Invalid RFC3339 encoded date - at `\$\.?(.*)`")
WRONG = re.compile(r"Expected (.+?) - at `\$\.?(.*)`")
FORMS = {
    "09:30": ClockTime,
    "07:30-16:00": Span,
    "5 (one digit)": Key,
    "en (a language code)": LanguageCode,
}


def _in_words(error: str) -> str:
    """The validator's words as "key X: what was expected"."""
    if found := MISSING.fullmatch(error):
        return f"key {_path(found)}: it is expected and missing."
    if found := UNKNOWN.fullmatch(error):
        return f"key {_path(found)}: no such key is expected. Is it misspelt?"
    if found := WRONG_CHOICE.fullmatch(error):
        return f"key {found[2]}: {found[1]} is none of the choices."
    if found := WRONG_KEY.fullmatch(error):
        return f"key {found[2]}: its names are expected to be {_form(found[1])}."
    if found := WRONG_DAY.fullmatch(error):
        return f"key {found[1]}: expected a day such as 2026-11-24."
    if found := WRONG.fullmatch(error):
        return f"key {found[2]}: expected {_form(found[1])}."
    return error


def _form(expected: str) -> str:
    """A regular expression as an example of what it takes."""
    for example, form in FORMS.items():
        if repr(get_args(form)[1].pattern) in expected:
            return f"something like {example}"
    return expected.replace("`", "")


def _path(found: re.Match[str]) -> str:
    return f"{found[2]}.{found[1]}" if found[2] else found[1]


def _and(words: set[str] | Mapping[str, object]) -> str:
    return " and ".join(sorted(words)) or "none"

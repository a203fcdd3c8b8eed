"""What a conversation needs to know of a school: its words, reasons, menu and languages.

The school file is read into these; nothing about one school is in the code.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct

SchoolText = NewType("SchoolText", str)
"""The school's own words in one language: they may be spoken to anybody."""

LanguageCode = Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
Key = Annotated[str, Meta(pattern="^[0-9]$")]
Localized = Mapping[LanguageCode, SchoolText]
"""The same words in each language the school offers."""


class Language(Struct, frozen=True, forbid_unknown_fields=True):
    """A language the line writes; with the last three, which go together, it speaks it too."""

    speech: str  # BCP-47 tag for dates, recogniser and voice: en-US
    voice: str | None = None  # a text-to-speech voice of the carrier that speaks it
    key: Key | None = None  # pressed at the menu to change to it
    offer: SchoolText | None = None  # in this language: how to change to it

    @property
    def spoken(self) -> bool:
        """Whether calls are taken in it."""
        return self.voice is not None


class Reason(Struct, frozen=True, forbid_unknown_fields=True):
    """A reason for an absence, with the school's rule for it."""

    code: str
    key: Key
    words: Localized  # "a death in the family": read back, and offered by key
    excused: bool
    note_required: bool = False
    approval_required: bool = False  # the principal's, at schools that ask for it
    phrases: Mapping[LanguageCode, tuple[str, ...]] = {}  # more ways families say it


class MenuAction(StrEnum):
    """What a menu key does."""

    ATTENDANCE = "attendance"
    OFFICE = "office"
    PORTAL = "portal"
    HOURS = "hours"


class MenuItem(Struct, frozen=True, forbid_unknown_fields=True):
    """One choice of the telephone menu."""

    key: Key
    does: MenuAction
    offer: Localized  # "For absences, press 3."


class SchoolFacts(Struct, frozen=True):
    """The school as a conversation knows it; the first language is the one a stranger is met in."""

    name: SchoolText
    phone: SchoolText  # the office's number, as it is said and written
    languages: Mapping[LanguageCode, Language]
    menu: tuple[MenuItem, ...]
    reasons: tuple[Reason, ...]
    days_off: Mapping[date, Localized]  # their names in each language
    office_hours: Localized  # in words
    portal_help: Localized  # how to get into the parent portal, for the ear
    portal_text: Localized  # the same, to be read
    text_counts: bool  # whether a text alone is a report

    @property
    def first_language(self) -> str:
        """The language code a stranger is met in."""
        return next(iter(self.languages))

    @property
    def spoken(self) -> Mapping[LanguageCode, Language]:
        """The languages that calls are taken in."""
        return {code: language for code, language in self.languages.items() if language.spoken}

    def reason(self, code: str) -> Reason | None:
        """The reason with this code, None for an unknown one."""
        return next((reason for reason in self.reasons if reason.code == code), None)

    def reason_by_key(self, key: str) -> Reason | None:
        """The reason on this telephone key."""
        return next((reason for reason in self.reasons if reason.key == key), None)

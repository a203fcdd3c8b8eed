"""Telephone numbers: parsed once at the edge to E.164, shown to people, cut short for logs.

Inside the project a number is always E.164 text. `parse` reads what people write into a roster;
`caller_number` reads what the carrier says about a caller, who may have withheld or made it up.
"""

import re
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

DEFAULT_REGION = "US"

# Words dialled on the keypad in place of a caller's number, as carriers send them. Some pass for
# possible numbers, so that parsing alone does not find them out.
MADE_UP_CALLERS = frozenset(
    {
        "+266696687",  # ANONYMOUS
        "+7378742883",  # RESTRICTED, as carriers misspell it
        "+7378742833",  # RESTRICTED
        "+2562533",  # BLOCKED
        "+8656696",  # UNKNOWN
        "+86282452253",  # UNAVAILABLE
        "+464",  # on the carrier's list without a meaning
    }
)
MOST_DIGITS = 15  # of an E.164 number
WRITTEN_AS_E164 = re.compile(r"\+[1-9][0-9]{9,14}")
WRITTEN_PLAINLY = re.compile(r"\+?[\d\s().\-\u2010-\u2015\u2212]+")


class NumberTrouble(StrEnum):
    """Why a text is no telephone number."""

    EMPTY = "empty"
    EXTENSION = "extension"
    LETTERS = "letters"
    ODD_SIGNS = "odd_signs"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_IN_USE = "not_in_use"  # no country gives out such numbers


SENTENCES = {
    NumberTrouble.EMPTY: "There is no telephone number.",
    NumberTrouble.EXTENSION: "A number with an extension cannot be called or texted by the line.",
    NumberTrouble.LETTERS: "A telephone number has no letters: write it as 773-555-0123.",
    NumberTrouble.ODD_SIGNS: "This is not one telephone number: write it as 773-555-0123.",
    NumberTrouble.TOO_SHORT: "The telephone number is too short: write the area code too.",
    NumberTrouble.TOO_LONG: "The telephone number is too long.",
    NumberTrouble.NOT_IN_USE: "There is no such telephone number: check the area code.",
}


class NumberError(ValueError):
    """A text is no telephone number: `code` for the program, the message for the person."""

    def __init__(self, code: NumberTrouble) -> None:
        super().__init__(SENTENCES[code])
        self.code = code


def parse(written: str, region: str = DEFAULT_REGION) -> str:
    """The E.164 form of a number as people write it; `region` for one without a country code.

    Raises:
        NumberError: it is none, or one the line could not reach (an extension).
    """
    number = _read(written, region)
    trouble = _trouble(written, number)
    if trouble is not None or number is None:
        raise NumberError(trouble or NumberTrouble.NOT_IN_USE)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


@lru_cache(maxsize=1024)
def caller_number(raw: str | None) -> str | None:
    """The E.164 number of a caller as the carrier names it; None when withheld or made up.

    Every turn of a call names the same two; to read one costs as much as a query.

    A carrier's real number begins with `+`. Without it, `7378742883` (RESTRICTED) would pass for
    a number of Tennessee; words, `client:` and `sip:` addresses have none either.
    """
    if raw is None or not raw.startswith("+") or raw in MADE_UP_CALLERS:
        return None
    try:
        return parse(raw)
    except NumberError:
        return None


def texter_number(raw: str | None) -> str | None:
    """The E.164 number of whoever texts; None for a short code or a name.

    Unlike a caller's, it is no claim: the answer goes there. So a number is taken that our list
    of area codes does not know yet, and nobody with a new number is left without an answer.
    """
    if raw is not None and raw not in MADE_UP_CALLERS and WRITTEN_AS_E164.fullmatch(raw):
        return raw
    return caller_number(raw)


def shown(phone: str) -> str:
    """A number for a page: `(773) 555-0123`, or one of another country as dialled from here.

    What is no number, because it was erased, stands as it is.
    """
    number = _read(phone, DEFAULT_REGION)
    if number is None:
        return phone
    at_home = number.country_code == phonenumbers.country_code_for_region(DEFAULT_REGION)
    style = PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def last_two(phone: str | None) -> str:
    """All that a log may know of a number; a dash for a withheld one."""
    return phone[-2:] if phone else "-"


def _read(written: str, region: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None


def _trouble(written: str, number: PhoneNumber | None) -> NumberTrouble | None:
    if not written.strip():
        return NumberTrouble.EMPTY
    if number is not None and number.extension:
        return NumberTrouble.EXTENSION
    if any(sign.isalpha() for sign in written):
        return NumberTrouble.LETTERS
    if not WRITTEN_PLAINLY.fullmatch(written.strip()):
        return NumberTrouble.ODD_SIGNS
    return _impossible(written, number)


def _impossible(written: str, number: PhoneNumber | None) -> NumberTrouble | None:
    if number is None:  # fewer digits than any number has, or more
        digits = sum(sign.isdigit() for sign in written)
        return NumberTrouble.TOO_LONG if digits > MOST_DIGITS else NumberTrouble.TOO_SHORT
    if phonenumbers.is_valid_number(number):
        return None
    return {
        ValidationResult.TOO_SHORT: NumberTrouble.TOO_SHORT,
        ValidationResult.IS_POSSIBLE_LOCAL_ONLY: NumberTrouble.TOO_SHORT,
        ValidationResult.TOO_LONG: NumberTrouble.TOO_LONG,
    }.get(phonenumbers.is_possible_number_with_reason(number), NumberTrouble.NOT_IN_USE)

"""One cell of the roster's files each: from text to a value, or a sentence saying what is wrong."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from babel import Locale

from school.numbers import NumberError, parse
from school.relationships import word_kept

Cells = Mapping[str, str]

LONGEST_ID = 32
LONGEST_NAME = 100
LONGEST_QUOTE = 40
LONGEST_TERMS = 300
CODE_LENGTH = 2  # of ISO 639-1
OLDEST = 30  # years; schools teach until 22, and some stay longer on paper
YOUNGEST = 2
EARLIEST_YEAR = 1950  # where no day is given to reckon an age from

GRADES = {"pk": -1, "k": 0, "kg": 0} | {str(grade): grade for grade in range(1, 13)}
YES_AND_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
ORDER = re.compile(r"[1-9][0-9]?")


class BadCell(Exception):
    """A cell cannot be used; the sentence says what is wrong with it."""


def student_id(cells: Cells) -> str:
    """The student's number, as text: it may begin with zeros."""
    found = cells["student_id"]
    if not (found.isascii() and found.isdigit() and len(found) <= LONGEST_ID):
        raise BadCell(f"The student id {_quoted(found)} is not made of digits only.")
    return found


def contact_id(cells: Cells) -> str:
    """The contact's own key: any short text."""
    found = cells["contact_id"]
    if not found or len(found) > LONGEST_ID:
        raise BadCell(f"The contact id is empty or longer than {LONGEST_ID} characters.")
    return found


def name(cells: Cells, column: str) -> str:
    """A name; it must not be empty."""
    found = cells[column]
    if not found:
        raise BadCell(f"The cell {column} is empty.")
    return _short(found, column)


def name_or_empty(cells: Cells, column: str) -> str:
    """A name, or empty text where there is none."""
    return _short(cells[column], column)


def grade(cells: Cells) -> int:
    """The grade, 1 to 12; kindergarten (K) is 0 and the year before it (PK) is -1."""
    found = cells["grade"]
    value = GRADES.get(found.casefold().removeprefix("0") or found)
    if value is None:
        raise BadCell(f"The grade {_quoted(found)} is none of PK, K and 1 to 12.")
    return value


def birth_date(cells: Cells, today: date | None) -> date:
    """The day of birth of somebody who may go to school; `today` makes the check exact."""
    found = cells["birth_date"]
    born = _day(found)
    if born is None:
        raise BadCell(f"The birth date {_quoted(found)} is no day: write it as 2011-01-26.")
    years = today.year - born.year if today else YOUNGEST
    if born.year < EARLIEST_YEAR or not YOUNGEST <= years <= OLDEST:
        raise BadCell(f"Nobody born on {found} goes to school.")
    return born


def relationship(cells: Cells) -> str:
    """What the contact is to the student, as `school.relationships` spells it."""
    found = cells["relationship"]
    word = word_kept(found)
    if word is None:
        raise BadCell(
            f"The relationship {_quoted(found)} is not known: write mother, father, guardian, "
            "grandmother, aunt, self, other and so on."
        )
    return word


def phone(cells: Cells) -> str | None:
    """The number in E.164; None for a contact without one."""
    found = cells["phone"]
    if not found:
        return None
    try:
        return parse(found)
    except NumberError as error:
        raise BadCell(f"The phone {_quoted(found)} cannot be used. {error}") from None


def language(cells: Cells) -> str:
    """The language's code of two letters; one that the school does not offer is accepted."""
    found = cells["language"].casefold()
    if found not in _language_codes():
        raise BadCell(
            f"The language {_quoted(found)} is not known: write its code of two letters, "
            "such as en, es or pl."
        )
    return found


def yes_or_no(cells: Cells, column: str) -> bool:
    """A plain yes or no."""
    value = YES_AND_NO.get(cells[column].casefold())
    if value is None:
        raise BadCell(f"The cell {column} holds {_quoted(cells[column])}: write true or false.")
    return value


def no_contact(cells: Cells) -> bool:
    """Whether the contact must have none with the student; an empty cell says no."""
    return bool(cells.get("no_contact")) and yes_or_no(cells, "no_contact")


def custody(cells: Cells) -> str | None:
    """The limits of the contact's custody, in the school's words; None for none."""
    found = cells.get("custody", "")
    if len(found) > LONGEST_TERMS:
        raise BadCell(f"The cell custody is longer than {LONGEST_TERMS} characters.")
    return found or None


def order(cells: Cells) -> int:
    """Which contact of the student is asked first: 1 and upwards."""
    found = cells["order"]
    if not ORDER.fullmatch(found):
        raise BadCell(f"The order {_quoted(found)} is no number from 1 to 99.")
    return int(found)


def _day(text: str) -> date | None:
    if not ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@cache
def _language_codes() -> frozenset[str]:
    """The codes of ISO 639-1, from the languages that Unicode has a name for."""
    return frozenset(code for code in map(str, Locale("en").languages) if len(code) == CODE_LENGTH)


def _short(found: str, column: str) -> str:
    if len(found) > LONGEST_NAME:
        raise BadCell(f"The cell {column} is longer than {LONGEST_NAME} characters.")
    return found


def _quoted(text: str) -> str:
    return f"“{text[:LONGEST_QUOTE]}…”" if len(text) > LONGEST_QUOTE else f"“{text}”"

"""Small rosters in a folder of their own, to be read and imported."""

from collections.abc import Sequence
from pathlib import Path

from school.roster_files import CONTACT_COLUMNS, CONTACTS, ROSTER, STUDENT_COLUMNS

ANA = "61000001,Ana,Lopez,,10,2011-01-26"
BEN = "61000002,Ben,Nowak,Benny,9,2012-02-29"
MOTHER = "K1,61000001,Rosa Lopez,mother,773-555-0101,rosa@example.org,es,true,1"
AUNT = "K2,61000001,Eva Lopez,aunt,(773) 555-0102,,es,false,2"
FATHER = "K3,61000002,Jan Nowak,father,+17735550103,,pl,true,1"


def write_roster(
    folder: Path,
    students: Sequence[str] = (ANA, BEN),
    contacts: Sequence[str] = (MOTHER, AUNT, FATHER),
) -> Path:
    """Write both files with these lines below their headers."""
    folder.mkdir(exist_ok=True)
    for name, columns, lines in (
        (ROSTER, STUDENT_COLUMNS, students),
        (CONTACTS, CONTACT_COLUMNS, contacts),
    ):
        text = "\n".join((",".join(columns), *lines, ""))
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def many(count: int, grade: int = 9) -> tuple[list[str], list[str]]:
    """The lines of a school with two contacts for each student."""
    students = [f"{62000000 + n},Ana,Lopez {n},,{grade},2011-01-26" for n in range(count)]
    contacts = [
        f"K{n},{62000000 + n // 2},Rosa Lopez,mother,773-555-01{n % 100:02},,es,true,{1 + n % 2}"
        for n in range(2 * count)
    ]
    return students, contacts

"""A roster folder: which rows are taken, which refused, and why."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.roster import Roster, Student
from school.csv_rows import FileUnreadable
from school.roster_files import (
    CONTACT_COLUMNS,
    CONTACTS,
    DEMO_FOLDER,
    ROSTER,
    STUDENT_COLUMNS,
    ListedContact,
    read_folder,
)
from tests.school.rosters import ANA, AUNT, FATHER, MOTHER, write_roster

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roster")


def refusals(folder: Path) -> list[str]:
    return [str(row) for row in read_folder(folder, TODAY).refused]


def test_the_demo_roster_is_taken_whole() -> None:
    files = read_folder(DEMO_FOLDER, TODAY)
    assert (len(files.students), len(files.contacts)) == (120, 235)
    assert (files.refused, files.notes) == ((), ())
    assert files.calendar is not None
    assert Roster(files.students, files.contacts).linked_to("+12245550151") != ()


def test_a_row_becomes_a_student_or_a_contact(folder: Path) -> None:
    files = read_folder(write_roster(folder))
    assert files.students[1] == Student("61000002", "Ben", "Nowak", "Benny", 9, date(2012, 2, 29))
    assert files.contacts[1] == ListedContact(
        contact_id="K2",
        student_id="61000001",
        name="Eva Lopez",
        relationship="aunt",
        phone="+17735550102",
        language="es",
        on_emergency_form=False,
        order=2,
        email=None,
    )
    assert files.calendar is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (ANA.replace("Ana", "Eva"), "The student_id 61000001 stands in an earlier line already."),
        ("6100000X,Al,Ng,,9,2011-01-26", "The student id “6100000X” is not made of digits only."),
        ("٦١٠٠,Al,Ng,,9,2011-01-26", "The student id “٦١٠٠” is not made of digits only."),
        ("1" * 33 + ",Al,Ng,,9,2011-01-26", "is not made of digits only."),
        (",Al,Ng,,9,2011-01-26", "The student id “” is not made of digits only."),
        ("61000009, ,Ng,,9,2011-01-26", "The cell first_name is empty."),
        (
            "61000009," + "A" * 101 + ",Ng,,9,2011-01-26",
            "first_name is longer than 100 characters.",
        ),
        ("61000009,Al,Ng,,13,2011-01-26", "The grade “13” is none of PK, K and 1 to 12."),
        ("61000009,Al,Ng,,0,2011-01-26", "The grade “0” is none of PK, K and 1 to 12."),
        ("61000009,Al,Ng,,-1,2011-01-26", "The grade “-1” is none of PK, K and 1 to 12."),
        ("61000009,Al,Ng,,,2011-01-26", "The grade “” is none of PK, K and 1 to 12."),
        ("61000009,Al,Ng,,9,2011-02-30", "The birth date “2011-02-30” is no day"),
        ("61000009,Al,Ng,,9,1/26/2011", "is no day: write it as 2011-01-26."),
        ("61000009,Al,Ng,,9,20110126", "The birth date “20110126” is no day"),
        ("61000009,Al,Ng,,9,", "The birth date “” is no day"),
        ("61000009,Al,Ng,,9,2027-01-26", "Nobody born on 2027-01-26 goes to school."),
        ("61000009,Al,Ng,,9,1911-01-26", "Nobody born on 1911-01-26 goes to school."),
        ("61000009,Al,Ng,,9,1990-01-26", "Nobody born on 1990-01-26 goes to school."),
        ("61000009,Al,Ng", "The row has 3 cells, and the first line 6."),
        ('61000009,"Al,Ng,,9,2011-01-26', "A quotation mark is not closed"),
        ("61000009,A\x00l,Ng,,9,2011-01-26", "The cell first_name holds characters that cannot"),
    ],
)
def test_a_student_that_cannot_be_is_refused_with_line_and_reason(
    line: str, why: str, folder: Path
) -> None:
    write_roster(folder, [ANA, line, "61000003,Last,Row,,9,2011-01-26"], [])
    files = read_folder(folder, TODAY)
    (refused,) = files.refused
    assert (refused.file, refused.line) == (ROSTER, 3)
    assert why in refused.why
    assert [student.student_id for student in files.students] == ["61000001", "61000003"]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("PK", -1), ("k", 0), ("KG", 0), ("1", 1), ("09", 9), ("12", 12)],
)
def test_grades_go_from_pre_kindergarten_to_twelve(cell: str, value: int, folder: Path) -> None:
    write_roster(folder, [f"61000009,Al,Ng,,{cell},2011-01-26"], [])
    assert [student.grade for student in read_folder(folder).students] == [value]


def test_a_student_may_have_one_name_only_and_a_number_with_zeros(folder: Path) -> None:
    write_roster(folder, ["00000009,Suharto,,,9,2011-01-26"], [])
    (student,) = read_folder(folder, TODAY).students
    assert (student.student_id, student.last_name) == ("00000009", "")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (MOTHER, "The contact_id K1 stands in an earlier line already."),
        (AUNT.replace("K2", ""), "The contact id is empty or longer than 32 characters."),
        (AUNT.replace("61000001", "69999999"), "There is no student 69999999 in roster.csv."),
        (AUNT.replace("61000001", "Ana"), "The student id “Ana” is not made of digits only."),
        (AUNT.replace("Eva Lopez", ""), "The cell name is empty."),
        (AUNT.replace("aunt", "boss"), "The relationship “boss” is not known"),
        (AUNT.replace("aunt", ""), "The relationship “” is not known"),
        (AUNT.replace("(773) 555-0102", "555-0102"), "The phone “555-0102” cannot be used. The"),
        (AUNT.replace("(773) 555-0102", "773-555-0102 x4"), "extension"),
        (AUNT.replace("(773) 555-0102", "ask me"), "The phone “ask me” cannot be used. A teleph"),
        (AUNT.replace(",es,", ",xx,"), "The language “xx” is not known"),
        (AUNT.replace(",es,", ",spanish,"), "The language “spanish” is not known"),
        (AUNT.replace(",es,", ",,"), "The language “” is not known"),
        (AUNT.replace("false", "maybe"), "The cell on_emergency_form holds “maybe”: write true"),
        (AUNT.replace(",2", ",0"), "The order “0” is no number from 1 to 99."),
        (AUNT.replace(",2", "," + "9" * 5000), "is no number from 1 to 99."),
        (AUNT + ",more", "The row has 10 cells, and the first line 9."),
    ],
)
def test_a_contact_that_cannot_be_is_refused_with_line_and_reason(
    line: str, why: str, folder: Path
) -> None:
    write_roster(folder, contacts=[MOTHER, line, FATHER])
    files = read_folder(folder, TODAY)
    (refused,) = files.refused
    assert (refused.file, refused.line) == (CONTACTS, 3)
    assert why in refused.why
    assert [contact.contact_id for contact in files.contacts] == ["K1", "K3"]


def test_the_contacts_of_a_refused_student_are_refused_with_the_reason(folder: Path) -> None:
    write_roster(folder, [ANA.replace("2011-01-26", "2011-13-26")], [MOTHER])
    assert refusals(folder)[1] == (
        "contacts.csv, line 2: refused. Its student 61000001 is refused too: see roster.csv, "
        "line 2."
    )


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        (AUNT.replace("(773) 555-0102", ""), "phone", None),
        (AUNT.replace(",es,", ",YO,"), "language", "yo"),  # no school here offers Yoruba yet
        (AUNT.replace("aunt", "Great-Aunt"), "relationship", "aunt"),
        (AUNT.replace("false", "YES"), "on_emergency_form", True),
        (AUNT.replace("false", "0"), "on_emergency_form", False),
    ],
)
def test_a_contact_is_taken_with_what_schools_do_write(
    line: str, column: str, value: object, folder: Path
) -> None:
    write_roster(folder, contacts=[line])
    files = read_folder(folder, TODAY)
    assert files.refused == ()
    assert getattr(files.contacts[0], column) == value


def test_a_contact_keeps_the_line_when_only_the_address_is_bad(folder: Path) -> None:
    write_roster(folder, contacts=[MOTHER.replace("rosa@example.org", "none")])
    files = read_folder(folder, TODAY)
    assert files.contacts[0].email is None
    assert files.notes == (
        "contacts.csv, line 2: taken without the e-mail address, which is none.",
    )


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"roster\.csv cannot be opened: No such file"):
        read_folder(tmp_path)


# Marks that show nothing are left out: a row of them is an empty one.
CELL = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cf"]))


@given(st.lists(st.lists(CELL, max_size=12)))
def test_every_row_of_any_cells_is_either_taken_or_refused(
    folder: Path, rows: list[list[str]]
) -> None:
    write_roster(folder, [], [])
    with (folder / ROSTER).open("a", encoding="utf-8", errors="surrogatepass", newline="") as file:
        csv.writer(file).writerows(rows)
    files = read_folder(folder, TODAY)
    blank = sum(_is_blank(row) for row in rows)
    assert len(files.students) + len(files.refused) + blank == len(rows)


STUDENT_CELLS = {
    "student_id": st.integers(1, 5).map(str) | st.just("x"),
    "first_name": st.sampled_from(["Ana", "", "  "]),
    "grade": st.integers(-1, 14).map(str),
    "birth_date": st.dates().map(str) | st.just("2011-02-30"),
}
CONTACT_CELLS = {
    "contact_id": st.integers(1, 5).map(str),
    "student_id": st.integers(1, 6).map(str),
    "phone": st.sampled_from(["", "773-555-0101", "555-0101"]),
    "relationship": st.sampled_from(["mother", "boss"]),
}
GOOD = dict(zip(STUDENT_COLUMNS + CONTACT_COLUMNS, (ANA + "," + MOTHER).split(","), strict=True))


@given(
    st.lists(st.fixed_dictionaries(STUDENT_CELLS), max_size=8),
    st.lists(st.fixed_dictionaries(CONTACT_CELLS), max_size=8),
)
def test_what_is_taken_fits_together(
    folder: Path, students: list[dict[str, str]], contacts: list[dict[str, str]]
) -> None:
    write_roster(
        folder,
        [",".join({**GOOD, **row}[column] for column in STUDENT_COLUMNS) for row in students],
        [",".join({**GOOD, **row}[column] for column in CONTACT_COLUMNS) for row in contacts],
    )
    files = read_folder(folder, TODAY)
    ids = [student.student_id for student in files.students]
    assert len(set(ids)) == len(ids)
    assert {contact.student_id for contact in files.contacts} <= set(ids)
    assert len(files.students) + len(files.contacts) + len(files.refused) == (
        len(students) + len(contacts)
    )


def _is_blank(row: list[str]) -> bool:
    """Whether there is nothing in the row but spaces."""
    return not any(cell.replace("\u00a0", " ").strip(" \t") for cell in row)

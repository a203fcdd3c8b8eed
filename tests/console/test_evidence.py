"""The words behind each fact."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.evidence import pieces
from flows.reading.message import Background
from flows.reading.roster import Roster
from school.reports import Report
from school.roster_files import DEMO_FOLDER, read_folder
from school.school_file import SHIPPED, read_school

NOW = datetime(2026, 11, 24, 12, 45, tzinfo=UTC).astimezone(ZoneInfo("America/Chicago"))


@pytest.fixture(scope="module")
def background() -> Background:
    files = read_folder(Path(DEMO_FOLDER))
    calendar = read_school(SHIPPED).time.calendar
    return Background(Roster(files.students, files.contacts), calendar, NOW)


def marked(background: Background, said: str, **facts: str | None) -> list[tuple[str, str]]:
    report = Report(
        transcript=said, channel="phone", language=facts.pop("language", "en"), from_phone=None
    )
    for name, value in facts.items():
        setattr(report, name, value)
    found = pieces(report, background)
    assert ["".join(piece.words for piece in line) for line in found] == [
        line for line in said.splitlines() if line.strip()
    ]
    return [(piece.fact, piece.words) for line in found for piece in line if piece.fact]


def test_each_fact_is_marked_where_it_was_said(background: Background) -> None:
    said = (
        "This is Alicia Villa, Gabriela Alvarado's mother. She has a fever and won't be in today."
    )
    assert marked(background, said) == [
        ("caller", "Alicia Villa"),
        ("student", "Gabriela Alvarado"),
        ("relationship", "mother"),
        ("reason", "fever"),
        ("days", "today"),
    ]


def test_a_fact_that_no_line_says_alone_is_found_in_all_of_them(background: Background) -> None:
    said = "I am Gabriela Alvarado's mother.\nShe has a fever and stays at home today."
    assert ("student", "Gabriela Alvarado") in marked(background, said)


def test_spanish_is_read_as_spanish(background: Background) -> None:
    found = marked(background, "Gabriela Alvarado tiene fiebre y no va hoy.", language="es")
    assert ("reason", "fiebre") in found
    assert ("days", "hoy") in found


def test_words_kept_with_the_report_are_marked_too(background: Background) -> None:
    assert marked(background, "Gabi Alva", student_as_heard="Gabi Alva [number 123]") == [
        ("student", "Gabi Alva")
    ]


@pytest.mark.parametrize(
    "said", ["", "\n\n", "[123]", "x " * 3000, "<b>\x07\u202e</b>", "a\n[1]\nb"]
)
def test_whatever_was_said_is_shown_whole(background: Background, said: str) -> None:
    marked(background, said)

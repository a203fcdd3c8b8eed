"""The school year beside a roster."""

from datetime import date
from pathlib import Path

import pytest

from school.calendar_file import read_calendar
from school.csv_rows import FileUnreadable
from school.roster_files import CALENDAR, DEMO_FOLDER

DAYS = '"first_day": "2026-08-24", "last_day": "2027-06-11"'


def test_the_demo_calendar_has_thanksgiving_off() -> None:
    calendar = read_calendar(DEMO_FOLDER / CALENDAR)
    assert calendar is not None
    assert calendar.no_school[date(2026, 11, 26)] == "Thanksgiving"
    assert calendar.next_school_day(date(2026, 11, 25)) == date(2026, 11, 30)


def test_an_editor_may_put_its_mark_before_the_calendar(tmp_path: Path) -> None:
    path = tmp_path / CALENDAR
    path.write_bytes(("\ufeff{" + DAYS + "}").encode())
    calendar = read_calendar(path)
    assert calendar is not None
    assert calendar.last_day == date(2027, 6, 11)


def test_no_file_is_no_calendar(tmp_path: Path) -> None:
    assert read_calendar(tmp_path / CALENDAR) is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "calendar.json is no calendar"),
        ("[]", "calendar.json is no calendar"),
        ("{}", "missing required field `first_day`"),
        ('{"first_day": "2026-08-24"}', "missing required field `last_day`"),
        ('{"first_day": "2026-02-30", "last_day": "2027-06-11"}', "first_day"),
        ("{" + DAYS + ', "no_school": {"Friday": "x"}}', "no_school"),
        ('{"first_day": "2027-06-11", "last_day": "2026-08-24"}', "cannot go from 2027-06-11"),
        ('{"first_day": "0001-01-01", "last_day": "9999-12-31"}', "cannot go from 0001-01-01"),
        ('{"first_day": "\udcff"}', "calendar.json is no calendar"),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_sentence(
    content: str, sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / CALENDAR
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(FileUnreadable, match=sentence):
        read_calendar(path)


def test_a_folder_in_the_place_of_the_file_is_no_calendar(tmp_path: Path) -> None:
    (tmp_path / CALENDAR).mkdir()
    with pytest.raises(FileUnreadable, match="cannot be opened"):
        read_calendar(tmp_path / CALENDAR)

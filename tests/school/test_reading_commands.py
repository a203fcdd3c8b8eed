"""`interpret` and `evaluate`, as a person types them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from school.reading_commands import evaluate, every_weekday, interpret
from school.school_file import School, read_school
from tests.school.rosters import write_roster

NOW = "2026-11-24T06:45:00-06:00"
SHIPPED = Path(__file__).parents[2] / "school" / "schools" / "jones.toml"
SICK = {
    "id": "m1",
    "channel": "sms",
    "lang": "en",
    "text": "Ana is out sick today",
    "from_phone": "+17735550101",
}
READ = {
    "intent": "report_absence",
    "student_ids": ["61000001"],
    "dates": ["2026-11-24"],
    "partial_day": None,
    "reason_category": "illness",
    "relationship": "mother",
    "caller_name": "Rosa Lopez",
    "missing": [],
}
Run = Callable[..., Result]


@dataclass(frozen=True)
class Tools:
    school: School


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_roster(tmp_path / "roster")


@pytest.fixture
def run(folder: Path) -> Run:
    tools = Tools(read_school(SHIPPED))

    def interpret_lines(*lines: object, now: str = NOW, more: tuple[str, ...] = ()) -> Result:
        typed = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
        words = ["--roster", str(folder), "--now", now, *more]
        return CliRunner().invoke(interpret, words, input=typed, obj=tools)

    return interpret_lines


def read_lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_in_gives_a_line_out(run: Run) -> None:
    result = run(SICK)
    assert (result.exit_code, result.stderr) == (0, "")
    assert read_lines(result) == [{"id": "m1", **READ}]


def test_lines_keep_their_order_and_empty_ones_are_passed_over(run: Run) -> None:
    result = run(SICK, "", {**SICK, "id": 2, "text": "STOP"}, "  ")
    assert [(line["id"], line["intent"]) for line in read_lines(result)] == [
        ("m1", "report_absence"),
        ("2", "opt_out"),
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Line 2 is left out: Input data was truncated."),
        ("[1]", "Line 2 is left out: Expected `object`, got `array`."),
        ('"\udcff"', "Line 2 is left out: "),
        ({**SICK, "text": 7}, "Line 2 is left out: Expected `str`, got `int` - at `$.text`."),
        ({**SICK, "channel": "fax"}, "Line 2 is left out: Invalid enum value 'fax' - at"),
        ({"id": "m2"}, "Line 2 is left out: Object missing required field `channel`."),
        ({**SICK, "now": "noon"}, "Line 2 is left out: “noon” is no moment such as 2026-"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_read(
    folder: Path, tmp_path: Path, line: object, why: str
) -> None:
    text = line if isinstance(line, str) else json.dumps(line)
    good = json.dumps(SICK)
    source = tmp_path / "in.jsonl"
    source.write_bytes(f"{good}\n{text}\n{good}\n".encode(errors="surrogateescape"))
    words = ["--roster", str(folder), "--now", NOW, "--input", str(source)]
    result = CliRunner().invoke(interpret, words, obj=Tools(read_school(SHIPPED)))
    assert result.exit_code == 1
    assert result.stderr.startswith(why)
    assert len(read_lines(result)) == 2


def test_a_line_has_a_moment_of_its_own_in_the_schools_zone(run: Run) -> None:
    late_in_may = {**SICK, "now": "2027-05-12T23:50:00-05:00"}
    in_utc = {**SICK, "now": "2027-05-13T04:50:00Z"}
    without_offset = {**SICK, "now": "2027-05-12 23:50"}
    days = [line["dates"] for line in read_lines(run(late_in_may, in_utc, without_offset))]
    assert days == [["2027-05-12"]] * 3


def test_output_goes_to_a_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    result = run(SICK, more=("--output", str(target)))
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(target.read_text("utf-8"))["student_ids"] == ["61000001"]


def test_a_moment_that_is_none_and_a_folder_without_a_roster_are_told(
    run: Run, folder: Path
) -> None:
    result = run(SICK, now="today")
    assert result.exit_code == 2
    assert "“today” is no moment such as 2026-11-24T06:45:00-06:00." in result.stderr
    (folder / "contacts.csv").unlink()
    result = run(SICK)
    assert result.exit_code == 1
    assert "contacts.csv" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_refused_row_of_the_roster_is_told_and_the_messages_are_read(
    run: Run, folder: Path
) -> None:
    with (folder / "roster.csv").open("a", encoding="utf-8") as file:
        file.write("61000009,No,Good,,thirty,2012-01-01\n")
    result = run(SICK)
    assert result.exit_code == 0
    assert result.stderr.startswith("roster.csv, line 4: refused.")
    assert read_lines(result) == [{"id": "m1", **READ}]


def test_the_folders_calendar_counts_and_without_one_every_weekday_has_school(
    run: Run, folder: Path
) -> None:
    thanksgiving = {**SICK, "text": "Ana is out sick Wednesday to Friday"}
    without = read_lines(run(thanksgiving))[0]["dates"]
    assert without == ["2026-11-25", "2026-11-26", "2026-11-27"]
    (folder / "calendar.json").write_text(
        '{"first_day": "2026-08-24", "last_day": "2027-06-11", '
        '"no_school": {"2026-11-26": "Thanksgiving", "2026-11-27": "day after"}}'
    )
    assert read_lines(run(thanksgiving))[0]["dates"] == ["2026-11-25"]


def test_a_school_year_without_a_calendar_goes_from_july_to_june() -> None:
    spring, autumn = every_weekday(date(2027, 5, 3)), every_weekday(date(2027, 7, 1))
    assert (spring.first_day, spring.last_day) == (date(2026, 7, 1), date(2027, 6, 30))
    assert (autumn.first_day, autumn.last_day) == (date(2027, 7, 1), date(2028, 6, 30))


def test_labels_are_compared_with_what_is_read(folder: Path, tmp_path: Path) -> None:
    labels = tmp_path / "labels.jsonl"
    right = {**SICK, "expected": READ, "tags": ["easy"]}
    wrong = {**SICK, "id": "m2", "expected": {**READ, "caller_name": "Rosie Lopez"}}
    unlike = {**SICK, "id": "m3", "expected": {**READ, "relationship": "mum"}}
    labels.write_text("\n".join(json.dumps(line) for line in (right, wrong, unlike)))
    words = ["--roster", str(folder), "--now", NOW, "--labels", str(labels)]
    result = CliRunner().invoke(evaluate, words, obj=Tools(read_school(SHIPPED)))
    assert result.exit_code == 1
    assert result.stderr.startswith("Line 3 is left out: Invalid enum value 'mum'")
    assert "every slot            50.0    50.0" in result.stdout
    assert "m2 (sms en) Ana is out sick today\n" in result.stdout
    assert "    caller_name: Rosa Lopez, right is Rosie Lopez" in result.stdout
    assert "m1 (" not in result.stdout

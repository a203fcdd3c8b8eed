"""The table, the calibration and the list of misses, from cases made up here."""

from dataclasses import replace
from datetime import date
from typing import Any

from flows.events import Words
from flows.reading.evaluation import Case, by_slot, calibration, misses, report
from flows.reading.findings import NotUnderstood, Understood
from flows.reading.values import DaysRead, Intent, Reading, Relationship, StudentsRead

READING = Reading(
    intent=Understood(Intent.REPORT_ABSENCE, Words("out"), 0.97),
    students=Understood(StudentsRead(("61000001",)), Words("Ana"), 0.92),
    days=Understood(DaysRead((date(2026, 11, 24),)), Words("today"), 0.96),
    partial_day=None,
    reason=NotUnderstood(),
    relationship=Understood(Relationship.MOTHER, Words("mom"), 0.8),
    caller_name=NotUnderstood(),
    missing=(),
)
LABEL: dict[str, Any] = {
    "intent": "report_absence",
    "student_ids": ["61000001", "61000002"],
    "dates": ["2026-11-24"],
    "partial_day": None,
    "reason_category": "illness",
    "relationship": "mother",
    "caller_name": "Rosa Lopez",
    "missing": ["dates", "student"],
}


def case(line_id: str = "m1", channel: str = "sms", language: str = "en", **read: object) -> Case:
    text = "Ana and Ben out, the flu.\nRosa"
    return Case(line_id, channel, language, text, LABEL, {**LABEL, **read}, READING)


def cells(table: str, row: str) -> list[str]:
    line = next(line for line in table.splitlines() if line.startswith(row))
    return line.removeprefix(row).split()


def test_students_and_missing_facts_are_right_in_any_order_but_days_are_not() -> None:
    turned = case(student_ids=["61000002", "61000001"], missing=["student", "dates"])
    assert turned.wrong == ()
    assert case(dates=[]).wrong == ("dates",)
    assert case(dates=["2026-11-25", "2026-11-24"]).wrong == ("dates",)
    assert case(caller_name=None, intent="help").wrong == ("intent", "caller_name")


def test_a_student_too_many_is_a_wrong_one_and_one_too_few_is_not() -> None:
    assert case(student_ids=["61000001", "61000003"]).names_wrong_student
    assert not case(student_ids=["61000001"]).names_wrong_student
    assert not case(student_ids=[]).names_wrong_student


def test_the_table_has_a_column_for_all_and_one_for_each_channel_and_language() -> None:
    table = by_slot(
        [
            case(),
            case(dates=[]),
            case(language="es"),
            case(channel="speech", student_ids=["9"], reason_category="unknown"),
        ]
    )
    assert table.splitlines()[0].split("  ")[-3:] == ["sms en", "sms es", "speech en"]
    assert cells(table, "messages") == ["4", "2", "1", "1"]
    assert cells(table, "every slot") == ["50.0", "50.0", "100.0", "0.0"]
    assert cells(table, "dates") == ["75.0", "50.0", "100.0", "100.0"]
    assert cells(table, "reason_category") == ["75.0", "100.0", "100.0", "0.0"]
    assert cells(table, "wrong student named") == ["1", "0", "0", "1"]


def test_calibration_counts_what_was_right_among_values_of_like_probability() -> None:
    sure = case()
    doubtful = replace(
        case(dates=[]), reading=replace(READING, days=Understood(DaysRead(()), probability=0.6))
    )
    table = calibration([sure, doubtful, case(intent="help")])
    assert cells(table, "0.50 to 0.70")[:3] == ["0.0", "of", "1"]
    assert cells(table, "0.90 to 0.95")[:3] == ["100.0", "of", "3"]
    assert cells(table, "0.95 to 0.99")[:6] == ["80.0", "of", "5", "66.7", "of", "3"]
    assert cells(table, "0.99 to 1.00") == ["-"] * 7


def test_a_probability_of_one_is_in_the_last_band() -> None:
    certain = replace(READING, intent=Understood(Intent.REPORT_ABSENCE))
    table = calibration([replace(case(), reading=certain)])
    assert cells(table, "0.99 to 1.00")[:3] == ["100.0", "of", "1"]


def test_only_what_is_wrong_is_listed_with_what_is_right() -> None:
    listed = misses([case("m1"), case("m2", dates=[], partial_day={"kind": "late", "time": None})])
    assert listed.splitlines() == [
        "wrong: 1 of 2",
        "",
        "m2 (sms en) Ana and Ben out, the flu. Rosa",
        "    dates: nothing, right is 2026-11-24",
        "    partial_day: late None, right is nothing",
    ]


def test_without_messages_there_is_a_sentence_and_no_division_by_nothing() -> None:
    assert report([]) == "There are no labelled messages."

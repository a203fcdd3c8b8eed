"""Codes, references, days and times in a person's words."""

from collections.abc import Mapping
from datetime import date, datetime, time
from enum import StrEnum

import pytest

from console import words
from flows.reading.values import Relationship
from school.outbox import Kind, MessageStatus
from school.reports import Flag, ReportChannel, Status, Verification
from tests.console.parts import CHICAGO

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (Status, words.STATUSES),
        (ReportChannel, words.CHANNELS),
        (Verification, words.VERIFICATIONS),
        (Flag, words.FLAGS),
        (Relationship, words.RELATIONSHIPS),
        (Kind, words.MESSAGE_KINDS),
        (MessageStatus, words.MESSAGE_STATUSES),
    ],
)
def test_every_code_has_words_and_none_is_shown(
    codes: type[StrEnum], said: Mapping[StrEnum, words.Badge | str]
) -> None:
    for code in codes:
        shown = said[code]
        text = shown if isinstance(shown, str) else f"{shown.words} {shown.more}"
        assert text
        assert "_" not in text


@pytest.mark.parametrize(
    ("covered", "read"),
    [
        ([], "Not said"),
        (["2026-11-24"], "Tue 24 Nov"),
        (["2026-11-24", "2026-11-25"], "Tue 24 Nov, Wed 25 Nov"),
        (["2027-01-04"], "Mon 4 Jan 2027"),
        (
            ["2026-11-16", "2026-11-17", "2026-11-18", "2026-11-19"],
            "Mon 16 Nov to Thu 19 Nov (4 school days)",
        ),
        (
            ["2026-12-03", "2026-12-04", "2026-12-07", "2026-12-08"],  # over a weekend
            "Thu 3 Dec to Tue 8 Dec (4 school days)",
        ),
        (
            ["2026-11-02", "2026-11-16", "2026-11-17", "2026-11-18"],
            "Mon 2 Nov, Mon 16 Nov to Wed 18 Nov (4 school days)",
        ),
        (
            ["2026-11-02", "2026-11-04", "2026-11-06", "2026-11-10"],
            "Mon 2 Nov to Tue 10 Nov on some days (4 school days)",
        ),
    ],
)
def test_days_are_named_while_they_are_few(covered: list[str], read: str) -> None:
    pieces = words.days(tuple(date.fromisoformat(day) for day in covered), TODAY)
    assert " ".join(pieces) == read


@pytest.mark.parametrize(
    ("at", "read"),
    [
        (time(6, 52), "6:52 am"),
        (time(0, 5), "12:05 am"),
        (time(12, 0), "12:00 pm"),
        (time(13, 15), "1:15 pm"),
    ],
)
def test_a_time_of_day(at: time, read: str) -> None:
    assert words.clock(at) == read


def test_a_moment_has_its_year_only_where_it_is_another() -> None:
    now = datetime(2026, 11, 24, 7, 0, tzinfo=CHICAGO)
    assert words.moment(now.replace(hour=6, minute=52), now) == "Tue 24 Nov, 6:52 am"
    assert words.moment(now.replace(year=2025), now) == "Mon 24 Nov 2025, 7:00 am"


@pytest.mark.parametrize(("code", "name"), [("es", "Spanish"), ("uk", "Ukrainian"), ("??", "??")])
def test_a_language_has_its_english_name(code: str, name: str) -> None:
    assert words.language(code) == name

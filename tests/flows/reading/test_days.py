"""Which days a message covers, said on Tuesday 24 November 2026; Thursday and Friday are off."""

from datetime import datetime, time

import pytest

from flows.reading.findings import NotUnderstood, Source, Understood
from flows.reading.message import Background
from flows.reading.values import DayTrouble, Reading, Slot
from tests.flows.reading.small import BACKGROUND, CHICAGO, read


def days(reading: Reading) -> list[str]:
    """The days read, as month and day."""
    found = reading.days
    read = found.value.days if isinstance(found, Understood) else ()
    return [f"{day:%m-%d}" for day in read]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("diego is sick", "11-24"),
        ("diego is out tomorrow", "11-25"),
        ("diego is out wednesday", "11-25"),
        ("diego is out tuesday", "11-24"),
        ("diego is out next wednesday", "12-02"),
        ("diego is out a week from friday", "12-04"),
        ("diego was out monday", "11-23"),
        ("diego was out last friday", "11-20"),
        ("diego was out this past wednesday", "11-18"),
        ("diego is out the rest of the week", "11-24 11-25"),
        ("diego is out all next week", "11-30 12-01 12-02 12-03 12-04"),
        ("diego is out through monday", "11-24 11-25 11-30"),
        ("diego is out until tuesday", "11-24 11-25 11-30"),
        ("diego is sick and will be back on tuesday", "11-24 11-25 11-30"),
        ("diego is gone all week next week", "11-30 12-01 12-02 12-03 12-04"),
        ("diego is out for three days", "11-24 11-25 11-30"),
        ("diego is out for a week", "11-24 11-25 11-30"),
        ("diego is out for three days starting monday", "11-30 12-01 12-02"),
        ("diego has been out since friday", "11-20 11-23 11-24"),
        ("diego is out from the first to the third of december", "12-01 12-02 12-03"),
        ("diego is out december first and third", "12-01 12-03"),
        ("diego is out monday and tuesday of next week", "11-30 12-01"),
        ("diego is out the monday and tuesday after thanksgiving", "11-30 12-01"),
        ("diego is out the day before thanksgiving", "11-25"),
        ("diego is out the monday after thanksgiving", "11-30"),
        ("diego has a follow up on the thirtieth he will miss all day", "11-30"),
        ("diego is out sick follow up on monday", "11-24"),
        ("diego is out the first week of december", "12-07 12-08 12-09 12-10 12-11"),
        ("diego is out the second friday of december", "12-11"),
        ("diego is out this week and next", "11-24 11-25 11-30 12-01 12-02 12-03 12-04"),
        ("diego is out tomorrow no wait monday", "11-30"),
        ("diego is out tomorrow not today", "11-25"),
        ("diego is out monday not tuesday", "11-30"),
        ("diego is out today and maybe tomorrow", "11-24"),
        ("if he still has a fever i'll keep diego home tomorrow he is home today", "11-24"),
        ("diego threw up last night so he's out today", "11-24"),
        ("i forgot to call yesterday diego is out today", "11-24"),
        ("diego is out all week except wednesday", "11-24"),
        ("diego is out tomorrow wednesday", "11-25"),
        ("diego missed the last two days", "11-20 11-23"),
        ("diego is out until december", "11-24 11-25 11-30"),
    ],
)
def test_days_are_read(words: str, expected: str) -> None:
    assert days(read(words)) == expected.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Diego out 12/3", "12-03"),
        ("Diego out 12/3-12/7", "12-03 12-04 12-07"),
        ("Diego out 12/3-4", "12-03 12-04"),
        ("Diego out Dec 3-4", "12-03 12-04"),
        ("Diego out Dec. 3rd", "12-03"),
        ("Diego out 3 Dec", "12-03"),
        ("Diego out 2026-12-03", "12-03"),
        ("Diego out 12-3", "12-03"),
        ("Diego out 12/3, 4 and 7", "12-03 12-04 12-07"),
        ("Diego out Thurs 12/3", "12-03"),
        ("Diego out Mon-Wed next week", "11-30 12-01 12-02"),
        ("Diego out 2-3 days, flu", "11-24 11-25"),
        ("Diego out 11/20, flu", "11-20"),
        ("Diego sick. Call 312-555-0192", "11-24"),
    ],
)
def test_days_written_in_figures_are_read(words: str, expected: str) -> None:
    assert days(read(words, typed=True)) == expected.split()


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("es", "diego no va hoy ni mañana", "11-24 11-25"),
        ("es", "diego no va mañana por la mañana", "11-25"),
        ("es", "diego va a faltar hasta el lunes", "11-24 11-25 11-30"),
        ("es", "diego no vuelve hasta el lunes", "11-24 11-25"),
        ("es", "diego no va del primero al tres de diciembre", "12-01 12-02 12-03"),
        ("es", "diego va a faltar el lunes que viene", "11-30"),
        ("es", "diego faltó el viernes pasado", "11-20"),
        ("es", "diego está enfermo desde el viernes", "11-20 11-23 11-24"),
        ("es", "diego va a faltar desde el lunes hasta el miércoles", "11-30 12-01 12-02"),
        ("pl", "Diego nieobecny od poniedziałku do środy", "11-30 12-01 12-02"),
        ("pl", "Diego nieobecny do poniedziałku", "11-24 11-25 11-30"),
        ("pl", "Diego nieobecny 1 i 2 grudnia", "12-01 12-02"),
        ("zh", "Diego 下周一到周三请假", "11-30 12-01 12-02"),
        ("zh", "Diego 今天明天请假", "11-24 11-25"),
        ("zh", "Diego 12月1日请假", "12-01"),
    ],
)
def test_days_are_read_in_other_languages(language: str, words: str, expected: str) -> None:
    assert days(read(words, language=language, typed=language in ("pl", "zh"))) == expected.split()


@pytest.mark.parametrize(
    ("words", "trouble"),
    [
        ("diego is out thursday", DayTrouble.NO_SCHOOL),
        ("diego is out saturday", DayTrouble.NO_SCHOOL),
        ("diego is out the friday after thanksgiving", DayTrouble.NO_SCHOOL),
        ("diego is out the day after thanksgiving", DayTrouble.NO_SCHOOL),
        ("diego is out november thirty first", DayTrouble.NO_SUCH_DAY),
        ("diego is out tuesday december third", DayTrouble.WEEKDAY_DIFFERS),
        ("diego is out july first", DayTrouble.OUT_OF_RANGE),
    ],
)
def test_days_that_cannot_be_are_not_taken_and_it_is_said_why(
    words: str, trouble: DayTrouble
) -> None:
    reading = read(words)
    assert isinstance(reading.days, NotUnderstood)
    assert reading.day_trouble is trouble
    assert Slot.DATES in reading.missing


@pytest.mark.parametrize(
    "words",
    [
        "diego is out until further notice",
        "diego is sick i don't know when he'll be back",
        "diego is out starting today",
        "diego will be out for a few days",
    ],
)
def test_an_absence_without_an_end_is_one_day_and_its_end_is_asked_for(words: str) -> None:
    reading = read(words)
    assert days(reading) == ["11-24"]
    assert Slot.END_DATE in reading.missing


@pytest.mark.parametrize("words", ["excuse diego from school on monday", "from class on monday"])
def test_away_from_school_on_a_day_is_not_from_that_day_on(words: str) -> None:
    assert Slot.END_DATE not in read(words).missing


def test_a_day_that_nobody_said_is_assumed_and_never_called_said() -> None:
    found = read("diego is sick").days
    assert isinstance(found, Understood)
    assert (found.source, found.evidence) == (Source.ASSUMED, "")


def test_the_words_for_the_days_are_kept() -> None:
    found = read("diego is out from monday to wednesday with the flu").days
    assert isinstance(found, Understood)
    assert found.evidence == "from monday to wednesday"


def test_no_day_is_assumed_where_a_day_was_asked_for() -> None:
    assert isinstance(read("diego", asked=Slot.DATES).days, NotUnderstood)
    assert days(read("monday", asked=Slot.DATES)) == ["11-30"]


def test_the_answer_to_until_when_begins_today() -> None:
    assert days(read("monday", asked=Slot.END_DATE)) == ["11-24", "11-25", "11-30"]


def test_a_child_called_may_is_no_month() -> None:
    may = Background(
        BACKGROUND.roster, BACKGROUND.calendar, datetime(2027, 4, 28, 7, tzinfo=CHICAGO)
    )
    found = read("hope may is sick", "+12125550160", background=may)
    assert days(found) == ["04-28"]


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("diego will be in at ten fifteen", time(10, 15)),
        ("diego will be late he'll be there by quarter to ten", time(9, 45)),
        ("diego will be late around nine thirtyish", time(9, 30)),
        ("diego will be in at half past nine", time(9, 30)),
        ("diego will be in by noon", time(12)),
        ("Diego will be in at nine forty-five", time(9, 45)),
        ("his appointment is at eight so diego will be in at nine forty", time(9, 40)),
        ("diego has the dentist this morning so he'll get in around ten fifteen", time(10, 15)),
        ("diego will be in late at ten and leaves early at two", time(10)),
        ("diego will be late ETA nine twenty", time(9, 20)),
        ("diego will be about twenty minutes late", None),
        ("diego is running late", None),
    ],
)
def test_the_time_of_arrival_is_read(words: str, at: time | None) -> None:
    partial = read(words).partial_day
    assert partial is not None
    assert (partial.kind, partial.at) == ("late", at)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("please send diego down at one fifteen", time(13, 15)),
        ("i'm picking diego up at noon his appointment is at one", time(12)),
        ("i'm picking diego up for his one o'clock appointment", time(13)),
        ("diego needs to leave at 2:05", time(14, 5)),
        ("diego has to leave at eleven and will be back by one", time(11)),
        ("diego needs to leave early", None),
    ],
)
def test_the_time_of_leaving_is_read(words: str, at: time | None) -> None:
    partial = read(words).partial_day
    assert partial is not None
    assert (partial.kind, partial.at) == ("early", at)

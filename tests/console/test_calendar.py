"""The calendar, and the days on which the school stays closed against it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from school.audit import AuditLine
from school.closings import Closing
from school.database import Database
from tests.console.parts import ATTENDANCE, FRONT_DESK, Visitor
from tests.console.seen import text_of
from tests.support.clock import StandingClock

CALENDAR = "/staff/calendar/"
TODAY, HOLIDAY, SATURDAY = "2026-11-24", "2026-11-26", "2026-11-28"


def closes(visitor: Visitor, day: str, why: str = "Snow", act: str = "close") -> TestResponse:
    fields = {"csrf_token": visitor.token(CALENDAR), "day": day, "why": why}
    return visitor.client.post(f"{CALENDAR}{act}", data=fields, follow_redirects=True)


def closed(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(str(row.day), row.why) for row in session.scalars(select(Closing))]


def test_the_calendar_names_the_days_without_school(clerk: Visitor) -> None:
    text = text_of(clerk.opens(CALENDAR).text)
    assert "Today Tue 24 Nov A school day" in text
    assert "Thu 26 Nov Thanksgiving" in text
    assert "Mon 21 Dec to Fri 1 Jan 2027 Winter break" in text


def test_a_day_is_closed_at_once_and_opened_again(
    clerk: Visitor, filled: Database, files: Callable[..., int], clock: StandingClock
) -> None:
    files()
    assert "min left" in clerk.opens("/staff/").text
    text = text_of(closes(clerk, TODAY).text)
    assert "No school on Tue 24 Nov: the line says so from now on." in text
    assert "One report for that day had come in" in text
    assert "Today Tue 24 Nov No school Next school day Wed 25 Nov" in text
    assert f"Tue 24 Nov Snow Closed by {ATTENDANCE}, Tue 24 Nov, 6:52 am" in text
    assert "min left" not in clerk.opens("/staff/").text, "nothing is to be keyed in by ten"
    clock.go_on(minutes=1)
    assert "There is school on this day." in closes(clerk, TODAY, act="open").text
    assert "min left" in clerk.opens("/staff/").text
    assert closed(filled) == []
    with filled.reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.subject == f"day:{TODAY}"))
        did = [(line.who, line.did, line.detail) for line in lines]
    assert did == [
        (ATTENDANCE, "closed the school", "Snow"),
        (ATTENDANCE, "opened the school", None),
    ]


@pytest.mark.parametrize(
    ("day", "why", "said"),
    [
        ("", "Snow", "Choose the day."),
        ("soon", "Snow", "Choose the day."),
        (TODAY, "  ", "Say why"),
        (HOLIDAY, "Snow", "There is no school on this day anyway."),
        (SATURDAY, "Snow", "There is no school on this day anyway."),
        ("2027-08-01", "Snow", "This day is not in the school year."),
    ],
)
def test_what_cannot_be_closed_is_said_beside_what_was_typed(
    clerk: Visitor, filled: Database, day: str, why: str, said: str
) -> None:
    answer = closes(clerk, day, why)
    assert answer.status_code == 400
    assert said in answer.text
    assert f'value="{day or TODAY}"' in answer.text
    assert closed(filled) == []


def test_a_day_is_closed_once_and_its_words_stay_words(clerk: Visitor, filled: Database) -> None:
    assert "&lt;b&gt;" in closes(clerk, TODAY, "<b>" + "x" * 200).text
    assert "anyway" in closes(clerk, TODAY).text
    assert closed(filled) == [(TODAY, "<b>" + "x" * 77)]
    assert "It was not closed here." in closes(clerk, HOLIDAY, act="open").text


def test_the_front_desk_sees_it_and_does_not_change_it(visitor: Visitor, filled: Database) -> None:
    visitor.signs_in(FRONT_DESK)
    assert "Close the school" not in visitor.opens(CALENDAR).text
    for act in ("close", "open"):
        fields = {"csrf_token": visitor.token("/desk/"), "day": TODAY, "why": "Snow"}
        assert visitor.client.post(f"{CALENDAR}{act}", data=fields).status_code == 403
    assert closed(filled) == []

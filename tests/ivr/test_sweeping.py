"""Closing what nobody closed; when it is due is told in `test_nothing_lost.py`."""

import logging

import pytest
from sqlalchemy import update

from ivr.conversations import TurnRow
from ivr.sweeping import AT_ONCE, close_abandoned
from tests.support.line import CUEVAS, KEIKOS_MOTHER, STRANGER, WholeLine


def test_what_was_closed_in_time_is_left_alone(line: WholeLine) -> None:
    line.call().hangs_up()
    line.call().says("Keiko is sick today").presses("1").keeps_silent()
    line.text("Keiko will be out tomorrow, fever")
    before = line.reports()
    line.clock.go_on(minutes=15)
    assert close_abandoned(line.services.taker) == 0
    assert line.reports() == before


def test_calls_and_texts_are_swept_together_each_in_its_time(line: WholeLine) -> None:
    line.call(KEIKOS_MOTHER).presses("3")
    line.text("Leo Garcia will be out", STRANGER)
    line.clock.go_on(minutes=16)
    assert close_abandoned(line.services.taker) == 1
    line.clock.go_on(minutes=4 * 60)
    assert close_abandoned(line.services.taker) == 1
    assert [report["channel"] for report in line.reports()] == ["phone", "sms"]


def test_one_that_cannot_be_closed_does_not_hold_up_the_others(
    line: WholeLine, caplog: pytest.LogCaptureFixture
) -> None:
    for phone in (KEIKOS_MOTHER, CUEVAS):
        line.call(phone).presses("3")
    with line.services.database.begin() as session:
        session.execute(
            update(TurnRow).where(TurnRow.conversation_id == 1).values(heard='{"type":"unheard"}')
        )
    line.clock.go_on(minutes=16)
    assert close_abandoned(line.services.taker) == 1
    assert line.report()["from_phone"] == CUEVAS
    (failure,) = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert failure.getMessage() == "closing_failed"


def test_a_morning_of_them_is_closed_pass_by_pass(sqlite_line: WholeLine) -> None:
    for _ in range(AT_ONCE + 3):
        sqlite_line.call(STRANGER)
    sqlite_line.clock.go_on(minutes=16)
    closed = [close_abandoned(sqlite_line.services.taker) for _ in range(3)]
    assert closed == [AT_ONCE, 3, 0]

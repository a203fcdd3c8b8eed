"""What a turn asks of the database: few statements, however much the database holds.

They are counted, not timed: `make bench` says what they cost.
"""

import pytest

from ivr.simulator.carrier import Call
from tests.support.line import KEIKOS_MOTHER, STRANGER, WholeLine
from tests.support.statements import statements

SENTENCE = "Keiko has a fever and won't be in today."


@pytest.fixture
def warm_line(line: WholeLine) -> WholeLine:
    """A line that has answered before: it has the roster, and asks only for what is new."""
    line.call(STRANGER).hangs_up()
    return line


@pytest.fixture
def call(warm_line: WholeLine) -> Call:
    """A call at the menu."""
    return warm_line.call(KEIKOS_MOTHER)


def test_a_greeting_takes_three_statements(warm_line: WholeLine) -> None:
    with statements() as sent:
        warm_line.call(KEIKOS_MOTHER)
    assert len(sent) == 3, sent


def test_a_key_takes_two_statements(call: Call) -> None:
    with statements() as sent:
        call.presses("3")
    assert len(sent) == 2, sent


def test_a_sentence_takes_two_statements(call: Call) -> None:
    call.presses("3")
    with statements() as sent:
        call.says(SENTENCE)
    assert len(sent) == 2, sent


def test_silence_takes_two_statements(call: Call) -> None:
    with statements() as sent:
        call.keeps_silent()
    assert len(sent) == 2, sent


def test_filing_a_report_and_its_letters_takes_eleven_statements(call: Call) -> None:
    """One of them asks what the number has had the school send today."""
    call.presses("3").says(SENTENCE)
    with statements() as sent:
        call.says("Yes.")
    assert len(sent) == 11, sent


def test_the_end_of_a_call_that_filed_takes_four_statements(call: Call) -> None:
    call.presses("3").says(SENTENCE).says("Yes.")
    with statements() as sent:
        call.hangs_up()
    assert len(sent) == 4, sent


def test_a_repeated_turn_takes_one_statement(call: Call) -> None:
    call.presses("3")
    with statements() as sent:
        call.repeats_last_request()
    assert len(sent) == 1, sent


def test_a_repeated_end_takes_two_statements(call: Call) -> None:
    call.hangs_up()
    with statements() as sent:
        call.repeats_last_request()
    assert len(sent) == 2, sent


def test_no_statement_of_a_call_or_text_reads_a_whole_table(sqlite_line: WholeLine) -> None:
    sqlite_line.call(STRANGER).hangs_up()
    with statements() as sent:
        sqlite_line.call(KEIKOS_MOTHER).presses("3").says(SENTENCE).says("Yes.").hangs_up()
        sqlite_line.text(SENTENCE)
        sqlite_line.text("1")
        sqlite_line.text("status")
    plans = {s.words: s.plan(sqlite_line.services.database) for s in sent}
    assert len(plans) > 10
    assert not {words: plan for words, plan in plans.items() if "SCAN" in "".join(plan)}

"""What the fuzzing and the proof found: requests at a moment when nobody expects them."""

from datetime import timedelta

import pytest

from ivr.sweeping import close_abandoned
from recordings.strays import adopt
from tests.support.line import KEIKOS_MOTHER, SCHOOL, WholeLine

KEIKO = "Keiko has a fever and won't be in today"
SORRY = "went wrong"
CALL = {"CallSid": "CA1", "From": KEIKOS_MOTHER, "To": SCHOOL, "CallStatus": "in-progress"}


def turn(line: WholeLine, n: int, **fields: str) -> str:
    reply = line.carrier.send(f"/voice/turn?n={n}", CALL | fields)
    return "".join(line.carrier.document(reply).itertext())


@pytest.mark.parametrize("late", [{"SpeechResult": KEIKO}, {"Digits": "*"}, {"Digits": "7"}, {}])
def test_a_turn_held_back_until_the_call_is_over_gets_a_goodbye(
    sqlite_line: WholeLine, late: dict[str, str]
) -> None:
    line = sqlite_line
    turn(line, 2)
    turn(line, 3, SpeechResult=KEIKO)
    turn(line, 4, RecordingSid="RE1", RecordingDuration="0", Digits="#")
    answer = turn(line, 1, **late)
    assert "Goodbye" in answer
    assert SORRY not in answer
    assert turn(line, 1) == answer, "and the same when it comes again"


def test_a_wish_for_another_language_after_a_report_is_answered_in_it(line: WholeLine) -> None:
    line.text(KEIKO)
    (answer,) = line.text("en español")
    assert SORRY not in answer
    assert "spañol" in answer
    assert "UNDO" not in "".join(line.text("ESTADO"))


def test_repeat_after_a_report_tells_how_it_stands(line: WholeLine) -> None:
    line.text(KEIKO)
    assert line.text("repeat") == line.text("STATUS")
    assert line.report()["status"] == "pending"


def test_a_message_waits_for_the_end_of_a_call_that_cannot_tell_of_it(line: WholeLine) -> None:
    """The call's own turn failed, and the word of its end is lost: one report, not two."""
    call = line.call(KEIKOS_MOTHER)
    form = {"CallSid": call.sid, "RecordingSid": "RE1", "RecordingStatus": "completed"}
    form |= {"RecordingSource": "RecordVerb", "RecordingDuration": "7"}
    assert line.carrier.send("/recordings/finished", form).status == 204
    line.clock.now += timedelta(minutes=5)
    adopt(line.services.database, line.clock, "en")
    assert line.reports() == [], "the call goes on, for all we know"
    line.clock.now += timedelta(minutes=11)
    close_abandoned(line.services.taker)
    adopt(line.services.database, line.clock, "en")
    assert line.report()["recording"]["id"] is not None

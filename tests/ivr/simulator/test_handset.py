"""A telephone in a visitor's hand, against a line that answers as it is told."""

from collections.abc import Callable

import pytest

from ivr.simulator.carrier import Spoken
from ivr.simulator.handset import MOST_HANDSETS, Handset, Handsets, Mistake
from ivr.simulator.subscribers import Ring
from tests.ivr.simulator.parts import MOTHER, SCHOOL, ScriptedLine, Waiting, asks
from tests.support.clock import StandingClock

RECORD = (
    "<Say>Leave a message.</Say>"
    '<Record action="/voice/turn?n=2" recordingStatusCallback="/recordings/finished"/>'
)
DIAL = '<Say>One moment.</Say><Dial action="/voice/turn?n=2"><Number>+17735348600</Number></Dial>'
Act = Callable[[Handset], None]

GOODBYE = "<Say>Goodbye.</Say><Hangup/>"


@pytest.fixture
def line() -> ScriptedLine:
    return ScriptedLine([asks("Who is out?"), GOODBYE])


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def handset(line: ScriptedLine, waiting: Waiting, clock: StandingClock) -> Handset:
    one = Handset(line.carrier(), SCHOOL, clock, waiting.later)
    one.choose(MOTHER)
    return one


def in_call(handset: Handset) -> bool:
    return handset.in_call


def heard(handset: Handset) -> list[tuple[str, str]]:
    return [(entry.who, " ".join(said.text for said in entry.says)) for entry in handset.entries]


def test_a_call_is_written_down_from_both_sides(handset: Handset, line: ScriptedLine) -> None:
    handset.dial()
    assert in_call(handset)
    handset.say("  Daniel has a fever ")
    assert heard(handset) == [
        ("line", "Who is out?"),
        ("family", "Daniel has a fever"),
        ("line", "Goodbye."),
        ("note", "The line hangs up."),
    ]
    assert not in_call(handset)
    assert line.told("/voice/turn", "SpeechResult") == ["Daniel has a fever"]
    assert line.told("/voice/status", "CallStatus") == ["completed"]
    assert line.told("/voice", "From")[0] == MOTHER


def test_a_withheld_number_is_named_as_the_carrier_names_it(
    handset: Handset, line: ScriptedLine
) -> None:
    handset.choose(None)
    handset.dial()
    assert line.told("/voice", "From") == ["anonymous"]


def test_keys_are_pressed_as_digits(handset: Handset, line: ScriptedLine) -> None:
    handset.dial()
    handset.press("562#")
    assert line.told("/voice/turn", "Digits") == ["562"]
    assert ("key", "562#") in heard(handset)


def test_silence_brings_neither_words_nor_keys(handset: Handset, line: ScriptedLine) -> None:
    handset.dial()
    handset.keep_silent()
    (_, form) = next(one for one in line.forms if one[0].startswith("/voice/turn"))
    assert not form.keys() & {"SpeechResult", "Digits"}


def test_a_message_is_left_with_its_length(handset: Handset, line: ScriptedLine) -> None:
    line.documents = [RECORD, GOODBYE]
    handset.dial()
    handset.leave_message(21)
    assert line.told("/voice/turn", "RecordingDuration") == ["21"]
    assert line.told("/recordings/finished", "RecordingDuration") == ["21"]
    assert not in_call(handset)


def test_hanging_up_after_the_beep_leaves_the_message(handset: Handset, line: ScriptedLine) -> None:
    line.documents = [RECORD]
    handset.dial()
    handset.hang_up(9)
    assert line.told("/voice/turn", "Digits") == ["hangup"]
    assert line.told("/voice/turn", "RecordingDuration") == ["9"]
    assert line.told("/voice/status", "CallStatus") == ["completed"]
    assert not in_call(handset)


@pytest.mark.parametrize(("answers", "status"), [(True, "completed"), (False, "no-answer")])
def test_the_office_answers_or_does_not(
    handset: Handset, line: ScriptedLine, answers: bool, status: str
) -> None:
    line.documents = [DIAL, GOODBYE]
    handset.dial()
    handset.office(answers=answers)
    assert line.told("/voice/turn", "DialCallStatus") == [status]


def test_hanging_up_is_told_once(handset: Handset, line: ScriptedLine) -> None:
    handset.dial()
    handset.hang_up()
    handset.hang_up()
    assert line.told("/voice/status", "CallStatus") == ["completed"]
    assert heard(handset)[-1] == ("note", "You hang up.")


def test_an_error_of_the_line_ends_the_call_in_words(handset: Handset, line: ScriptedLine) -> None:
    handset.dial()
    line.status = 500
    handset.say("Daniel has a fever")
    who, words = heard(handset)[-1]
    assert who == "note"
    assert "500" in words
    assert not in_call(handset)


def test_a_new_call_begins_on_an_empty_screen(handset: Handset, line: ScriptedLine) -> None:
    handset.dial()
    handset.hang_up()
    first = handset.entries[-1].n
    line.documents = [asks("Who is out?")]
    handset.dial()
    assert heard(handset) == [("line", "Who is out?")]
    assert handset.entries[0].n > first  # a page that shows the old ones knows them apart


def test_the_school_may_call(handset: Handset) -> None:
    handset.take(Ring({}, (Spoken("Keiko was reported absent.", "en-US", ""),), None))
    assert ("line", "Keiko was reported absent.") in heard(handset)


# What cannot be done


@pytest.mark.parametrize(
    "wrong",
    [
        lambda handset: handset.say("yes"),
        lambda handset: handset.press("1"),
        lambda handset: handset.keep_silent(),
        lambda handset: handset.leave_message(3),
        lambda handset: handset.office(answers=True),
    ],
)
def test_without_a_call_it_is_said_what_to_do(handset: Handset, wrong: Act) -> None:
    with pytest.raises(Mistake, match="Press Call first"):
        wrong(handset)
    handset.dial()
    handset.hang_up()
    with pytest.raises(Mistake, match="Press Call first"):
        wrong(handset)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda handset: handset.say("   "),
        lambda handset: handset.say("x" * 2001),
        lambda handset: handset.press(""),
        lambda handset: handset.press("12a"),
        lambda handset: handset.press("1" * 2001),
        lambda handset: handset.leave_message(3),
        lambda handset: handset.office(answers=True),
        lambda handset: handset.dial(),
        lambda handset: handset.choose(None),
    ],
)
def test_what_the_line_does_not_wait_for_is_refused_and_the_call_goes_on(
    handset: Handset, line: ScriptedLine, wrong: Act
) -> None:
    handset.dial()
    with pytest.raises(Mistake):
        wrong(handset)
    assert len(line.forms) == 1
    assert heard(handset) == [("line", "Who is out?")]
    handset.say("Daniel has a fever")
    assert not in_call(handset)


@pytest.mark.parametrize("seconds", [-1, 91])
def test_an_impossible_length_of_a_message(
    handset: Handset, line: ScriptedLine, seconds: int
) -> None:
    line.documents = [RECORD]
    handset.dial()
    for act in (handset.leave_message, handset.hang_up):
        with pytest.raises(Mistake, match="0 to 90 seconds"):
            act(seconds)
    assert in_call(handset)


# Calls that are left open


def test_a_call_left_open_is_ended(
    handset: Handset, line: ScriptedLine, waiting: Waiting, clock: StandingClock
) -> None:
    handset.dial()
    clock.go_on(minutes=5)
    waiting.passes(300)
    assert not in_call(handset)
    assert line.told("/voice/status", "CallStatus") == ["completed"]


def test_a_call_in_which_something_happens_goes_on(
    handset: Handset, line: ScriptedLine, waiting: Waiting, clock: StandingClock
) -> None:
    line.documents = [asks("Who?"), asks("When?")]
    handset.dial()
    clock.go_on(minutes=4)
    handset.say("Daniel")
    clock.go_on(minutes=1)
    waiting.passes(300)
    assert in_call(handset)
    clock.go_on(minutes=5)
    waiting.passes(300)
    assert not in_call(handset)


def test_a_call_that_is_over_is_not_ended_again(
    handset: Handset, line: ScriptedLine, waiting: Waiting, clock: StandingClock
) -> None:
    handset.dial()
    handset.hang_up()
    clock.go_on(minutes=6)
    waiting.passes(1000)
    assert line.told("/voice/status", "CallStatus") == ["completed"]
    assert waiting.errands == []


def test_of_many_visitors_the_one_least_lately_there_is_hung_up(
    line: ScriptedLine, waiting: Waiting, clock: StandingClock
) -> None:
    handsets = Handsets(lambda: Handset(line.carrier(), SCHOOL, clock, waiting.later))
    first = handsets.get("first")
    first.dial()
    second = handsets.get("second")
    for visitor in range(MOST_HANDSETS - 2):
        handsets.get(f"{visitor}")
        handsets.get("second")
    assert in_call(first)
    handsets.get("one more")
    assert not in_call(first)
    assert handsets.get("second") is second
    assert handsets.get("first") is not first

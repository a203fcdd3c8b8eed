"""After the report and around it: the next one, how it stands, taking it back, goodbye."""

from datetime import date

import pytest

from flows import wording
from flows.dialog import advance, begin_again
from flows.events import (
    KnownReport,
    MessageLeft,
    OfficeAnswered,
    OfficeMissed,
    Recalled,
    Texted,
    Words,
)
from flows.scene import Channel
from flows.turn import (
    FLOW_VERSION,
    HangUp,
    MessageTaken,
    OptedOut,
    Prompt,
    RecallWanted,
    State,
    Step,
    TakeMessage,
    WithdrawalWanted,
)
from tests.flows.scenes import KEIKOS_MOTHER, STRANGER, Talk, scene
from tests.flows.talks import SICK, prompts


def test_after_a_report_silence_is_goodbye_and_three_begins_another() -> None:
    done = Talk(scene(KEIKOS_MOTHER)).does(SICK, "1")
    assert done.state.step is Step.ANOTHER
    assert prompts(Talk(scene(KEIKOS_MOTHER)).does(SICK, "1", "")) == [wording.GOODBYE]
    assert done.does("3").state.step is Step.DATES


def test_the_second_report_of_a_call_knows_who_calls() -> None:
    talk = Talk(scene()).does("3", "61240424", "1", "1", "1", "1", "3", "61300393", "1", "1")
    assert talk.state.step is Step.CONFIRM


def test_a_message_is_kept_with_what_was_known_and_an_empty_one_is_none() -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "1", "", "", "")
    left = advance(talk.state, MessageLeft("RE1", 12), talk.scene)
    assert isinstance(left.outcome, MessageTaken)
    assert left.outcome.answers.days == talk.state.answers.days
    empty = advance(talk.state, MessageLeft("RE1", 0), talk.scene)
    assert (empty.outcome, empty.lines[0].prompt) == (None, wording.NO_MESSAGE)
    unmeasured = advance(talk.state, MessageLeft("RE1", None), talk.scene)
    assert isinstance(unmeasured.outcome, MessageTaken)


def test_the_office_takes_the_call_or_a_message_is_taken() -> None:
    talk = Talk(scene(office_open=True)).does("0")
    assert isinstance(advance(talk.state, OfficeAnswered(), talk.scene).next, HangUp)
    missed = advance(talk.state, OfficeMissed(), talk.scene)
    assert isinstance(missed.next, TakeMessage)


def test_whoever_wants_no_more_texts_gets_one_answer_in_the_language_of_the_wish() -> None:
    talk = Talk(scene(STRANGER, channel=Channel.SMS))
    turn = advance(talk.state, Texted(Words("please stop texting me")), talk.scene)
    assert isinstance(turn.outcome, OptedOut)
    assert [line.prompt for line in turn.lines] == [wording.OPTED_OUT]
    carriers = advance(talk.state, Texted(Words("STOP")), talk.scene)
    assert isinstance(carriers.outcome, OptedOut)
    assert carriers.lines == (), "the carrier answers its own word"


def test_a_state_of_another_version_begins_again_with_an_apology() -> None:
    kept = Talk(scene(KEIKOS_MOTHER)).does(SICK).state.to_json()
    older = kept.replace(f'"version":{FLOW_VERSION}', '"version":0')
    assert older != kept
    assert State.from_json(older) is None
    assert State.from_json('{"step": "gone"}') is None
    turn = begin_again(scene(KEIKOS_MOTHER))
    assert turn.lines[0].prompt is wording.START_AGAIN


def test_a_report_that_was_decided_is_not_taken_back() -> None:
    talk = Talk(scene(KEIKOS_MOTHER, channel=Channel.SMS))
    turn = advance(talk.state, Texted(Words("UNDO")), talk.scene)
    assert isinstance(turn.outcome, RecallWanted)
    nothing = advance(turn.state, Recalled(()), talk.scene)
    assert [line.prompt for line in nothing.lines] == [wording.NOTHING_FOUND]


def recalled(*statuses: str) -> Talk:
    """A caller who wants reports withdrawn, of which these are found."""
    talk = Talk(scene(KEIKOS_MOTHER)).does("I want to cancel the report")
    assert isinstance(talk.turn.outcome, RecallWanted)
    days = (date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 30))
    known = [
        KnownReport(f"AAA{n}", (day,), status)
        for n, (day, status) in enumerate(zip(days, statuses, strict=False))
    ]
    talk.turn = advance(talk.state, Recalled(tuple(known)), talk.scene)
    return talk


def withdrawn(talk: Talk) -> tuple[str, ...]:
    outcome = talk.turn.outcome
    return outcome.references if isinstance(outcome, WithdrawalWanted) else ()


@pytest.mark.parametrize("yes", ["yes", "1", "yes please"])
def test_one_report_is_withdrawn_by_a_yes(yes: str) -> None:
    talk = recalled("pending")
    assert "Withdraw the report for today" in talk.words
    assert withdrawn(talk.does(yes)) == ("AAA0",)


@pytest.mark.parametrize("no", ["no", "2", "no, keep it"])
def test_and_kept_by_a_no(no: str) -> None:
    talk = recalled("pending").does(no)
    assert withdrawn(talk) == ()
    assert prompts(talk)[0] is wording.KEPT


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [("2", ("AAA1",)), ("all of them", ("AAA0", "AAA1")), ("no", ()), ("7", ()), ("0x", ())],
)
def test_of_several_one_is_chosen_by_its_number_or_all(
    choice: str, chosen: tuple[str, ...]
) -> None:
    talk = recalled("pending", "incomplete", "confirmed")
    assert "press 1" in talk.words
    assert "press 2" in talk.words
    assert "press 3" not in talk.words, "what was decided is not offered"
    assert withdrawn(talk.does(choice)) == chosen


def test_what_was_decided_is_the_offices() -> None:
    talk = recalled("confirmed")
    assert prompts(talk)[0] is wording.TOO_LATE_TO_WITHDRAW


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("yes", Step.DATES),
        ("yes, one more please", Step.DATES),
        ("I want to report another absence", Step.DATES),
        ("no", Step.OVER),
        ("no thank you, goodbye", Step.OVER),
        ("that's all", Step.OVER),
        ("Keiko will be late tomorrow at ten, dentist", Step.CONFIRM),
        ("blah yada", Step.OVER),
    ],
)
def test_after_a_report_one_more_may_follow_in_a_word_or_a_sentence(said: str, step: Step) -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does(SICK, "1").does(said)
    assert talk.state.step is step


@pytest.mark.parametrize(
    ("wish", "prompt"),
    [
        ("how do I get into the parent portal", wording.SCHOOL_SAYS),
        ("how does this work", wording.HELP),
    ],
)
def test_a_question_besides_is_answered_and_the_open_one_asked_again(
    wish: str, prompt: Prompt
) -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", wish)
    assert prompts(talk)[0] is prompt
    assert talk.state.step is Step.DATES

"""The conversation as a pure function: the ladder of tries, and what holds at any question."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from flows import wording
from flows.dialog import LONGEST_MINUTES, advance
from flows.events import (
    Event,
    Heard,
    Pressed,
    Silence,
    Texted,
    Words,
)
from flows.scene import Channel
from flows.turn import (
    CallOffice,
    DismissalAsked,
    HangUp,
    Informed,
    Listen,
    RecallWanted,
    State,
    Step,
    TakeMessage,
)
from tests.flows.scenes import CUEVAS, KEIKOS_MOTHER, STRANGER, Talk, scene
from tests.flows.talks import NOISE, QUESTIONS, SICK, prompts, talk_at

# --- the ladder ------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("misses", [("", "", ""), ("**", "**", "**"), ("", "**", "")])
def test_after_three_misses_a_message_is_taken_and_recording_is_announced(
    question: str, misses: tuple[str, ...]
) -> None:
    talk = talk_at(question)
    step = talk.state.step
    for miss in misses[:2]:
        talk.does(miss)
        assert isinstance(talk.turn.next, Listen)
        assert talk.state.step is step, "the same question"
    talk.does(misses[2])
    assert isinstance(talk.turn.next, TakeMessage)
    assert prompts(talk)[-1] is wording.LEAVE_MESSAGE
    assert "recorded" in talk.words


@pytest.mark.parametrize(
    ("phone", "steps"),
    [
        (KEIKOS_MOTHER, ("3",)),
        (KEIKOS_MOTHER, ("3", "she will be late today")),
        (KEIKOS_MOTHER, ("3", "she will be out today")),
        (STRANGER, ("3", "Leo Garcia is sick today", "427")),
        (KEIKOS_MOTHER, (SICK,)),
    ],
    ids=["the first question", "the time", "the reason", "who calls", "the read-back"],
)
def test_after_two_misses_the_keys_are_offered(phone: str, steps: tuple[str, ...]) -> None:
    talk = Talk(scene(phone)).does(*steps)
    first = talk.words
    second = talk.does("").words
    third = talk.does("").words
    assert len({first, second, third}) == 3, "each try is worded anew"
    assert "press" in third


def test_silence_noise_and_a_wrong_key_are_told_apart_and_counted_together() -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3")
    assert prompts(talk.does(""))[0] is wording.NOT_HEARD
    assert prompts(talk.does("8"))[0] is wording.KEY_NOT_OFFERED
    assert prompts(talk.does("hmm uh"))[0] is wording.NOT_UNDERSTOOD
    assert isinstance(talk.turn.next, TakeMessage)


def test_an_answer_begins_the_count_anew() -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "", "", "1", "", "")
    assert talk.state.step is Step.REASON
    assert isinstance(talk.turn.next, Listen)


def test_a_person_reads_what_was_texted_three_times_in_vain() -> None:
    talk = Talk(scene(STRANGER, channel=Channel.SMS)).does("", "hmm", "uh")
    assert prompts(talk) == [wording.A_PERSON_WILL_READ]
    assert isinstance(talk.turn.next, HangUp)
    assert "(773) 534-8600" in talk.words


# --- what holds at any question --------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("again", ["*", "repeat", "say that again, please", "what?"])
def test_a_question_is_repeated_without_a_miss(question: str, again: str) -> None:
    talk = talk_at(question)
    before, words = talk.state, talk.words
    talk.does(again)
    assert talk.state == before
    assert words.endswith(talk.words) or talk.words.endswith(words)


@pytest.mark.parametrize("question", QUESTIONS)
def test_help_is_given_and_the_question_asked_again(question: str) -> None:
    talk = talk_at(question)
    step = talk.state.step
    talk.does("help")
    assert prompts(talk)[0] is wording.HELP
    assert talk.state.step is step
    assert isinstance(talk.turn.outcome, Informed)


@pytest.mark.parametrize("question", QUESTIONS)
def test_starting_over_forgets_the_form(question: str) -> None:
    talk = talk_at(question).does("start over")
    assert prompts(talk)[0] is wording.RESTART
    assert (talk.state.answers.days, talk.state.answers.reason) == ((), None)
    assert talk.state.step in (Step.STUDENT, Step.DATES)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("wish", ["0", "a person please", "operator"])
def test_a_person_is_called_in_office_hours_and_a_message_taken_at_others(
    question: str, wish: str
) -> None:
    calling = talk_at(question, office_open=True).does(wish)
    assert isinstance(calling.turn.next, CallOffice)
    closed = talk_at(question).does(wish)
    assert isinstance(closed.turn.next, TakeMessage)
    assert prompts(closed)[0] is wording.OFFICE_CLOSED
    assert "7:30" in closed.words


@pytest.mark.parametrize("question", QUESTIONS)
def test_spanish_is_changed_to_by_name_and_the_question_stays(question: str) -> None:
    talk = talk_at(question)
    step, answers = talk.state.step, talk.state.answers
    talk.does("español")
    assert (talk.state.language, talk.state.step, talk.state.answers) == ("es", step, answers)
    talk.does("English please")
    assert talk.state.language == "en"


def test_a_language_has_a_key_at_the_menu_alone() -> None:
    assert Talk(scene()).does("9").state.language == "es"
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "she will be late today", "9")
    assert talk.state.language == "en", "9 is no known time"


@pytest.mark.parametrize("question", QUESTIONS)
def test_leaving_early_is_refused_wherever_it_is_asked(question: str) -> None:
    phone, steps = QUESTIONS[question]
    talk = Talk(scene(phone)).does(*steps)
    turn = advance(
        talk.state, Heard(Words("I need to pick her up early today at noon")), talk.scene
    )
    assert isinstance(turn.outcome, DismissalAsked)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_call_that_became_too_long_ends_politely(question: str) -> None:
    talk = talk_at(question)
    talk.scene = replace(talk.scene, minutes=LONGEST_MINUTES + 0.1)
    talk.does("today")
    assert prompts(talk) == [wording.TOO_LONG]
    assert isinstance(talk.turn.next, HangUp)
    assert talk.state.answers == talk_at(question).state.answers, "what was said is kept"


def test_a_long_exchange_of_texts_goes_on() -> None:
    talk = Talk(scene(STRANGER, channel=Channel.SMS, minutes=200.0)).does("Leo is sick today")
    assert wording.TOO_LONG not in prompts(talk)


# --- the form --------------------------------------------------------------------------------


def test_one_sentence_fills_the_form() -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does(
        "This is Naoko Tanaka, Keiko's mother, she has a fever and won't be in today or tomorrow"
    )
    assert talk.state.step is Step.CONFIRM
    assert [day.isoformat() for day in talk.state.answers.days] == ["2026-11-24", "2026-11-25"]
    assert talk.state.answers.reason == "illness"


def test_only_what_is_missing_is_asked() -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "Keiko will be out tomorrow")
    assert talk.state.step is Step.REASON
    assert talk.does("she has a fever").state.step is Step.CONFIRM


@pytest.mark.parametrize(
    ("correction", "field", "value"),
    [
        ("no, it's tomorrow", "days", ("2026-11-25",)),
        ("no, the reason is a funeral of her grandfather", "reason", ("death_in_family",)),
    ],
)
def test_a_correction_at_the_read_back_changes_one_fact(
    correction: str, field: str, value: tuple[str, ...]
) -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does(SICK)
    before = talk.state.answers
    after = talk.does(correction).state.answers
    changed = getattr(after, field)
    assert tuple(map(str, changed if isinstance(changed, tuple) else (changed,))) == value
    others = {"days", "reason"} - {field}
    assert all(getattr(after, name) == getattr(before, name) for name in others)
    assert talk.state.step is Step.CONFIRM


@pytest.mark.parametrize(
    ("key", "step"),
    [("1", Step.STUDENT), ("2", Step.DATES), ("3", Step.REASON), ("4", Step.CALLER)],
)
def test_each_fact_is_changed_by_its_key(key: str, step: Step) -> None:
    talk = Talk(scene(STRANGER)).does("3", "61240424", "1", "1", "1", "2")
    assert talk.state.step is Step.CHANGE
    assert talk.does(key).state.step is step


def test_a_reason_that_fits_no_category_is_kept_in_the_familys_words() -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "1")
    talk.take(Heard(Words("the piano must be turned around")))
    talk.take(Heard(Words("the piano must be turned around")))
    assert talk.state.step is Step.CONFIRM
    assert "the piano must be turned around" in talk.words


def test_what_a_family_says_again_is_said_in_short() -> None:
    talk = Talk(scene(STRANGER)).does("3", "258").take(Heard(Words("ab " * 500)))
    talk.does("today", "1", "1")
    assert len(talk.words) < 400


def test_keys_alone_are_enough_for_a_stranger_in_six_answers() -> None:
    talk = Talk(scene()).does("3", "61240424", "1", "1", "1")
    assert talk.state.step is Step.CONFIRM
    assert talk.does("1").state.step is Step.ANOTHER


def test_a_day_without_school_is_named_and_the_question_stays() -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "3", "1126")
    assert talk.state.step is Step.DAY_KEYS
    assert "no school" in talk.words
    assert "Thanksgiving" in talk.words


@pytest.mark.parametrize("keys", ["0230", "0715", "1131", "11251124", "112", "11241", "0000"])
def test_keys_that_are_no_day_are_a_miss(keys: str) -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "3", keys)
    assert (talk.state.step, talk.state.misses) == (Step.DAY_KEYS, 1)


@pytest.mark.parametrize(
    ("keys", "at"), [("0930", "09:30:00"), ("1215", "12:15:00"), ("0115", "13:15:00"), ("9", None)]
)
def test_a_time_by_keys_and_a_small_hour_is_in_the_afternoon(keys: str, at: str | None) -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "4", keys)
    part = talk.state.answers.partial_day
    assert part is not None
    assert (part.at and part.at.isoformat()) == at


@pytest.mark.parametrize("keys", ["2460", "2500", "930", "09300", "0975"])
def test_keys_that_are_no_time_are_a_miss(keys: str) -> None:
    talk = Talk(scene(KEIKOS_MOTHER)).does("3", "4", keys)
    assert (talk.state.step, talk.state.misses) == (Step.TIME, 1)


# --- anything, in any order ------------------------------------------------------------------

SAYINGS = [
    "", "3", "1", "2", "258", "0126", "1126", "9", "61240424", "77",
    SICK, NOISE, "Leo Garcia", "tomorrow", "yes", "no", "fever", "mother", "start over", "repeat",
    "Ana Diaz, grandmother", "late at 9:30", "the day is wrong", "español", "todo mal", "mañana",
    "Mariana and Marlene", "the rest of the week", "hmm",
]  # fmt: skip


def spoken(text: str) -> Event:
    if not text:
        return Silence()
    return Pressed(text) if text.isdigit() else Heard(Words(text))


@given(
    some.lists(some.sampled_from(SAYINGS) | some.text(min_size=1, max_size=30), max_size=14),
    some.sampled_from([KEIKOS_MOTHER, CUEVAS, STRANGER, None]),
    some.sampled_from(list(Channel)),
)
def test_any_words_in_any_order_get_words_that_fit_their_channel(
    sayings: list[str], phone: str | None, channel: Channel
) -> None:
    talk = Talk(scene(phone, channel=channel))
    for text in sayings:
        if talk.state.step is Step.OVER or not isinstance(talk.turn.next, Listen):
            break
        talk.take(Texted(Words(text)) if channel is Channel.SMS else spoken(text))
        if isinstance(talk.turn.outcome, RecallWanted | DismissalAsked):
            break  # the school's to answer
        assert talk.words or isinstance(talk.turn.next, HangUp)
        assert State.from_json(talk.state.to_json()) == talk.state

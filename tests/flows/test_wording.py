"""Every prompt is used, and short enough for a parent with a sick child beside them.

Completeness of the translations and the price of texts are in `test_catalogue.py`.
"""

import ast
from functools import cache
from pathlib import Path

import pytest

import flows
from flows import wording
from flows.catalogue import english, prompts, translations
from flows.turn import Prompt
from ivr.simulator.carrier import Call
from tests.flows.scenes import school
from tests.support.line import ALICIA, KEIKOS_MOTHER, STRANGER, WholeLine

WORDS_A_SECOND = 2.6  # of the carrier's voices, in English and Spanish
SPOKEN = [code for code, one in school().facts.languages.items() if one.voice]

LONGEST_QUESTION = 11  # seconds, after which its beginning is forgotten
LONGEST_PROMPT = 20
LONGEST_CALL = 35  # for a parent known by number
MOST_ANSWERS = 7  # of anybody


def seconds(words: str) -> float:
    """How long a voice takes for these words."""
    return len(words.split()) / WORDS_A_SECOND


@cache
def names_used() -> frozenset[str]:
    """Every name that any module of the project takes from `flows.wording`."""
    root = Path(flows.__file__).parent.parent
    rooms = ("flows", "school", "ivr", "recordings", "console")
    used = set()
    for path in (file for room in rooms for file in (root / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute):
                used.add(node.attr)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used.add(node.id)
    return frozenset(used)


def test_every_prompt_is_said_somewhere() -> None:
    declared = {
        name
        for name, value in vars(wording).items()
        if isinstance(value, Prompt)
        or (isinstance(value, dict) and any(isinstance(v, Prompt) for v in value.values()))
    }
    assert len(declared) > 50
    assert declared - names_used() == set()


def test_every_prompt_has_an_id_of_its_own() -> None:
    ids = [prompt.id for prompt in prompts()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", SPOKEN)
def test_no_prompt_is_too_long_for_the_ear(language: str) -> None:
    for context, words in translations(language).items():
        if ".voice." not in context or context.startswith("hint_words"):
            continue
        asks = context.startswith(("ask_", "confirm"))
        assert seconds(words) <= (LONGEST_QUESTION if asks else LONGEST_PROMPT), context


def test_a_question_is_worded_anew_at_each_try_and_names_keys_at_the_last() -> None:
    asked = [p for p in prompts() if p.id.startswith("ask_") and len(p.ear) > 1]
    assert len(asked) >= 10
    for prompt in asked:
        assert len(prompt.ear) == 3, prompt.id
        if prompt.id not in ("ask_withdraw_which", "ask_reason"):  # their keys follow, one by one
            assert len(set(prompt.ear)) == 3, prompt.id
            assert any(sign in prompt.ear[2].lower() for sign in ("key", "press")), prompt.id


def test_the_recording_is_announced_wherever_a_message_may_be_taken() -> None:
    """Illinois wants every party's consent."""
    texts = english()
    for context in ("greeting.voice.1", "leave_message.voice.1", "sorry.voice.1"):
        assert "recorded" in texts[context], context
        assert "graba" in translations("es")[context], context


def prompts_of(call: Call) -> float:
    """How long the line talked in this call."""
    return sum(seconds(spoken.text) for spoken in call.heard)


@pytest.mark.parametrize(
    ("phone", "sentence", "yes"),
    [
        (KEIKOS_MOTHER, "Keiko is sick today, she has a fever", "yes"),
        (KEIKOS_MOTHER, "This is Keiko's mother, she has a fever and is out today", "1"),
        (ALICIA, "Gabriela tiene fiebre y no va hoy", "sí"),
        (ALICIA, "Soy la mamá de Gabriela, está enferma hoy", "1"),
    ],
)
def test_a_parent_known_by_number_is_done_in_two_answers_and_35_seconds(
    sqlite_line: WholeLine, phone: str, sentence: str, yes: str
) -> None:
    call = sqlite_line.call(phone)
    call.says(sentence)
    call.presses(yes) if yes.isdigit() else call.says(yes)
    assert sqlite_line.report()["status"] == "pending"
    assert prompts_of(call) < LONGEST_CALL
    call.hangs_up()


def test_a_parent_known_by_number_who_presses_three_first_hears_no_more(
    sqlite_line: WholeLine,
) -> None:
    """The key cuts off the rest of the menu."""
    call = sqlite_line.call(KEIKOS_MOTHER)
    _, choice, rest = call.prompt.partition("press 3")
    assert choice, "it is offered"
    call.presses("3").says("She is sick today").says("yes")
    assert sqlite_line.report()["status"] == "pending"
    assert prompts_of(call) - seconds(rest) < LONGEST_CALL


@pytest.mark.parametrize(
    "answers",
    [
        (
            "3",
            "Gabriela Alvarado",
            "258#",
            "today",
            "she has a fever",
            "Rosa Diaz, her aunt",
            "yes",
        ),
        ("3", "61240424#", "1", "1", "1", "1"),
        ("3", "258#", "0126#", "1", "1", "1", "1"),
        ("Gabriela Alvarado is sick today", "258#", "Rosa Diaz, her aunt", "yes"),
    ],
    ids=["question by question", "by number", "by letters and birthday", "in a sentence"],
)
def test_nobody_needs_more_than_seven_answers(
    sqlite_line: WholeLine, answers: tuple[str, ...]
) -> None:
    assert len(answers) <= MOST_ANSWERS
    call = sqlite_line.call(STRANGER)
    for given in answers:
        call.presses(given) if given.strip("#").isdigit() else call.says(given)
    report = sqlite_line.report()
    assert (report["status"], report["student"]["name"]) == ("pending", "Gabriela Alvarado")

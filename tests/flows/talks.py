"""Conversations brought to a question, for the tests of the dialogue."""

from flows.turn import (
    Prompt,
)
from tests.flows.scenes import CUEVAS, KEIKOS_MOTHER, STRANGER, Talk, scene

SICK = "Keiko is sick today"
NOISE = "blah yada blah"

# Each question, and how a conversation comes to it.
QUESTIONS = {
    "the menu": (KEIKOS_MOTHER, ()),
    "the first question": (KEIKOS_MOTHER, ("3",)),
    "the first question of two": (CUEVAS, ("3",)),
    "the first question to a stranger": (STRANGER, ("3",)),
    "the letters": (STRANGER, ("3", "Leo Garcia is sick today")),
    "the birthday": (STRANGER, ("3", "258")),
    "the day by keys": (KEIKOS_MOTHER, ("3", "3")),
    "the time": (KEIKOS_MOTHER, ("3", "she will be late today")),
    "the reason": (KEIKOS_MOTHER, ("3", "1")),
    "who calls": (STRANGER, ("3", "61240424", "1", "1")),
    "the read-back": (KEIKOS_MOTHER, (SICK,)),
    "what is wrong": (KEIKOS_MOTHER, (SICK, "2")),
}


def talk_at(question: str, **changes: object) -> Talk:
    phone, steps = QUESTIONS[question]
    return Talk(scene(phone, **changes)).does(*steps)


def prompts(talk: Talk) -> list[Prompt]:
    return [line.prompt for line in talk.turn.lines]

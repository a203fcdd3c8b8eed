"""The words the carrier acts upon by itself, where they are the whole of a text."""

from enum import Enum


class Keyword(Enum):
    """What such a word asks for, and what the carrier answers."""

    STOP = "You will get no more texts from this number. To get them again, reply START."
    START = "You will get texts from this number again. To end them, reply STOP."
    HELP = "Reply STOP to get no more texts from this number."


WORDS = {
    Keyword.STOP: {
        "stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout",
    },
    Keyword.START: {"start", "yes", "unstop"},
    Keyword.HELP: {"help", "info"},
}  # fmt: skip


def keyword(body: str) -> Keyword | None:
    """The keyword that this text consists of; None for any other text."""
    word = body.strip().casefold()
    return next((kind for kind, words in WORDS.items() if word in words), None)

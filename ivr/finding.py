"""What of the carrier's lists is a message of ours that may have gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flows.texting import without_accents
from ivr.carrier_codes import CALL_STATUS, TEXT_STATUS
from school.outbox import MessageStatus
from school.sending import Unreachable

MOST_SEARCHED = 1000  # messages to one number: one page, and more than any family gets
WRONG_CLOCK = timedelta(days=1)  # by which ours may have been fast when it sent something
LOST = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)


def our_calls(listed: Sequence[Any], own_number: str, since: datetime) -> list[str]:
    """The ids of the calls that this number made; no words are known of them."""
    return [
        call.sid
        for call in _since(since, listed)
        if call._from == own_number and CALL_STATUS.get(str(call.status)) not in LOST  # noqa: SLF001  (the library's name)
    ]


def our_texts(listed: Sequence[Any], body: str, since: datetime) -> list[str]:
    """The ids of the texts in these words."""
    words = _letters(body)
    return [
        text.sid
        for text in _since(since, listed)
        if _letters(text.body).endswith(words) and TEXT_STATUS.get(str(text.status)) not in LOST
    ]


def _since(since: datetime, listed: Sequence[Any]) -> list[Any]:
    """What went out since then, of all that was listed. What has no date may be from then.

    Raises:
        Unreachable: there is more than was listed, and it may be from then too.
    """
    earliest = since - WRONG_CLOCK
    recent = [one for one in listed if one.date_created is None or one.date_created >= earliest]
    if len(recent) >= MOST_SEARCHED:
        raise Unreachable(maybe_sent=False)
    return [one for one in recent if not str(one.direction).startswith("inbound")]


def _letters(text: str | None) -> str:
    """The letters and digits alone, by which a text is known again.

    The carrier may swap quotation marks, and puts a sentence before the words of trial accounts;
    accents may have been left out.
    """
    plain = without_accents(text or "")
    return "".join(character for character in plain if character.isalnum())

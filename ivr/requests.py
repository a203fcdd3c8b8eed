"""The carrier's form fields to typed values: read once, at the edge.

Unknown fields are ignored and optional ones may be missing: the carrier adds fields without
notice.
"""

import re
from collections.abc import Iterator, Mapping
from secrets import token_hex
from typing import Final

from flows.events import (
    Event,
    Heard,
    MessageLeft,
    OfficeAnswered,
    OfficeMissed,
    Pressed,
    Silence,
    Texted,
    Words,
)
from flows.scene import Channel
from ivr.conversations import Opening
from school.numbers import caller_number, texter_number

Form = Mapping[str, str]

LONGEST_WORDS: Final = 2000  # characters of speech or text that are read; more is no message
# Control characters and marks that change the direction of writing carry no meaning here.
UNSEEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
LONGEST_SID = 64
LONGEST_VERSTAT = 40
LONGEST_SECONDS = 86_400  # of a recording; the carrier makes none longer than a day
MEDIA_SID = re.compile("[A-Za-z0-9]{1,64}")
# What the carrier's word leaves open; what it is then shows in its content.
PERHAPS_A_PICTURE = {"", "application/pdf", "application/octet-stream"}
# What the carrier took a text for; it says so where a messaging service looks after opt-outs.
KEYWORDS = {"STOP": "stop", "START": "start", "HELP": "help"}
MOST_PICTURES = 10  # of a message, by the carrier's rules


class NoId(ValueError):
    """A signed request without the id that a call is found by."""


ENDED = {"completed", "busy", "failed", "no-answer", "canceled"}


def opening_of_call(form: Form) -> Opening:
    """Who calls.

    Raises:
        NoId: the request names no call.
    """
    sid = call_sid(form)
    if not sid:
        raise NoId("The request names no call.")
    return Opening(
        channel=Channel.PHONE,
        provider_id=sid,
        from_phone=caller_number(form.get("From")),
        to_phone=caller_number(form.get("To")),
        verstat=form.get("StirVerstat", "")[:LONGEST_VERSTAT] or None,
    )


def opening_of_text(form: Form) -> Opening:
    """Who texts. The number is None for a short code or a name, which nobody can answer.

    A text without an id gets one of its own: it can be read and answered all the same.
    """
    return Opening(
        channel=Channel.SMS,
        provider_id=text_sid(form) or token_hex(16),
        from_phone=texter_number(form.get("From")),
        to_phone=caller_number(form.get("To")),
    )


def event_of_call(form: Form) -> Event:
    """What happened in the call since the last reply."""
    recording = recording_sid(form)
    if recording:
        return MessageLeft(recording, seconds(form.get("RecordingDuration")))
    if "DialCallStatus" in form:
        answered = form["DialCallStatus"] in ("completed", "answered")
        return OfficeAnswered() if answered else OfficeMissed()
    keys = re.sub(r"[^0-9*#]", "", form.get("Digits", ""))
    if keys:
        return Pressed(keys[:LONGEST_WORDS])
    words = spoken(form.get("SpeechResult", ""))
    return Heard(words, confidence(form.get("Confidence"))) if words else Silence()


def event_of_text(form: Form) -> Texted:
    """The text that came in."""
    return Texted(
        words=spoken(form.get("Body", "")),
        pictures=_whole(form.get("NumMedia"), MOST_PICTURES) or 0,
        media=tuple(_media(form)),
        keyword=KEYWORDS.get(form.get("OptOutType", "")),
    )


def _media(form: Form) -> Iterator[str]:
    """The ids of the attachments that may be photos or PDF files, from their addresses.

    The addresses themselves come from the request, and are not used for anything else.
    """
    for n in range(_whole(form.get("NumMedia"), MOST_PICTURES) or 0):
        sid = form.get(f"MediaUrl{n}", "").rpartition("/")[2]
        kind = form.get(f"MediaContentType{n}", "").partition(";")[0].strip().lower()
        if MEDIA_SID.fullmatch(sid) and (kind in PERHAPS_A_PICTURE or kind.startswith("image/")):
            yield sid


def spoken(text: str) -> Words:
    """The words without invisible characters, cut where no message goes on."""
    return Words(UNSEEN.sub(" ", text).strip()[:LONGEST_WORDS])


def call_sid(form: Form) -> str:
    """The call's id; empty for none."""
    return _id(form.get("CallSid"))


def text_sid(form: Form) -> str:
    """The text's id, under either of its names; empty for none."""
    return _id(form.get("MessageSid") or form.get("SmsSid"))


def recording_sid(form: Form) -> str:
    """The recording's id; its address ends with it where the field is missing. Empty for none."""
    return _id(form.get("RecordingSid") or form.get("RecordingUrl", "").rpartition("/")[2])


def call_ended(form: Form) -> bool:
    """Whether a status callback says that the call is over."""
    return form.get("CallStatus", "") in ENDED


def seconds(text: str | None) -> int | None:
    """A duration as the carrier writes it; None where it says none."""
    return _whole(text, LONGEST_SECONDS)


def confidence(text: str | None) -> float | None:
    """The recogniser's confidence, which may be missing or no number."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _id(value: str | None) -> str:
    return UNSEEN.sub("", value or "")[:LONGEST_SID]


def _whole(text: str | None, most: int) -> int | None:
    """A whole number up to this one; more digits than `most` has stand for `most`."""
    if not text or not (text.isascii() and text.isdigit()):
        return None
    return min(int(text[: len(str(most)) + 1]), most)

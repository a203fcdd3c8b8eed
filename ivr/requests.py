"""The carrier's form fields to typed values: read once, at the edge.

Unknown fields are ignored and optional ones may be missing: the carrier adds fields without
notice.
"""

import re
from collections.abc import Mapping
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
from school.numbers import caller_number

Form = Mapping[str, str]

LONGEST_WORDS: Final = 2000  # characters of speech or text that are read; more is no message
# Control characters and marks that change the direction of writing carry no meaning here.
UNSEEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
LONGEST_SID = 64


class NoId(ValueError):
    """A signed request without the id that everything is found by."""


ENDED = {"completed", "busy", "failed", "no-answer", "canceled"}


def opening_of_call(form: Form) -> Opening:
    """Who calls."""
    return Opening(
        channel=Channel.PHONE,
        provider_id=_id(form.get("CallSid")),
        from_phone=caller_number(form.get("From")),
        to_phone=caller_number(form.get("To")),
        verstat=form.get("StirVerstat") or None,
    )


def opening_of_text(form: Form) -> Opening:
    """Who texts. The number is None for a short code or a name, which nobody can answer."""
    return Opening(
        channel=Channel.SMS,
        provider_id=message_sid(form),
        from_phone=caller_number(form.get("From")),
        to_phone=caller_number(form.get("To")),
    )


def event_of_call(form: Form) -> Event:
    """What happened in the call since the last reply."""
    if "RecordingUrl" in form or "RecordingSid" in form:
        return MessageLeft(recording_sid(form), seconds(form.get("RecordingDuration")))
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
    pictures = form.get("NumMedia", "0")
    return Texted(spoken(form.get("Body", "")), int(pictures) if pictures.isdecimal() else 0)


def spoken(text: str) -> Words:
    """The words without invisible characters, cut where no message goes on."""
    return Words(UNSEEN.sub(" ", text).strip()[:LONGEST_WORDS])


def message_sid(form: Form) -> str:
    """The text's id, under either of its names."""
    return _id(form.get("MessageSid") or form.get("SmsSid"))


def _id(value: str | None) -> str:
    if not value:
        raise NoId("The request names no call and no message.")
    return value[:LONGEST_SID]


def recording_sid(form: Form) -> str:
    """The recording's id; its address ends with it where the field is missing."""
    last = form.get("RecordingUrl", "").rstrip("/").rpartition("/")[2]
    return (form.get("RecordingSid") or last)[:LONGEST_SID]


def call_ended(form: Form) -> bool:
    """Whether a status callback says that the call is over."""
    return form.get("CallStatus", "") in ENDED


def seconds(text: str | None) -> int:
    """A duration as the carrier writes it; 0 where it says none."""
    return int(text) if text and text.isdecimal() else 0


def confidence(text: str | None) -> float | None:
    """The recogniser's confidence, which may be missing or no number."""
    try:
        return float(text) if text else None
    except ValueError:
        return None

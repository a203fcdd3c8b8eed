"""Spoken messages: what the school says when it calls a number that takes no texts.

The words go along with the request for the call. A key brings them once more, from the message in
the outbox, at the webhook `/voice/again`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from sqlalchemy import select
from twilio.twiml.voice_response import VoiceResponse

from flows import desk_wording
from flows.catalogue import Speaker
from flows.school_facts import Language
from ivr.twiml import clean
from school.database import Database
from school.outbox import Kind, Message

AGAIN = "/voice/again"
SECONDS_TO_PRESS = 5
MOST_TIMES = 5  # a call must not go on for ever because something leans on a key


@dataclass(frozen=True, slots=True)
class Again:
    """How to hear it once more: the words that offer it, and where a key leads."""

    offer: str
    address: str


def offers(speakers: Mapping[str, Speaker]) -> dict[str, str]:
    """How each language that is spoken offers to say it again."""
    context = f"{desk_wording.HEAR_AGAIN.id}.voice.1"
    return {
        code: speaker.texts[context]
        for code, speaker in speakers.items()
        if context in speaker.texts
    }


def address(base: str, uuid: str, times: int = 1) -> str:
    """Where a key leads, for the carrier: an address without its host would lead nowhere."""
    return f"{base.rstrip('/')}{AGAIN}?{urlencode({'message': uuid, 'n': times})}"


def spoken(body: str, voice: Language | None, again: Again | None = None) -> str:
    """A message as a call: said twice, because who picks up misses the beginning."""
    how = {} if voice is None else {"voice": voice.voice, "language": voice.speech}
    response = VoiceResponse()
    said = response
    if again is not None:
        said = response.gather(
            input="dtmf",
            num_digits=1,
            timeout=SECONDS_TO_PRESS,
            finish_on_key="",  # every key will do, the pound key too
            action=again.address,
        )
    said.say(clean(body), **how)
    said.pause(length=1)
    said.say(clean(body), **how)
    if again is not None:
        said.say(clean(again.offer), **how)
        response.hangup()
    return str(response)


def blueprint(
    database: Database,
    voices: Mapping[str, Language],
    speakers: Mapping[str, Speaker],
    public_url: str | None,
) -> Blueprint:
    """The address that a key leads to."""
    calls = Blueprint("spoken", __name__)
    offered = offers(speakers)

    @calls.post(AGAIN)
    def again() -> Response:
        """The message once more; silence, and so the call's end, when its words are gone."""
        uuid = request.args.get("message", "")
        times = max(request.args.get("n", 1, type=int), 1)
        with database.reading() as session:
            found = session.execute(
                select(Message.body, Message.language).where(
                    Message.uuid == uuid, Message.kind == Kind.CALL
                )
            ).one_or_none()
        if found is None or found.body is None:
            return Response(str(VoiceResponse()), mimetype="text/xml")
        once_more = None
        if times < MOST_TIMES and found.language in offered:
            base = public_url or request.host_url
            once_more = Again(offered[found.language], address(base, uuid, times + 1))
        twiml = spoken(found.body, voices.get(found.language), once_more)
        return Response(twiml, mimetype="text/xml")

    return calls

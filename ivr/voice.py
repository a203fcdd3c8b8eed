"""The webhooks of a call.

`/voice` begins it; everything further follows from the TwiML, at `/voice/turn?n=N`. Whatever goes
wrong, the family hears its own language and can leave a message: no error status, which the
carrier would turn into "application error", and no error text.
"""

import logging
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, g, request, url_for
from werkzeug.exceptions import HTTPException

from flows import wording
from flows.events import Began, Event
from flows.turn import HangUp, Line, Next, Prompt, State, TakeMessage, Turn
from ivr.requests import call_ended, call_sid, event_of_call, opening_of_call
from ivr.turns import TurnTaker
from ivr.twiml import Addresses, Renderer

log = logging.getLogger(__name__)

RECORDED = "recordings.finished"
"""The endpoint that hears of recordings; its room stands above this one."""

FAILED = "webhook_failed"
"""What is set on `flask.g` when a request failed, though the family hears a polite answer."""


def blueprint(taker: TurnTaker, renderer: Renderer, public_url: str | None) -> Blueprint:
    """The call's addresses.

    Args:
        taker: takes the turns.
        renderer: writes the replies.
        public_url: put before the addresses in a reply; None leaves them relative to the
            carrier's own request, which is as good.
    """
    voice = Blueprint("voice", __name__, url_prefix="/voice")
    webhooks = CallWebhooks(taker, renderer, (public_url or "").rstrip("/"))
    for path, view in (
        ("", webhooks.begin),
        ("/turn", webhooks.turn),
        ("/status", webhooks.status),
        ("/fallback", webhooks.fallback),
        ("/message", webhooks.message),
    ):
        voice.add_url_rule(path, view.__name__, view, methods=["POST"])
    voice.register_error_handler(Exception, webhooks.failed)
    return voice


@dataclass(frozen=True, slots=True)
class CallWebhooks:
    """What the carrier asks in the course of a call."""

    taker: TurnTaker
    renderer: Renderer
    base: str  # before every address in a reply

    def begin(self) -> Response:
        """A call comes in."""
        return self._take(0, Began())

    def turn(self) -> Response:
        """The family said or pressed something, or nothing."""
        number = max(request.args.get("n", 1, type=int), 1)
        return self._take(number, event_of_call(request.form))

    def status(self) -> Response:
        """The call's status changed; at its end the conversation is closed."""
        if call_sid(request.form) and call_ended(request.form):
            self.taker.end(opening_of_call(request.form))
        return Response(status=204)

    def fallback(self) -> Response:
        """The first address failed: a greeting and a message, without the database."""
        return self._everywhere(wording.SORRY, TakeMessage())

    def message(self) -> Response:
        """After a message that was taken without the database: it is kept by its callback."""
        return self._everywhere(wording.MESSAGE_KEPT, HangUp())

    def failed(self, error: Exception) -> Response | HTTPException:
        """Nothing the family said is lost; the call goes on with a message."""
        if isinstance(error, HTTPException):  # no call: a wrong method, an oversized body
            return error
        setattr(g, FAILED, True)
        log.error("turn_failed", extra={"call": request.form.get("CallSid", "")}, exc_info=error)
        if request.endpoint == "voice.status":
            return Response(status=500)  # asks the carrier to call again
        return self.fallback()

    def _take(self, number: int, event: Event) -> Response:
        addresses = Addresses(lambda n: self.base + url_for("voice.turn", n=n), self._recorded)

        def render(turn: Turn) -> str:
            return self.renderer.voice(turn, number + 1, addresses, self._today())

        return twiml(self.taker.in_call(opening_of_call(request.form), number, event, render))

    def _everywhere(self, prompt: Prompt, then: Next) -> Response:
        """The prompt in each language of the school, because nobody knows which one is wanted."""
        spoken = tuple(self.renderer.school.spoken)
        lines = tuple(Line(prompt, language=code) for code in spoken)
        turn = Turn(State(language=spoken[0]), lines, then)
        addresses = Addresses(lambda _: self.base + url_for("voice.message"), self._recorded)
        return twiml(self.renderer.voice(turn, 0, addresses, self._today()))

    def _recorded(self) -> str:
        return self.base + url_for(RECORDED)

    def _today(self) -> date:
        return self.taker.school.time.local(self.taker.clock()).date()


def twiml(document: str) -> Response:
    """A reply that the carrier executes."""
    return Response(document, content_type="text/xml; charset=utf-8")

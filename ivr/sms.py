"""The webhooks of texts: one that comes in, and the receipts of those sent."""

import logging
from datetime import date

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import HTTPException

from flows import wording
from flows.turn import Line, State, Turn
from ivr.receipts import record_receipt
from ivr.requests import event_of_text, opening_of_text
from ivr.turns import TurnTaker
from ivr.twiml import Renderer
from ivr.voice import FAILED, twiml

log = logging.getLogger(__name__)


def blueprint(taker: TurnTaker, renderer: Renderer) -> Blueprint:
    """The texts' addresses."""
    sms = Blueprint("sms", __name__, url_prefix="/sms")

    def today() -> date:
        return taker.school.time.local(taker.clock()).date()

    def render(turn: Turn) -> str:
        return renderer.text(turn, today())

    @sms.post("")
    def received() -> Response:
        """A text came in; its answer goes back in this response."""
        opening = opening_of_text(request.form)
        if opening.from_phone is None:
            # A short code or a name: advertising, or another machine. Nobody could be answered.
            return twiml(render(Turn(State(language=next(iter(renderer.speakers))))))
        text = event_of_text(request.form)
        return twiml(taker.by_text(opening, text, opening.provider_id, render))

    @sms.post("/status")
    def status() -> Response:
        """What became of a message that was sent."""
        with taker.database.begin() as session:
            record_receipt(session, request.form, request.args.get("message"), taker.clock())
        return Response(status=204)

    @sms.errorhandler(Exception)
    def failed(error: Exception) -> Response | HTTPException:
        """A worded answer; what was written is kept if the database takes it."""
        if isinstance(error, HTTPException):
            return error
        setattr(g, FAILED, True)
        log.error("text_failed", extra={"text": request.form.get("MessageSid", "")}, exc_info=error)
        if request.endpoint == "sms.status":
            return Response(status=500)  # asks the carrier to call again
        number = {"number": taker.school.facts.phone}
        # In all languages it would cost four parts, when every text gets it.
        spoken = tuple(renderer.school.spoken)
        lines = tuple(Line(wording.SORRY_TEXT, number, language=code) for code in spoken)
        return twiml(render(Turn(State(language=spoken[0]), lines)))

    return sms

"""The opponent: a Flask app that checks the signature and answers fixed TwiML, nothing else."""

from flask import Flask, Response, abort, request
from twilio.request_validator import RequestValidator

ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Response>'
    '<Gather action="/voice/turn?n=1" input="dtmf speech" method="POST">'
    '<Say language="en-US" voice="Polly.Joanna-Neural">Which day, and why?</Say></Gather>'
    '<Redirect method="POST">/voice/turn?n=1</Redirect></Response>'
)


def bare_app(auth_token: str) -> Flask:
    """The app, for an account with this token."""
    app = Flask("bare")
    validator = RequestValidator(auth_token)

    @app.post("/<path:path>")
    def answer(path: str) -> Response:  # noqa: ARG001  (every path gets the same answer)
        signature = request.headers.get("X-Twilio-Signature", "")
        if not validator.validate(request.url, request.form, signature):
            abort(403)
        return Response(ANSWER, content_type="text/xml; charset=utf-8")

    return app

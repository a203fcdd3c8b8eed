"""When something is not there, not allowed or fails: a page that says what happened and what to do.

Other systems get the same sentence as JSON.
"""

from typing import NamedTuple

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

API = "/api/"


class Trouble(NamedTuple):
    """What happened, and what to do."""

    title: str
    advice: str


TROUBLES = {
    400: Trouble(
        "This could not be read", "The address or what was sent with it is not as it should be."
    ),
    401: Trouble("A token is needed", "Send one as: Authorization: Bearer TOKEN."),
    403: Trouble(
        "This page is not open to you",
        "Your account does not have the role for it. "
        "If you need it for your work, ask whoever looks after the accounts at your school.",
    ),
    404: Trouble(
        "There is nothing here",
        "The address may be mistyped, or what it showed is gone.",
    ),
    405: Trouble("This address does not do that", "Go back, and use the buttons of the page."),
    413: Trouble("That is too much at once", "Send less, or send it in parts."),
    500: Trouble(
        "Something went wrong on our side",
        "It has been written down for whoever looks after the line. Try again in a minute. "
        "Reports that families make are not affected by this page.",
    ),
}
STALE = Trouble(
    "This page was open for too long",
    "Nothing was changed. Go back, load the page anew, and do it once more.",
)


def install(app: Flask) -> None:
    """Answer every error of the app in words, unless a room has an answer of its own."""

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> ResponseReturnValue:
        code = error.code or 500
        trouble = TROUBLES.get(code) or TROUBLES[400 if code < 500 else 500]
        if request.path.startswith(API):
            return jsonify(error=f"{trouble.title}. {trouble.advice}"), code
        return render_template("error.html", trouble=trouble), code

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        return stale_page()


def stale_page() -> ResponseReturnValue:
    """For a form whose token is of another session; nothing of it was done."""
    return render_template("error.html", trouble=STALE), 400

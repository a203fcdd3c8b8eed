"""The simulator's REST server on loopback, for the real client, with a memory and with faults.

It remembers what it was asked, honours the numbers of the carrier's test credentials, and can be
told to answer otherwise. With the carrier's own description at hand it holds each request, and
each answer of its own, against it.
"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from flask import Flask, Response, redirect, request
from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from werkzeug.wrappers import Response as AnyResponse

from ivr.simulator.rest_api import MOST_KEPT, Form, Resource, RestApi
from tests.support.clock import A_SCHOOL_MORNING

ACCOUNT = "AC" + "5" * 32
TOKEN = "token-of-the-tests"
OUR_NUMBER = "+15005550006"
VERSION = f"/2010-04-01/Accounts/{ACCOUNT}"

# What the carrier's test credentials answer, by number.
FROM_CODES = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
TO_CODES = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}

HOST = {"host": {"default": "127.0.0.1"}}  # of the description's servers; with any port


@dataclass(frozen=True)
class Asked:
    """One request, as it arrived."""

    method: str
    path: str
    form: dict[str, str]
    query: dict[str, str]
    user: tuple[str, str] | None  # of the Authorization header


class TestNumbers:
    """What the carrier's test credentials do: some numbers are refused, nothing travels."""

    __test__ = False

    def refuses_text(self, form: Form) -> int | None:
        return FROM_CODES.get(form.get("From", "")) or self.refuses_call(form)

    def refuses_call(self, form: Form) -> int | None:
        return TO_CODES.get(form["To"])

    def carry_text(self, text: Resource, form: Form) -> None:
        """It stays where it is."""

    def carry_call(self, call: Resource, form: Form) -> None:
        """It stays where it is."""


@dataclass
class CarrierApi:
    """The simulator's server, what it was asked, and the faults it is told to have."""

    now: datetime = A_SCHOOL_MORNING
    asked: list[Asked] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)  # id → address at another host
    # What the next requests meet: before they are handled, and after.
    instead: list[Callable[[], Response]] = field(default_factory=list)
    afterwards: list[Callable[[], Response]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # It forgets no sound that was not fetched yet, as the demo's does.
        self._api = RestApi(ACCOUNT, TOKEN, lambda: self.now, TestNumbers(), most_sounds=MOST_KEPT)
        self.messages, self.calls = self._api.messages, self._api.calls
        self.recordings, self.sounds = self._api.recordings, self._api.sounds
        self.own_number = self._api.own_number

    def app(self, description: Path | None = None) -> Flask:
        """The server; with the carrier's description, it checks both sides against it."""
        app = Flask(__name__)
        app.before_request(self._remember)
        app.before_request(self._elsewhere)
        app.after_request(self._answer_otherwise)
        app.register_blueprint(self._api.blueprint())
        app.register_error_handler(404, lambda _: error(404, 20404))
        if description is not None:
            contract = json.loads(description.read_text())
            for path in contract["paths"].values():
                path["servers"] = [{"url": "http://{host}", "variables": HOST}]
            self._check_with(app, OpenAPI.from_dict(contract))
        return app

    def add_recording(self, sid: str, sound: bytes, call_sid: str = "CA" + "0" * 32) -> None:
        """Somebody left a message."""
        self._api.record(sid, call_sid, 7, sound)

    def _check_with(self, app: Flask, contract: OpenAPI) -> None:
        def check(response: Response) -> Response:
            if not request.path.endswith(".json"):
                return response  # sound and pictures are not described
            asked = WerkzeugOpenAPIRequest(request)  # Flask's brings path parameters of its own
            try:
                contract.validate_request(asked)
                if response.status_code < 300:  # nor are errors
                    contract.validate_response(asked, WerkzeugOpenAPIResponse(response))
            except OpenAPIError as problem:
                self.violations.append(f"{request.method} {request.path}: {problem!r}")
            return response

        app.after_request(check)

    def _remember(self) -> Response | None:
        request.get_data()  # kept for the check; reading the form would use it up
        user = request.authorization
        pair = (user.username or "", user.password or "") if user and user.username else None
        self.asked.append(
            Asked(
                request.method, request.path, request.form.to_dict(), request.args.to_dict(), pair
            )
        )
        return self.instead.pop(0)() if self.instead else None

    def _answer_otherwise(self, response: Response) -> Response:
        return self.afterwards.pop(0)() if self.afterwards else response

    def _elsewhere(self) -> AnyResponse | None:
        """The carrier keeps pictures at another host, and sends there."""
        sid = request.path.rpartition("/")[2]
        return redirect(self.pictures[sid], 307) if sid in self.pictures else None


def error(status: int, code: int | None, **headers: str) -> Response:
    """An error as the carrier words it; without a code, as something on the way would."""
    body = (
        "<h1>Bad gateway</h1>"
        if code is None
        else json.dumps({"code": code, "message": "The number +13125550142 ...", "status": status})
    )
    return Response(body, status, headers, mimetype="text/html" if code is None else None)


def problem(status: int, code: int) -> Response:
    """An error in the carrier's newer form (RFC 9457)."""
    body = {"type": "about:blank", "title": "Refused", "status": status, "code": code}
    return Response(json.dumps(body), status, mimetype="application/problem+json")


@contextmanager
def bare_server(answer: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that takes a request and sends these bytes, or nothing; then it hangs up.

    Its address, and what it got.
    """
    got: list[bytes] = []
    end = Event()

    def work() -> None:
        while not end.is_set():
            connection, _ = listener.accept()
            with connection:
                if end.is_set():
                    return
                got.append(connection.recv(65536))
                if answer is None:
                    end.wait(5)
                else:
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=work, daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}", got
        finally:
            end.set()
            socket.create_connection(("127.0.0.1", port)).close()  # wakes the accept
            thread.join(5)

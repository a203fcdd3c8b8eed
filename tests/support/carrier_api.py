"""The carrier's REST server on loopback, for the real client: answers as the carrier does.

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
from email.utils import format_datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from flask import Flask, Response, abort, jsonify, redirect, request
from openapi_core import OpenAPI
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from openapi_core.exceptions import OpenAPIError
from werkzeug.serving import make_server
from werkzeug.wrappers import Response as AnyResponse

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


@dataclass
class CarrierApi:
    """The server's memory, and what it is told to do."""

    now: datetime = A_SCHOOL_MORNING
    asked: list[Asked] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    recordings: list[dict[str, Any]] = field(default_factory=list)
    sounds: dict[str, bytes] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)  # id → address at another host
    # What the next requests meet: before they are handled, and after.
    instead: list[Callable[[], Response]] = field(default_factory=list)
    afterwards: list[Callable[[], Response]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def app(self, description: Path | None = None) -> Flask:
        """The server; with the carrier's description, it checks both sides against it."""
        app = Flask(__name__)
        app.before_request(self._remember)
        app.after_request(self._answer_otherwise)
        for method, path, view in (
            ("POST", "Messages.json", self._take_text),
            ("GET", "Messages.json", lambda: self._list("messages", self.messages)),
            ("GET", "Messages/<sid>.json", lambda sid: _one(self.messages, sid)),
            ("GET", "Messages/<message>/Media/<sid>", self._picture),
            ("POST", "Calls.json", self._take_call),
            ("GET", "Calls.json", lambda: self._list("calls", self.calls)),
            ("GET", "Calls/<sid>.json", lambda sid: _one(self.calls, sid)),
            ("GET", "Recordings.json", lambda: self._list("recordings", self.recordings)),
            ("GET", "Recordings/<sid>.wav", self._sound),
            ("DELETE", "Recordings/<sid>.json", self._delete_recording),
        ):
            app.add_url_rule(f"{VERSION}/{path}", f"{method} {path}", view, methods=[method])
        app.register_error_handler(404, lambda _: error(404, 20404))
        if description is not None:
            contract = json.loads(description.read_text())
            for path in contract["paths"].values():
                path["servers"] = [{"url": "http://{host}", "variables": HOST}]
            self._check_with(app, OpenAPI.from_dict(contract))
        return app

    def add_recording(self, sid: str, sound: bytes, call_sid: str = "CA" + "0" * 32) -> None:
        """Somebody left a message."""
        self.sounds[sid] = sound
        self.recordings.append(
            {
                "sid": sid,
                "account_sid": ACCOUNT,
                "call_sid": call_sid,
                "status": "completed",
                "duration": "7",
                "date_created": format_datetime(self.now),
            }
        )

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
        if self.instead:
            return self.instead.pop(0)()
        return None if pair == (ACCOUNT, TOKEN) else error(401, 20003)

    def _answer_otherwise(self, response: Response) -> Response:
        return self.afterwards.pop(0)() if self.afterwards else response

    def _take_text(self) -> Response | tuple[Response, int]:
        form = request.form
        if code := FROM_CODES.get(form.get("From", "")) or TO_CODES.get(form["To"]):
            return error(429 if code == 21611 else 400, code)
        made = {
            **self._made("SM", self.messages),
            "body": form["Body"],
            "to": form["To"],
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "status": "accepted" if "MessagingServiceSid" in form else "queued",
            "direction": "outbound-api",
            "error_code": None,
            "num_segments": "1",
        }
        self.messages.insert(0, made)
        return jsonify(made), 201

    def _take_call(self) -> Response | tuple[Response, int]:
        form = request.form
        if code := TO_CODES.get(form["To"]):
            return error(400, code)
        made = {
            **self._made("CA", self.calls),
            "to": form["To"],
            "from": form["From"],
            "status": "queued",
            "direction": "outbound-api",
        }
        self.calls.insert(0, made)
        return jsonify(made), 201

    def _made(self, prefix: str, others: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "sid": f"{prefix}{len(others) + 1:032x}",
            "account_sid": ACCOUNT,
            "date_created": format_datetime(self.now),
            "date_sent": None,  # until it has left the carrier's queue
        }

    def _list(self, name: str, rows: list[dict[str, Any]]) -> Response:
        to = request.args.get("To")
        found = [row for row in rows if to in (None, row.get("to"))]
        page, size = int(request.args.get("Page", 0)), int(request.args.get("PageSize", 50))
        more = len(found) > (page + 1) * size
        following = f"{request.path}?PageSize={size}&Page={page + 1}" + (
            f"&To=%2B{to.lstrip('+')}" if to else ""
        )
        return jsonify(
            {
                name: found[page * size : (page + 1) * size],
                "page": page,
                "page_size": size,
                "next_page_uri": following if more else None,
            }
        )

    def _sound(self, sid: str) -> Response:
        if sid not in self.sounds:
            abort(404)
        return Response(self.sounds[sid], mimetype="audio/x-wav")

    def _picture(self, message: str, sid: str) -> AnyResponse:  # noqa: ARG002  (in the address)
        if sid not in self.pictures:
            abort(404)
        return redirect(self.pictures[sid], 307)

    def _delete_recording(self, sid: str) -> Response:
        if self.sounds.pop(sid, None) is None:
            abort(404)
        return Response(status=204)


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


def _one(rows: list[dict[str, Any]], sid: str) -> Response:
    row = next((row for row in rows if row["sid"] == sid), None)
    return error(404, 20404) if row is None else jsonify(row)


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The address of a server that runs this app during the block."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


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

"""The carrier's REST server: takes texts and calls, tells what became of them, keeps recordings.

Answers as the carrier does, in memory; the oldest is forgotten first. What happens to a text or a
call that was taken is the network's business, which is handed in: the demo's rings telephones,
the tests' refuses certain numbers.
"""

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from secrets import token_hex
from threading import RLock
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from school.database import Clock

Form = Mapping[str, str]
Resource = dict[str, Any]
"""A message, call or recording, under the carrier's own names."""

VERSION = "2010-04-01"
MOST_KEPT = 1000  # texts, and as many calls
MOST_SOUNDS = 20  # a long one takes more than a megabyte
LARGEST_PAGE = 1000
LONGEST_TEXT = 1600
E164 = re.compile(r"\+[1-9]\d{7,14}")

DELETED = "deleted"  # the status of a recording whose sound is gone
BAD_CREDENTIALS, NOT_FOUND = 20003, 20404
NO_NUMBER, WRONG_NUMBER = 21604, 21211
NO_WORDS, TOO_LONG = 21602, 21617
QUEUE_FULL = 21611
STATUSES = {BAD_CREDENTIALS: 401, NOT_FOUND: 404, QUEUE_FULL: 429}  # all others: 400


class Network(Protocol):
    """What lies behind the carrier's server: the families' telephones."""

    def refuses_text(self, form: Form) -> int | None:
        """The carrier's code for refusing this text; None where it is taken."""

    def refuses_call(self, form: Form) -> int | None:
        """The carrier's code for refusing this call; None where it is taken."""

    def carry_text(self, text: Resource, form: Form) -> None:
        """This text was taken."""

    def carry_call(self, call: Resource, form: Form) -> None:
        """This call was taken."""


class RestApi:
    """One account at the carrier."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        clock: Clock,
        network: Network,
        most_kept: int = MOST_KEPT,
        most_sounds: int = MOST_SOUNDS,
    ) -> None:
        self.account_sid = account_sid
        self.messages: list[Resource] = []  # the newest first, as in the carrier's lists
        self.calls: list[Resource] = []
        self.recordings: list[Resource] = []
        self.numbers: list[Resource] = []
        self.sounds: dict[str, bytes] = {}
        self.photos: dict[str, tuple[bytes, str]] = {}  # and their content types
        self._auth_token = auth_token
        self._clock = clock
        self._network = network
        self._most_kept, self._most_sounds = most_kept, most_sounds
        self._lock = RLock()

    def blueprint(self, prefix: str = "") -> Blueprint:
        """The account's addresses, below this prefix; for requests with its id and token only."""
        where = f"{prefix}/{VERSION}/Accounts/{self.account_sid}"
        api = Blueprint("carrier_api", __name__, url_prefix=where)
        api.before_request(self._check)
        api.register_error_handler(HTTPException, _in_the_carriers_form)
        for method, path, view in (
            ("POST", "Messages.json", self._take_text),
            ("GET", "Messages.json", lambda: self._list("messages", self.messages)),
            ("GET", "Messages/<sid>.json", lambda sid: self._one(self.messages, sid)),
            ("POST", "Calls.json", self._take_call),
            ("GET", "Calls.json", lambda: self._list("calls", self.calls)),
            ("GET", "Calls/<sid>.json", lambda sid: self._one(self.calls, sid)),
            ("GET", "Recordings.json", self._list_recordings),
            ("GET", "Recordings/<sid>.json", lambda sid: self._one(self.recordings, sid)),
            ("GET", "Recordings/<sid>.wav", self._sound),
            (
                "GET",
                "IncomingPhoneNumbers.json",
                lambda: self._list("incoming_phone_numbers", self.numbers),
            ),
            ("DELETE", "Recordings/<sid>.json", self._delete_recording),
            ("GET", "Messages/<message>/Media/<sid>", self._photo),
            ("DELETE", "Messages/<message>/Media/<sid>.json", self._delete_photo),
        ):
            name = f"{method} {path}".replace(".", "_")  # Flask wants no dot in it
            api.add_url_rule(f"/{path}", name, view, methods=[method])
        return api

    def record(self, sid: str, call_sid: str, seconds: int, sound: bytes) -> None:
        """Somebody left a message."""
        made_at = format_datetime(self._clock())
        with self._lock:
            recording = {
                "sid": sid,
                "account_sid": self.account_sid,
                "call_sid": call_sid,
                "status": "completed",
                "duration": str(seconds),
                "date_created": made_at,
                "source": "RecordVerb",
            }
            self._keep(self.recordings, recording)
            self.sounds[sid] = sound
            while len(self.sounds) > self._most_sounds:
                del self.sounds[next(iter(self.sounds))]

    def attach(self, content: bytes, kind: str) -> str:
        """Keep what came with a text; its id."""
        sid = "ME" + token_hex(16)
        with self._lock:
            self.photos[sid] = (content, kind)
            while len(self.photos) > self._most_sounds:
                del self.photos[next(iter(self.photos))]
        return sid

    def own_number(self, number: str, **webhooks: str) -> None:
        """The account holds this number; `webhooks`: what it asks, such as `voice_url`."""
        self.numbers.append(
            {
                "sid": "PN" + token_hex(16),
                "account_sid": self.account_sid,
                "phone_number": number,
                "date_created": format_datetime(self._clock()),
            }
            | webhooks
        )

    def _check(self) -> ResponseReturnValue | None:
        user = request.authorization
        given = f"{user.username}:{user.password}" if user else ""
        wanted = f"{self.account_sid}:{self._auth_token}"
        if self._auth_token and hmac.compare_digest(given.encode(), wanted.encode()):
            return None
        return refused(BAD_CREDENTIALS)

    def _take_text(self) -> ResponseReturnValue:
        form = request.form
        code = _wrong_number(form) or _wrong_words(form) or self._network.refuses_text(form)
        if code is not None:
            return refused(code)
        text = self._made("SM", form) | {
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": form["Body"],
            "status": "accepted" if "MessagingServiceSid" in form else "queued",
            "error_code": None,
            "num_segments": "1",
        }
        with self._lock:
            self._keep(self.messages, text)
            self._network.carry_text(text, form)
            return jsonify(text), 201

    def _take_call(self) -> ResponseReturnValue:
        form = request.form
        code = _wrong_number(form) or self._network.refuses_call(form)
        if code is not None:
            return refused(code)
        call = self._made("CA", form) | {"status": "queued"}
        with self._lock:
            self._keep(self.calls, call)
            self._network.carry_call(call, form)
            return jsonify(call), 201

    def _made(self, prefix: str, form: Form) -> Resource:
        return {
            "sid": prefix + token_hex(16),
            "account_sid": self.account_sid,
            "to": form["To"],
            "from": form.get("From"),
            "direction": "outbound-api",
            "date_created": format_datetime(self._clock()),
            "date_sent": None,  # until it has left the carrier's queue
        }

    def _keep(self, resources: list[Resource], made: Resource) -> None:
        resources.insert(0, made)
        del resources[self._most_kept :]

    def _list(self, name: str, resources: Iterable[Resource]) -> Response:
        page = max(request.args.get("Page", 0, int), 0)
        size = min(max(request.args.get("PageSize", 50, int), 1), LARGEST_PAGE)
        with self._lock:
            found = [resource for resource in resources if _wanted(resource)]
        more = len(found) > (page + 1) * size
        following = urlencode(request.args.to_dict() | {"PageSize": size, "Page": page + 1})
        return jsonify(
            {
                name: found[page * size : (page + 1) * size],
                "page": page,
                "page_size": size,
                "next_page_uri": f"{request.path}?{following}" if more else None,
            }
        )

    def _one(self, resources: Iterable[Resource], sid: str) -> ResponseReturnValue:
        with self._lock:
            found = next((one for one in resources if one["sid"] == sid), None)
            return jsonify(found) if found is not None else refused(NOT_FOUND)

    def _list_recordings(self) -> Response:
        """What is known of a deleted one stays, and is not listed."""
        with self._lock:
            kept = [one for one in self.recordings if one["status"] != DELETED]
        return self._list("recordings", kept)

    def _sound(self, sid: str) -> ResponseReturnValue:
        sound = self.sounds.get(sid)
        return refused(NOT_FOUND) if sound is None else Response(sound, mimetype="audio/x-wav")

    def _photo(self, message: str, sid: str) -> ResponseReturnValue:  # noqa: ARG002  (in the address)
        found = self.photos.get(sid)
        return refused(NOT_FOUND) if found is None else Response(found[0], mimetype=found[1])

    def _delete_photo(self, message: str, sid: str) -> ResponseReturnValue:  # noqa: ARG002  (in the address)
        gone = self.photos.pop(sid, None) is None
        return refused(NOT_FOUND) if gone else Response(status=204)

    def _delete_recording(self, sid: str) -> ResponseReturnValue:
        with self._lock:
            gone = self.sounds.pop(sid, None) is None
            for recording in self.recordings:
                if recording["sid"] == sid:
                    recording["status"] = DELETED
        return refused(NOT_FOUND) if gone else Response(status=204)


def refused(code: int) -> ResponseReturnValue:
    """An error as the carrier words it."""
    status = STATUSES.get(code, 400)
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": f"Refused with code {code}.", "more_info": more}
    return jsonify(body | {"status": status}), status


def _in_the_carriers_form(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    return jsonify({"code": status, "message": error.name, "status": status}), status


def _wrong_number(form: Form) -> int | None:
    to = form.get("To", "")
    if E164.fullmatch(to):
        return None
    return WRONG_NUMBER if to else NO_NUMBER


def _wrong_words(form: Form) -> int | None:
    words = form.get("Body", "")
    if not words:
        return NO_WORDS
    return TOO_LONG if len(words) > LONGEST_TEXT else None


def _wanted(resource: Resource) -> bool:
    """Whether the list that is asked for holds this one."""
    to, since = request.args.get("To"), request.args.get("DateCreated>")
    number = request.args.get("PhoneNumber")
    if (to is not None and resource.get("to") != to) or (
        number is not None and resource.get("phone_number") != number
    ):
        return False
    made_at = parsedate_to_datetime(resource["date_created"]) if since else None
    return made_at is None or made_at >= datetime.fromisoformat(since or "")

"""Only what the carrier signed comes in."""

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from flask import Blueprint, Flask, request
from flask.testing import FlaskClient
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from ivr.conversations import Conversation
from ivr.signature import HEADER, guard
from school.database import Database
from tests.support.clock import StandingClock
from tests.support.line import ADDRESS, SCHOOL, STRANGER, WholeLine, whole_line

TOKEN = "token-of-the-tests"
INSIDE = "http://10.0.0.7:8000"  # how a proxy reaches the line
CALL = {"CallSid": "CA" + "a" * 32, "From": STRANGER, "To": SCHOOL, "CallStatus": "ringing"}
FORM = CALL | {
    "MessageSid": "SM" + "a" * 32,
    "RecordingSid": "RE" + "a" * 32,
    "Body": "",
    "MessageStatus": "sent",
}


@dataclass
class Sender:
    """Somebody who posts to the line from behind its proxy."""

    client: FlaskClient

    def send(
        self,
        target: str = "/voice",
        *,
        signed_for: str | None = None,
        form: dict[str, str] | None = None,
        signed_form: dict[str, str] | None = None,
        token: str = TOKEN,
        signature: str | None = None,
    ) -> TestResponse:
        """Post this form to this target, signed for what is named or for the public address."""
        form = CALL if form is None else form
        made = RequestValidator(token).compute_signature(
            signed_for or ADDRESS + target, form if signed_form is None else signed_form
        )
        headers = {HEADER: made if signature is None else signature}
        return self.client.post(target, base_url=INSIDE, data=form, headers=headers)


@pytest.fixture
def sender(sqlite_line: WholeLine) -> Sender:
    return Sender(sqlite_line.app.test_client())


def webhooks(app: Flask) -> list[str]:
    """The address of every webhook of the carrier's."""
    rooms = ("voice", "sms", "recordings")
    return sorted(
        str(rule) for rule in app.url_map.iter_rules() if rule.endpoint.split(".")[0] in rooms
    )


def test_every_webhook_takes_what_is_signed_and_nothing_else(sqlite_line: WholeLine) -> None:
    addresses = webhooks(sqlite_line.app)
    assert {"/voice", "/voice/status", "/voice/fallback", "/sms", "/sms/status"} <= set(addresses)
    sender = Sender(sqlite_line.app.test_client())
    for address in addresses:
        unsigned = sender.client.post(address, base_url=INSIDE, data=FORM)
        assert unsigned.status_code == 403, address
        assert sender.send(address, form=FORM, token="another").status_code == 403, address
        assert sender.send(address, form=FORM).status_code in (200, 204), address
    assert {report["from_phone"] for report in sqlite_line.reports()} <= {STRANGER}


def test_what_is_refused_leaves_nothing_behind(sqlite_line: WholeLine) -> None:
    client = sqlite_line.app.test_client()
    client.post("/voice", data=CALL)
    client.post("/sms", data=FORM | {"Body": "Leo is sick today"})
    with sqlite_line.services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 0


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_no_other_method_gets_past_the_guard(sqlite_line: WholeLine, method: str) -> None:
    answer = sqlite_line.app.test_client().open("/voice", method=method, data=CALL)
    assert answer.status_code == 405


@pytest.mark.parametrize(
    "signature", ["", " ", "x", "L/OH5YylLD5NRKLltdqwSvS0BnU=", "é", "A" * 5000]
)
def test_a_signature_that_is_none_is_refused(sender: Sender, signature: str) -> None:
    assert sender.send(signature=signature).status_code == 403


def test_the_token_of_another_account_is_refused(sender: Sender) -> None:
    assert sender.send(token="the token of another account").status_code == 403


def test_a_line_without_a_token_refuses_everything(sqlite: Database, clock: StandingClock) -> None:
    line = whole_line(sqlite, clock, TWILIO_AUTH_TOKEN="")
    sender = Sender(line.app.test_client())
    assert sender.send(token="").status_code == 403
    assert sender.send(signature="").status_code == 403


def test_an_unsigned_field_more_or_less_is_refused(sender: Sender) -> None:
    assert sender.send(form=CALL | {"Digits": "1"}, signed_form=CALL).status_code == 403
    less = {name: value for name, value in CALL.items() if name != "From"}
    assert sender.send(form=less, signed_form=CALL).status_code == 403
    assert sender.send(form=CALL | {"From": SCHOOL}, signed_form=CALL).status_code == 403


def test_a_field_that_nobody_knows_yet_is_let_in(sender: Sender) -> None:
    assert sender.send(form=CALL | {"CallToken": "x" * 2000, "Neu": "ñ ü"}).status_code == 200


def test_blank_values_and_spaces_are_signed_as_they_came(sender: Sender) -> None:
    form = CALL | {"FromCity": "", "FromState": " ", "CallerName": " Maria  Lopez "}
    assert sender.send(form=form).status_code == 200


def test_repeated_names_are_signed_too(sender: Sender) -> None:
    pairs = [*CALL.items(), ("Tag", "b"), ("Tag", "a")]
    signature = RequestValidator(TOKEN).compute_signature(f"{ADDRESS}/voice", MultiDict(pairs))
    answer = sender.client.post(
        "/voice",
        base_url=INSIDE,
        data=urlencode(pairs),
        content_type="application/x-www-form-urlencoded",
        headers={HEADER: signature},
    )
    assert answer.status_code == 200


# --- the address that is signed --------------------------------------------------------------


def test_the_public_address_is_signed_and_not_the_one_behind_the_proxy(sender: Sender) -> None:
    assert sender.send(signed_for=f"{INSIDE}/voice").status_code == 403
    assert sender.send(signed_for=f"{ADDRESS}/voice").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "n=2&m=1",
        "m=1&n=2",
        "n=2&n=3",
        "n=2&empty=",
        "n=2&empty",
        "n=2&name=J%C3%B6&e=%7E",
        "n=2&name=J%c3%b6",
        "n=2&plus=a+b&space=a%20b",
        "n=2&mark=%26%3D%23",
        "n=2&&m=1",
    ],
)
def test_the_query_is_signed_as_it_came(sender: Sender, query: str) -> None:
    target = f"/voice/turn?{query}"
    assert sender.send(target).status_code == 200
    assert sender.send(target, signed_for=f"{ADDRESS}/voice/turn").status_code == 403


def test_a_query_in_another_order_is_another_request(sender: Sender) -> None:
    signed = f"{ADDRESS}/voice/turn?m=1&n=2"
    assert sender.send("/voice/turn?n=2&m=1", signed_for=signed).status_code == 403


def test_the_number_of_a_turn_cannot_be_changed(sender: Sender) -> None:
    signed = f"{ADDRESS}/voice/turn?n=1"
    assert sender.send("/voice/turn?n=2", signed_for=signed).status_code == 403


@pytest.mark.parametrize(
    "other",
    [
        "http://line.example.org/voice",
        "https://LINE.example.org/voice",
        "https://line.example.org/voice/",
        "https://line.example.org.evil.example/voice",
        "https://line.example.org/voice#rc=3",
    ],
)
def test_another_scheme_host_slash_or_a_fragment_is_another_address(
    sender: Sender, other: str
) -> None:
    assert sender.send(signed_for=other).status_code == 403


def test_the_carrier_may_name_the_port_or_leave_it_out(sender: Sender) -> None:
    assert sender.send(signed_for="https://line.example.org:443/voice").status_code == 200


def test_forwarded_headers_of_a_stranger_change_nothing(sqlite_line: WholeLine) -> None:
    headers = {
        HEADER: RequestValidator(TOKEN).compute_signature("https://evil.example/voice", CALL),
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Host": "evil.example",
    }
    answer = sqlite_line.app.test_client().post("/voice", data=CALL, headers=headers)
    assert answer.status_code == 403


def test_a_public_address_below_a_path_is_signed_with_it(
    sqlite: Database, clock: StandingClock
) -> None:
    public = "https://school.example.org/absence"
    line = whole_line(sqlite, clock, ABSENCE_LINE_PUBLIC_URL=public)
    sender = Sender(line.app.test_client())
    assert sender.send(signed_for=f"{public}/voice").status_code == 200
    assert sender.send(signed_for="https://school.example.org/voice").status_code == 403


def test_without_a_public_address_the_requests_own_counts(
    sqlite: Database, clock: StandingClock
) -> None:
    line = whole_line(sqlite, clock, ABSENCE_LINE_PUBLIC_URL="")
    sender = Sender(line.app.test_client())
    assert sender.send(signed_for=f"{INSIDE}/voice").status_code == 200
    assert sender.send(signed_for=f"{ADDRESS}/voice").status_code == 403


def test_a_request_line_may_hold_the_whole_address(sender: Sender) -> None:
    signature = RequestValidator(TOKEN).compute_signature(f"{ADDRESS}/voice/turn?n=2", CALL)
    answer = sender.client.post(
        "/voice/turn?n=2",
        base_url=INSIDE,
        data=CALL,
        headers={HEADER: signature},
        environ_overrides={
            "RAW_URI": f"{INSIDE}/voice/turn?n=2",
            "REQUEST_URI": f"{INSIDE}/voice/turn?n=2",
        },
    )
    assert answer.status_code == 200


def test_a_server_that_keeps_no_raw_address_still_checks_path_and_query(sender: Sender) -> None:
    signature = RequestValidator(TOKEN).compute_signature(f"{ADDRESS}/voice/turn?n=2&m=1", CALL)
    answer = sender.client.post(
        "/voice/turn?n=2&m=1",
        base_url=INSIDE,
        data=CALL,
        headers={HEADER: signature},
        environ_overrides={"RAW_URI": "", "REQUEST_URI": ""},
    )
    assert answer.status_code == 200


def guarded(tokens: tuple[str, ...], public_url: str) -> FlaskClient:
    """An app that is guarded and does nothing else."""
    app = Flask("guarded")
    hooks = Blueprint("hooks", __name__)
    for path in ("/voice", "/myapp.php"):
        hooks.add_url_rule(path, path[1:4], lambda: request.form["To"], methods=["POST"])
    guard(hooks, tokens, public_url)
    app.register_blueprint(hooks)
    return app.test_client()


def test_the_carriers_own_example_is_accepted() -> None:
    form = {
        "Digits": "1234",
        "To": "+18005551212",
        "From": "+14158675310",
        "Caller": "+14158675310",
        "CallSid": "CA1234567890ABCDE",
    }
    answer = guarded(("12345",), "https://example.com").post(
        "/myapp.php?foo=1&bar=2", data=form, headers={HEADER: "L/OH5YylLD5NRKLltdqwSvS0BnU="}
    )
    assert (answer.status_code, answer.text) == (200, "+18005551212")


def test_while_a_token_is_rotated_both_are_good() -> None:
    sender = Sender(guarded(("old", "", "new"), ADDRESS))
    answers = {token: sender.send(token=token).status_code for token in ("old", "new", "", "other")}
    assert answers == {"old": 200, "new": 200, "": 403, "other": 403}

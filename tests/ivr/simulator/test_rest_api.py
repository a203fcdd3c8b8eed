"""The carrier's server by itself; the real client asks it in tests/ivr/test_gateway.py."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ivr.simulator.rest_api import MOST_SOUNDS, Resource, RestApi
from ivr.simulator.sound import tone
from tests.ivr.simulator.parts import ACCOUNT, MOTHER, TOKEN
from tests.support.clock import StandingClock

Form = Mapping[str, str]
ROOT = f"/simulator/api/2010-04-01/Accounts/{ACCOUNT}"
WORDS = {"To": MOTHER, "From": "+17735348600", "Body": "Ref K74Q."}


class Street:
    """Telephones that take everything, but for the codes it is told."""

    def __init__(self) -> None:
        self.refused: dict[str, int] = {}
        self.texts: list[tuple[Resource, str | None]] = []
        self.calls: list[tuple[Resource, str | None]] = []

    def refuses_text(self, form: Form) -> int | None:
        return self.refused.get(form["To"])

    def refuses_call(self, form: Form) -> int | None:
        return self.refused.get(form["To"])

    def carry_text(self, text: Resource, form: Form) -> None:
        self.texts.append((text, form.get("StatusCallback")))

    def carry_call(self, call: Resource, form: Form) -> None:
        self.calls.append((call, form.get("Twiml")))


class Visitor(FlaskClient):
    """Somebody with the account's id and token."""

    def open(self, *args, **options):  # type: ignore[no-untyped-def]  # werkzeug's own
        """Ask, with id and token unless others are given."""
        return super().open(*args, **{"auth": (ACCOUNT, TOKEN), **options})


def visitor_of(api: RestApi) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(api.blueprint("/simulator/api"))
    app.test_client_class = Visitor
    return app.test_client()


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def street() -> Street:
    return Street()


@pytest.fixture
def api(clock: StandingClock, street: Street) -> RestApi:
    return RestApi(ACCOUNT, TOKEN, clock, street)


@pytest.fixture
def client(api: RestApi) -> FlaskClient:
    return visitor_of(api)


def test_a_text_is_taken_told_and_handed_on(client: FlaskClient, street: Street) -> None:
    taken = client.post(f"{ROOT}/Messages.json", data=WORDS | {"StatusCallback": "https://x/y"})
    assert taken.status_code == 201
    assert taken.get_json()["status"] == "queued"
    ((text, callback),) = street.texts
    assert (text["body"], callback) == ("Ref K74Q.", "https://x/y")
    text["status"] = "delivered"
    told = client.get(f"{ROOT}/Messages/{text['sid']}.json").get_json()
    assert told["status"] == "delivered"
    assert client.get(f"{ROOT}/Messages.json?To=%2B13125550142").get_json()["messages"] == [told]
    assert client.get(f"{ROOT}/Messages.json?To=%2B13125550143").get_json()["messages"] == []


def test_a_call_is_taken_told_and_handed_on(client: FlaskClient, street: Street) -> None:
    taken = client.post(f"{ROOT}/Calls.json", data=WORDS | {"Twiml": "<Response/>"}).get_json()
    ((call, twiml),) = street.calls
    assert (call["sid"], twiml) == (taken["sid"], "<Response/>")
    assert client.get(f"{ROOT}/Calls/{taken['sid']}.json").get_json() == taken


@pytest.mark.parametrize(
    ("wrong", "code", "status"),
    [
        ({"To": ""}, 21604, 400),
        ({"To": "3125550142"}, 21211, 400),
        ({"To": "+1"}, 21211, 400),
        ({"Body": ""}, 21602, 400),
        ({"Body": "x" * 1601}, 21617, 400),
        ({"To": "+13125550110"}, 21610, 400),
        ({"To": "+13125550111"}, 21611, 429),
    ],
)
def test_what_the_carrier_would_refuse_is_refused(
    client: FlaskClient, street: Street, wrong: Form, code: int, status: int
) -> None:
    street.refused = {"+13125550110": 21610, "+13125550111": 21611}
    answer = client.post(f"{ROOT}/Messages.json", data={**WORDS, **wrong})
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert street.texts == []


def test_a_call_to_nowhere_is_refused(client: FlaskClient, street: Street) -> None:
    street.refused = {"+13125550110": 21611}
    for to, code in (("", 21604), ("home", 21211), ("+13125550110", 21611)):
        answer = client.post(f"{ROOT}/Calls.json", data={"To": to, "Twiml": "<Response/>"})
        assert answer.get_json()["code"] == code
    assert street.calls == []


@pytest.mark.parametrize("user", [None, (ACCOUNT, ""), (ACCOUNT, "wrong"), ("AC1", TOKEN)])
def test_without_id_and_token_nothing_is_done(
    client: FlaskClient, street: Street, user: tuple[str, str] | None
) -> None:
    for method, path in (
        ("POST", "Messages.json"),
        ("GET", "Calls.json"),
        ("GET", "Recordings.json"),
    ):
        answer = client.open(f"{ROOT}/{path}", method=method, data=WORDS, auth=user)
        assert (answer.status_code, answer.get_json()["code"]) == (401, 20003)
    assert street.texts == []


def test_an_account_without_a_token_lets_nobody_in(clock: StandingClock, street: Street) -> None:
    app = Flask(__name__)
    app.register_blueprint(RestApi(ACCOUNT, "", clock, street).blueprint())
    path = ROOT.removeprefix("/simulator/api")
    assert app.test_client().get(f"{path}/Messages.json", auth=(ACCOUNT, "")).status_code == 401


@pytest.mark.parametrize("path", ["Messages/SM1.json", "Calls/CA1.json", "Recordings/RE1.wav"])
def test_what_is_not_there_is_not_found_in_the_carriers_form(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(f"{ROOT}/{path}")
    assert (answer.status_code, answer.get_json()["code"]) == (404, 20404)
    assert client.delete(f"{ROOT}/Recordings/RE1.json").get_json()["code"] == 20404


def test_a_list_is_read_page_by_page(client: FlaskClient) -> None:
    for number in range(5):
        client.post(f"{ROOT}/Messages.json", data=WORDS | {"Body": f"{number}"})
    bodies, path = [], f"{ROOT}/Messages.json?PageSize=2&To=%2B13125550142"
    while path:
        page = client.get(path).get_json()
        bodies += [message["body"] for message in page["messages"]]
        path = page["next_page_uri"]
    assert bodies == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize("query", ["PageSize=0", "PageSize=-3", "Page=-1", "PageSize=many&Page=x"])
def test_an_odd_page_is_the_first(client: FlaskClient, query: str) -> None:
    client.post(f"{ROOT}/Messages.json", data=WORDS)
    assert len(client.get(f"{ROOT}/Messages.json?{query}").get_json()["messages"]) == 1


def test_recordings_are_listed_from_a_moment_on(
    client: FlaskClient, api: RestApi, clock: StandingClock
) -> None:
    api.record("RE1", "CA1", 3, tone(3))
    since = clock() + timedelta(minutes=1)
    clock.go_on(minutes=2)
    api.record("RE2", "CA2", 4, tone(4))
    path = f"{ROOT}/Recordings.json"
    moment = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    for query, sids in (({}, ["RE2", "RE1"]), ({"DateCreated>": moment}, ["RE2"])):
        found = client.get(path, query_string=query).get_json()["recordings"]
        assert [recording["sid"] for recording in found] == sids
    assert client.get(f"{ROOT}/Recordings/RE2.wav").data == tone(4)
    assert client.delete(f"{ROOT}/Recordings/RE2.json").status_code == 204
    assert client.get(f"{ROOT}/Recordings/RE2.wav").status_code == 404


def test_the_oldest_is_forgotten_first(clock: StandingClock, street: Street) -> None:
    api = RestApi(ACCOUNT, TOKEN, clock, street, most_kept=3)
    client = visitor_of(api)
    for number in range(5):
        client.post(f"{ROOT}/Messages.json", data=WORDS | {"Body": f"{number}"})
    assert [message["body"] for message in api.messages] == ["4", "3", "2"]
    for number in range(MOST_SOUNDS + 2):
        api.record(f"RE{number}", "CA1", 1, b"")
    assert next(iter(api.sounds)) == "RE2"
    assert len(api.sounds) == MOST_SOUNDS
    assert len(api.recordings) == 3

"""`absence-line doctor`: what would keep the line from working is found before a family does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from console.doctor import (
    Check,
    Ill,
    address_is_ours,
    database_is_ready,
    examine,
    folder_has_room,
    messages_leave,
    number_asks_us,
    recordings_are_kept,
    roster_is_there,
    worker_lives,
)
from ivr.gateway import Gateway
from recordings.stores import store_at
from recordings.vault import Vault
from school.database import Database, DatabaseUnreachable, WrongSchema
from school.heartbeat import Heart
from tests.support.carrier_api import OUR_NUMBER, CarrierApi
from tests.support.carrier_wire import OURS, opened
from tests.support.clock import StandingClock
from tests.support.line import WholeLine
from tests.support.messages import letter, put
from tests.support.serving import serving

MOST = 5  # messages in a day
PUBLIC = "https://line.example.org"


@pytest.fixture
def api() -> CarrierApi:
    return CarrierApi()


@pytest.fixture
def gateway(api: CarrierApi) -> Iterator[Gateway]:
    with serving(api.app()) as address, opened(replace(OURS, api_url=address)) as one:
        yield one


def rightly_set() -> dict[str, str]:
    return {
        "voice_url": f"{PUBLIC}/voice",
        "voice_method": "POST",
        "voice_fallback_url": f"{PUBLIC}/voice/fallback",
        "status_callback": f"{PUBLIC}/voice/status",
        "sms_url": f"{PUBLIC}/sms",
        "sms_method": "POST",
    }


# The parts of our own


def test_every_part_gets_a_line_and_the_first_that_fails_stops_nothing() -> None:
    def ill() -> str:
        raise Ill("It is broken. Mend it.")

    findings = list(examine([Check("one", ill), Check("two", lambda: "Fine.")], (Ill,)))

    assert [(f.name, f.well, f.words) for f in findings] == [
        ("one", False, "It is broken. Mend it."),
        ("two", True, "Fine."),
    ]


def test_a_database_at_the_newest_migration_is_well(database: Database) -> None:
    assert "newest migration" in database_is_ready(database)


def test_a_database_without_a_schema_is_told_what_to_run(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with pytest.raises(WrongSchema, match="absence-line db upgrade"):
        database_is_ready(empty)
    empty.close()


def test_a_database_that_is_not_there_is_no_traceback(tmp_path: Path) -> None:
    missing = Database(f"sqlite:///{tmp_path / 'nowhere' / 'line.sqlite3'}")
    for look in (database_is_ready, roster_is_there):
        with pytest.raises(DatabaseUnreachable, match="cannot be opened"):
            look(missing)


def test_without_students_nobody_can_be_reported(database: Database) -> None:
    with pytest.raises(Ill, match="roster import"):
        roster_is_there(database)


def test_the_roster_is_counted(line: WholeLine) -> None:
    assert "students with" in roster_is_there(line.services.database)


def test_a_message_that_waits_says_that_no_worker_runs(
    database: Database, clock: StandingClock
) -> None:
    put(database, now=clock())
    clock.go_on(minutes=4)
    assert messages_leave(database, clock, MOST)

    clock.go_on(minutes=2)
    with pytest.raises(Ill, match=r"6 minutes.*absence-line worker"):
        messages_leave(database, clock, MOST)


def test_messages_held_back_for_their_number_are_told(
    database: Database, clock: StandingClock
) -> None:
    put(database, *(letter(f"m:{n}") for n in range(MOST + 1)), now=clock())
    with pytest.raises(Ill, match=r"More than 5 messages.*most_in_all"):
        messages_leave(database, clock, MOST)


def test_without_a_worker_nothing_is_sent(database: Database, clock: StandingClock) -> None:
    with pytest.raises(Ill, match=r"No worker.*absence-line worker"):
        worker_lives(database, clock)
    Heart(database, clock, "here:1").beat()
    assert worker_lives(database, clock) == "A worker is at work."
    clock.go_on(minutes=5)
    with pytest.raises(Ill, match="since 2026-11-24"):
        worker_lives(database, clock)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "free" in folder_has_room(tmp_path)
    with pytest.raises(Ill, match="missing cannot be written to"):
        folder_has_room(tmp_path / "missing")


# The carrier's side


def test_a_recording_can_be_kept_and_leaves_no_trace(tmp_path: Path) -> None:
    kept = recordings_are_kept(Vault(store_at(str(tmp_path)), ["a secret"]))
    assert kept == "A recording can be sealed, read and deleted."
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(Ill, match="Recordings cannot be kept"):
        recordings_are_kept(Vault(store_at(str(tmp_path / "file")), ["a secret"]))


def test_a_number_that_asks_this_line_is_well(api: CarrierApi, gateway: Gateway) -> None:
    api.own_number(OUR_NUMBER, **rightly_set())
    assert number_asks_us(gateway, OUR_NUMBER, PUBLIC) == f"{OUR_NUMBER} asks this line."


def test_what_is_only_advised_is_advised(api: CarrierApi, gateway: Gateway) -> None:
    api.own_number(OUR_NUMBER, **rightly_set() | {"voice_fallback_url": ""})
    assert "Advised, and not set: /voice/fallback." in number_asks_us(gateway, OUR_NUMBER, PUBLIC)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("voice_url", "https://demo.example.com/welcome", "a call comes in"),
        ("voice_method", "GET", "a call comes in is GET"),
        ("sms_url", "", "a message comes in"),
    ],
)
def test_a_number_that_asks_somebody_else_is_told(
    api: CarrierApi, gateway: Gateway, field: str, value: str, says: str
) -> None:
    api.own_number(OUR_NUMBER, **rightly_set() | {field: value})
    with pytest.raises(Ill, match=says):
        number_asks_us(gateway, OUR_NUMBER, PUBLIC)


def test_a_number_the_account_does_not_hold_is_told(api: CarrierApi, gateway: Gateway) -> None:
    api.own_number("+15005550009", **rightly_set())
    with pytest.raises(Ill, match="no number"):
        number_asks_us(gateway, OUR_NUMBER, PUBLIC)


def test_wrong_credentials_are_told(api: CarrierApi) -> None:
    with serving(api.app()) as address:
        account = replace(OURS, api_url=address, token="another")
        with opened(account) as one, pytest.raises(Ill, match="TWILIO_AUTH_TOKEN"):
            number_asks_us(one, OUR_NUMBER, PUBLIC)


def test_a_carrier_that_does_not_answer_is_told() -> None:
    with opened(replace(OURS, api_url="http://127.0.0.1:9")) as one, pytest.raises(Ill):
        number_asks_us(one, OUR_NUMBER, PUBLIC)


# The public address


def answers(healthz: int, voice: int) -> Callable[..., requests.Response]:
    """A way to ask that answers with these states, as a server out there would."""

    def ask(_method: str, url: str, **_: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = healthz if url.endswith("/healthz") else voice
        return response

    return ask


def test_an_address_that_leads_here_is_well() -> None:
    assert "leads here" in address_is_ours(PUBLIC, answers(200, 403))


@pytest.mark.parametrize(
    ("healthz", "voice", "says"), [(404, 403, "not this line"), (200, 200, "unsigned")]
)
def test_an_address_that_leads_elsewhere_is_told(healthz: int, voice: int, says: str) -> None:
    with pytest.raises(Ill, match=says):
        address_is_ours(PUBLIC, answers(healthz, voice))


def test_without_https_the_carrier_does_not_come() -> None:
    with pytest.raises(Ill, match="https"):
        address_is_ours("http://line.example.org", answers(200, 403))


def test_an_address_that_is_silent_is_told() -> None:
    def silent(*_: Any, **__: Any) -> requests.Response:
        raise requests.ConnectionError

    with pytest.raises(Ill, match="does not answer"):
        address_is_ours(PUBLIC, silent)


def test_the_lines_own_answers_are_what_the_doctor_expects(line: WholeLine) -> None:
    client = line.app.test_client()

    def ask(method: str, url: str, **_: Any) -> requests.Response:
        answer = client.open(url.removeprefix(PUBLIC), method=method)
        response = requests.Response()
        response.status_code = answer.status_code
        return response

    assert "leads here" in address_is_ours(PUBLIC, ask)

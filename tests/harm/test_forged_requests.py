"""Requests that were tampered with on the way, or signed for another purpose than they are sent.

What is signed and what is not: `tests/ivr/test_signature.py`. The same request twice:
`tests/ivr/test_nothing_doubled.py` and `tests/ivr/test_forgetting.py`. Addresses of media:
`tests/ivr/test_media.py`. Ids with paths in them: `tests/ivr/test_requests.py`, `test_media.py`.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from console.services import Services
from ivr.conversations import Conversation
from ivr.signature import HEADER
from recordings.pictures import Picture
from recordings.voicemails import Voicemail
from school.schedule import Every, Stop
from tests.support.carrier_api import ACCOUNT, VERSION, CarrierApi
from tests.support.line import (
    ADDRESS,
    KEIKOS_MOTHER,
    SCHOOL,
    STRANGER,
    WholeLine,
    settings,
)
from tests.support.serving import serving

TOKEN = "token-of-the-tests"
CALL = {"CallSid": "CA" + "a" * 32, "From": STRANGER, "To": SCHOOL, "CallStatus": "ringing"}
FORM = "application/x-www-form-urlencoded"
INSIDE = "http://10.0.0.7:8000"
FORWARDED = {
    "Forwarded": "for=192.0.2.1;host=evil.example;proto=http",
    "X-Forwarded-For": "192.0.2.1, 127.0.0.1",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Server": "evil.example",
    "X-HTTP-Method-Override": "GET",
    "X-Original-URL": "/staff/",
    "X-Rewrite-URL": "/staff/",
}


def signed(address: str = f"{ADDRESS}/voice", form: dict[str, str] | None = None) -> str:
    """The carrier's signature of this form at this address."""
    made = RequestValidator(TOKEN).compute_signature(address, CALL if form is None else form)
    return str(made)


@pytest.fixture
def client(sqlite_line: WholeLine) -> FlaskClient:
    return sqlite_line.app.test_client()


def conversations(line: WholeLine) -> int:
    with line.services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Conversation)) or 0


@pytest.mark.parametrize("name", FORWARDED)
def test_no_header_of_a_proxy_changes_what_is_checked_or_asked(
    client: FlaskClient, name: str
) -> None:
    """What the carrier signed comes in whatever it says; what it did not, stays out."""
    headers = {name: FORWARDED[name], "Host": "evil.example"}
    for base, status in ((ADDRESS, 200), ("http://evil.example", 403), (f"{ADDRESS}/evil", 403)):
        made = headers | {HEADER: signed(f"{base}/voice")}
        assert client.post("/voice", data=CALL, headers=made).status_code == status, base


@pytest.mark.parametrize("first", [True, False])
def test_two_signatures_are_none(client: FlaskClient, *, first: bool) -> None:
    """A server joins headers of one name by commas."""
    good, bad = signed(), signed(form={})
    both = [(HEADER, good), (HEADER, bad)] if first else [(HEADER, bad), (HEADER, good)]
    assert client.post("/voice", data=CALL, headers=both).status_code == 403
    assert client.post("/voice", data=CALL, headers=[(HEADER, good)] * 2).status_code == 403


@pytest.mark.parametrize("more", [("From", KEIKOS_MOTHER), ("CallSid", "CA2"), ("from", STRANGER)])
def test_a_field_that_comes_a_second_time_unsigned_is_refused(
    client: FlaskClient, more: tuple[str, str]
) -> None:
    for pairs in ([*CALL.items(), more], [more, *CALL.items()]):
        answer = client.post(
            "/voice", data=urlencode(pairs), content_type=FORM, headers={HEADER: signed()}
        )
        assert answer.status_code == 403


def test_a_field_in_the_address_is_none_of_the_form(
    client: FlaskClient, sqlite_line: WholeLine
) -> None:
    query = urlencode(CALL)
    unsigned = client.post(f"/voice?{query}", data=CALL, headers={HEADER: signed()})
    assert unsigned.status_code == 403
    made = signed(f"{ADDRESS}/voice?{query}", {})
    client.post(f"/voice?{query}", data={}, headers={HEADER: made})
    assert conversations(sqlite_line) == 0


def test_a_file_beside_the_signed_fields_is_not_read(
    client: FlaskClient, sqlite_line: WholeLine, tmp_path: Path
) -> None:
    """A body in parts may hold files, which no signature covers."""
    (tmp_path / "file").write_bytes(b"SpeechResult")
    with (tmp_path / "file").open("rb") as file:
        form = CALL | {"SpeechResult": (file, "words.txt")}
        answer = client.post("/voice", data=form, headers={HEADER: signed()})
    assert answer.status_code == 200
    assert b"SpeechResult" not in answer.data
    assert conversations(sqlite_line) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_signed_address_alone_opens_nothing(
    client: FlaskClient, sqlite_line: WholeLine, method: str
) -> None:
    """The carrier signs a body that is no form by its checksum, in the address."""
    body = json.dumps(CALL)
    checksum = hashlib.sha256(body.encode()).hexdigest()
    target = f"/voice?bodySHA256={checksum}"
    headers = {HEADER: signed(ADDRESS + target, {})}
    answer = client.open(
        target, method=method, data=body, content_type="application/json", headers=headers
    )
    assert answer.status_code == (200 if method == "POST" else 405)
    assert conversations(sqlite_line) == 0


# --- what belongs to somebody else ---------------------------------------------------------------


@pytest.fixture
def api() -> CarrierApi:
    return CarrierApi()


@pytest.fixture
def services(line: WholeLine, api: CarrierApi, tmp_path: Path) -> Iterator[Services]:
    """What a worker goes by, with the carrier's REST server on loopback."""
    with serving(api.app()) as address:
        ours = settings(TWILIO_API_URL=address, ABSENCE_LINE_RECORDINGS=str(tmp_path))
        yield Services(
            replace(ours, twilio_account_sid=ACCOUNT), line.clock, line.services.database
        )


@pytest.mark.parametrize(
    "account", ["AC" + "9" * 32, "../../Accounts/AC" + "9" * 32, "AC5/../../x", ""]
)
def test_nothing_is_fetched_from_another_account_or_server(
    line: WholeLine, api: CarrierApi, services: Services, account: str
) -> None:
    """Rightly signed: a request that names what is not ours must not lead us there."""
    evil = f"http://169.254.169.254/2010-04-01/Accounts/{account}"
    recorded = CALL | {"AccountSid": account, "RecordingSource": "RecordVerb"}
    recorded |= {"RecordingSid": "RE9", "RecordingUrl": f"{evil}/Recordings/RE9"}
    assert line.carrier.send("/recordings/finished", recorded).status == 204
    photo = {"NumMedia": "1", "MediaUrl0": f"{evil}/Media/ME9", "MediaContentType0": "image/png"}
    line.text("Keiko is out today", KEIKOS_MOTHER, MessageSid="MM9", AccountSid=account, **photo)
    jobs = [job for job in services.jobs(Stop()) if job.name in {"fetch", "pictures"}]
    assert len(jobs) == 2
    for job in jobs:
        assert isinstance(job, Every)
        job.run()
    assert {asked.path for asked in api.asked} == {
        f"{VERSION}/Recordings/RE9.wav",
        f"{VERSION}/Recordings/RE9.json",
        f"{VERSION}/Messages/MM9/Media/ME9",
    }
    with line.services.database.reading() as session:
        states = [
            *session.scalars(select(Voicemail.state)),
            *session.scalars(select(Picture.state)),
        ]
    assert states == ["received", "received"], "nothing came, and it is asked for again later"

"""The carrier's real client: what it asks over the wire, and what its errors become."""

import logging
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
import requests
from flask import Flask, Response, request

from ivr.gateway import Gateway
from ivr.spoken import spoken
from school.outbox import Kind, MessageStatus
from school.sending import Outgoing, Receipt, Refused, Sender, Unreachable
from tests.support.carrier_api import (
    ACCOUNT,
    OUR_NUMBER,
    TOKEN,
    VERSION,
    CarrierApi,
    error,
)
from tests.support.carrier_wire import OURS, VOICES, StubWire, opened, over_stub
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.messages import MOTHER, WORDS
from tests.support.serving import serving

DESCRIPTION = Path(__file__).parents[3] / "shared" / "twilio" / "twilio_api_v2010.subset.json"

TEXT = Outgoing("0b9e-uuid", Kind.TEXT, MOTHER, "en", WORDS, 14400)
CALL = replace(TEXT, kind=Kind.CALL)


SOUND = b"RIFF"


# What goes over the wire to the carrier itself


def test_a_text_as_the_carrier_gets_it() -> None:
    wire = StubWire()
    gateway = over_stub(replace(OURS, public_url="https://line.example.org/"), wire)
    assert gateway.send(TEXT) == "SM1"
    (asked,) = wire.requests
    assert asked.method == "POST"
    assert asked.url == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert wire.form == {
        "To": [MOTHER],
        "From": [OUR_NUMBER],
        "Body": [WORDS],
        "ValidityPeriod": ["14400"],
        "StatusCallback": ["https://line.example.org/sms/status?message=0b9e-uuid#rc=3&rp=all"],
    }
    expected = requests.Request("GET", "https://x", auth=(ACCOUNT, TOKEN)).prepare()
    assert asked.headers["Authorization"] == expected.headers["Authorization"]
    assert wire.timeouts == [10.0]


def test_without_a_public_address_no_receipt_is_asked_for() -> None:
    wire = StubWire()
    over_stub(OURS, wire).send(TEXT)
    assert "StatusCallback" not in wire.form


def test_a_messaging_service_takes_the_place_of_our_number() -> None:
    wire = StubWire()
    over_stub(replace(OURS, messaging_service="MG" + "7" * 32), wire).send(TEXT)
    assert wire.form["MessagingServiceSid"] == ["MG" + "7" * 32]
    assert "From" not in wire.form


def test_a_spoken_message_is_said_twice_by_the_voice_of_its_language() -> None:
    wire = StubWire(body=b'{"sid": "CA1"}')
    account = replace(OURS, public_url="https://line.example.org", messaging_service="MG1")
    assert over_stub(account, wire).send(replace(CALL, language="es", body="Gracias.")) == "CA1"
    assert urlsplit(wire.requests[0].url or "").path == f"{VERSION}/Calls.json"
    assert wire.form["From"] == [OUR_NUMBER]  # a service makes no calls
    assert wire.form["StatusCallback"] == [
        "https://line.example.org/sms/status?message=0b9e-uuid#rc=3&rp=all"
    ]
    response = ET.fromstring(wire.form["Twiml"][0])  # noqa: S314  (our own words)
    assert [(verb.tag, verb.text) for verb in response] == [
        ("Say", "Gracias."),
        ("Pause", None),
        ("Say", "Gracias."),
    ]
    assert response[0].attrib == {"voice": "Polly.Lupe-Neural", "language": "es-US"}


def test_a_spoken_message_is_a_document_whatever_is_in_it() -> None:
    twiml = spoken('A & B <Dial>+1900</Dial> "x" \x00\x08\ud800', VOICES["en"])
    say = ET.fromstring(twiml)[0]  # noqa: S314  (our own words)
    assert list(say) == []
    assert (say.text or "").startswith('A & B <Dial>+1900</Dial> "x"')


def test_the_longest_text_fits_into_a_call() -> None:
    assert len(spoken("x" * 1600, VOICES["en"])) <= 4000


def test_the_environment_does_not_move_us_to_another_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(os.environ, "TWILIO_EDGE", "dublin")
    monkeypatch.setitem(os.environ, "TWILIO_REGION", "ie1")
    wire = StubWire()
    over_stub(OURS, wire).send(TEXT)
    assert urlsplit(wire.requests[0].url or "").hostname == "api.twilio.com"


def test_another_server_may_stand_below_a_path(api: CarrierApi) -> None:
    outer = Flask("outer")
    inner = api.app()

    @outer.route("/simulator/api/<path:rest>", methods=["GET", "POST"])
    def passed_on(rest: str) -> Response:
        answer = inner.test_client().open(
            f"/{rest}",
            method=request.method,
            data=request.form.to_dict(),
            query_string=request.query_string,
            headers={"Authorization": request.headers["Authorization"]},
        )
        return Response(answer.data, answer.status_code, mimetype=answer.mimetype)

    with (
        serving(outer) as address,
        opened(replace(OURS, api_url=f"{address}/simulator/api/")) as gateway,
    ):
        sid = gateway.send(TEXT)
        assert gateway.status(Kind.TEXT, sid) == Receipt(sid, MessageStatus.SENT)
        api.add_recording("RE1", SOUND)
        assert gateway.fetch_recording("RE1").content == SOUND


def test_the_gateway_is_a_sender(gateway: Gateway) -> None:
    sender: Sender = gateway
    assert sender.send(TEXT)


# Finding again


def test_a_message_is_found_by_number_words_and_time(api: CarrierApi, gateway: Gateway) -> None:
    gateway.send(replace(TEXT, body="Something else."))
    sid = gateway.send(TEXT)
    gateway.send(replace(TEXT, to_phone="+17735550143"))
    since = A_SCHOOL_MORNING
    assert gateway.find(TEXT, since) == [sid]
    assert gateway.find(TEXT, since + timedelta(hours=23)) == [sid]  # our clock was fast
    assert gateway.find(TEXT, since + timedelta(hours=25)) == []
    assert gateway.find(replace(TEXT, body="Never sent."), since) == []
    assert api.asked[-1].query["To"] == MOTHER


def test_words_the_carrier_changed_are_known_again(api: CarrierApi, gateway: Gateway) -> None:
    """A trial account puts a sentence before them, and quotation marks may be swapped."""
    sid = gateway.send(replace(TEXT, body="Daniel’s report – “HKM2” – counts."))
    prefix = "Sent from your Twilio trial account - "
    api.messages[0]["body"] = f'{prefix}Daniel\'s report - "HKM2" - counts.'
    wanted = replace(TEXT, body="Daniel’s report – “HKM2” – counts.")
    assert gateway.find(wanted, A_SCHOOL_MORNING) == [sid]


def test_what_the_family_wrote_in_the_same_words_is_not_ours(
    api: CarrierApi, gateway: Gateway
) -> None:
    gateway.send(TEXT)
    api.messages[0]["direction"] = "inbound"
    assert gateway.find(TEXT, A_SCHOOL_MORNING) == []


def test_what_has_no_date_yet_may_be_the_one(api: CarrierApi, gateway: Gateway) -> None:
    sid = gateway.send(TEXT)
    api.messages[0]["date_created"] = None
    assert gateway.find(TEXT, A_SCHOOL_MORNING) == [sid]


def test_a_call_is_found_by_number_and_time(gateway: Gateway) -> None:
    sid = gateway.send(CALL)
    assert gateway.find(CALL, A_SCHOOL_MORNING) == [sid]
    assert gateway.find(CALL, A_SCHOOL_MORNING + timedelta(hours=25)) == []


def test_a_call_of_another_line_of_the_account_is_not_ours(
    api: CarrierApi, gateway: Gateway
) -> None:
    gateway.send(CALL)
    api.calls[0]["from"] = "+17735550177"
    assert gateway.find(CALL, A_SCHOOL_MORNING) == []


@pytest.mark.parametrize("word", ["failed", "undelivered"])
def test_what_the_carrier_has_lost_is_not_the_one_that_was_sent_anew(
    api: CarrierApi, gateway: Gateway, word: str
) -> None:
    gateway.send(TEXT)
    api.messages[0]["status"] = word
    assert gateway.find(TEXT, A_SCHOOL_MORNING) == []


def test_a_number_with_many_messages_is_searched_to_the_end(
    api: CarrierApi, gateway: Gateway
) -> None:
    sid = gateway.send(TEXT)
    api.messages[:0] = [dict(api.messages[0], body=f"{n}") for n in range(998)]
    assert gateway.find(TEXT, A_SCHOOL_MORNING) == [sid]


def test_a_search_that_did_not_see_all_does_not_say_that_nothing_was_sent(
    api: CarrierApi, gateway: Gateway
) -> None:
    gateway.send(TEXT)
    api.messages[:0] = [dict(api.messages[0], body=f"{n}") for n in range(1000)]
    with pytest.raises(Unreachable):
        gateway.find(TEXT, A_SCHOOL_MORNING)
    assert gateway.find(TEXT, A_SCHOOL_MORNING + timedelta(hours=25)) == []  # all are older


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (error(500, 20500), Unreachable),
        (Response("<html>", 200), Unreachable),
        (Response("[]", 200), Unreachable),
        (error(401, 20003), Refused),
        (error(429, 20429), Refused),
    ],
)
def test_a_search_that_fails_says_so(
    api: CarrierApi, gateway: Gateway, answer: Response, failure: type[Exception]
) -> None:
    """An empty list would be taken for "not sent", and the message would go twice."""
    api.instead = [lambda: answer]
    with pytest.raises(failure):
        gateway.find(TEXT, A_SCHOOL_MORNING)


# Recordings


def test_recordings_are_listed(api: CarrierApi, gateway: Gateway) -> None:
    api.add_recording("RE" + "1" * 32, SOUND, call_sid="CA" + "2" * 32)
    api.recordings.append(dict(api.recordings[0], sid="RE" + "3" * 32, duration="-1"))
    one, other = gateway.recordings(A_SCHOOL_MORNING - timedelta(hours=1))
    assert (one.sid, one.call_sid, one.status) == ("RE" + "1" * 32, "CA" + "2" * 32, "completed")
    assert (one.seconds, one.made_at) == (7, A_SCHOOL_MORNING)
    assert other.seconds is None
    assert api.asked[-1].query["DateCreated>"] == "2026-11-24T11:45:00Z"


def test_one_recording_is_asked_after(api: CarrierApi, gateway: Gateway) -> None:
    api.add_recording("RE" + "1" * 32, SOUND)
    known = gateway.recording("RE" + "1" * 32)
    assert known is not None
    assert (known.status, known.seconds, known.source) == ("completed", 7, "RecordVerb")
    gateway.delete_recording("RE" + "1" * 32)
    deleted = gateway.recording("RE" + "1" * 32)
    assert deleted is not None
    assert deleted.status == "deleted"
    assert gateway.recordings(A_SCHOOL_MORNING) == []
    assert gateway.recording("RE" + "9" * 32) is None


def test_the_carrier_tells_who_called_whom(api: CarrierApi, gateway: Gateway) -> None:
    call = {"sid": "CA" + "2" * 32, "from": "+13125550142", "to": "+17735348600"}
    api.calls.append(call)
    made = gateway.call_made(call["sid"])
    assert made is not None
    assert (made.from_phone, made.to_phone) == ("+13125550142", "+17735348600")
    assert gateway.call_made("CA" + "9" * 32) is None


def test_all_pages_of_a_list_are_read(api: CarrierApi, gateway: Gateway) -> None:
    for number in range(120):
        api.add_recording(f"RE{number:032x}", SOUND)
    assert len(gateway.recordings(A_SCHOOL_MORNING, page=50)) == 120
    assert [asked.query.get("Page", "0") for asked in api.asked] == ["0", "1", "2"]
    assert len(gateway.recordings(A_SCHOOL_MORNING)) == 120
    assert len(api.asked) == 4


def test_a_recording_is_deleted_and_may_be_gone_already(api: CarrierApi, gateway: Gateway) -> None:
    api.add_recording("RE1", SOUND)
    gateway.delete_recording("RE1")
    assert api.sounds == {}
    gateway.delete_recording("RE1")


def test_a_recording_that_may_not_be_deleted_says_so(api: CarrierApi, gateway: Gateway) -> None:
    api.instead = [lambda: error(403, 20003)]
    with pytest.raises(Refused):
        gateway.delete_recording("RE1")


# Secrets and families


def test_no_number_words_or_token_are_in_logs_errors_or_representations(
    api: CarrierApi, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    api.instead = [lambda: error(400, 21211)]
    with pytest.raises(Refused) as refused:
        gateway.send(TEXT)
    gateway.send(TEXT)
    gateway.find(TEXT, A_SCHOOL_MORNING)
    # werkzeug is the test's server; it logs the addresses it was asked for
    ours = [record for record in caplog.records if record.name != "werkzeug"]
    seen = "\n".join(record.getMessage() for record in ours)
    seen += repr(refused.value) + str(refused.value.__cause__) + repr(gateway.account)
    for secret in (MOTHER[-7:], WORDS, TOKEN):
        assert secret not in seen


# Against the carrier's own description


@pytest.mark.skipif(
    not DESCRIPTION.exists(),
    reason="The carrier's OpenAPI description is not beside this project: ../shared/twilio",
)
def test_every_request_and_every_answer_is_as_the_carrier_describes_it(api: CarrierApi) -> None:
    with (
        serving(api.app(DESCRIPTION)) as address,
        opened(replace(OURS, api_url=address, public_url="https://line.example.org")) as gateway,
        opened(replace(gateway.account, messaging_service="MG" + "7" * 32)) as service,
    ):
        text, call = gateway.send(TEXT), gateway.send(CALL)
        service.send(replace(TEXT, body="¡Gracias! " * 20))
        gateway.find(TEXT, A_SCHOOL_MORNING)
        gateway.find(CALL, A_SCHOOL_MORNING)
        gateway.status(Kind.TEXT, text)
        gateway.status(Kind.CALL, call)
        api.add_recording("RE" + "1" * 32, SOUND)
        gateway.recordings(A_SCHOOL_MORNING)
        gateway.delete_recording("RE" + "1" * 32)
        assert api.violations == []
        # and the check does see what is wrong
        gateway.status(Kind.TEXT, "SM1")
        api.messages[0]["status"] = "lost"
        assert gateway.status(Kind.TEXT, api.messages[0]["sid"]) is None
        nobody = {"From": OUR_NUMBER, "Body": WORDS}
        requests.post(f"{address}{VERSION}/Messages.json", nobody, auth=(ACCOUNT, TOKEN), timeout=5)
        assert len(api.violations) == 3

"""Sound and pictures: fetched by their id, limited, and our credentials kept to ourselves."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
import requests
from flask import Flask, Response, request

from ivr import media
from ivr.gateway import Gateway
from school.sending import Refused, Unreachable
from tests.support.carrier_api import (
    ACCOUNT,
    TOKEN,
    VERSION,
    CarrierApi,
    bare_server,
    error,
)
from tests.support.carrier_wire import OURS, StubWire, opened
from tests.support.serving import serving

SOUND = b"RIFF" + bytes(range(256)) * 40


def test_a_recording_is_fetched_by_its_id_with_our_credentials(
    api: CarrierApi, gateway: Gateway
) -> None:
    api.add_recording("RE1", SOUND)
    assert gateway.fetch_recording("RE1") == media.Media(SOUND, "audio/x-wav")
    assert api.asked[-1].path == f"{VERSION}/Recordings/RE1.wav"
    assert api.asked[-1].user == (ACCOUNT, TOKEN)


@pytest.mark.parametrize("sid", ["RE404", "../Messages", "..%2f", "RE1/../RE2", "a b", "é"])
def test_a_recording_that_is_not_there(api: CarrierApi, gateway: Gateway, sid: str) -> None:
    with pytest.raises((media.NotThere, Refused)):
        gateway.fetch_recording(sid)
    assert all(".." not in asked.path for asked in api.asked)


def test_a_recording_that_is_too_large_is_not_read_to_its_end(
    api: CarrierApi, gateway: Gateway
) -> None:
    api.add_recording("RE1", SOUND)
    assert gateway.fetch_recording("RE1", max_bytes=len(SOUND)).content == SOUND
    with pytest.raises(media.TooLarge):
        gateway.fetch_recording("RE1", max_bytes=len(SOUND) - 1)


def test_a_recording_of_unannounced_length_is_cut_off_too(api: CarrierApi) -> None:
    sent: list[int] = []

    def without_end() -> Iterator[bytes]:
        for _ in range(10_000):
            sent.append(1)
            yield bytes(65536)

    api.instead = [lambda: Response(without_end(), mimetype="audio/x-wav")]
    with (
        serving(api.app()) as address,
        opened(replace(OURS, api_url=address)) as gateway,
        pytest.raises(media.TooLarge),
    ):
        gateway.fetch_recording("RE1", max_bytes=1_000_000)
    assert len(sent) < 1000


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (error(500, None), Unreachable),
        (error(401, None), Refused),
        (error(429, None), Refused),
        (error(410, None), media.NotThere),
        (error(302, None, Location="/2010-04-01/loop"), media.NotThere),
        (error(302, None, Location="http://127.0.0.1:1/"), Unreachable),
    ],
)
def test_a_recording_that_cannot_be_had(
    api: CarrierApi, gateway: Gateway, answer: Response, failure: type[Exception]
) -> None:
    api.instead = [lambda: answer]
    with pytest.raises(failure):
        gateway.fetch_recording("RE1")


def test_a_server_that_stops_in_the_middle_of_a_recording() -> None:
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nRIFF"
    with (
        bare_server(begun) as (address, _),
        opened(replace(OURS, api_url=address, timeout=1)) as gateway,
        pytest.raises(Unreachable),
    ):
        gateway.fetch_recording("RE1")


def test_a_recording_that_does_not_come_is_given_up(api: CarrierApi) -> None:
    go_on = Event()

    def late() -> Response:
        go_on.wait(5)
        return Response(status=204)

    api.instead = [late]
    with serving(api.app()) as address:
        with (
            opened(replace(OURS, api_url=address, timeout=0.2)) as gateway,
            pytest.raises(Unreachable),
        ):
            gateway.fetch_recording("RE1")
        go_on.set()


def test_redirects_without_end_are_given_up(api: CarrierApi, gateway: Gateway) -> None:
    api.instead = [lambda: error(302, None, Location="/again")] * 50
    with pytest.raises(Unreachable):
        gateway.fetch_recording("RE1")
    assert len(api.asked) == 6


def test_our_credentials_go_to_no_other_host(
    api: CarrierApi, gateway: Gateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not ours, and none that the machine has lying about for that host."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setitem(os.environ, "NETRC", str(netrc))
    headers: list[dict[str, str]] = []
    other = Flask("other")

    @other.get("/picture")
    def picture() -> Response:
        headers.append(dict(request.headers))
        return Response(b"\xff\xd8\xff", mimetype="image/jpeg")

    with serving(other) as elsewhere:
        api.pictures["ME1"] = f"{elsewhere}/picture?signed=1"
        fetched = gateway.fetch_picture("MM1", "ME1")
    assert fetched == media.Media(b"\xff\xd8\xff", "image/jpeg")
    assert api.asked[-1].user == (ACCOUNT, TOKEN)
    assert len(headers) == 1
    assert "Authorization" not in headers[0]


def test_a_carrier_with_tls_sends_us_to_no_host_without() -> None:
    wire = StubWire(302, headers={"Location": "http://elsewhere.example.org/picture"})
    in_the_open = StubWire(200)
    session = requests.Session()
    session.mount("https://", wire)
    session.mount("http://", in_the_open)
    with pytest.raises(Unreachable):
        Gateway(OURS, session).fetch_picture("MM1", "ME1")
    assert len(wire.requests) == 1
    assert in_the_open.requests == []

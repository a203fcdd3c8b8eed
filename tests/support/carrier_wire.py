"""The gateway with the real client: to a server on loopback, or over a wire that is none."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import requests
from requests.adapters import BaseAdapter

from flows.school_facts import Language, SchoolText
from ivr.gateway import Account, Gateway
from tests.support.carrier_api import ACCOUNT, OUR_NUMBER, TOKEN

VOICES = {
    "en": Language("en-US", "Polly.Joanna-Neural", "1", SchoolText("For English, press 1.")),
    "es": Language("es-US", "Polly.Lupe-Neural", "2", SchoolText("Para español, oprima 2.")),
}
OURS = Account(ACCOUNT, TOKEN, OUR_NUMBER, VOICES)


@contextmanager
def opened(account: Account) -> Iterator[Gateway]:
    """A gateway that is closed at the end of the block."""
    gateway = Gateway(account)
    yield gateway
    gateway.close()


class StubWire(BaseAdapter):
    """Takes the place of the network: keeps each request, and answers all of them alike."""

    def __init__(
        self,
        status: int = 201,
        body: bytes = b'{"sid": "SM1"}',
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.status, self.body, self.headers = status, body, headers or {}
        self.requests: list[requests.PreparedRequest] = []
        self.timeouts: list[object] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]  # the rest is of no matter here
        """Keep the request, and answer."""
        self.requests.append(request)
        self.timeouts.append(options["timeout"])
        response = requests.Response()
        response.status_code, response.raw = self.status, io.BytesIO(self.body)
        response.headers.update(self.headers)
        response.url, response.request = request.url or "", request
        return response

    def close(self) -> None:
        """Nothing is open."""

    @property
    def form(self) -> dict[str, list[str]]:
        """The fields of the first request."""
        body = self.requests[0].body
        return parse_qs(body if isinstance(body, str) else "", keep_blank_values=True)


def over_stub(account: Account, wire: StubWire) -> Gateway:
    """A gateway whose requests to the carrier itself go over this wire."""
    session = requests.Session()
    session.mount("https://api.twilio.com/", wire)
    return Gateway(account, session)

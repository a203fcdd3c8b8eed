"""Fetches sound and pictures from the carrier: known address, limited size, limited time.

The carrier may answer with the address of another host. Our credentials are for the carrier and
go to no other; whoever is on the way gets to see none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from ivr.carrier_codes import refusal
from school.sending import Unreachable

MOST_REDIRECTS = 5
LONGEST_FETCH = 60.0  # seconds in all; the time-out alone would let a slow drip hold a worker
CHUNK = 64 * 1024


class NotThere(Exception):
    """The carrier has no such recording or picture: not yet, or no longer."""


class TooLarge(Exception):
    """It is larger than what may be fetched."""


@dataclass(frozen=True, slots=True)
class Media:
    """Sound or a picture, and what the carrier says it is."""

    content: bytes
    content_type: str


class NoCredentials(AuthBase):
    """Sends none; without this, `requests` would look for some in the user's .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request as it is."""
        return request


def fetch(
    session: requests.Session,
    url: str,
    credentials: HTTPBasicAuth,
    timeout: float,
    max_bytes: int,
) -> Media:
    """Fetch what is at this address of the carrier's.

    Raises:
        NotThere: there is nothing, or not yet.
        TooLarge: it has more than `max_bytes`.
        Refused: the carrier does not let us have it.
        Unreachable: it did not answer, or not in time.
    """
    home = _origin(url)
    end = monotonic() + LONGEST_FETCH
    for _ in range(MOST_REDIRECTS + 1):
        if home[0] == "https" and not url.startswith("https://"):
            raise Unreachable(maybe_sent=False)  # nothing of a family's travels in the open
        auth = credentials if _origin(url) == home else NoCredentials()
        try:
            with session.get(
                url, auth=auth, timeout=timeout, stream=True, allow_redirects=False
            ) as response:
                if not response.is_redirect:
                    return _read(response, max_bytes, end)
                url = urljoin(url, response.headers["Location"])
        except requests.RequestException:
            raise Unreachable(maybe_sent=False) from None
    raise Unreachable(maybe_sent=False)


def _read(response: requests.Response, max_bytes: int, end: float) -> Media:
    if response.status_code in (404, 410):
        raise NotThere
    if not response.ok:
        raise refusal(response.status_code, None, maybe_sent=False)
    if _announced(response.headers) > max_bytes:
        raise TooLarge
    content = bytearray()
    for chunk in response.iter_content(CHUNK):
        content += chunk
        if len(content) > max_bytes:
            raise TooLarge
        if monotonic() > end:
            raise Unreachable(maybe_sent=False)
    return Media(bytes(content), response.headers.get("Content-Type", ""))


def _announced(headers: Mapping[str, str]) -> int:
    length = headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port

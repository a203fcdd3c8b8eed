"""The carrier's REST server behind a few functions. The only module that imports its client.

Everything is fetched by its id, from the configured server, within a time-out (the client has
none of its own). The carrier's errors come out as `Refused` and `Unreachable`, without the
address, number or words of the request.
"""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

import requests
from requests.auth import HTTPBasicAuth
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from flows.school_facts import Language
from flows.texting import thrifty
from ivr import media
from ivr.carrier_codes import call_receipt, refusal, text_receipt
from ivr.finding import MOST_SEARCHED, our_calls, our_texts
from ivr.spoken import Again, address, spoken
from ivr.twiml import RETRIED
from school.outbox import Kind
from school.sending import Outgoing, Receipt, Refused, Trouble, Unreachable

CARRIER = "https://api.twilio.com"
VERSION = "2010-04-01"
NOT_FOUND = (404, 20404)
RECEIPTS = "/sms/status"  # of texts and of spoken messages alike
LARGEST_PAGE = 1000  # of the carrier's lists
RING_SECONDS = 30
LONGEST_RECORDING = 64_000_000  # bytes: an hour and more, where a message is cut at two minutes
LARGEST_PICTURE = 10_000_000  # bytes; the carrier takes five million
SID = re.compile(r"[A-Za-z0-9:_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Account:
    """Our account with the carrier, and how to reach it."""

    sid: str
    token: str = field(repr=False)
    from_number: str  # texts and calls come from it
    voices: Mapping[str, Language]
    messaging_service: str | None = None  # texts come from one of its numbers instead
    api_url: str | None = None  # another server that answers as the carrier does
    public_url: str | None = None  # ours; without one no receipt reaches us
    hear_again: Mapping[str, str] = field(default_factory=dict)  # the offer, by language
    timeout: float = 10.0  # seconds to connect, and again between two packets


@dataclass(frozen=True, slots=True)
class Recording:
    """What the carrier knows of a recording it keeps."""

    sid: str
    call_sid: str
    status: str
    seconds: int | None
    made_at: datetime
    source: str | None = None  # "RecordVerb" for a message


@dataclass(frozen=True, slots=True)
class CallMade:
    """Who called whom, as the carrier wrote it down."""

    from_phone: str
    to_phone: str


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What one of the account's numbers is set to ask, and how: addresses and HTTP methods."""

    voice: str
    voice_method: str
    voice_fallback: str
    status: str
    text: str
    text_method: str


class Wire(TwilioHttpClient):  # type: ignore[misc]  # the SDK ships no types
    """The client's way to the server: to the configured one, and silent.

    A request is never repeated: the client's own retries stay off.
    """

    def __init__(self, server: str, session: requests.Session, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self.session = session
        self._server = server

    def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        """Make the request, at our server."""
        return super().request(method, self._server + url.removeprefix(CARRIER), *args, **options)

    def log_request(self, kwargs: Mapping[str, object]) -> None:
        """Nothing: the client would log the numbers in the address."""

    def log_response(self, status_code: int, response: object) -> None:
        """Nothing."""


class Gateway:
    """Sends texts and spoken messages, and fetches what the carrier keeps for us."""

    def __init__(self, account: Account, session: requests.Session | None = None) -> None:
        # Its DEBUG lines hold whole addresses, with the numbers in them.
        logging.getLogger("urllib3").setLevel(logging.INFO)
        self.account = account
        self._server = (account.api_url or CARRIER).rstrip("/")
        self._session = session or requests.Session()
        self._client = Client(
            account.sid,
            account.token,
            http_client=Wire(self._server, self._session, account.timeout),
            environment={"TWILIO_EDGE": ""},  # else variables of that name change the server
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def send(self, message: Outgoing) -> str:
        """Hand a message to the carrier, once; its id there. See `school.sending.Sender`."""
        with _errors(sending=True):
            made = self._text(message) if message.kind is Kind.TEXT else self._call(message)
            if made.sid:
                return str(made.sid)
        raise Unreachable(maybe_sent=True)  # an answer without the id of what it took

    def find(self, message: Outgoing, since: datetime) -> Sequence[str]:
        """What the carrier took for this number in these words since then, the newest first.

        Searched by number alone: a message still in the carrier's queue has no date of sending
        by which it could be asked for. A day more than `since` tells, for the clock that told it
        may have been put right; but nothing that the carrier has lost, which was sent anew. Of a
        call no words are known: all of our own are found.
        """
        with _errors():
            if message.kind is Kind.CALL:
                calls = self._client.calls.list(to=message.to_phone, limit=MOST_SEARCHED)
                return our_calls(calls, self.account.from_number, since)
            texts = self._client.messages.list(to=message.to_phone, limit=MOST_SEARCHED)
            return our_texts(texts, message.body, since)

    def status(self, kind: Kind, provider_id: str) -> Receipt | None:
        """The carrier's word on what it took; None when it knows nothing of it."""
        try:
            with _errors():
                if kind is Kind.CALL:
                    call = self._client.calls(_sid(provider_id)).fetch()
                    return call_receipt(provider_id, call.status)
                text = self._client.messages(_sid(provider_id)).fetch()
                return text_receipt(provider_id, text.status, text.error_code)
        except Refused as refused:
            if refused.code in NOT_FOUND:
                return None
            raise

    def recordings(self, since: datetime, page: int = LARGEST_PAGE) -> list[Recording]:
        """All recordings the carrier has made since then, the newest first.

        All of them: other lines of the account may keep theirs there. `page`: as many are asked
        for at once.

        Raises:
            Refused: the carrier answered no.
            Unreachable: it did not answer.
        """
        with _errors():
            found = self._client.recordings.list(date_created_after=since, page_size=page)
            return [_recording(one) for one in found]

    def recording(self, sid: str) -> Recording | None:
        """What the carrier knows of one recording; None when it knows nothing of it.

        Raises:
            Refused: the carrier answered no.
            Unreachable: it did not answer.
        """
        try:
            with _errors():
                return _recording(self._client.recordings(_sid(sid)).fetch())
        except Refused as refused:
            if refused.code in NOT_FOUND:
                return None
            raise

    def call_made(self, sid: str) -> CallMade | None:
        """Who called whom in this call; None when the carrier knows nothing of it.

        Raises:
            Refused: the carrier answered no.
            Unreachable: it did not answer.
        """
        try:
            with _errors():
                call = self._client.calls(_sid(sid)).fetch()
                return CallMade(str(call._from or ""), str(call.to or ""))  # noqa: SLF001  (its only name)
        except Refused as refused:
            if refused.code in NOT_FOUND:
                return None
            raise

    def webhooks(self, number: str) -> Webhooks | None:
        """What this number asks when somebody calls or texts; None when it is not the account's.

        Raises:
            Refused: the carrier answered no, as it does to wrong credentials.
            Unreachable: it did not answer.
        """
        with _errors():
            for found in self._client.incoming_phone_numbers.list(phone_number=number, limit=1):
                return Webhooks(
                    voice=found.voice_url or "",
                    voice_method=found.voice_method or "",
                    voice_fallback=found.voice_fallback_url or "",
                    status=found.status_callback or "",
                    text=found.sms_url or "",
                    text_method=found.sms_method or "",
                )
        return None

    def fetch_recording(self, sid: str, max_bytes: int = LONGEST_RECORDING) -> media.Media:
        """The sound of a recording. For what it raises, see `ivr.media.fetch`."""
        return self._fetch(f"Recordings/{_sid(sid)}.wav", max_bytes)

    def fetch_picture(
        self, message_sid: str, sid: str, max_bytes: int = LARGEST_PICTURE
    ) -> media.Media:
        """A picture that came with a text. For what it raises, see `ivr.media.fetch`."""
        return self._fetch(f"Messages/{_sid(message_sid)}/Media/{_sid(sid)}", max_bytes)

    def delete_picture(self, message_sid: str, sid: str) -> None:
        """Delete the carrier's copy of a picture; it may be gone already.

        Raises:
            Refused: the carrier answered no.
            Unreachable: it did not answer.
        """
        try:
            with _errors():
                self._client.messages(_sid(message_sid)).media(_sid(sid)).delete()
        except Refused as refused:
            if refused.code not in NOT_FOUND:
                raise

    def delete_recording(self, sid: str) -> None:
        """Delete the carrier's copy; it may be gone already.

        Raises:
            Refused: the carrier answered no.
            Unreachable: it did not answer.
        """
        try:
            with _errors():
                self._client.recordings(_sid(sid)).delete()
        except Refused as refused:
            if refused.code not in NOT_FOUND:
                raise

    def _fetch(self, path: str, max_bytes: int) -> media.Media:
        account = self.account
        url = f"{self._server}/{VERSION}/Accounts/{quote(account.sid, safe='')}/{path}"
        credentials = HTTPBasicAuth(account.sid, account.token)
        return media.fetch(self._session, url, credentials, account.timeout, max_bytes)

    def _text(self, message: Outgoing) -> Any:
        service = self.account.messaging_service
        sender = {"messaging_service_sid": service} if service else self._from_number()
        return self._client.messages.create(
            to=message.to_phone,
            body=thrifty(message.body),
            validity_period=message.valid_seconds,
            **sender,
            **self._receipts(message),
        )

    def _call(self, message: Outgoing) -> Any:
        return self._client.calls.create(
            to=message.to_phone,
            twiml=spoken(
                message.body, self.account.voices.get(message.language), self._again(message)
            ),
            timeout=RING_SECONDS,
            **self._from_number(),
            **self._receipts(message),
        )

    def _again(self, message: Outgoing) -> Again | None:
        """How to hear the message again; None where no webhook of ours could be reached."""
        base, offer = self.account.public_url, self.account.hear_again.get(message.language)
        return Again(offer, address(base, message.uuid)) if base and offer else None

    def _from_number(self) -> dict[str, str]:
        return {"from_": self.account.from_number}

    def _receipts(self, message: Outgoing) -> dict[str, str]:
        base = self.account.public_url
        if base is None:
            return {}
        address = f"{base.rstrip('/')}{RECEIPTS}?message={message.uuid}{RETRIED}"
        return {"status_callback": address}


@contextmanager
def _errors(*, sending: bool = False) -> Iterator[None]:
    """Turn the client's errors into ours, which hold nothing of the request."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as error:
        raise refusal(error.status, error.code, maybe_sent=sending) from None
    except TwilioException as error:
        # A list that failed; the client keeps the answer as the error's second argument.
        answer = next((arg for arg in error.args if isinstance(arg, Response)), None)
        status = answer.status_code if answer is not None else 500
        raise refusal(status, None, maybe_sent=sending) from None
    except requests.RequestException as error:
        raise Unreachable(maybe_sent=sending and not _never_left(error)) from None
    except (ValueError, TypeError, KeyError, AttributeError):
        # Something answered, and not as the carrier does.
        raise Unreachable(maybe_sent=sending) from None


def _recording(one: Any) -> Recording:
    return Recording(
        sid=one.sid,
        call_sid=one.call_sid,
        status=one.status,
        seconds=int(one.duration) if str(one.duration).isdecimal() else None,
        made_at=one.date_created,
        source=one.source,
    )


def _never_left(error: requests.RequestException) -> bool:
    """True when the request certainly did not reach the server: there was no connection."""
    if isinstance(error, requests.ConnectTimeout | ValueError):  # no time, or no such address
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError | ProxyError)


def _sid(sid: str) -> str:
    """The carrier's id, fit to stand in an address.

    Raises:
        Refused: it is none; it came from a request and goes no further.
    """
    if SID.fullmatch(sid) is None:
        raise Refused(Trouble.FINAL, NOT_FOUND[-1])
    return sid

"""The carrier: calls the webhooks, plays the TwiML that comes back, and does as the family does.

Follows the carrier's rules where they bite: a gather takes no more digits than it asked for, a
`#` before any digit is no input, speech that wins ends the keys, a document that ends hangs up,
and a hang-up in a prompt posts no more than the status callback.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from secrets import token_hex
from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from flask import Flask
from twilio.request_validator import RequestValidator

Form = dict[str, str]
MOST_REDIRECTS = 10  # on end, without the family doing anything
RECORD_VERB = "RecordVerb"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a webhook answered."""

    status: int
    content_type: str
    body: str


Post = Callable[[str, Form, dict[str, str]], Reply]
"""Sends a form to an address with these headers; how is up to who hands it in."""


def in_process(app: Flask, base_url: str) -> Post:
    """A way to send forms to an app in this process, as if they came to its public address."""

    def post(address: str, form: Form, headers: dict[str, str]) -> Reply:
        path = address.removeprefix(base_url.rstrip("/"))
        # A client for each request: the carrier keeps no cookies that the line would need.
        response = app.test_client().post(path, base_url=base_url, data=form, headers=headers)
        return Reply(response.status_code, response.content_type, response.get_data(as_text=True))

    return post


class WebhookFailed(Exception):
    """A webhook answered with an error, or with what is no TwiML."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One Say, as it would be heard."""

    text: str
    language: str
    voice: str


def said(say: ET.Element) -> Spoken:
    """The words of a Say."""
    return Spoken("".join(say.itertext()), say.get("language", ""), say.get("voice", ""))


@dataclass(frozen=True, slots=True)
class Carrier:
    """One account at the carrier, and the addresses its number calls.

    `base_url` is the line's public address. `on_document` sees every TwiML document, so that a
    test can check each against the grammar. `on_recording` gets the id, the CallSid and the
    seconds of each message, before the line hears of it.
    """

    post: Post
    base_url: str
    auth_token: str
    account_sid: str = "AC" + "0" * 32
    on_document: Callable[[ET.Element], None] = field(default=lambda _document: None)
    on_recording: Callable[[str, str, int], None] = field(default=lambda *_recording: None)

    def dial(self, from_: str, to: str, **fields: str) -> "Call":
        """Call the line from this number; the call has been answered and its greeting played."""
        call = Call(self, from_, to, fields)
        call.begin()
        return call

    def text(self, from_: str, to: str, body: str, **fields: str) -> list[str]:
        """Send a text to the line.

        Returns:
            The texts that the line answers with.
        """
        form = {
            "MessageSid": "SM" + token_hex(16),
            "AccountSid": self.account_sid,
            "From": from_,
            "To": to,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
            "ApiVersion": "2010-04-01",
        } | fields
        form = {"SmsSid": form["MessageSid"], "SmsMessageSid": form["MessageSid"]} | form
        document = self.document(self.send("/sms", form))
        return ["".join(message.itertext()) for message in document.iter("Message")]

    def attached(self, sid: str, kind: str) -> dict[str, str]:
        """The fields of a text that brings this along, with the carrier's address of it."""
        folder = f"https://api.twilio.com/2010-04-01/Accounts/{self.account_sid}/Messages"
        address = f"{folder}/MM{token_hex(16)}/Media/{sid}"
        return {"NumMedia": "1", "MediaUrl0": address, "MediaContentType0": kind}

    def send(self, path: str, form: Form, **headers: str) -> Reply:
        """Post a signed form to an address of the line, as the carrier does."""
        address = urljoin(self.base_url, path).partition("#")[0]
        signature = RequestValidator(self.auth_token).compute_signature(address, form)
        return self.post(address, form, {"X-Twilio-Signature": signature} | headers)

    def document(self, reply: Reply) -> ET.Element:
        """The TwiML of a reply.

        Raises:
            WebhookFailed: it is an error, or no TwiML.
        """
        if reply.status != 200 or "xml" not in reply.content_type:
            raise WebhookFailed(f"The line answered {reply.status} {reply.content_type}.")
        try:
            # Our own line's answer; nothing from elsewhere reaches this parser.
            document = ET.fromstring(reply.body)  # noqa: S314
        except ET.ParseError as error:
            raise WebhookFailed(f"The line's answer is no XML: {error}.") from error
        self.on_document(document)
        return document


class Call:
    """One call, from the family's end."""

    def __init__(self, carrier: Carrier, from_: str, to: str, fields: Form) -> None:
        self.sid = "CA" + token_hex(16)
        self.carrier = carrier
        self.heard: list[Spoken] = []  # since the call began
        self.latest: list[Spoken] = []  # since the family last did something
        self.waiting: ET.Element | None = None  # the Gather, Record or Dial that is open
        self.over = False
        self.requests: list[tuple[str, Form]] = []
        self._from, self._to, self._fields = from_, to, fields
        self._rest: list[ET.Element] = []  # the verbs after the open one

    def begin(self) -> None:
        """The line answers."""
        self._ask("/voice", CallStatus="ringing")

    @property
    def prompt(self) -> str:
        """All that was said since the family last did something."""
        return " ".join(spoken.text for spoken in self.latest)

    def says(self, words: str, confidence: str = "0.9") -> "Call":
        """Speak at the open question."""
        gather = self._open("Gather")
        if "speech" not in gather.get("input", "dtmf"):
            return self.keeps_silent()
        return self._act(gather, SpeechResult=words, Confidence=confidence)

    def presses(self, keys: str) -> "Call":
        """Press keys at the open question; a trailing # ends a number."""
        gather = self._open("Gather")
        finish = gather.get("finishOnKey", "#")
        digits, ended, _ = keys.partition(finish) if finish else (keys, "", "")
        most = gather.get("numDigits")
        digits = digits[: int(most)] if most else digits
        if not digits:
            return self.keeps_silent()
        return self._act(gather, Digits=digits, FinishedOnKey=ended)

    def keeps_silent(self) -> "Call":
        """Let the time run out at the open question."""
        gather = self._open("Gather")
        if gather.get("actionOnEmptyResult") == "true":
            return self._act(gather)
        self.latest = []
        self._play(self._rest)
        return self

    def leaves_message(
        self, seconds: int = 12, *, hangs_up: bool = False, sid: str | None = None
    ) -> "Call":
        """Speak after the beep, and end with # or by hanging up. `sid`: the recording's id."""
        record = self._open("Record")
        sid = sid or "RE" + token_hex(16)
        self.carrier.on_recording(sid, self.sid, seconds)
        ending = {
            "RecordingUrl": f"{self._recordings()}/{sid}",
            "RecordingSid": sid,
            "RecordingDuration": str(seconds),
            "Digits": "hangup" if hangs_up else "#",
        }
        callback = record.get("recordingStatusCallback")
        if hangs_up:
            self.over = True
            self._post(record.get("action", ""), CallStatus="completed", **ending)
        else:
            self._act(record, **ending)
        if callback:
            self._tell_recorded(callback, sid, seconds)
        if hangs_up:
            self._tell_status("completed", seconds)
        return self

    def office_answers(self) -> "Call":
        """Somebody at the office takes the call, and hangs up at its end."""
        return self._act(self._open("Dial"), DialCallStatus="completed", DialCallDuration="60")

    def office_misses(self) -> "Call":
        """Nobody at the office takes the call."""
        return self._act(self._open("Dial"), DialCallStatus="no-answer")

    def hangs_up(self) -> "Call":
        """Put the receiver down, wherever the call stands."""
        if not self.over:
            self.over, self.waiting = True, None
            self._tell_status("completed", 60)
        return self

    def repeats_last_request(self) -> Reply:
        """The carrier sends its last request once more, with another idempotency token."""
        path, form = self.requests[-1]
        return self.carrier.send(path, form, **{"I-Twilio-Idempotency-Token": token_hex(8)})

    def _open(self, verb: str) -> ET.Element:
        if self.waiting is None or self.waiting.tag != verb:
            open_ = self.waiting.tag if self.waiting is not None else "nothing"
            raise WebhookFailed(f"The call waits for {open_}, not for a {verb}.")
        return self.waiting

    def _act(self, verb: ET.Element, **fields: str) -> "Call":
        self._ask(verb.get("action", ""), CallStatus="in-progress", **fields)
        return self

    def _ask(self, path: str, **fields: str) -> None:
        self.latest = []
        self._play(self.carrier.document(self._post(path, **fields)))

    def _post(self, path: str, **fields: str) -> Reply:
        form = {
            "CallSid": self.sid,
            "AccountSid": self.carrier.account_sid,
            "From": self._from,
            "To": self._to,
            "Caller": self._from,
            "Called": self._to,
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
        }
        form |= self._fields | fields
        self.requests.append((path, form))
        return self.carrier.send(path, form)

    def _play(self, verbs: Iterable[ET.Element]) -> None:
        """Play verbs until one waits for the family, or none is left."""
        self.waiting = None
        queue = list(verbs)
        for _ in range(MOST_REDIRECTS):
            redirect = self._play_until_redirect(queue)
            if redirect is None:
                return
            reply = self._post(redirect.text or "", CallStatus="in-progress")
            queue = list(self.carrier.document(reply))
        raise WebhookFailed("The line redirects in a circle.")

    def _play_until_redirect(self, queue: list[ET.Element]) -> ET.Element | None:
        while queue:
            verb = queue.pop(0)
            match verb.tag:
                case "Say":
                    self._hear(verb)
                case "Gather":
                    for prompt in verb.iter("Say"):
                        self._hear(prompt)
                    self.waiting, self._rest = verb, queue
                    return None
                case "Record" | "Dial":
                    self.waiting, self._rest = verb, queue
                    return None
                case "Redirect":
                    return verb
                case "Hangup":
                    break
                case _:
                    continue
        self.hangs_up()
        return None

    def _hear(self, say: ET.Element) -> None:
        spoken = said(say)
        self.heard.append(spoken)
        self.latest.append(spoken)

    def _tell_status(self, status: str, seconds: int) -> None:
        self._post("/voice/status", CallStatus=status, CallDuration=str(seconds))

    def _tell_recorded(self, callback: str, sid: str, seconds: int) -> None:
        form = {
            "AccountSid": self.carrier.account_sid,
            "CallSid": self.sid,
            "RecordingSid": sid,
            "RecordingUrl": f"{self._recordings()}/{sid}",
            "RecordingStatus": "completed",
            "RecordingDuration": str(seconds),
            "RecordingChannels": "1",
            "RecordingSource": RECORD_VERB,
        }
        self.carrier.send(callback, form)

    def _recordings(self) -> str:
        return f"https://api.twilio.com/2010-04-01/Accounts/{self.carrier.account_sid}/Recordings"

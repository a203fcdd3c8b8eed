"""What lies behind the carrier's server in the demo: texts and calls reach families' telephones.

A text that was taken appears in the thread of its number, and its receipts follow; a spoken
message rings there until somebody answers. A family's texts go to the line through the same
signed webhook as real ones.
"""

from urllib.parse import urldefrag
from xml.etree import ElementTree as ET

from ivr.simulator.carrier import Carrier, Spoken, said
from ivr.simulator.errands import Later
from ivr.simulator.opt_out import Keyword, keyword
from ivr.simulator.rest_api import Form, Resource
from ivr.simulator.subscribers import Ring, Sent, Side, Subscriber, Subscribers
from school.database import Clock

OPTED_OUT, LANDLINE = 21610, 30006

# Seconds after which word of a text comes; families' telephones are about as quick.
UNTIL_SENT, UNTIL_DELIVERED, UNTIL_FAILED = 0.5, 1.5, 1.0
LENGTH_OF_CALL = 2.0
LONGEST_RINGING = 60


class Network:
    """The families' side of one school's number. See `ivr.simulator.rest_api.Network`."""

    def __init__(self, carrier: Carrier, school: str, later: Later, clock: Clock) -> None:
        """`school`: the number of the line, E.164."""
        self.subscribers = Subscribers()
        self._carrier = carrier
        self._school = school
        self._later = later
        self._clock = clock

    # What the school sends

    def refuses_text(self, form: Form) -> int | None:
        """Who has opted out gets no text."""
        with self.subscribers.lock:
            to = self.subscribers.get(form["To"])
            if not to.opted_out:
                return None
            note = f"A text of the school was refused: this number opted out (code {OPTED_OUT})."
            to.add(Side.NOTE, note, self._clock())
            return OPTED_OUT

    def refuses_call(self, form: Form) -> int | None:  # noqa: ARG002  (the protocol's)
        """Nobody's telephone is barred."""
        return None

    def carry_text(self, text: Resource, form: Form) -> None:
        """Show the text at its number, and send its receipts."""
        callback = form.get("StatusCallback")
        with self.subscribers.lock:
            to = self.subscribers.get(text["to"])
            if to.landline:
                self._later(UNTIL_FAILED, lambda: self._fail(text, to, callback))
                return
            shown = to.add(Side.SCHOOL, text["body"], self._clock(), Sent.ON_ITS_WAY)

        def sent() -> None:
            shown.how_far = Sent.SENT
            self._tell_of_text(text, callback, "sent")

        def delivered() -> None:
            shown.how_far = Sent.DELIVERED
            self._tell_of_text(text, callback, "delivered")

        self._later(UNTIL_SENT, sent)
        self._later(UNTIL_DELIVERED, delivered)

    def carry_call(self, call: Resource, form: Form) -> None:
        """Ring at the number, until somebody answers or the school gives up."""
        ring = Ring(call, _words(form.get("Twiml", "")), form.get("StatusCallback"))
        with self.subscribers.lock:
            to = self.subscribers.get(call["to"])
            if to.ring is not None:
                self._later(UNTIL_SENT, lambda: self._tell_of_call(ring, "busy"))
                return
            to.ring = ring
            call["status"] = "ringing"
        seconds = form.get("Timeout", "")
        limit = int(seconds) if seconds.isdecimal() else LONGEST_RINGING
        self._later(min(limit, LONGEST_RINGING), lambda: self._miss(to, ring))

    # What the family does

    def write(self, number: str, body: str, photo: tuple[str, str] | None = None) -> None:
        """Send a text to the school; its answers come into the thread.

        Args:
            number: who writes.
            body: the words.
            photo: the id and the content type of what is sent along.

        Raises:
            WebhookFailed: the line answered with an error. The text stays in the thread.
        """
        with self.subscribers.lock:
            family = self.subscribers.get(number)
            text = family.add(Side.FAMILY, body, self._clock())
            text.photo = photo[0] if photo else None
            self._obey(family, body)
        media = self._carrier.attached(*photo) if photo else {}
        answers = self._carrier.text(number, self._school, body, **media)
        with self.subscribers.lock:
            if not family.opted_out:
                for answer in answers:
                    family.add(Side.SCHOOL, answer, self._clock())

    def mark(self, number: str, *, landline: bool) -> None:
        """Make this number a landline, or a mobile one."""
        with self.subscribers.lock:
            self.subscribers.get(number).landline = landline

    def is_landline(self, number: str) -> bool:
        """Whether it takes no texts, and sends none."""
        with self.subscribers.lock:
            return self.subscribers.get(number).landline

    def answer(self, number: str) -> Ring | None:
        """Take the call that is ringing; None when there is none any more."""
        ring = self._pick_up(number, "The school called.")
        if ring is not None:
            ring.call["status"] = "in-progress"
            self._later(LENGTH_OF_CALL, lambda: self._tell_of_call(ring, "completed"))
        return ring

    def decline(self, number: str) -> bool:
        """Refuse the call that is ringing; False when there is none any more."""
        ring = self._pick_up(number, "The school called. You did not answer.")
        if ring is not None:
            self._tell_of_call(ring, "busy")
        return ring is not None

    def _obey(self, family: Subscriber, body: str) -> None:
        """Do what the carrier does by itself with its own words; the line gets them too."""
        asked = keyword(body)
        if asked is None or (asked is Keyword.START and not family.opted_out):
            return
        if asked is not Keyword.HELP:
            family.opted_out = asked is Keyword.STOP
        family.add(Side.CARRIER, asked.value, self._clock())

    def _pick_up(self, number: str, note: str) -> Ring | None:
        with self.subscribers.lock:
            to = self.subscribers.get(number)
            ring, to.ring = to.ring, None
            if ring is not None:
                to.add(Side.NOTE, note, self._clock())
            return ring

    def _miss(self, to: Subscriber, ring: Ring) -> None:
        with self.subscribers.lock:
            if to.ring is not ring:
                return
            to.ring = None
            to.add(Side.NOTE, "The school called. Nobody answered.", self._clock())
        self._tell_of_call(ring, "no-answer")

    def _fail(self, text: Resource, to: Subscriber, callback: str | None) -> None:
        note = f"A text of the school did not arrive: this is a landline (code {LANDLINE})."
        with self.subscribers.lock:
            to.add(Side.NOTE, note, self._clock())
        self._tell_of_text(text, callback, "undelivered", LANDLINE)

    def _tell_of_text(
        self, text: Resource, callback: str | None, status: str, code: int | None = None
    ) -> None:
        text |= {"status": status, "error_code": code}
        sid = text["sid"]
        form = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status}
        self._tell(callback, text, form | ({"ErrorCode": str(code)} if code else {}))

    def _tell_of_call(self, ring: Ring, status: str) -> None:
        ring.call["status"] = status
        form = {"CallSid": ring.call["sid"], "CallStatus": status, "Direction": "outbound-api"}
        self._tell(ring.callback, ring.call, form)

    def _tell(self, callback: str | None, resource: Resource, form: dict[str, str]) -> None:
        base = self._carrier.base_url
        if callback is None or not urldefrag(callback).url.startswith(f"{base.rstrip('/')}/"):
            return  # nobody wants to know, or an address that is not the line's
        whose = {"AccountSid": self._carrier.account_sid, "ApiVersion": "2010-04-01"}
        numbers = {"From": resource["from"] or self._school, "To": resource["to"]}
        self._carrier.send(callback, whose | numbers | form)


def _words(twiml: str) -> tuple[Spoken, ...]:
    """What a call says; nothing for a document that cannot be read."""
    try:
        # From the school's own worker, which has shown the account's token.
        document = ET.fromstring(twiml)  # noqa: S314
    except ET.ParseError:
        return ()
    return tuple(said(verb) for verb in document.iter("Say"))

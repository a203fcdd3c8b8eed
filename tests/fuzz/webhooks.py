"""The carrier gone mad: every webhook in any order, again, late, for calls that never were.

The model knows what was sent and what was answered. After every step and at the end it says what
must hold, whatever came before.
"""

from collections import Counter
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import delete, func, select, update

from flows.scene import Channel
from ivr.conversations import Conversation, TurnRow
from ivr.requests import spoken
from ivr.simulator.carrier import Form, Reply
from ivr.sweeping import close_abandoned
from school.database import Base
from school.outbox import Kind, Message
from school.reports import Flag, Report
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.line import (
    ALICIA,
    CUEVAS,
    KEIKOS_MOTHER,
    LORENA,
    OSCAR,
    SCHOOL,
    STRANGER,
    WITHHELD,
    WholeLine,
)
from tests.support.twiml_grammar import check

SORRY = "something went wrong here"
KEPT = {
    "students",
    "contacts",
    "roster_version",
    "api_tokens",
    "audit",
}  # the audit lets nothing go
HOURS_OF_TEXTS = 5 * 60

CALLS = [f"CA{n:032x}" for n in range(1, 4)]
TEXTS = [f"SM{n:032x}" for n in range(1, 5)]
RECORDINGS = [f"RE{n:032x}" for n in range(1, 4)]
CALLERS = [KEIKOS_MOTHER, CUEVAS, OSCAR, ALICIA, STRANGER, WITHHELD, "", "+266696687", "client:x"]
NOBODY = ("72345", "")  # whose texts are not read: they cannot be answered
TEXTERS = [KEIKOS_MOTHER, CUEVAS, LORENA, STRANGER, *NOBODY]
SENTENCES = [
    "Keiko has a fever and won't be in today",
    "Keiko will be out",
    "Mariana and Marlene have the flu, today and tomorrow",
    "Lorena tiene fiebre hoy",
    "Leo Garcia is sick today, I am his mother Ana Diaz",
    "yes",
    "Yes.",
    "no",
    "another one",
    "one more absence",
    "cancel it",
    "start over",
    "I want to leave a message",
    "she has to leave early at two",
    "a person please",
    "what are your hours",
    "en español",
    "tomorrow",
    "a religious holiday",
    "she will be late, at 10",
    "UNDO",
    "STATUS",
    "HELP",
    "STOP",
    "START",
    "please no more texts",
    "\x00\u202e<Say>&",
]
words = st.sampled_from(SENTENCES) | st.text(max_size=40)
keys = st.sampled_from(["1", "2", "3", "0", "9", "*", "#", "258", "61240424", "hangup"]) | st.text(
    "0123456789*#", max_size=12
)
calls, callers = st.sampled_from(CALLS), st.sampled_from(CALLERS)
numbers = st.integers(-1, 9)
statuses = st.sampled_from(
    ["queued", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled", ""]
)
heard = st.one_of(
    st.just({}),
    words.map(lambda said: {"SpeechResult": said, "Confidence": "0.8"}),
    words.map(lambda said: {"SpeechResult": said}),
    keys.map(lambda pressed: {"Digits": pressed}),
    st.builds(
        lambda sid, seconds: {"RecordingSid": sid, "RecordingDuration": seconds, "Digits": "#"},
        st.sampled_from(RECORDINGS),
        st.sampled_from(["0", "7", "", "x"]),
    ),
    st.sampled_from(["completed", "busy", "no-answer", "?"]).map(lambda s: {"DialCallStatus": s}),
)

PICTURE = "https://api.twilio.com/2010-04-01/Accounts/AC5/Messages/MM1/Media/ME" + "a" * 32
brought = st.sampled_from(
    [
        {"NumMedia": "0"},
        {"NumMedia": "1", "MediaUrl0": PICTURE, "MediaContentType0": "image/jpeg"},
        {"NumMedia": "2", "MediaUrl0": PICTURE, "MediaUrl1": "http://127.0.0.1/", "Body": ""},
        {"NumMedia": "3"},
        {"NumMedia": "x", "MediaUrl0": ""},
        {},
    ]
)


class Webhooks(RuleBasedStateMachine):
    """One line, and what the model knows of it."""

    line: WholeLine  # of the test

    def __init__(self) -> None:
        super().__init__()
        self.line.clock.now = self.latest = A_SCHOOL_MORNING
        self.answered: dict[tuple[str, str], str] = {}  # a turn or text, and its answer
        self.sent: list[tuple[str, Form]] = []
        self.begun: dict[str, str] = {}  # the calls the line knows of, and whose they are
        self.said: dict[str, list[str]] = {}  # what was heard first in each turn, by call or text

    # --- what the carrier does -----------------------------------------------------------------

    @rule(call=calls, caller=callers)
    def call_comes_in(self, call: str, caller: str) -> None:
        self._turn(call, 0, "/voice", {"From": caller, "CallStatus": "ringing"}, "")

    @rule(call=calls, n=numbers, form=heard, caller=callers)
    def turn(self, call: str, n: int, form: Form, caller: str) -> None:
        whole = {"From": caller, "CallStatus": "in-progress"} | form
        self._turn(call, max(n, 1), f"/voice/turn?n={n}", whole, form.get("SpeechResult", ""))

    @rule(call=calls, form=heard)
    def next_turn(self, call: str, form: Form) -> None:
        """What an honest carrier would send next: without it few calls would get far."""
        n = 1 + max((int(of) for one, of in self.answered if one == call), default=0)
        whole = {"From": self.begun.get(call, STRANGER), "CallStatus": "in-progress"} | form
        self._turn(call, n, f"/voice/turn?n={n}", whole, form.get("SpeechResult", ""))

    @rule(call=calls, status=statuses, caller=callers)
    def status(self, call: str, status: str, caller: str) -> None:
        form = {"CallSid": call, "From": caller, "To": SCHOOL, "CallStatus": status}
        self._callback("/voice/status", form)

    @rule(call=calls, path=st.sampled_from(["/voice/fallback", "/voice/message"]))
    def fallback(self, call: str, path: str) -> None:
        self._document(self._send(path, {"CallSid": call, "From": STRANGER, "To": SCHOOL}))

    @rule(
        call=calls,
        recording=st.sampled_from(RECORDINGS),
        status=st.sampled_from(["completed", "absent", "failed", "in-progress", ""]),
        of=st.sampled_from(["", "?of=call", "?of=nothing"]),
    )
    def recording(self, call: str, recording: str, status: str, of: str) -> None:
        form = {"CallSid": call, "RecordingSid": recording, "RecordingStatus": status}
        form |= {"RecordingSource": "RecordVerb", "RecordingDuration": "7"}
        self._callback(f"/recordings/finished{of}", form)

    @rule(text=st.sampled_from(TEXTS), texter=st.sampled_from(TEXTERS), body=words, brought=brought)
    def text(self, text: str, texter: str, body: str, brought: Form) -> None:
        form = {"MessageSid": text, "From": texter, "To": SCHOOL, "Body": body} | brought
        reply = self._answer(self._send("/sms", form))
        if texter not in NOBODY:
            if (text, "") not in self.answered:
                self.said[text] = [spoken(form["Body"])]
            assert self.answered.setdefault((text, ""), reply) == reply

    @rule(status=st.sampled_from(["sent", "delivered", "failed", "undelivered", "read", "?"]))
    def receipt(self, status: str) -> None:
        for message in self.line.queued()[:1]:
            form = {"MessageSid": "SM" + "f" * 32, "MessageStatus": status, "ErrorCode": "30003"}
            self._callback(f"/sms/status?message={message.uuid}", form)
        self._callback("/sms/status", {"MessageSid": "SM" + "e" * 32, "MessageStatus": status})

    @rule(call=calls, n=numbers, known=st.booleans())
    def key_in_a_spoken_message(self, call: str, n: int, known: bool) -> None:
        """A message that was spoken is to be said again; or one that nobody ever sent."""
        with self.line.services.database.begin() as session:
            session.execute(update(Message).values(kind=Kind.CALL))
        uuids = [message.uuid for message in self.line.queued()] if known else []
        form = {"CallSid": call, "From": SCHOOL, "To": KEIKOS_MOTHER, "Digits": "1"}
        path = f"/voice/again?message={uuids[0] if uuids else 'nothing'}&n={n}"
        self._document(self._send(path, form, remember=False))

    @rule(which=st.integers(0, 1000))
    def once_more(self, which: int) -> None:
        """Any request that was sent before comes again, and is answered alike."""
        if self.sent:
            path, form = self.sent[which % len(self.sent)]
            before = self.answered.get(self._key(path, form))
            reply = self._send(path, form, remember=False)
            assert reply.status in (200, 204)
            if before is not None:
                assert reply.body == before

    @rule(minutes=st.sampled_from([0.1, 3, 16, 250, -60]))  # a clock is put back, too
    def time_passes(self, minutes: float) -> None:
        self.latest = max(self.latest, self.line.clock.go_on(minutes=minutes))
        close_abandoned(self.line.services.taker)

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def each_call_is_one_conversation(self) -> None:
        with self.line.services.database.reading() as session:
            sids = session.scalars(
                select(Conversation.provider_id).where(Conversation.channel == Channel.PHONE)
            ).all()
        assert len(sids) == len(set(sids))
        assert set(self.begun) <= set(sids) <= set(CALLS)

    @invariant()
    def each_student_has_one_report_of_a_conversation_that_counts(self) -> None:
        with self.line.services.database.reading() as session:
            reports = session.scalars(select(Report)).all()
            made = Counter(
                (report.call_sid, report.message_sid, report.student_id, report.dates,
                 report.partial_kind)
                for report in reports
                # A correction that was begun and not ended is shown beside what it corrects.
                if Flag.POSSIBLE_DUPLICATE not in report.flags
            )  # fmt: skip
        assert not [one for one, count in made.items() if count > 1]

    def teardown(self) -> None:
        """When all has come to an end, every word is on record; then all is forgotten."""
        try:
            self.line.clock.now = self.latest
            self.line.clock.go_on(minutes=HOURS_OF_TEXTS)
            close_abandoned(self.line.services.taker)
            self._nothing_is_open_or_lost()
        finally:
            self._forget()

    def _nothing_is_open_or_lost(self) -> None:
        with self.line.services.database.reading() as session:
            still_open = Conversation.closed_at.is_(None)
            assert not session.scalar(select(func.count()).where(still_open))
            kept = "\n".join(session.scalars(select(TurnRow.heard)))
            shown = "\n".join(text for text in session.scalars(select(Report.transcript)) if text)
        for said in (one for several in self.said.values() for one in several if one):
            if said in SENTENCES:
                assert said in kept
            if said == SENTENCES[0]:  # words that report an absence: a person sees them
                assert said in shown

    # --- how -------------------------------------------------------------------------------------

    def _turn(self, call: str, n: int, path: str, form: Form, said: str) -> None:
        reply = self._answer(self._send(path, {"CallSid": call, "To": SCHOOL} | form))
        self.begun.setdefault(call, form["From"])
        key = (call, str(n))
        if key not in self.answered:
            self.said.setdefault(call, []).append(spoken(said))
        assert self.answered.setdefault(key, reply) == reply

    def _key(self, path: str, form: Form) -> tuple[str, str]:
        if path == "/voice":
            return form["CallSid"], "0"
        if path.startswith("/voice/turn"):
            return form["CallSid"], str(max(int(path.partition("=")[2]), 1))
        read = path == "/sms" and form["From"] not in NOBODY
        return form.get("MessageSid", ""), "" if read else "none"

    def _send(self, path: str, form: Form, *, remember: bool = True) -> Reply:
        if remember:
            self.sent.append((path, form))
        return self.line.carrier.send(path, form)

    def _callback(self, path: str, form: Form) -> None:
        assert self._send(path, form).status == 204

    def _document(self, reply: Reply) -> str:
        assert reply.status == 200
        document: ET.Element = self.line.carrier.document(reply)
        check(document)
        return reply.body

    def _answer(self, reply: Reply) -> str:
        """The answer to a turn or a text, which no error of ours may have given."""
        assert SORRY not in reply.body
        return self._document(reply)

    def _forget(self) -> None:
        tables: list[Any] = list(reversed(Base.metadata.sorted_tables))
        with self.line.services.database.begin() as session:
            for table in tables:
                if table.name not in KEPT:
                    session.execute(delete(table))

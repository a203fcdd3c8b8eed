"""The carrier with bad days: webhooks that are lost, doubled and late; a REST server that fails."""

import io
import random
import socket
import time
import wave
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock, Thread, local

import requests
from flask import Flask, Response, request

from ivr.simulator.carrier import Form, Reply
from ivr.simulator.rest_api import Resource, RestApi
from school.database import Clock
from tests.prove.processes import PUBLIC
from tests.support.carrier_api import ACCOUNT, TOKEN, TestNumbers, error

ANSWER_SECONDS = 15.0  # the carrier's own patience
PATIENCE_SECONDS = 120.0  # of a family, who calls again where the carrier has given up
AGAIN_SECONDS = 0.1
LATE_SECONDS = 2.0  # by which callbacks overtake each other
SERVER_ERROR = 500
EVERYTHING = 1_000_000
LONGER_THAN_WE_WAIT = 12.0  # seconds; the gateway waits for ten
SORRY = "something went wrong here"  # how the line begins when it takes a message instead
LINE = "+17735348600"
INBOUND = "inbound"
CALLBACKS = ("/voice/status", "/recordings/finished")


class NoAnswer(Exception):
    """No process of the line answered for two minutes."""


@dataclass
class Wire:
    """Posts webhooks to whichever web process answers, again and again until one does.

    A share of them is sent twice at once, as the carrier does when it believes the first lost. Of
    the callbacks, which nobody waits for, some get lost and some come late.
    """

    addresses: list[str]
    chance: random.Random
    doubled: float = 0.1
    lost: float = 0.1
    late: float = 0.2
    retries: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failed: int = 0  # of requests that reached a process and got no good answer
    different: int = 0  # twins that got two different answers
    _later: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(8))
    _lock: Lock = field(default_factory=Lock)
    _mine: local = field(default_factory=local)

    def post(self, address: str, form: Form, headers: dict[str, str]) -> Reply:
        """The answer of the line. See `ivr.simulator.carrier.Post`.

        Raises:
            NoAnswer: there was none.
        """
        if address.removeprefix(PUBLIC).startswith(CALLBACKS):
            return self._call_back(address, form, headers)
        return self._perhaps_twice(address, form, headers)

    def finish(self) -> None:
        """Wait for what is late."""
        self._later.shutdown()

    def _call_back(self, address: str, form: Form, headers: dict[str, str]) -> Reply:
        fate = self.chance.random()
        if fate < self.lost:
            self._count("callback lost")
            return Reply(204, "", "")
        if fate < self.lost + self.late:
            self._count("callback late")
            self._later.submit(self._late, address, form, headers)
            return Reply(204, "", "")
        return self._perhaps_twice(address, form, headers)

    def _late(self, address: str, form: Form, headers: dict[str, str]) -> None:
        time.sleep(self.chance.uniform(0, LATE_SECONDS))
        with suppress(NoAnswer):
            self._until_answered(address, form, headers)

    def _perhaps_twice(self, address: str, form: Form, headers: dict[str, str]) -> Reply:
        if self.chance.random() >= self.doubled:
            return self._until_answered(address, form, headers)
        answers: list[Reply] = []

        def once_more() -> None:
            with suppress(NoAnswer):
                answers.append(self._until_answered(address, form, headers))

        twin = Thread(target=once_more)
        twin.start()
        try:
            answer = self._until_answered(address, form, headers)
        finally:
            twin.join()
        self._count("sent twice")
        with self._lock:
            good = [one for one in (answer, *answers) if SORRY not in one.body]
            self.different += len(set(good)) > 1
        return answer

    def _until_answered(self, address: str, form: Form, headers: dict[str, str]) -> Reply:
        path = address.removeprefix(PUBLIC)
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            response = self._asked(self.chance.choice(self.addresses) + path, form, headers)
            if response is not None and response.status_code < SERVER_ERROR:
                kind = response.headers.get("Content-Type", "")
                return Reply(response.status_code, kind, response.text)
            self._count("sent again")
            time.sleep(AGAIN_SECONDS)
        raise NoAnswer(path)

    def _asked(self, address: str, form: Form, headers: dict[str, str]) -> requests.Response | None:
        try:
            response = self._session().post(
                address, data=form, headers=headers, timeout=ANSWER_SECONDS
            )
        except requests.ConnectTimeout:
            return None
        except requests.RequestException as trouble:
            if not _refused(trouble):
                self.failed += 1
            return None
        self.failed += response.status_code >= SERVER_ERROR
        return response

    def _count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    def _session(self) -> requests.Session:
        if not hasattr(self._mine, "session"):
            self._mine.session = requests.Session()
            # As a proxy asks: a connection for each request, which no server closes in between.
            self._mine.session.headers["Connection"] = "close"
        session: requests.Session = self._mine.session
        return session


def _refused(trouble: BaseException | None) -> bool:
    """Whether nobody listened: then a proxy asks another process, and no harm was done."""
    while trouble is not None:
        if isinstance(trouble, ConnectionRefusedError):
            return True
        inner = next((a for a in trouble.args if isinstance(a, BaseException)), None)
        trouble = getattr(trouble, "reason", None) or trouble.__context__ or inner
    return False


Tell = Callable[[str, Form], object]
"""Posts a signed form to an address of the line."""


class Network(TestNumbers):
    """Carries every text, and tells of it: twice, late, in the wrong order, too early or never."""

    def __init__(self, chance: random.Random) -> None:
        self.tell: Tell | None = None  # while the line runs
        self.delivered: set[str] = set()  # of which the line was told
        self.counts: Counter[str] = Counter()
        self._chance, self._later = chance, ThreadPoolExecutor(8)

    def carry_text(self, text: Resource, form: Mapping[str, str]) -> None:
        """It arrives; the line hears of it as chance has it."""
        if self.tell is None or "StatusCallback" not in form:
            return
        how = self._chance.choice(("in order", "twice", "wrong order", "before the answer", "lost"))
        self.counts[f"receipt {how}"] += 1
        if how == "before the answer":
            self._say(self.tell, text, form, "delivered")
        elif how != "lost":
            words = ["sent", "delivered"][:: -1 if how == "wrong order" else 1]
            words += words if how == "twice" else []
            self._later.submit(self._one_by_one, self.tell, text, form, words)

    def finish(self) -> None:
        """The line is about to end: tell what is left, and no more."""
        self.tell = None
        self._later.shutdown()

    def _one_by_one(
        self, tell: Tell, text: Resource, form: Mapping[str, str], words: list[str]
    ) -> None:
        for word in words:
            time.sleep(self._chance.uniform(0, 0.5))
            self._say(tell, text, form, word)

    def _say(self, tell: Tell, text: Resource, form: Mapping[str, str], status: str) -> None:
        told = {"MessageSid": text["sid"], "MessageStatus": status, "To": text["to"]}
        with suppress(NoAnswer):
            tell(form["StatusCallback"], {**told, "AccountSid": ACCOUNT})
            if status == "delivered":
                self.delivered.add(text["sid"])


class Rest:
    """The carrier's REST server, with a memory of everything and with faults."""

    def __init__(self, chance: random.Random, faulty: float, clock: Clock) -> None:
        self.network = Network(chance)
        self.api = RestApi(ACCOUNT, TOKEN, clock, self.network, EVERYTHING, EVERYTHING)
        self.faults: Counter[str] = Counter()
        self.left: dict[str, bytes] = {}  # every message that families left, by its id
        self._chance, self._faulty, self._lock = chance, faulty, Lock()

    def dialled(self, sid: str, phone: str) -> None:
        """A family calls the line."""
        with self._lock:
            call = {"sid": sid, "from": phone, "to": LINE, "direction": INBOUND}
            self.api.calls.insert(0, call)

    def sent(self) -> list[Resource]:
        """What the carrier took from the line."""
        return [*self.api.messages, *(c for c in self.api.calls if c["direction"] != INBOUND)]

    def record(self, sid: str, call_sid: str, seconds: int) -> None:
        """A family leaves a message; no two sound alike."""
        self.left[sid] = sound(seconds, self._chance)
        self.api.record(sid, call_sid, seconds, self.left[sid])

    def mend(self) -> None:
        """From now on it works."""
        self._faulty = 0.0

    def app(self) -> Flask:
        """The server."""
        app = Flask(__name__)
        app.before_request(self._before)
        app.after_request(self._afterwards)
        app.register_blueprint(self.api.blueprint())
        return app

    def _before(self) -> Response | None:
        """Refuse, or be slow, before anything is taken."""
        if self._chance.random() >= self._faulty:
            return None
        # It costs a worker ten seconds, so there are few of them.
        fault = self._chance.choices(("429", "500", "503", "slow", "no answer"), (6, 6, 6, 6, 1))[0]
        self.faults[f"REST {fault}"] += 1
        if fault == "slow":
            time.sleep(0.5)
            return None
        if fault == "no answer":
            time.sleep(LONGER_THAN_WE_WAIT)
            self._hang_up(b"")
        return error(500 if fault == "no answer" else int(fault), 20429 if fault == "429" else None)

    def _afterwards(self, response: Response) -> Response:
        """Take the message, and give no answer, half of one, or one that comes too late."""
        if request.method == "POST" and self._chance.random() < self._faulty / 4:
            ends = ("taken, no answer", "taken, half an answer", "taken, too late")
            fault = self._chance.choices(ends, (6, 6, 1))[0]
            self.faults[f"REST {fault}"] += 1
            if fault == "taken, too late":
                time.sleep(LONGER_THAN_WE_WAIT)
            half = b'HTTP/1.1 201 CREATED\r\nContent-Length: 500\r\n\r\n{"sid": "SM'
            self._hang_up(half if fault == "taken, half an answer" else b"")
        return response

    def _hang_up(self, last_words: bytes) -> None:
        wire: socket.socket = request.environ["werkzeug.socket"]
        with suppress(OSError):
            wire.sendall(last_words)
            wire.shutdown(socket.SHUT_RDWR)


def sound(seconds: int, chance: random.Random) -> bytes:
    """So many seconds of noise."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(chance.randbytes(2 * 8000 * seconds))
    return file.getvalue()

"""Families who call and text, in a process of their own: over HTTP, each request signed.

Prints one JSON object: the seconds it took, what failed, and the time of every request by its kind,
in seconds. Started as `python -m tests.bench.families JSON`, which holds a `Morning`.
"""

import json
import random
import re
import secrets
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Thread, stack_size
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from console.services import now
from school.roster_files import DEMO_FOLDER, read_folder
from tests.bench.made_up import households
from tests.support.school_days import next_school_day

ACTION = re.compile(rb'action="(/voice/turn\?n=\d+)"')
SORRY = b"something went wrong here"
SCHOOL = "+17735348600"
# The form fields that every request of the carrier carries besides the ones that matter.
ACCOUNT = {"AccountSid": "AC" + "5" * 32, "ApiVersion": "2010-04-01", "To": SCHOOL}
PLACES = {
    "FromCity": "CHICAGO",
    "FromState": "IL",
    "FromZip": "60605",
    "FromCountry": "US",
    "ToCity": "CHICAGO",
    "ToState": "IL",
    "ToZip": "60605",
    "ToCountry": "US",
}
CALL = {"Direction": "inbound", "Called": SCHOOL, "StirVerstat": "TN-Validation-Passed-A"}
PADDING = ACCOUNT | PLACES | CALL
TEXT = {"NumMedia": "0", "NumSegments": "1", "SmsStatus": "received"}
REASONS = ("a fever", "the flu", "a dentist appointment", "a funeral", "a stomach ache")
PATIENCE_SECONDS = 30
SMALL_STACK = 1 << 18  # a thousand families are a thousand threads
PAUSES = 4  # in a call, for thought


@dataclass(frozen=True)
class Morning:
    """Who calls whom, how often, and how long they think between two turns."""

    address: str
    token: str
    callers: int  # at once
    rounds: int  # of each caller
    students: int = 0  # of the made-up school; 0: the demo's
    texts: float = 0.0  # how many of the families text instead
    strangers: float = 0.0  # how many call from a number that is not on file
    think: tuple[float, float] = (0.0, 0.0)  # seconds, from and to
    seed: int = 0  # of chance; who calls does not depend on it
    day: str = field(default_factory=lambda: f"{next_school_day(now):%B %-d}")


class Families:
    """Callers who share one line, and the clock that times them."""

    def __init__(self, morning: Morning) -> None:
        parts = urlsplit(morning.address)
        self.morning, self.host, self.port = morning, parts.hostname or "", parts.port or 80
        self.validator = RequestValidator(morning.token)
        self.times: dict[str, list[float]] = defaultdict(list)
        self.failed: Counter[str] = Counter()
        self.sids = count(secrets.randbits(64) << 64)  # a call that was before would be a repeat
        self.people = _people(morning.students)
        self.turn = count(secrets.randbelow(len(self.people)))

    def report_often(self, chance: random.Random) -> None:
        """One family after another on one line to the server."""
        morning = self.morning
        connection = HTTPConnection(self.host, self.port, timeout=PATIENCE_SECONDS)
        if morning.think[1]:  # they do not all begin in the same second
            time.sleep(chance.uniform(0, PAUSES * sum(morning.think) / 2))
        for _ in range(morning.rounds):
            family = self.text if chance.random() < morning.texts else self.call
            try:
                family(connection, chance)
            except (OSError, HTTPException, _Failed) as trouble:
                self.failed[f"{type(trouble).__name__}: {trouble}"] += 1
                connection.close()
        connection.close()

    def call(self, connection: HTTPConnection, chance: random.Random) -> None:
        """One report: menu, one sentence, yes, and the receiver down."""
        n = next(self.sids)
        phone, name, whole_name = self.people[next(self.turn) % len(self.people)]
        if chance.random() < self.morning.strangers:
            # A grandmother at her own telephone: the whole roster is searched.
            phone, name = f"+1202555{100 + n % 100:04}", whole_name
        base = PADDING | {"CallSid": f"CA{n:032x}", "From": phone, "Caller": phone}
        sentence = self._sentence(name, n)
        path = self.post(connection, "begin", "/voice", base | {"CallStatus": "ringing"})
        base["CallStatus"] = "in-progress"
        for kind, said in (
            ("menu", {"Digits": "3", "FinishedOnKey": ""}),
            ("sentence", {"SpeechResult": sentence, "Confidence": "0.93"}),
            ("yes", {"SpeechResult": "Yes.", "Confidence": "0.98"}),
        ):
            self._think(connection, chance)
            path = self.post(connection, kind, path, base | said)
        self._think(connection, chance)
        ended = base | {"CallStatus": "completed", "CallDuration": "41"}
        self.post(connection, "status", "/voice/status", ended)

    def text(self, connection: HTTPConnection, chance: random.Random) -> None:
        """One report in one text."""
        n = next(self.sids)
        phone, name, _ = self.people[next(self.turn) % len(self.people)]
        sid = f"SM{n:032x}"
        form = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "From": phone}
        form["Body"] = self._sentence(name, n)
        self._think(connection, chance)
        self.post(connection, "text", "/sms", ACCOUNT | PLACES | TEXT | form)

    def _sentence(self, name: str, n: int) -> str:
        return f"{name} has {REASONS[n % len(REASONS)]} and will be out on {self.morning.day}."

    def post(self, connection: HTTPConnection, kind: str, path: str, form: dict[str, str]) -> str:
        """One signed request, timed; the address of the next turn."""
        signature = self.validator.compute_signature(self.morning.address + path, form)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": signature,
        }
        body = urlencode(form)
        began = time.perf_counter()
        connection.request("POST", path, body, headers)
        response = connection.getresponse()
        answer = response.read()
        self.times[kind].append(time.perf_counter() - began)
        if response.status not in (200, 204) or SORRY in answer:
            raise _Failed(f"{path.partition('?')[0]} answered {response.status}")
        found = ACTION.search(answer)
        return found[1].decode() if found else "/voice/turn?n=1"

    def _think(self, connection: HTTPConnection, chance: random.Random) -> None:
        least, most = self.morning.think
        if most:
            connection.close()  # the carrier holds none open for a family that thinks
            time.sleep(chance.uniform(least, most))


class _Failed(Exception):
    """The line answered with an error, or that something went wrong."""


def _people(students: int) -> Sequence[tuple[str, str, str]]:
    """Numbers, each with the first name and the whole name of a student it is on file for."""
    if students:
        return [
            (house.phones[0], one.first_name, f"{one.first_name} {one.last_name}")
            for house in households(students)
            for one in house.students
        ]
    roster = read_folder(DEMO_FOLDER)
    names = {student.student_id: student for student in roster.students}
    return [
        (contact.phone, student.first_name, f"{student.first_name} {student.last_name}")
        for contact in roster.contacts
        if contact.phone and contact.language == "en"
        for student in (names[contact.student_id],)
    ]


@dataclass(frozen=True)
class Seen:
    """What the families saw of the line."""

    seconds: float
    times: dict[str, list[float]]
    failed: dict[str, int]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def requests(self) -> int:
        """How many there were."""
        return sum(len(times) for times in self.times.values())


def play(morning: Morning) -> Seen:
    """Have the families call, from a process of their own."""
    command = [sys.executable, "-m", "tests.bench.families", json.dumps(asdict(morning))]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603  (our own program)
    return Seen(**json.loads(done.stdout))


def main(words: str) -> None:
    """Have so many callers make so many calls each."""
    told = json.loads(words)
    morning = Morning(**(told | {"think": tuple(told["think"])}))
    families = Families(morning)
    stack_size(SMALL_STACK)
    threads = [
        Thread(target=families.report_often, args=(random.Random(morning.seed + n),))  # noqa: S311  (chance, not secrets)
        for n in range(morning.callers)
    ]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    json.dump({"seconds": took, "times": families.times, "failed": families.failed}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

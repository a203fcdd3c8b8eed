"""Families who call, in a process of their own: whole calls over HTTP, without time to think.

Prints one JSON object: turns a second, and the time of every turn by its kind, in seconds.
Started as `python -m tests.bench.families ADDRESS TOKEN CALLERS CALLS`.
"""

import json
import re
import secrets
import sys
import time
from collections import defaultdict
from http.client import HTTPConnection
from itertools import count
from threading import Thread
from urllib.parse import urlencode, urlsplit

from twilio.request_validator import RequestValidator

from school.roster_files import DEMO_FOLDER, read_folder

ACTION = re.compile(rb'action="(/voice/turn\?n=\d+)"')
SCHOOL = "+17735348600"
# The form fields that every request of the carrier carries besides the ones that matter.
PADDING = {
    "AccountSid": "AC" + "5" * 32,
    "ApiVersion": "2010-04-01",
    "Direction": "inbound",
    "To": SCHOOL,
    "Called": SCHOOL,
    "FromCity": "CHICAGO",
    "FromState": "IL",
    "FromZip": "60605",
    "FromCountry": "US",
    "ToCity": "CHICAGO",
    "ToState": "IL",
    "ToZip": "60605",
    "ToCountry": "US",
    "StirVerstat": "TN-Validation-Passed-A",
}
REASONS = ("a fever", "the flu", "a dentist appointment", "a funeral", "a stomach ache")


class Families:
    """Callers who share one line, and the clock that times them."""

    def __init__(self, address: str, token: str) -> None:
        parts = urlsplit(address)
        self.address, self.host, self.port = address, parts.hostname or "", parts.port or 80
        self.validator = RequestValidator(token)
        self.times: dict[str, list[float]] = defaultdict(list)
        self.sids = count(secrets.randbits(64) << 64)  # a call that was before would be a repeat
        roster = read_folder(DEMO_FOLDER)
        names = {student.student_id: student.first_name for student in roster.students}
        self.people = [
            (contact.phone, names[contact.student_id])
            for contact in roster.contacts
            if contact.phone and contact.language == "en"
        ]

    def call_often(self, calls: int) -> None:
        """One caller after another on one connection."""
        connection = HTTPConnection(self.host, self.port, timeout=30)
        for _ in range(calls):
            self.call(connection)
        connection.close()

    def call(self, connection: HTTPConnection) -> None:
        """One report: menu, one sentence, yes, and the receiver down."""
        n = next(self.sids)
        phone, name = self.people[n % len(self.people)]
        base = PADDING | {"CallSid": f"CA{n:032x}", "From": phone, "Caller": phone}
        sentence = f"{name} has {REASONS[n % len(REASONS)]} and won't be in today."
        path = self.post(connection, "begin", "/voice", base | {"CallStatus": "ringing"})
        base["CallStatus"] = "in-progress"
        path = self.post(connection, "menu", path, base | {"Digits": "3", "FinishedOnKey": ""})
        spoken = {"SpeechResult": sentence, "Confidence": "0.93"}
        path = self.post(connection, "sentence", path, base | spoken)
        self.post(connection, "yes", path, base | {"SpeechResult": "Yes.", "Confidence": "0.98"})
        ended = base | {"CallStatus": "completed", "CallDuration": "41"}
        self.post(connection, "status", "/voice/status", ended)

    def post(self, connection: HTTPConnection, kind: str, path: str, form: dict[str, str]) -> str:
        """One signed request, timed; the address of the next turn."""
        signature = self.validator.compute_signature(self.address + path, form)
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
        if response.status not in (200, 204):
            raise RuntimeError(f"{path} answered {response.status}.")
        found = ACTION.search(answer)
        return found[1].decode() if found else "/voice/turn?n=1"


def main(address: str, token: str, callers: str, calls: str) -> None:
    """Have so many callers make so many calls each."""
    families = Families(address, token)
    threads = [Thread(target=families.call_often, args=(int(calls),)) for _ in range(int(callers))]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    turns = sum(len(times) for times in families.times.values())
    if turns != int(callers) * int(calls) * 5:
        raise SystemExit("Some calls failed; what failed stands above.")
    json.dump({"rate": turns / took, "times": families.times}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Plays a transcript line by line, and fails at the first that does not hold."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from ivr.simulator.carrier import Call
from ivr.sweeping import close_abandoned
from tests.support.line import KEIKOS_MOTHER, WholeLine

CHICAGO = ZoneInfo("America/Chicago")
COMMANDS = re.compile(
    r"(from|field|clock|calls|line|says|presses|silence|waits|leaves a message|office answers|"
    r"office misses|hangs up|over|texts|photo|answer|reports|report|sent to (?P<to>\S+)|sent|"
    r"expects)(?::\s*(?P<what>.*))?$"
)


@dataclass
class Player:
    """One conversation, as far as it has been played."""

    whole: WholeLine
    phone: str = KEIKOS_MOTHER
    fields: dict[str, str] = field(default_factory=dict)
    open_call: Call | None = None
    answers: list[str] = field(default_factory=list)
    reports_seen: int = 0
    sent_seen: int = 0
    attachments: Iterator[int] = field(default_factory=lambda: count(1))

    def play(self, script: str) -> None:
        """Play every line of a script; empty lines and those with a # are for the reader."""
        for number, raw in enumerate(script.splitlines(), 1):
            text = raw.strip()
            if not text or text.startswith("#"):
                continue
            found = COMMANDS.match(text)
            assert found, f"line {number} is no command: {text}"
            try:
                self.step(found[1].partition(" to +")[0], found["what"] or "", found["to"])
            except AssertionError as error:
                raise AssertionError(f"line {number}: {text}\n{error}") from error

    def step(self, command: str, what: str, to: str | None) -> None:
        """One line of the script."""
        if to is not None:
            return self.expect_sent(to, what)
        steps: dict[str, Callable[[str], Any]] = {
            "from": self.set_phone,
            "field": self.set_field,
            "clock": self.set_clock,
            "calls": self.dial,
            "waits": self.wait,
            "line": self.expect_line,
            "over": self.expect_over,
            "texts": self.text,
            "photo": self.photograph,
            "answer": self.expect_answer,
            "report": self.expect_report,
            "reports": self.expect_reports,
            "sent": self.expect_sent_count,
            "expects": self.expect_hint,
        }
        if command in steps:
            steps[command](what)
        else:
            self.act(command, what)
        return None

    def act(self, command: str, what: str) -> None:
        """Something the family or the office does in a call."""
        match command:
            case "says":
                self.call.says(what)
            case "presses":
                self.call.presses(what)
            case "silence":
                self.call.keeps_silent()
            case "leaves a message":
                self.call.leaves_message(int(what))
            case "office answers":
                self.call.office_answers()
            case "office misses":
                self.call.office_misses()
            case "hangs up":
                self.call.hangs_up()

    @property
    def call(self) -> Call:
        """The call, begun when it is first needed."""
        if self.open_call is None:
            self.open_call = self.whole.call(self.phone, **self.fields)
        return self.open_call

    def set_phone(self, phone: str) -> None:
        self.phone = "anonymous" if phone == "withheld" else phone
        self.open_call = None

    def dial(self, _: str) -> None:
        self.open_call = self.whole.call(self.phone, **self.fields)

    def set_field(self, text: str) -> None:
        name, _, value = text.partition("=")
        self.fields[name.strip()] = value.strip()

    def set_clock(self, local: str) -> None:
        self.whole.clock.now = datetime.fromisoformat(local).replace(tzinfo=CHICAGO)

    def wait(self, text: str) -> None:
        self.whole.clock.go_on(minutes=float(text.partition(" ")[0]))
        close_abandoned(self.whole.services.taker)  # as the worker does all the time

    def expect_line(self, words: str) -> None:
        _match(self.call.prompt, words)

    def expect_over(self, _: str) -> None:
        assert self.call.over, "the line still waits"

    def text(self, body: str) -> None:
        self.answers = self.whole.text(body, self.phone, **self.fields)

    def photograph(self, text: str) -> None:
        """A text with one attachment: its kind, then the words, if any."""
        kind, _, body = text.partition(" ")
        sid = f"ME{next(self.attachments):032x}"
        address = f"https://api.example.org/Messages/MM1/Media/{sid}"
        media = {"NumMedia": "1", "MediaUrl0": address, "MediaContentType0": kind}
        self.answers = self.whole.text(body, self.phone, **self.fields, **media)

    def expect_answer(self, words: str) -> None:
        if not words:
            assert self.answers == []
            return
        assert self.answers, "there is no answer"
        _match(self.answers.pop(0), words)

    def expect_report(self, facts: str) -> None:
        reports = self.whole.reports()
        assert len(reports) > self.reports_seen, "there is no further report"
        report = reports[self.reports_seen]
        self.reports_seen += 1
        for fact in facts.split(";"):
            key, _, expected = fact.partition("=")
            assert _shown(report, key.strip()) == expected.strip(), f"{key.strip()}: {report}"

    def expect_reports(self, count: str) -> None:
        assert len(self.whole.reports()) == int(count)

    def expect_sent(self, phone: str, words: str) -> None:
        queued = self.whole.queued()
        assert len(queued) > self.sent_seen, "nothing further was sent"
        message = queued[self.sent_seen]
        self.sent_seen += 1
        assert message.to_phone == phone.rstrip(":"), message.to_phone
        _match(message.body or "", words)

    def expect_sent_count(self, count: str) -> None:
        assert len(self.whole.queued()) == int(count)

    def expect_hint(self, name: str) -> None:
        waiting = self.call.waiting
        hints = waiting.get("hints", "") if waiting is not None else ""
        assert name in [hint.strip() for hint in hints.split(",")], hints


def _match(found: str, expected: str) -> None:
    pattern = ".*".join(re.escape(part.strip()) for part in re.split("…", expected))
    plain = " ".join(found.split())
    assert re.fullmatch(pattern.replace(".*", r"\s*.*\s*"), plain), f"the line: {plain}"


def _shown(report: dict[str, Any], key: str) -> str:
    """A fact of a report as transcripts write it."""
    value = report[key]
    if key == "student":
        return "nobody" if value is None else f"{value['name']}"
    if key == "partial_day":
        return "none" if value is None else f"{value['kind']} {value['time'] or 'unknown'}"
    if key == "recording":
        return "none" if value is None else f"{value['seconds']} seconds"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return str({None: "none", True: "yes", False: "no"}.get(value, value))

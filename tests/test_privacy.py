"""What must never leave the database: names, numbers and words of families in a log."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from mypy import api as mypy

from app import create_app
from console.logs import FIELDS, Json, Plain
from console.services import Services
from ivr.simulator.carrier import Carrier, in_process
from ivr.sweeping import close_abandoned
from school.database import Database
from school.dispatch import dispatch_due
from school.sending import Refused, Trouble, Unreachable
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway
from tests.support.line import (
    ADDRESS,
    ALICIA,
    KEIKOS_MOTHER,
    SCHOOL,
    STRANGER,
    WholeLine,
    settings,
)
from tests.support.secrecy import told_in

WORDS = ["fever", "fiebre", "Naoko", "Zebedee", "Quackenbush", "Rosa Diaz", "grandmother"]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the process logs at its most talkative, as the operator would read it."""
    written = io.StringIO()
    handlers = []
    for formatter in (Json(FIELDS), Plain(FIELDS)):
        handler = logging.StreamHandler(written)
        handler.setFormatter(formatter)
        handlers.append(handler)
    root, level = logging.getLogger(), logging.getLogger().level
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    yield written
    for handler in handlers:
        root.removeHandler(handler)
    root.setLevel(level)


def assert_private(written: io.StringIO) -> None:
    text = written.getvalue()
    assert text, "nothing was logged: the test would pass in vain"
    assert told_in(text, WORDS, (STRANGER, STRANGER[2:], KEIKOS_MOTHER[2:])) == set()


def test_a_whole_call_and_a_text_leave_no_name_number_or_word_in_the_log(
    line: WholeLine, log: io.StringIO
) -> None:
    call = line.call(KEIKOS_MOTHER)
    call.says("This is Naoko Tanaka, Keiko is sick today, she has a fever")
    call.says("yes").hangs_up()
    stranger = line.call(STRANGER)
    stranger.says("Zebedee Quackenbush is at his grandmother's funeral today")
    stranger.presses("782#").says("Rosa Diaz, his aunt").hangs_up()
    line.text("Gaby tiene fiebre hoy, soy su mamá Alicia Villa", ALICIA)
    line.text("UNDO", ALICIA)
    line.text("STOP", ALICIA)
    line.clock.go_on(minutes=300)
    close_abandoned(line.services.taker)
    gateway = RememberingGateway(
        answers=[Refused(Trouble.FINAL, 21211), Unreachable(maybe_sent=True)]
    )
    dispatch_due(line.services.database, gateway, line.clock)
    assert line.queued(), "messages were queued and tried"
    assert_private(log)


def test_an_error_in_the_middle_of_a_turn_leaves_no_word_in_the_log(
    clock: StandingClock, log: io.StringIO
) -> None:
    gone = Database("postgresql+psycopg://nobody:secret-word@127.0.0.1:1/none?connect_timeout=1")
    services = Services(settings(), clock, gone)
    token = services.settings.twilio_auth_token or ""
    carrier = Carrier(in_process(create_app(services), ADDRESS), ADDRESS, token)
    carrier.dial(KEIKOS_MOTHER, SCHOOL, SpeechResult="Keiko Tanaka has a fever")
    carrier.text(STRANGER, SCHOOL, "Zebedee Quackenbush has a fever")
    assert "turn_failed" in log.getvalue()
    assert "text_failed" in log.getvalue()
    assert_private(log)
    assert "secret-word" not in log.getvalue()
    assert token not in log.getvalue()


def test_an_error_is_logged_by_its_kind_and_place_and_not_by_its_message() -> None:
    for formatter in (Json(FIELDS), Plain(FIELDS)):
        written = io.StringIO()
        handler = logging.StreamHandler(written)
        handler.setFormatter(formatter)
        log = logging.getLogger("tests.privacy")
        log.addHandler(handler)
        try:
            int("Keiko Tanaka has a fever")
        except ValueError:
            log.exception("turn_failed", extra={"call": "CA1"})
        finally:
            log.removeHandler(handler)
        line = written.getvalue()
        assert "ValueError" in line
        assert "test_privacy.py" in line
        assert "CA1" in line
        assert "Keiko" not in line


LET_SLIP = """
import sys, threading, warnings
from console import logs

logs.start("debug", sys.argv[1])
logs.catch_all()

class Closes:
    def __del__(self):
        raise RuntimeError("Keiko Tanaka has a fever")

Closes()
threading.Thread(target=int, args=("Keiko Tanaka has a fever",)).start()
warnings.warn("Keiko Tanaka has a fever")
"""


@pytest.mark.parametrize("form", ["json", "console"])
def test_what_nobody_catches_is_logged_by_its_kind_too(form: str) -> None:
    """In a thread, while something is thrown away, or as a warning: Python prints the message."""
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-W", "always", "-c", LET_SLIP, form],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Keiko" not in done.stderr
    assert "fever" not in done.stderr
    for event in ("clean_up_failed", "thread_failed", "RuntimeError", "ValueError"):
        assert done.stderr.count(event) == 1, event
    if form == "json":
        assert [json.loads(line)["levelname"] for line in done.stderr.splitlines()] == ["ERROR"] * 2


def test_a_line_of_the_log_is_one_json_object_with_its_fields() -> None:
    record = logging.makeLogRecord({"msg": "receipt", "name": "ivr", "levelname": "INFO", "id": 7})
    read = json.loads(Json(FIELDS).format(record))
    assert (read["message"], read["name"], read["id"]) == ("receipt", "ivr", 7)


# --- by type ---------------------------------------------------------------------------------

ALLOWED = """
    from flows import letter_wording, wording
    from flows.events import Words
    from flows.reading.roster import Student
    from flows.turn import Line, NamesOnFile, Notice

    def said_by_the_caller(words: Words) -> Line:
        return Line(wording.READ_CALLER_NAME, {"name": words})

    def sent_to_a_contact_on_file(student: Student) -> Notice:
        return Notice(letter_wording.NOTICE, {"student": NamesOnFile((student.first_name,))})
"""
REFUSED = """
    from flows import wording
    from flows.reading.roster import Student
    from flows.turn import Line, NamesOnFile

    def a_name_on_file(student: Student) -> Line:
        return Line(wording.READ_CALLER_NAME, {"name": student.first_name})

    def names_on_file(student: Student) -> Line:
        return Line(wording.READ_CALLER_NAME, {"name": NamesOnFile((student.first_name,))})

    def any_text(text: str) -> Line:
        return Line(wording.READ_CALLER_NAME, {"name": text})
"""


@pytest.mark.parametrize(("code", "errors"), [(ALLOWED, 0), (REFUSED, 3)])
def test_only_what_a_caller_said_or_the_school_says_can_be_spoken(
    tmp_path: Path, code: str, errors: int
) -> None:
    """A name from the roster in a sentence to a caller fails in mypy, and not in a call."""
    path = tmp_path / "speaks.py"
    path.write_text(dedent(code))
    root = Path(__file__).parent.parent
    out, _, _ = mypy.run([str(path), "--strict", f"--config-file={root / 'pyproject.toml'}"])
    assert out.count("error:") == errors, out
    assert out.count("[dict-item]") == errors, out

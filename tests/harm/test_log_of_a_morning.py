"""A whole morning of the real processes, at their most talkative: what the operator then reads."""

import json
import random
import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from console.services import now
from ivr.simulator.carrier import Carrier
from school.database import Database
from school.staff import Role, add_staff, add_token
from tests.prove.carrier import Rest, Wire
from tests.prove.families import REASONS, Families
from tests.prove.processes import PUBLIC, environment, line, prepared
from tests.support.carrier_api import ACCOUNT, TOKEN
from tests.support.school_days import next_school_day
from tests.support.secrecy import told_in
from tests.support.serving import serving

CALLS, CALLERS = 15, 3
CLERK, PASSWORD, WRONG = "clerk@school.example", "correct horse battery", "Tanaka is my password"
WORDS = (*(reason.removeprefix("a ") for reason in REASONS), "Zebedee", "will be out on")
FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Morning:
    """What was logged, and what was secret."""

    log: str
    secrets: list[str]


def a_morning_at_the_desk(address: str, token: str) -> list[str]:
    """Staff and strangers at the pages; the secrets they had or were given."""
    with httpx.Client(base_url=address) as browser:
        for password in (WRONG, PASSWORD):
            found = FORM_TOKEN.search(browser.get("/staff/sign-in").text)
            assert found
            form = {"csrf_token": found[1], "email": CLERK, "password": password}
            browser.post("/staff/sign-in", data=form)
        for path in (
            "/staff/?q=Keiko",
            "/staff/?q=Tanaka%0aforged&day=x",
            "/staff/reports/1",
            "/staff/roster/?q=Keiko+Tanaka",
            "/staff/students/Keiko",
            "/desk/?q=61556150",
            "/voice?From=%2B18475550128",
        ):
            assert browser.get(path).status_code < 500, path
        session = browser.cookies["absence_line"]
    for asked in (token, f"{token}x", "Keiko Tanaka"):
        httpx.get(f"{address}/api/v1/reports", headers={"Authorization": f"Bearer {asked}"})
    httpx.post(f"{address}/voice", data={"From": "+18475550128", "SpeechResult": "Keiko Tanaka"})
    host, port = address.removeprefix("http://").split(":")
    for nonsense in (b"GET /Keiko HTTP/7\r\n\r\n", b"Tanaka\x1b[2J\r\n\r\n"):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(nonsense)
            connection.recv(1000)
    return [session]


def all_breaks(database: Database, address: str, log: Path) -> None:
    """Two tables are gone: every turn of calls and texts fails, and every step of the worker."""
    with database.begin() as session:
        for table in ("turns", "voicemails"):
            session.execute(text(f"ALTER TABLE {table} RENAME TO {table}_are_gone"))
    wire = Wire([address], random.Random(8), doubled=0, lost=0, late=0)  # noqa: S311  (chance, not secrets)
    carrier = Carrier(wire.post, PUBLIC, TOKEN, ACCOUNT)
    for phone in ("+18475550128", "+17735550104"):
        carrier.dial(phone, "+17735348600", SpeechResult="Keiko Tanaka has a fever")
        carrier.text(phone, "+17735348600", "Zebedee has a fever")
    wire.finish()
    for _ in range(200):
        if "job_failed" in log.read_text("utf-8"):
            return
        time.sleep(0.1)


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Morning]:
    folder = tmp_path_factory.mktemp("morning")
    chance = random.Random(8)  # noqa: S311  (chance, not secrets)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with ExitStack() as stack:
        rest = Rest(chance, 0.3, now)
        url = f"sqlite:///{folder / 'line.sqlite3'}"
        environ = environment(url, folder, stack.enter_context(serving(rest.app())))
        environ["ABSENCE_LINE_LOG_LEVEL"] = "debug"
        database = prepared(url, now)
        stack.callback(database.close)
        with database.begin() as session:
            add_staff(session, CLERK, Role.ADMIN, PASSWORD, now())
            token = add_token(session, "district", now())
        with line(environ, folder, port, 1, 1) as running:
            wire = Wire(running.addresses, chance)
            carrier = Carrier(wire.post, PUBLIC, TOKEN, ACCOUNT, on_recording=rest.record)
            rest.network.tell = carrier.send
            families = Families(carrier, next_school_day(now), chance, rest.dialled)
            families.morning(CALLS, CALLERS)
            carrier.text("+17735550104", "+17735348600", "Zebedee has a fever\n{forged}\x1b[2J")
            wire.finish()
            given = a_morning_at_the_desk(running.addresses[0], token)
            rest.network.finish()
            all_breaks(database, running.addresses[0], Path(folder) / "worker-0.log")
        log = "".join(path.read_text("utf-8") for path in sorted(Path(folder).glob("*.log")))
        ours = [TOKEN, environ["ABSENCE_LINE_SECRET_KEY"], PASSWORD, WRONG, token]
        yield Morning(log, [*ours, *given])


def test_the_log_of_a_morning_holds_no_name_number_or_word(morning: Morning) -> None:
    assert told_in(morning.log, WORDS) == set()
    assert not re.search(r"\+1\d{10}", morning.log)


def test_the_log_of_a_morning_holds_no_secret(morning: Morning) -> None:
    assert told_in(morning.log, morning.secrets) == set()


def test_the_morning_had_errors_of_web_and_worker_with_their_places(morning: Morning) -> None:
    """Else nothing would show that an error's message, with what was said in it, is left out."""
    lines = [json.loads(entry) for entry in morning.log.splitlines()]
    for event in ("turn_failed", "text_failed"):
        places = [entry["exc_info"] for entry in lines if entry["message"] == event]
        assert places, event
        assert all(re.match(r"\w*Error /\S+\.py:\d+ \w+ < |\w*Error < /", one) for one in places)
    assert any(entry["message"] == "job_failed" for entry in lines)


def test_every_line_of_the_log_is_an_event_of_the_line_s_own(morning: Morning) -> None:
    lines = [json.loads(entry) for entry in morning.log.splitlines()]
    assert {"levelname", "name", "message", "asctime"} <= set.intersection(*map(set, lines))
    assert len({entry["message"] for entry in lines}) > 1, "else the tests above pass in vain"
    assert not any("forged" in str(entry) or "\x1b" in str(entry) for entry in lines)

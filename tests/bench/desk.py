"""From the click at the desk to the carrier: a student of 18 signs out, the parents are told.

The real web process and a real worker, on SQLite and on PostgreSQL; the carrier is a server of its
own that notes when each request comes, and answers after a tenth of a second, as the real one does.
Once with nothing else to send, and once while the confirmations of a morning wait in the outbox:
40 seconds' worth. The limit is two seconds, for the median.
"""

import logging
import random
import re
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import httpx
from flask import Flask, request
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from console.services import now
from school.outbox import Letter, queue
from school.people import ContactRow, StudentRow
from tests.console.parts import FRONT_DESK, PASSWORD, add_accounts
from tests.prove.processes import environment, line, prepared
from tests.support.carrier_api import CarrierApi
from tests.support.postgresql import postgresql
from tests.support.serving import serving

SIGNED_OUT = 40
CONFIRMATIONS = 400  # that wait, of a bad morning
CARRIER_SECONDS = 0.1
BETWEEN_SECONDS = 0.4
PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.02
LIMIT_SECONDS = 2.0
PORT = 18720
GROWN_UP = date(2007, 1, 26)
chance = random.Random(7)  # noqa: S311  (moments, no secrets)
FIELD = re.compile(r'name="(csrf_token|key|seen)" value="([^"]*)"')


@dataclass
class Arrivals:
    """When each number was first asked for at the carrier."""

    at: dict[str, float] = field(default_factory=dict)

    def note(self) -> None:
        """Called before each request is answered."""
        if request.method == "POST":
            self.at.setdefault(request.form.get("To", ""), time.perf_counter())
            time.sleep(CARRIER_SECONDS)


@dataclass
class Clerk:
    """Somebody of the front desk, signed in."""

    http: httpx.Client

    def signs_in(self) -> None:
        """With the password, as everybody does."""
        path = "/staff/sign-in"
        fields = {"email": FRONT_DESK, "password": PASSWORD, **self._hidden(path)}
        assert self.http.post(path, data=fields).headers["location"].startswith("/desk")

    def signs_out(self, student_id: str) -> float:
        """Let the student leave alone; the moment of the click."""
        path = f"/desk/students/{student_id}"
        chosen = {"who": "self", "id_seen": "yes", "reason": "family"}
        fields = {**self._hidden(path), **chosen}
        click = time.perf_counter()
        answer = self.http.post(f"{path}/release", data=fields)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        return click

    def _hidden(self, path: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in FIELD.findall(self.http.get(path).text):
            found.setdefault(name, value)
        return found


def measure() -> None:
    """Print the times, quiet and on a bad morning."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        urls = {
            "SQLite": f"sqlite:///{folder / 'bench.sqlite3'}",
            "PostgreSQL": stack.enter_context(postgresql()),
        }
        print(f"\nFrom the click at the desk to the carrier, {SIGNED_OUT} students of 18")
        print(f"  {'':12}{'nothing waits':>16}{f'{CONFIRMATIONS} wait':>16}   median/95th, ms")
        for n, (name, url) in enumerate(urls.items()):
            times = _times(url, folder, PORT + n)
            print(f"  {name:<12}{''.join(f'{_shown(some):>16}' for some in times)}")
            assert all(median(some) < LIMIT_SECONDS for some in times), "the limit is two seconds"


def _times(url: str, folder: Path, port: int) -> tuple[list[float], list[float]]:
    database, arrivals = prepared(url, now), Arrivals()
    with database.begin() as session:
        add_accounts(session, now())
        families = _grown_up(session)
    with (
        serving(_listening(arrivals)) as carrier,
        line(environment(url, folder, carrier), folder, port, webs=1, workers=1) as running,
        httpx.Client(base_url=running.addresses[0]) as http,
    ):
        clerk = Clerk(http)
        clerk.signs_in()
        half = len(families) // 2
        quiet = [_told_after(clerk, *family, arrivals) for family in families[:half]]
        with database.begin() as session:
            for n in range(CONFIRMATIONS):
                queue(session, Letter(f"bench:{n}", f"+1708555{n:04}", "en", "Confirmed."), now())
        busy = [_told_after(clerk, *family, arrivals) for family in families[half:]]
    database.close()
    return quiet, busy


def _grown_up(session: Session) -> list[tuple[str, str]]:
    """Students who are 18 from now on, each with a parent whose number is nobody else's."""
    parents: dict[str, str] = {}
    for contact in session.scalars(select(ContactRow).order_by(ContactRow.contact_id)):
        if contact.phone and contact.relationship == "mother" and not contact.no_contact:
            parents.setdefault(contact.phone, contact.student_id)
    chosen = {student: phone for phone, student in parents.items()}
    some = list(chosen.items())[:SIGNED_OUT]
    session.execute(
        update(StudentRow)
        .where(StudentRow.student_id.in_([student for student, _ in some]))
        .values(birth_date=GROWN_UP)
    )
    return some


def _told_after(clerk: Clerk, student_id: str, phone: str, arrivals: Arrivals) -> float:
    """Seconds from the click until the carrier was asked to text the mother."""
    click = clerk.signs_out(student_id)
    while phone not in arrivals.at:
        if time.perf_counter() - click > PATIENCE_SECONDS:
            raise TimeoutError("The carrier was not asked to tell the family.")
        time.sleep(LOOK_SECONDS)
    time.sleep(BETWEEN_SECONDS * chance.random())  # so that clicks and looks keep no step
    return arrivals.at[phone] - click


def _listening(arrivals: Arrivals) -> Flask:
    app = CarrierApi(now=now()).app()
    app.before_request(arrivals.note)
    return app


def _shown(times: list[float]) -> str:
    return f"{median(times) * 1000:,.0f}/{quantiles(times, n=20)[-1] * 1000:,.0f}"

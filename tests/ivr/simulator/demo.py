"""The demo in a test: the whole app with its simulator, its worker's sending, and a visitor."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from secrets import token_hex
from threading import Event, Thread
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from console.services import Services
from ivr.gateway import Gateway
from school.database import Database
from school.dispatch import dispatch_due
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, read_folder
from school.staff import Role, add_staff
from tests.support.clock import StandingClock
from tests.support.line import settings

# Plain http: a browser keeps the cookie of the server on the loopback. Nobody asks this address.
ADDRESS = "http://line.example.org"
CLERK, PASSWORD = "clerk@example.org", "correct horse battery"
FORM_TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')

Json = dict[str, Any]


@dataclass
class Demo:
    """A demo school on this database."""

    services: Services
    app: Flask

    @contextmanager
    def gateway(self, address: str) -> Iterator[Gateway]:
        """The worker's way to the simulated carrier at this address."""
        own = replace(self.services.settings, twilio_api_url=f"{address}/simulator/api")
        gateway = Services(own, self.services.clock, self.services.database).gateway()
        yield gateway
        gateway.close()

    @contextmanager
    def worker(self, address: str) -> Iterator[None]:
        """A worker that sends what is due, during the block."""
        stop = Event()

        def work() -> None:
            while not stop.wait(0.1):
                dispatch_due(self.services.database, gateway, self.services.clock)

        with self.gateway(address) as gateway:
            thread = Thread(target=work, daemon=True)
            thread.start()
            yield
            stop.set()
            thread.join(10)


def demo_school(database: Database, clock: StandingClock) -> Demo:
    """The demo's app on this database, with its roster and a clerk."""
    services = Services(settings(ABSENCE_LINE_PUBLIC_URL=ADDRESS), clock, database)
    with database.begin() as session:
        import_roster(session, read_folder(DEMO_FOLDER, clock().date()), clock())
        add_staff(session, CLERK, Role.ADMIN, PASSWORD, clock())
    return Demo(services, create_app(services, simulator=True))


@dataclass
class Visitor:
    """The page's scripts in one browser tab: what they ask, and what they are answered."""

    client: FlaskClient
    tab: str = field(default_factory=lambda: token_hex(16))
    token: str = ""

    def opens(self) -> str:
        """Open the page."""
        page = self.client.get("/simulator").text
        found = FORM_TOKEN.search(page)
        assert found
        self.token = found.group(1)
        return page

    def asks(self, act: str, **wish: object) -> TestResponse:
        """Want something done."""
        return self.client.post(
            f"/simulator/handsets/{self.tab}/{act}",
            json=wish,
            headers={"X-CSRFToken": self.token},
        )

    def does(self, act: str, **wish: object) -> Json:
        """Do something; all that the page then shows."""
        answer = self.asks(act, **wish)
        assert answer.status_code == 200, answer.text
        state: Json = answer.get_json()
        return state

    def fails(self, act: str, **wish: object) -> str:
        """Want something that cannot be done; the sentence that says why."""
        answer = self.asks(act, **wish)
        assert answer.status_code == 409, answer.text
        return str(answer.get_json()["error"])

    def looks(self) -> Json:
        """All that the page shows."""
        state: Json = self.client.get(f"/simulator/handsets/{self.tab}").get_json()
        return state


def said(state: Json) -> str:
    """The last that the line said."""
    lines = [entry for entry in state["entries"] if entry["who"] == "line"]
    return " ".join(part["words"] for part in lines[-1]["says"])


def facts(state: Json) -> dict[str, str]:
    """What the line understood, by its name."""
    return {fact["term"]: fact["words"] for fact in state["understood"]["facts"]}

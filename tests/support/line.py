"""The whole line in a test: the real app, the demo school's roster, and a carrier that signs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from app import create_app
from console.services import Services
from console.settings import Settings
from ivr.simulator.carrier import Call, Carrier, in_process
from school.database import Database
from school.outbox import Message
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, RosterFolder, read_folder
from school.staff import add_token
from tests.support.clock import StandingClock
from tests.support.templates import compiled_once
from tests.support.twiml_grammar import check

ADDRESS = "https://line.example.org"
SCHOOL = "+17735348600"
STRANGER = "+17735550104"  # on nobody's file
WITHHELD = "anonymous"

# Families of the demo roster.
ALICIA = "+13315550111"  # mother of Gabriela Alvarado; her file says Spanish
RAMON = "+12245550190"  # father of Gabriela Alvarado
KEIKOS_MOTHER = "+18475550128"  # of one student, in English
CUEVAS = "+13315550127"  # mother of Mariana and Marlene
OSCAR = "+12245550151"  # father of Andrés and Lorena Barajas; in Spanish
LORENA = "+16305550114"  # Lorena Barajas herself, 18


@dataclass
class WholeLine:
    """One school's line, its clock, and what came of it."""

    services: Services
    app: Flask
    carrier: Carrier
    clock: StandingClock
    token: str

    def call(self, from_: str = KEIKOS_MOTHER, **fields: str) -> Call:
        """Call the line: the greeting and the menu have been heard."""
        return self.carrier.dial(from_, SCHOOL, **fields)

    def text(self, body: str, from_: str = KEIKOS_MOTHER, **fields: str) -> list[str]:
        """Text the line; its answers."""
        return self.carrier.text(from_, SCHOOL, body, **fields)

    def reports(self, **query: str) -> list[dict[str, Any]]:
        """The reports, as other systems get them, in the order in which they were made."""
        answer = self.app.test_client().get(
            "/api/v1/reports",
            query_string=query,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        assert answer.status_code == 200, answer.text
        reports: list[dict[str, Any]] = answer.get_json()["reports"]
        return sorted(reports, key=lambda report: report["id"])

    def report(self) -> dict[str, Any]:
        """The only report there is."""
        (only,) = self.reports()
        return only

    def queued(self) -> Sequence[Message]:
        """The messages in the outbox, in the order in which they were queued."""
        with self.services.database.reading() as session:
            return session.scalars(select(Message).order_by(Message.id)).all()


def settings(**changes: str) -> Settings:
    """Settings as an operator would make them, for a test."""
    environ = {
        "ABSENCE_LINE_PUBLIC_URL": ADDRESS,
        "ABSENCE_LINE_SECRET_KEY": "a key of the tests, long enough for one",
        "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
        "TWILIO_AUTH_TOKEN": "token-of-the-tests",
    }
    return Settings.from_env(environ | changes)


@cache
def demo_roster(today: date) -> RosterFolder:
    """The demo school's files, read once for all tests."""
    return read_folder(Path(DEMO_FOLDER), today)


def whole_line(database: Database, clock: StandingClock, **changes: str) -> WholeLine:
    """The line on this database, with the demo roster imported."""
    services = Services(settings(**changes), clock, database)
    with database.begin() as session:
        import_roster(session, demo_roster(clock().date()), clock())
        token = add_token(session, "tests", clock())
    app = compiled_once(create_app(services))
    post = in_process(app, ADDRESS)
    auth_token = services.settings.twilio_auth_token or ""
    return WholeLine(
        services, app, Carrier(post, ADDRESS, auth_token, on_document=check), clock, token
    )

"""The console in a small app of its own, a clock, and a visitor who reads and fills in pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from console import (
    accounts,
    api,
    audit,
    by_hand,
    desk,
    desk_notes,
    entry,
    errors,
    health,
    listening,
    look,
    messages,
    open_id,
    out,
    own,
    pictures,
    recorded,
    roster,
    safety,
    school_year,
    sign_in,
    statistics,
    worklist,
)
from console.office import Office
from flows.catalogue import speakers
from ivr.rosters import RosterCache
from recordings.vault import Vault
from school.closings import OpenSchool
from school.database import Clock, Database
from school.school_file import SHIPPED, read_school
from school.staff import HASHER, Role, Staff
from tests.recordings.parts import InMemory
from tests.support.templates import compiled_once

NOW = datetime(2026, 11, 24, 12, 52, tzinfo=UTC)  # a Tuesday, 6:52 am in Chicago
CHICAGO = ZoneInfo("America/Chicago")
PASSWORD = "correct horse battery"
ATTENDANCE = "clerk@school.example"
FRONT_DESK = "desk@school.example"
ADMIN = "head@school.example"
ROLES = {ATTENDANCE: Role.ATTENDANCE, FRONT_DESK: Role.FRONT_DESK, ADMIN: Role.ADMIN}
FORM_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


VAULT = Vault(InMemory(), ["a secret of the tests, long enough for one"])
"""Where the recordings of these tests lie."""


def console_app(
    database: Database,
    clock: Clock,
    *,
    https: bool = False,
    provider: open_id.Provider | None = None,
    vault: Vault = VAULT,
) -> Flask:
    """All of the console, as the real app puts it together; `https`: its public address is one."""
    school = read_school(SHIPPED)
    office = Office(
        database=database,
        clock=clock,
        open_school=OpenSchool(school, database, clock),
        rosters=RosterCache(database, clock),
        speakers=speakers(school.facts.languages),
    )
    app = Flask("console_under_test", static_folder=None)
    app.secret_key = "a key of the tests"
    app.testing = True
    errors.install(app)
    forms = safety.protect(app, https=https)
    for blueprint in (
        look.blueprint(clock, school.facts, CHICAGO),
        sign_in.blueprint(database, clock),
        worklist.blueprint(office),
        listening.blueprint(database, clock, lambda: vault),
        pictures.blueprint(database, clock, lambda: vault),
        entry.blueprint(office),
        desk.blueprint(office),
        desk_notes.blueprint(office),
        out.blueprint(office),
        accounts.blueprint(office),
        by_hand.blueprint(office, lambda: vault),
        messages.blueprint(office),
        recorded.blueprint(office),
        statistics.blueprint(office),
        roster.blueprint(office),
        school_year.blueprint(office),
        audit.blueprint(office),
        own.blueprint(office),
        open_id.blueprint(office, provider),
        forms.exempt(api.blueprint(database, clock)),
        health.blueprint(database, clock, CHICAGO, CollectorRegistry()),
    ):
        app.register_blueprint(blueprint)
    return compiled_once(app)


@cache
def password_hash() -> str:
    """Hashing takes its time, by design: once is enough for all tests."""
    return HASHER.hash(PASSWORD)


def add_accounts(session: Session, now: datetime) -> None:
    """An account for each role."""
    for email, role in ROLES.items():
        session.add(
            Staff(email=email, role=role, password_hash=password_hash(), failures=0, created_at=now)
        )


@dataclass
class Visitor:
    """A browser without scripts: it opens pages and fills in their forms, tokens included."""

    client: FlaskClient

    def opens(self, path: str) -> TestResponse:
        return self.client.get(path)

    def token(self, path: str = "/staff/sign-in") -> str:
        found = FORM_TOKEN.search(self.opens(path).text)
        assert found, f"no form on {path}"
        return found.group(1)

    def signs_in(
        self, email: str = ATTENDANCE, password: str = PASSWORD, path: str = "/staff/sign-in"
    ) -> TestResponse:
        fields = {"csrf_token": self.token(path), "email": email, "password": password}
        return self.client.post(path, data=fields)

    def signs_out(self) -> TestResponse:
        return self.client.post("/staff/sign-out", data={"csrf_token": self.token("/staff/")})


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that the block sends to the database, but for those of transactions."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)

"""The dismissal desk in the whole app, with a small family and an account for each role."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from console.services import Services
from school.database import Database
from school.people import raise_roster_version
from school.releases import Release
from school.staff import HASHER, Role, Staff
from tests.support.clock import StandingClock
from tests.support.dismissals import FRONT_DESK, GABY, HEAD, OTHER_DESK, add_family
from tests.support.line import settings

PASSWORD = "correct horse battery"
CLERK = "clerk@school.example"
ROLES = {
    FRONT_DESK: Role.FRONT_DESK,
    OTHER_DESK: Role.FRONT_DESK,
    CLERK: Role.ATTENDANCE,
    HEAD: Role.ADMIN,
}
FIELD = re.compile(r'name="(csrf_token|key|seen)" value="([^"]*)"')
WITH_MOTHER = {"who": "contact:K1", "id_seen": "yes", "reason": "appointment"}
ALONE = {"who": "self", "id_seen": "yes", "reason": "appointment"}


@cache
def password_hash() -> str:
    """Hashing takes its time, by design: once is enough for all tests."""
    return HASHER.hash(PASSWORD)


def desk_app(database: Database, clock: StandingClock, *, https: bool = True) -> Flask:
    """The app, with the family and the accounts in its database."""
    with database.begin() as session:
        add_family(session)
        raise_roster_version(session, clock())
        for email, role in ROLES.items():
            account = Staff(email=email, role=role, password_hash=password_hash(), failures=0)
            account.created_at = clock()
            session.add(account)
    changes = {} if https else {"ABSENCE_LINE_PUBLIC_URL": ""}
    return create_app(Services(settings(**changes), clock, database))


@dataclass
class DeskVisitor:
    """A browser without scripts, at the desk: it fills in forms, hidden fields included."""

    client: FlaskClient
    app: Flask

    def opens(self, path: str, **query: str) -> TestResponse:
        return self.client.get(path, query_string=query, base_url="https://line.example.org")

    def posts(self, path: str, data: dict[str, Any]) -> TestResponse:
        return self.client.post(
            path,
            data=data,
            base_url="https://line.example.org",
            headers={"Referer": "https://line.example.org/desk/"},
        )

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the first form on this page that has them all."""
        found: dict[str, str] = {}
        for name, value in FIELD.findall(self.opens(path).text):
            found.setdefault(name, value)
        return found

    def signs_in(self, email: str = FRONT_DESK) -> "DeskVisitor":
        path = "/staff/sign-in"
        fields = {"email": email, "password": PASSWORD, **self.hidden(path)}
        assert self.posts(path, fields).status_code == 303
        return self

    def releases(self, fields: dict[str, str], student: str = GABY, **hidden: str) -> TestResponse:
        """Fill in the form on the student's page, and send it."""
        path = f"/desk/students/{student}"
        return self.posts(f"{path}/release", {**self.hidden(path), **hidden, **fields})

    def waits(self, fields: dict[str, str], student: str = GABY) -> TestResponse:
        """Fill in the form on the student's page, and keep it while the student is on the way."""
        path = f"/desk/students/{student}"
        return self.posts(f"{path}/wait", {**self.hidden(path), **fields})

    def refuses(self, fields: dict[str, str], student: str = GABY) -> TestResponse:
        path = f"/desk/students/{student}"
        return self.posts(f"{path}/refuse", {**self.hidden(path), **fields})

    def does(self, act: str, release_id: int, **fields: str) -> TestResponse:
        """Press a button on the release's page."""
        path = f"/desk/releases/{release_id}"
        return self.posts(f"{path}/{act}", {**self.hidden(path), **fields})


def visitor(app: Flask, email: str = FRONT_DESK) -> DeskVisitor:
    """Somebody signed in, in a browser of their own."""
    return DeskVisitor(app.test_client(), app).signs_in(email)


def rows(database: Database) -> list[Release]:
    """All that was entered."""
    with database.reading() as session:
        return list(session.scalars(select(Release).order_by(Release.id)))

"""Signing in with the school's accounts, at a small real provider in a process of its own."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import select

from console.open_id import FAILED, NOBODY, Provider
from school.audit import AuditLine
from school.database import Database
from school.staff import Staff
from tests.console.parts import ADMIN, ATTENDANCE, FRONT_DESK, NOW, Visitor, console_app
from tests.support.clock import StandingClock

START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A provider that lets in whoever names themselves, and says what it is told of them."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603  (a program of the test tools)
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield _ready(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(15)


def _ready(address: str) -> str:
    for _ in range(START_SECONDS * 5):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=2)
        except requests.ConnectionError:
            time.sleep(0.2)
        else:
            return address
    raise AssertionError("The provider did not start.")


def is_told(issuer: str, person: str, **claims: str | bool) -> None:
    """Let the provider know what it shall say of this person."""
    answer = requests.put(f"{issuer}/users/{person}", json=claims, timeout=10)
    assert answer.ok, answer.text


@pytest.fixture
def visitor(filled: Database, issuer: str) -> Visitor:
    provider = Provider(issuer, "the-line", "a secret of the tests")
    return Visitor(console_app(filled, StandingClock(NOW), provider=provider).test_client())


def comes_back(visitor: Visitor, person: str) -> str:
    """Sign in at the provider as this person; the page one lands on."""
    away = visitor.opens("/staff/sign-in/school/")
    assert away.status_code == 302
    there = requests.post(away.location, data={"sub": person}, allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    return visitor.client.get(f"{back.path}?{back.query}", follow_redirects=True).text


def subjects(filled: Database) -> list[str]:
    with filled.reading() as session:
        return [s for s in session.scalars(select(Staff.subject)) if s]


def test_a_verified_address_signs_in_and_is_known_from_then_on(
    visitor: Visitor, issuer: str, filled: Database
) -> None:
    assert "Sign in with your school account" in visitor.opens("/staff/sign-in").text
    is_told(issuer, "ana", email=ATTENDANCE.upper(), email_verified=True)
    assert "Waiting for you" in comes_back(visitor, "ana")
    assert subjects(filled) == [f"{issuer} ana"]
    visitor.signs_out()
    is_told(issuer, "ana", email="married@school.example", email_verified=True)
    assert "Waiting for you" in comes_back(visitor, "ana")
    with filled.reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.did == "signed in")).all()
        assert {line.who for line in lines} == {ATTENDANCE}


def test_the_front_desk_lands_at_its_desk(visitor: Visitor, issuer: str) -> None:
    is_told(issuer, "dora", email=FRONT_DESK, email_verified=True)
    assert "Find a student" in comes_back(visitor, "dora")


@pytest.mark.parametrize(
    "claims",
    [
        {"email": ATTENDANCE, "email_verified": False},
        {"email": ATTENDANCE},
        {"email": "stranger@school.example", "email_verified": True},
        {},
    ],
)
def test_anybody_else_stays_out(
    visitor: Visitor, issuer: str, filled: Database, claims: dict[str, str | bool]
) -> None:
    is_told(issuer, "eve", **claims)
    assert NOBODY in comes_back(visitor, "eve")
    assert visitor.opens("/staff/").status_code == 303
    assert subjects(filled) == []


def test_who_has_another_persons_address_later_does_not_get_the_account(
    visitor: Visitor, issuer: str
) -> None:
    is_told(issuer, "ben", email=ADMIN, email_verified=True)
    comes_back(visitor, "ben")
    visitor.signs_out()
    is_told(issuer, "mallory", email=ADMIN, email_verified=True)
    assert NOBODY in comes_back(visitor, "mallory")


def test_somebody_signed_in_links_their_own_account(visitor: Visitor, issuer: str) -> None:
    is_told(issuer, "kim", email="kim@elsewhere.example")
    visitor.signs_in(ADMIN)
    assert "Your school account is linked" in comes_back(visitor, "kim")
    visitor.signs_out()
    assert "Waiting for you" in comes_back(visitor, "kim")
    visitor.signs_out()
    visitor.signs_in(ATTENDANCE)
    assert "is linked with another account here" in comes_back(visitor, "kim")


def test_a_closed_account_stays_closed(visitor: Visitor, issuer: str, filled: Database) -> None:
    is_told(issuer, "old", email=ATTENDANCE, email_verified=True)
    comes_back(visitor, "old")
    visitor.signs_out()
    with filled.begin() as session:
        session.scalars(select(Staff).where(Staff.email == ATTENDANCE)).one().closed_at = NOW
    assert NOBODY in comes_back(visitor, "old")


@pytest.mark.parametrize("query", ["", "?code=x&state=y", "?error=access_denied&state=z"])
def test_a_made_up_return_signs_nobody_in(visitor: Visitor, query: str) -> None:
    page = visitor.client.get(f"/staff/sign-in/school/back{query}", follow_redirects=True).text
    assert FAILED in page
    assert visitor.opens("/staff/").status_code == 303


def test_the_answer_to_anothers_question_is_refused(visitor: Visitor, issuer: str) -> None:
    is_told(issuer, "ana", email=ATTENDANCE, email_verified=True)
    away = visitor.opens("/staff/sign-in/school/")
    forged = re.sub(r"state=[^&]+", "state=forged", away.location)
    there = requests.post(forged, data={"sub": "ana"}, allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    page = visitor.client.get(f"{back.path}?{back.query}", follow_redirects=True).text
    assert FAILED in page


def test_a_provider_that_is_away_is_said(filled: Database) -> None:
    provider = Provider(f"http://127.0.0.1:{free_port()}", "the-line", "secret")
    visitor = Visitor(console_app(filled, StandingClock(NOW), provider=provider).test_client())
    answer = visitor.client.get("/staff/sign-in/school/", follow_redirects=True)
    assert FAILED in answer.text


def test_without_a_provider_nothing_is_offered(filled: Database) -> None:
    visitor = Visitor(console_app(filled, StandingClock(NOW)).test_client())
    assert "school account" not in visitor.opens("/staff/sign-in").text
    assert visitor.opens("/staff/sign-in/school/").status_code == 404

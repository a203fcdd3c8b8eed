"""The console on each kind of database, with accounts, a roster, and a visitor."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from school.database import Database
from school.outbox import Message
from school.reports import Report, Status
from tests.console import morning, samples
from tests.console.browsing import sign_in
from tests.console.parts import ADMIN, NOW, Visitor, add_accounts, console_app
from tests.support.browser import WIDTHS, opened
from tests.support.clock import StandingClock
from tests.support.serving import serving


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def filled(database: Database, clock: StandingClock) -> Database:
    """A database with an account for each role, and two students."""
    with database.begin() as session:
        add_accounts(session, clock())
        samples.add_roster(session)
    return database


@pytest.fixture
def app(filled: Database, clock: StandingClock) -> Flask:
    return console_app(filled, clock)


@pytest.fixture
def visitor(app: Flask) -> Iterator[Visitor]:
    with app.test_client() as client:
        yield Visitor(client)


@pytest.fixture
def clerk(visitor: Visitor) -> Visitor:
    """Somebody of the attendance office, signed in."""
    assert visitor.signs_in().status_code == 303
    return visitor


@pytest.fixture
def files(filled: Database, clock: StandingClock) -> Callable[..., int]:
    """Writes a report of a kind, with some facts changed; gives its number."""

    def write_one(kind: str = "ordinary", **facts: object) -> int:
        with filled.begin() as session:
            return samples.report(session, clock(), kind, **facts)

    return write_one


@pytest.fixture
def stands(filled: Database) -> Callable[[int], Report]:
    """Reads a report as it stands now."""

    def read(number: int) -> Report:
        with filled.reading() as session:
            return session.get_one(Report, number)

    return read


@pytest.fixture
def messages(filled: Database) -> Callable[[], list[Message]]:
    """Reads the messages to families, in the order they were queued."""

    def read() -> list[Message]:
        with filled.reading() as session:
            return list(session.scalars(select(Message).order_by(Message.id)))

    return read


@pytest.fixture
def every_kind(files: Callable[..., int]) -> dict[str, int]:
    """A report of every kind, by its name."""
    return {kind: files(kind) for kind in samples.KINDS}


@pytest.fixture
def desk(sqlite: Database, clock: StandingClock) -> Iterator[str]:
    """The address of a live console with a dozen reports, the student of one not known."""
    with sqlite.begin() as session:
        add_accounts(session, clock())
        morning.add_demo_roster(session, clock())
        morning.add_reports(session, clock() - timedelta(minutes=5), 12, complete=True)
        samples.report(session, clock(), "unknown student")
        samples.report(session, clock(), **morning.GABYS)
        samples.report(session, clock(), status=Status.CONFIRMED, **morning.GABYS)
    with serving(console_app(sqlite, clock)) as address:
        yield address


@pytest.fixture
def page(browser: Browser, desk: str) -> Iterator[Page]:
    """A clerk at a computer, signed in."""
    with opened(browser, WIDTHS[0], "light") as found:
        sign_in(found, desk)
        yield found


@pytest.fixture
def second(browser: Browser, desk: str) -> Iterator[Page]:
    """Another clerk at another computer."""
    with opened(browser, WIDTHS[0], "light") as found:
        sign_in(found, desk, ADMIN)
        yield found

"""The console on each kind of database, with accounts, a roster, and a visitor."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from school.database import Database
from tests.console import samples
from tests.console.parts import NOW, Visitor, add_accounts, console_app
from tests.support.clock import StandingClock


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
def every_kind(files: Callable[..., int]) -> dict[str, int]:
    """A report of every kind, by its name."""
    return {kind: files(kind) for kind in samples.KINDS}

"""A desk a little after ten on a school day, on each kind of database."""

import pytest
from flask import Flask

from school.database import Database
from tests.support.clock import StandingClock
from tests.support.desk import DeskVisitor, desk_app, visitor
from tests.support.dismissals import TEN_IN_THE_MORNING


@pytest.fixture
def clock() -> StandingClock:
    """A little after ten on a school day."""
    return StandingClock(TEN_IN_THE_MORNING)


@pytest.fixture
def app(database: Database, clock: StandingClock) -> Flask:
    return desk_app(database, clock)


@pytest.fixture
def desk(app: Flask) -> DeskVisitor:
    """Somebody of the front desk."""
    return visitor(app)

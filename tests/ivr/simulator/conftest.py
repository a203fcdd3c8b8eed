"""The demo school with its simulator, and somebody who visits it."""

from collections.abc import Iterator

import pytest

from school.database import Database
from tests.ivr.simulator.demo import Demo, Visitor, demo_school
from tests.support.clock import StandingClock


@pytest.fixture
def demo(sqlite: Database, clock: StandingClock) -> Demo:
    return demo_school(sqlite, clock)


@pytest.fixture
def visitor(demo: Demo) -> Iterator[Visitor]:
    with demo.app.test_client() as client:
        one = Visitor(client)
        one.opens()
        yield one

"""The demo school with its simulator, and somebody who visits it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from school.database import Database
from tests.ivr.simulator.demo import Demo, Visitor, demo_school
from tests.ivr.simulator.telephone import Telephone
from tests.support.browser import opened
from tests.support.clock import StandingClock
from tests.support.serving import serving


@pytest.fixture
def demo(sqlite: Database, clock: StandingClock) -> Demo:
    return demo_school(sqlite, clock)


@pytest.fixture
def visitor(demo: Demo) -> Iterator[Visitor]:
    with demo.app.test_client() as client:
        one = Visitor(client)
        one.opens()
        yield one


@pytest.fixture
def address(demo: Demo) -> Iterator[str]:
    """The address of the live demo, whose worker sends."""
    with serving(demo.app) as found, demo.worker(found):
        yield found


@pytest.fixture
def telephone(browser: Browser, address: str) -> Iterator[Telephone]:
    """A wide, light page, not yet opened."""
    with opened(browser, 1280, "light") as page:
        yield Telephone(page, address)
        page.goto("about:blank")  # no question is under way when the server ends

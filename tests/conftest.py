"""What every test may ask for: a database of each kind, a clock, a school."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from school.database import Database
from school.migrations import upgrade
from tests.support.browser import chromium
from tests.support.clock import StandingClock
from tests.support.databases import copy_of, emptied, migrated_file, scratch, without_waiting
from tests.support.line import WholeLine, whole_line
from tests.support.postgresql import postgresql

# No test is timed: what an example takes depends on what else the machine does.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file."""
    return migrated_file(tmp_path_factory.mktemp("template") / "template.sqlite3")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Database]:
    """A real, migrated PostgreSQL."""
    with postgresql() as url:
        database = Database(url)
        upgrade(database.engine)
        yield without_waiting(database)
        database.close()


@pytest.fixture
def sqlite(sqlite_template: Path) -> Iterator[Database]:
    """A migrated SQLite database of the test's own."""
    with scratch() as folder:
        database = copy_of(sqlite_template, folder)
        yield database
        database.close()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)],
)
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database: the test runs on SQLite, and again on PostgreSQL."""
    if request.param == "sqlite":
        sqlite: Database = request.getfixturevalue("sqlite")
        return sqlite
    return emptied(request.getfixturevalue("postgresql_server"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; the test is skipped, with a sentence, where there is none."""
    with chromium() as found:
        yield found


@pytest.fixture
def clock() -> StandingClock:
    """A Tuesday in November, 6:45 in the morning in Chicago."""
    return StandingClock()


@pytest.fixture
def line(database: Database, clock: StandingClock) -> WholeLine:
    """The whole line with the demo school, on each kind of database."""
    return whole_line(database, clock)


@pytest.fixture
def sqlite_line(sqlite: Database, clock: StandingClock) -> WholeLine:
    """The whole line on SQLite alone, for what no database changes."""
    return whole_line(sqlite, clock)

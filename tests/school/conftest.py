"""What the tests of the school share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from school.database import Database
from tests.support.gateway import RememberingGateway


@pytest.fixture
def gateway() -> RememberingGateway:
    return RememberingGateway()


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> Iterator[Database]:
    """A new database without a schema."""
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    yield database
    database.close()


@pytest.fixture
def empty_postgresql(postgresql_server: Database) -> Iterator[Database]:
    """The same on the server."""
    url = postgresql_server.engine.url
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE empty"))
    database = Database(url.set(database="empty").render_as_string(hide_password=False))
    yield database
    database.close()
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE empty"))
    server.dispose()

"""A migration while the line goes on: nobody's turn is ended for it, and it is not ended itself."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from sqlalchemy import text

import school.migrations
from school.database import VERSIONS, Database, newest_migration
from school.migrations import upgrade

# After it the session's database is as it was.
STEP = f"""
from alembic import op

revision = "9999"
down_revision = "{newest_migration()}"

def upgrade() -> None:
    op.execute("CREATE TABLE proof (id INTEGER)")
    op.execute("DROP TABLE proof")
"""
HOLD_SECONDS = 2.5  # longer than PostgreSQL lets two wait for each other


@pytest.fixture
def folders(tmp_path: Path, postgresql_server: Database) -> Iterator[tuple[Path, Path]]:
    """The line's migrations, and one more."""
    (tmp_path / "9999_next.py").write_text(STEP)
    yield VERSIONS, tmp_path
    with postgresql_server.begin() as session:
        before = {"before": newest_migration()}
        session.execute(text("UPDATE alembic_version SET version_num = :before"), before)


@pytest.mark.postgresql
def test_a_turn_that_takes_its_tables_in_another_order_is_not_ended(
    postgresql_server: Database, folders: tuple[Path, Path]
) -> None:
    has_turns, done = Event(), Event()

    def turn() -> None:
        with postgresql_server.begin() as session:
            session.execute(text("LOCK TABLE turns IN ROW EXCLUSIVE MODE"))
            has_turns.set()
            done.wait(HOLD_SECONDS)
            session.execute(text("LOCK TABLE conversations IN ROW EXCLUSIVE MODE"))
        done.set()

    thread = Thread(target=turn)
    thread.start()
    has_turns.wait()
    upgrade(postgresql_server.engine, folders)
    thread.join()
    assert done.is_set(), "the turn was ended by the database"
    assert postgresql_server.schema_version() == "9999"


@pytest.mark.postgresql
def test_a_database_that_is_never_free_is_left_as_it_is(
    postgresql_server: Database, folders: tuple[Path, Path]
) -> None:
    with postgresql_server.begin() as session:
        session.execute(text("LOCK TABLE turns IN ROW EXCLUSIVE MODE"))
        with pytest.raises(school.migrations.TooBusy, match="Nothing was changed"):
            upgrade(postgresql_server.engine, folders, attempts=2)
    assert postgresql_server.schema_version() == newest_migration()

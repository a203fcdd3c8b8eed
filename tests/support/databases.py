"""Migrated databases, made once for the run and emptied for each test.

Thousands of tests would wait for the disk at each commit, and none of them cuts the power: their
files lie in memory where there is room, and their PostgreSQL does not wait until it is written.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

# These imports put every table into the metadata.
import ivr.conversations  # noqa: F401  (as said above)
import recordings.transcripts
import recordings.voicemails  # noqa: F401  (as said above)
import school.audit
import school.decisions
import school.holds
import school.outbox
import school.pickups
import school.preferences
import school.releases
import school.reports
import school.schedule
import school.staff  # noqa: F401  (as said above)
from school.database import Base, Database
from school.migrations import upgrade

MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of its own is made in it)
ROOM = 1 << 28  # bytes


def migrated_file(path: Path) -> Path:
    """An SQLite file with the newest schema, to be copied for each test."""
    database = Database(f"sqlite:///{path}")
    upgrade(database.engine)
    with database.engine.connect() as connection:
        connection.execute(text("COMMIT"))
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for one test's database, in memory where there is room."""
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    with TemporaryDirectory(prefix="absence-line-", dir=MEMORY if in_memory else None) as folder:
        yield Path(folder)


def without_waiting(database: Database) -> Database:
    """The same PostgreSQL, which no longer waits for its disk."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return database


def copy_of(template: Path, folder: Path) -> Database:
    """A database of its own for one test."""
    path = folder / "test.sqlite3"
    shutil.copy(template, path)
    return Database(f"sqlite:///{path}")


def emptied(database: Database) -> Database:
    """The same database with no row in any table."""
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    with database.engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    return database

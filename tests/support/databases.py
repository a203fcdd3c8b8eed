"""Migrated databases, made once for the run and emptied for each test."""

import shutil
from pathlib import Path

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


def migrated_file(path: Path) -> Path:
    """An SQLite file with the newest schema, to be copied for each test."""
    database = Database(f"sqlite:///{path}")
    upgrade(database.engine)
    with database.engine.connect() as connection:
        connection.execute(text("COMMIT"))
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


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

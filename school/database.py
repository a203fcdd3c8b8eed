"""The database: engine, sessions, and the column types that keep time and JSON honest.

SQLite and PostgreSQL are served by the same models and migrations. A write transaction on SQLite
takes the write lock at its beginning, so two of them queue instead of failing half-way; what is
committed is on the disk before the family hears the answer (`synchronous=FULL`).
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from select import POLLIN, poll
from typing import cast

import psycopg
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from school.turnstile import Turnstile

Clock = Callable[[], datetime]
"""The time now, aware and in UTC. Handed in everywhere, so that no test patches it."""

VERSIONS = Path(__file__).parent / "migrations" / "versions"
BUSY_SECONDS = 10  # how long a writer waits for others; a turn takes a millisecond or two
CONNECTIONS = 10  # of a process

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class WrongSchema(Exception):
    """The database is at another migration than the code; the sentence says what to do."""


class DatabaseUnreachable(Exception):
    """The database cannot be opened; the sentence says which one, without its password."""


class Base(DeclarativeBase):
    """Every table of the project."""

    metadata = MetaData(naming_convention=NAMES)


def table_of(rows: type[Base]) -> Table:
    """The plain table of a class, for statements that go past the session's objects.

    What every turn of every call does goes this way: an object costs more than its statement.
    """
    return cast(Table, rows.__table__)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, kept in UTC. SQLite would drop the zone of a naive one unnoticed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time; give SQLite one without a zone, which it stores as text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a time zone cannot be stored.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Database:
    """One database, and the three ways to talk to it."""

    def __init__(self, url: str) -> None:
        # An error must not carry the words or numbers of a family into a log.
        self.engine = create_engine(url, hide_parameters=True, pool_size=CONNECTIONS)
        reading, alone, self._in_turn = _kinds(self.engine)
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._read = sessionmaker(reading)
        self._alone = alone

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in one transaction, committed at the end of the block."""
        with self._in_turn, self._write.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries only; it never waits for a writer."""
        with self._read() as session:
            yield session

    @contextmanager
    def single_statements(self) -> Iterator[Connection]:
        """A connection on which each statement is a transaction of its own.

        One statement needs no BEGIN and COMMIT around it: on PostgreSQL that saves two round
        trips, and on SQLite the write lock is held for the statement alone.
        """
        with self._in_turn, self._alone.connect() as connection:
            yield connection

    def check(self) -> None:
        """Make sure that the database answers and has the newest schema.

        Raises:
            DatabaseUnreachable: it cannot be opened.
            WrongSchema: its newest migration is not this code's.
        """
        found = self.upgradable()
        if found != newest_migration():
            raise WrongSchema(
                f"The database is at migration {found or 'none'}, and this version needs "
                f"{newest_migration()}. Run: absence-line db upgrade"
            )

    def upgradable(self) -> str | None:
        """The migration the database is at, which is this code's or one before it.

        Raises:
            DatabaseUnreachable: it cannot be opened.
            WrongSchema: it is at a migration that this code does not know.
        """
        found = self.schema_version()
        if found is not None and found > newest_migration():
            raise WrongSchema(
                f"The database is at migration {found}, and this version knows none behind "
                f"{newest_migration()}. Install the version that the database was upgraded with."
            )
        return found

    def schema_version(self) -> str | None:
        """The migration the database is at; None before the first.

        Raises:
            DatabaseUnreachable: it cannot be opened.
        """
        try:
            with self._alone.connect() as connection:
                if not self.engine.dialect.has_table(connection, "alembic_version"):
                    return None
                found = connection.scalar(text("SELECT version_num FROM alembic_version"))
                return str(found) if found else None
        except SQLAlchemyError as error:
            where = self.engine.url.render_as_string(hide_password=True)
            reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
            raise DatabaseUnreachable(f"The database {where} cannot be opened: {reason}") from error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def newest_migration() -> str:
    """The number of the newest migration shipped with this code, such as "0003"."""
    return max(path.stem.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))


Kinds = tuple[Engine, Engine, AbstractContextManager[None]]
"""For queries, for statements that are transactions of their own, and for who writes to wait at."""


def _kinds(engine: Engine) -> Kinds:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        # SQLite takes one writer at a time, and has each other one ask again and again: ours
        # wait asleep, and in turn. Those of another process are asked for.
        queue = Turnstile(BUSY_SECONDS)
        return engine.execution_options(begin="BEGIN"), engine.execution_options(begin=""), queue
    event.listen(engine, "checkout", _refuse_dropped)
    return engine, engine.execution_options(isolation_level="AUTOCOMMIT"), nullcontext()


def _refuse_dropped(
    connection: psycopg.Connection, _record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Take no connection that the server has ended: a restart must not cost a family its turn.

    Nothing is to be read from an idle connection but the server's farewell, so that this needs
    no question to the server, which would cost every turn a round trip.
    """
    if not connection.closed:
        farewell = poll()
        farewell.register(connection.fileno(), POLLIN)
        if not farewell.poll(0):
            return
    raise InvalidatePoolError


def _prepare_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    # Left to itself the driver begins before the first change, which is too late: it may fail.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    words = connection.get_execution_options().get("begin", "BEGIN IMMEDIATE")
    if words:
        connection.exec_driver_sql(words)

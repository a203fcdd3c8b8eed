"""Counts and explains what a database is asked: a cost that holds on a machine of any speed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event

from school.database import Database


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it was sent, with its values."""

    words: str
    values: Any

    def plan(self, database: Database) -> list[str]:
        """How SQLite would find the rows, a line for each table."""
        with database.single_statements() as connection:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {self.words}", self.values)
            return [row.detail for row in rows]


@contextmanager
def statements() -> Iterator[list[Statement]]:
    """The statements sent to any database within the block; the begin of a transaction is none."""
    sent: list[Statement] = []

    def note(_connection: Connection, _cursor: object, words: str, values: Any, *_: object) -> None:
        if not words.startswith("BEGIN"):
            sent.append(Statement(words, values[0] if isinstance(values, list) else values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)

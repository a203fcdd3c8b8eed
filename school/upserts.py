"""An INSERT that yields to the row that is there, or changes it: one statement, never a race.

SQLAlchemy has this statement once for each kind of database, with the same methods.
"""

from collections.abc import Callable

from sqlalchemy import Connection, Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from school.database import Base, table_of

Upsert = sqlite.Insert | postgresql.Insert


def insert_into(session: Session, table: type[Base]) -> Upsert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


class Prepared:
    """The same, written once for what every call does: to write a statement costs as much as it.

    Args:
        table: the rows go into it, past the session's objects.
        finish: says what happens to a row that is there.
    """

    def __init__(self, table: type[Base], finish: Callable[[Upsert], Executable]) -> None:
        self._for = {
            "sqlite": finish(sqlite.insert(table_of(table))),
            "postgresql": finish(postgresql.insert(table_of(table))),
        }

    def on(self, connection: Connection) -> Executable:
        """The statement for this connection's database."""
        return self._for[connection.dialect.name]

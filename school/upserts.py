"""An INSERT that yields to the row that is there, or changes it: one statement, never a race.

SQLAlchemy has this statement once for each kind of database, with the same methods.
"""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from school.database import Base


def insert_into(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)

"""The schema, step by step: numbered Alembic migrations that run on SQLite and PostgreSQL.

They run forwards only: the way back is the backup made before an upgrade.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from school.database import VERSIONS

QUICK = "700ms"  # less than the second after which PostgreSQL ends one of two that wait mutually
ATTEMPTS, PAUSE_SECONDS = 60, 0.5


class TooBusy(Exception):
    """The line was never quiet for the moment an upgrade needs; the sentence says what to do."""


def upgrade(
    engine: Engine, folders: Sequence[Path] = (VERSIONS,), attempts: int = ATTEMPTS
) -> None:
    """Bring the schema to the newest migration; nothing happens where it is there already.

    The line may go on meanwhile: its turns wait, and none of them fails.

    Args:
        engine: of the database.
        folders: where the migrations lie.
        attempts: how often it waits for the line to be quiet.

    Raises:
        TooBusy: nothing was changed.
    """
    # Imported when it is needed: the web process never migrates, and would hold 10 MB for it.
    from alembic import command  # noqa: PLC0415  (as said above)
    from alembic.config import Config  # noqa: PLC0415  (as said above)

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, folders)))
    for _ in range(attempts):
        with engine.begin() as connection:
            if _alone(connection):
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                return
        time.sleep(PAUSE_SECONDS)
    raise TooBusy("The line was too busy for an upgrade. Nothing was changed; try again later.")


def _alone(connection: Connection) -> bool:
    """Have every table to ourselves, or none.

    SQLite's transaction has that from its beginning. On PostgreSQL the steps would take one table
    after the other, and meet a turn that holds the next and waits for the one before: the server
    would end one of the two. So all are taken first, at once or not at all.
    """
    if connection.dialect.name == "sqlite":
        return True
    tables = inspect(connection).get_table_names()
    if not tables:
        return True
    quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, tables))
    connection.execute(text(f"SET LOCAL statement_timeout = '{QUICK}'"))
    try:
        connection.execute(text(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE"))
    except OperationalError:  # it took too long
        connection.rollback()
        return False
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    return True

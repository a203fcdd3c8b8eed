"""The schema, step by step: numbered Alembic migrations that run on SQLite and PostgreSQL."""

from pathlib import Path

from sqlalchemy import Engine


def upgrade(engine: Engine) -> None:
    """Bring the schema to the newest migration; nothing happens where it is there already."""
    # Imported when it is needed: the web process never migrates, and would hold 10 MB for it.
    from alembic import command  # noqa: PLC0415  (as said above)
    from alembic.config import Config  # noqa: PLC0415  (as said above)

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

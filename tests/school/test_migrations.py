"""Each migration, on a database that was in use at the one before: nothing in it is lost."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, select, text

from school.database import VERSIONS, Base, Database
from school.migrations import upgrade
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.filled import Filler

MOVED = {"voicemails": "report_id"}  # since 0003 the report names its recording
STEPS = sorted(VERSIONS.glob("[0-9]*.py"))


def used_by(database: Database, families: list[Filler]) -> None:
    """Have each family in every table that there is so far."""
    metadata = MetaData()
    with database.engine.begin() as connection:
        metadata.reflect(connection)
        metadata.remove(metadata.tables["alembic_version"])
        for family in families:
            family.fill(connection, metadata)


def lost(database: Database, families: list[Filler]) -> list[str]:
    """The tables in which a family's row is not as it was, new columns aside."""
    metadata = MetaData()
    with database.engine.connect() as connection:
        metadata.reflect(connection)
        now = {
            name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for name, table in metadata.tables.items()
        }
    return [
        f"{table} of {family.mark}"
        for family in families
        for table, row in family.made.items()
        if not any(unmoved(table, row).items() <= one.items() for one in now[table])
    ]


def unmoved(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """The row without what stands elsewhere since."""
    return {column: value for column, value in row.items() if column != MOVED.get(table)}


@pytest.mark.parametrize(
    "kind", ["empty_sqlite", pytest.param("empty_postgresql", marks=pytest.mark.postgresql)]
)
def test_every_step_keeps_what_was_written_before_it(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    database: Database = request.getfixturevalue(kind)
    folder = tmp_path / "versions"
    folder.mkdir()
    families: list[Filler] = []
    for n, step in enumerate(STEPS):
        shutil.copy(step, folder)
        upgrade(database.engine, (folder,))
        assert lost(database, families) == [], f"{step.name} lost it"
        mark = chr(ord("A") + n)
        examples = {"roster_version.id": n}
        families.append(Filler(mark, f"+1312555{100 + n:04}", A_SCHOOL_MORNING, examples))
        used_by(database, families)
    assert {len(family.made) for family in families} == {len(Base.metadata.tables)}
    database.check()
    oldest = families[0].made
    with database.engine.connect() as connection:
        named = connection.scalars(text("SELECT recording_sid FROM reports")).all()
    assert oldest["voicemails"]["recording_sid"] in named
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []

"""The schema and the ways to the database, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select
from sqlalchemy.exc import StatementError

from school.database import Base, Database, DatabaseUnreachable, WrongSchema
from school.migrations import upgrade
from school.people import NumberRow, number


def test_models_and_migrations_are_the_same(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_of_a_new_schema_changes_nothing(database: Database) -> None:
    upgrade(database.engine)
    database.check()


def test_an_empty_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    with pytest.raises(WrongSchema, match=r"is at migration none.*Run: absence-line db upgrade"):
        database.check()
    database.close()


def test_a_database_that_cannot_be_opened_is_named_without_its_password() -> None:
    database = Database("postgresql+psycopg://line:secret@127.0.0.1:1/absences")
    with pytest.raises(DatabaseUnreachable) as raised:
        database.check()
    assert "127.0.0.1:1/absences" in str(raised.value)
    assert "secret" not in str(raised.value)
    database.close()


def test_times_are_kept_in_utc_and_come_back_aware(database: Database) -> None:
    moment = datetime.fromisoformat("2026-11-24T06:45:00-06:00")
    with database.begin() as session:
        number(session, "+13125550123").opted_out_at = moment
    with database.reading() as session:
        kept = number(session, "+13125550123").opted_out_at
    assert kept == moment
    assert kept is not None
    assert kept.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"), database.begin() as session:
        number(session, "+13125550123").opted_out_at = datetime(2026, 11, 24, 6, 45)  # noqa: DTZ001


def test_what_fails_half_way_leaves_nothing(database: Database) -> None:
    def fail_half_way() -> None:
        with database.begin() as session:
            number(session, "+13125550123")
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    with database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM numbers").scalar() == 0


def test_a_power_cut_loses_no_committed_turn(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        settings = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.postgresql
def test_a_connection_that_the_server_ended_costs_nobody_a_turn(
    postgresql_server: Database,
) -> None:
    database = Database(postgresql_server.engine.url.render_as_string(hide_password=False))
    with database.reading() as one, database.reading() as two:  # two in the pool
        pids = [session.scalar(select(func.pg_backend_pid())) for session in (one, two)]
    with postgresql_server.begin() as session:
        for pid in pids:
            assert session.scalar(select(func.pg_terminate_backend(pid, 5_000)))
    with database.single_statements() as connection:
        assert connection.scalar(select(1)) == 1
    with database.begin() as session:
        assert session.scalar(select(1)) == 1
    database.close()


def test_writers_wait_for_each_other_and_readers_for_nobody(sqlite: Database) -> None:
    order: list[str] = []

    def write(phone: str) -> None:
        with sqlite.begin() as session:
            number(session, phone).landline = True
            order.append(phone)

    with sqlite.begin() as session:
        number(session, "+13125550123")
        session.flush()
        writers = [Thread(target=write, args=(f"+1312555012{n}",)) for n in (4, 5, 6)]
        for writer in writers:
            writer.start()
        with sqlite.reading() as reader:
            assert reader.scalar(select(func.count(NumberRow.phone))) == 0
        assert order == []
    for writer in writers:
        writer.join(10)
    with sqlite.reading() as reader:
        assert reader.scalar(select(func.count(NumberRow.phone))) == 4

"""Years of reports in a database, each with its day, its call and the message that confirmed it.

Made where they lie, by statements that SQLite and PostgreSQL both take.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, TextClause, bindparam, text
from sqlalchemy.types import TypeEngine

from console.services import now
from school.database import Database, UtcDateTime
from tests.bench.made_up import FEWEST

A_DAY = 10_000  # reports, of a district
# Which of the students (`:students` from FEWEST on) each of a day's reports is about.
NUMBERED = """
    WITH RECURSIVE n(i) AS (
        SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :last
    )
"""
OF_EACH = """
    FROM n JOIN contacts ON contacts.contact_id =
        'K' || CAST(:fewest + i % :students AS VARCHAR(8)) || '-1'
"""
CALLS = """
    INSERT INTO conversations (
        key, channel, provider_id, from_phone, to_phone, opened_at, closed_at, outcome
    ) {numbered} SELECT 'phone:CAold' || CAST(i AS VARCHAR(12)), 'phone',
        'CAold' || CAST(i AS VARCHAR(12)), phone, '+17735348600', :at, :at, 'reported' {of_each}
"""
TURNS = """
    INSERT INTO turns (conversation_id, number, heard, reply, state, received_at)
    SELECT id, 0, :heard, :reply, :state, :at FROM conversations WHERE id > :newest_call
"""
REPORTS = """
    INSERT INTO reports (
        reference, origin, status, channel, language, student_id, reason_category, excused,
        note_required, note_received, reporter_name, relationship, from_phone, verification,
        flags, transcript, call_sid, created_at, updated_at
    ) {numbered} SELECT 'old' || CAST(i AS VARCHAR(8)), 'old-' || CAST(i AS VARCHAR(12)),
        'confirmed', 'phone', 'en', student_id, 'illness', TRUE, FALSE, FALSE, name, relationship,
        phone, 'listed', '[]', :heard, 'CAold' || CAST(i AS VARCHAR(12)), :at, :at {of_each}
"""
DAYS = """
    INSERT INTO report_days (report_id, day) SELECT id, :day FROM reports WHERE id > :newest_report
"""
MESSAGES = """
    INSERT INTO messages (
        uuid, dedupe_key, kind, to_phone, language, body, status, attempts, due_at, provider_id,
        report_id, urgent, created_at, updated_at
    ) SELECT 'old-' || CAST(id AS VARCHAR(12)), 'report:' || CAST(id AS VARCHAR(12)) || '-old',
        'text', from_phone, 'en', :heard, 'delivered', 1, :at, 'SMold' || CAST(id AS VARCHAR(12)),
        id, FALSE, :at, :at FROM reports WHERE id > :newest_report
"""
WORDS = {"heard": "x" * 80, "reply": "x" * 900, "state": "x" * 500}  # as long as they are


def add_years(url: str, students: int, reports: int) -> None:
    """So many old reports of the made-up school of this size, on one day after another."""
    database, days = Database(url), -(-reports // A_DAY)
    for day in range(days):
        at = now() - timedelta(days=days - day)
        with database.engine.begin() as connection:
            _add_day(connection, day * A_DAY, at, students)
    if database.engine.dialect.name == "postgresql":  # as its own housekeeping does in time
        with database.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
    database.close()


def _add_day(connection: Connection, first: int, at: datetime, students: int) -> None:
    values = WORDS | {
        "first": first,
        "last": first + A_DAY,
        "students": students,
        "fewest": FEWEST,
        "at": at,
        "day": at.date(),
        "newest_call": _newest(connection, "conversations"),
        "newest_report": _newest(connection, "reports"),
    }
    for words in (CALLS, TURNS, REPORTS, DAYS, MESSAGES):
        statement = _typed(words.format(numbered=NUMBERED, of_each=OF_EACH))
        names = statement.compile().params
        connection.execute(statement, {name: values[name] for name in names})


def _newest(connection: Connection, table: str) -> int:
    return connection.scalar(text(f"SELECT max(id) FROM {table}")) or 0  # noqa: S608  (our own name)


def _typed(words: str) -> TextClause:
    statement = text(words)
    types: dict[str, type[TypeEngine[Any]]] = {"at": UtcDateTime, "day": Date}
    known = (bindparam(name, type_=types[name]) for name in types if f":{name}" in words)
    return statement.bindparams(*known)

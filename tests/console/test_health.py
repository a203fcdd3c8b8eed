"""Alive, ready, and the figures."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry, Counter
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from console import health
from ivr.conversations import Conversation
from recordings.voicemails import Voicemail, VoicemailState
from school.database import Database, newest_migration
from school.outbox import Letter, Message, MessageStatus, queue
from school.reports import Status
from tests.console.parts import CHICAGO, NOW, Visitor
from tests.support.clock import StandingClock

Files = Callable[..., int]
Figures = dict[tuple[str, str], float]


def figures(page: str) -> Figures:
    """Each figure by its name and its label, if it has one."""
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def health_app(database: Database, registry: CollectorRegistry | None = None) -> Flask:
    app = Flask("health_alone", static_folder=None)
    registry = registry or CollectorRegistry()
    app.register_blueprint(health.blueprint(database, StandingClock(NOW), CHICAGO, registry))
    return app


@pytest.fixture
def nowhere() -> Database:
    return Database("postgresql+psycopg://line:secret@127.0.0.1:1/absences")


def test_alive_asks_no_database(nowhere: Database) -> None:
    answer = health_app(nowhere).test_client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "Alive.\n")


def test_ready_with_the_newest_schema(visitor: Visitor) -> None:
    answer = visitor.opens("/readyz")
    assert (answer.status_code, answer.text) == (200, "Ready.\n")


def test_not_ready_without_a_schema_and_says_what_to_do(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    answer = health_app(empty).test_client().get("/readyz")
    empty.close()
    assert answer.status_code == 503
    assert "Run: absence-line db upgrade" in answer.text


def test_not_ready_on_another_schema(filled: Database) -> None:
    with filled.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        answer = health_app(filled).test_client().get("/readyz")
        assert answer.status_code == 503
        assert "is at migration 0000" in answer.text
    finally:
        with filled.engine.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :newest"),
                {"newest": newest_migration()},
            )


def test_not_ready_without_a_database_and_names_no_server(nowhere: Database) -> None:
    answer = health_app(nowhere).test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (
        503,
        "The database cannot be opened; the log says why.\n",
    )


def test_without_a_database_the_figures_say_so_and_the_process_is_still_seen(
    nowhere: Database,
) -> None:
    answer = health_app(nowhere).test_client().get("/metrics")
    assert answer.status_code == 200
    found = figures(answer.text)
    assert found["absence_line_database_up", ""] == 0
    assert any(name == "process_resident_memory_bytes" for name, _ in found)
    assert not any(name == "absence_line_reports_today" for name, _ in found)


def test_the_figures_of_an_empty_school_are_nought(visitor: Visitor) -> None:
    found = figures(visitor.opens("/metrics").text)
    ours = {key: value for key, value in found.items() if key[0].startswith("absence_line_")}
    assert ours.pop(("absence_line_database_up", "")) == 1
    assert {status for name, status in ours if name == "absence_line_reports_today"} == set(Status)
    assert set(ours.values()) == {0}


def test_reports_of_today_are_counted_by_status_from_the_schools_midnight(
    visitor: Visitor, files: Files, clock: StandingClock
) -> None:
    now = clock.now
    clock.now = now.replace(hour=5, minute=59)  # 11:59 pm the day before, in Chicago
    files(status=Status.CONFIRMED)
    clock.now = now.replace(hour=6, minute=0)
    files()
    clock.now = now
    files()
    files(status=Status.REJECTED)
    found = figures(visitor.opens("/metrics").text)
    assert found["absence_line_reports_today", "pending"] == 2
    assert found["absence_line_reports_today", "rejected"] == 1
    assert found["absence_line_reports_today", "confirmed"] == 0
    assert found["absence_line_oldest_pending_report_seconds", ""] == (6 * 60 + 52) * 60


def test_messages_conversations_and_voicemails(
    visitor: Visitor, filled: Database, clock: StandingClock
) -> None:
    now = clock()
    with filled.begin() as session:
        due = {"a": -90, "b": -30, "c": 600}
        for key, seconds in due.items():
            when = now + timedelta(seconds=seconds)
            queue(session, Letter(key, "+17735550111", "en", "words", due_at=when), now)
        for key, status in (("d", MessageStatus.FAILED), ("e", MessageStatus.UNDELIVERED)):
            lost = queue(session, Letter(key, "+17735550111", "en", "words"), now)
            assert isinstance(lost, Message)
            lost.status = status
        for key, closed in (("call:1", None), ("call:2", None), ("call:3", now)):
            session.add(
                Conversation(
                    key=key, provider_id=key, channel="phone", opened_at=now, closed_at=closed
                )
            )
        for number, state in enumerate((VoicemailState.RECEIVED, VoicemailState.ABSENT)):
            session.add(
                Voicemail(recording_sid=f"RE{number}", state=state, received_at=now, updated_at=now)
            )
    found = figures(visitor.opens("/metrics").text)
    assert found["absence_line_messages", "queued"] == 3
    assert found["absence_line_messages", "failed"] == 2
    assert found["absence_line_oldest_due_message_seconds", ""] == 90
    assert found["absence_line_conversations_open", ""] == 2
    assert found["absence_line_voicemails_waiting", ""] == 1


def test_counters_of_the_app_are_given_too(filled: Database) -> None:
    registry = CollectorRegistry()
    Counter("webhook_requests", "Requests of the carrier.", registry=registry).inc(3)
    answer = health_app(filled, registry).test_client().get("/metrics")
    assert figures(answer.text)["webhook_requests_total", ""] == 3


def test_process_figures_name_their_process(visitor: Visitor) -> None:

    found = figures(visitor.opens("/metrics").text)
    assert ("process_cpu_seconds_total", str(os.getpid())) in found

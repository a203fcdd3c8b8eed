"""What families said is forgotten on the school's clock, with proof; the day's record stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ivr.conversations import Conversation, TurnRow
from ivr.forgetting import forget_conversations
from ivr.sweeping import close_abandoned
from school.audit import AuditLine
from school.database import Database
from school.outbox import MessageStatus
from school.reports import Report
from school.retention import forget_texts, forget_words
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.line import CUEVAS, KEIKOS_MOTHER, WholeLine
from tests.support.messages import put, stored

LATER = A_SCHOOL_MORNING + timedelta(days=400)
A_YEAR = timedelta(days=365)


@pytest.fixture
def said(line: WholeLine) -> WholeLine:
    """A line on which somebody has reported an absence."""
    call = line.call(KEIKOS_MOTHER)
    call.says("Keiko has a fever and won't be in today.")
    call.says("Yes.")
    call.hangs_up()
    return line


def proofs(database: Database) -> list[tuple[str, str | None]]:
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.did == "forgot"))
        return [(line.subject, line.detail) for line in lines]


def count(database: Database, table: type[Conversation] | type[TurnRow]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_words_go_when_their_time_is_over_and_the_attendance_record_stays(said: WholeLine) -> None:
    database = said.services.database
    with database.begin() as session:
        assert forget_words(session, LATER - A_YEAR, LATER) == 1

    with database.reading() as session:
        report = session.scalars(select(Report)).one()
        assert (report.transcript, report.reason_text, report.student_as_heard) == (None,) * 3
        assert report.student_id is not None
        assert report.reason_category == "illness"
        assert report.dates
    assert proofs(database) == [("reports", "1 from before 2026-12-29")]


@pytest.mark.parametrize("by_call", [False, True])
def test_who_comes_after_a_forgotten_conversation_is_heard_like_anybody(
    said: WholeLine, *, by_call: bool
) -> None:
    """SQLite gives the number of the newest row to the next, once that row is deleted."""
    queued = len(said.queued())
    with said.services.database.begin() as session:
        assert forget_conversations(session, LATER, LATER) == 1
    if by_call:
        call = said.call(CUEVAS)
        call.says("Mariana has the flu and is out today, this is her mother.")
        call.says("Yes.")
    else:
        said.text("Mariana has the flu and is out today.", CUEVAS)
    first, second = said.reports()
    assert first["from_phone"] == KEIKOS_MOTHER
    assert (second["from_phone"], second["status"]) == (CUEVAS, "pending")
    assert second["student"]["name"].startswith("Mariana")
    assert len(said.queued()) > queued


def test_a_text_repeated_when_its_conversation_is_forgotten_makes_no_second_report(
    line: WholeLine,
) -> None:
    """Whoever has got hold of a signed request can send it again, for ever."""
    sid = "SM" + "7" * 32
    line.text("Keiko has a fever and is out today.", MessageSid=sid)
    line.clock.go_on(minutes=24 * 60)
    close_abandoned(line.services.taker)
    with line.services.database.begin() as session:
        assert forget_conversations(session, LATER, LATER) == 1
    line.text("Keiko has a fever and is out today.", MessageSid=sid)
    assert line.report()["dates"] == ["2026-11-24"]


def test_what_is_young_stays(said: WholeLine) -> None:
    database = said.services.database
    before = A_SCHOOL_MORNING - timedelta(days=1)
    with database.begin() as session:
        assert forget_words(session, before, LATER) == 0
        assert forget_conversations(session, before, LATER) == 0
        assert forget_texts(session, before, LATER) == 0
    assert proofs(database) == []


def test_a_conversation_goes_with_every_turn(said: WholeLine) -> None:
    database = said.services.database
    with database.begin() as session:
        assert forget_conversations(session, LATER - A_YEAR, LATER) == 1
    assert (count(database, Conversation), count(database, TurnRow)) == (0, 0)
    assert proofs(database) == [("conversations", "1 from before 2026-12-29")]


def test_a_conversation_that_goes_on_stays(line: WholeLine) -> None:
    line.call(KEIKOS_MOTHER)
    with line.services.database.begin() as session:
        assert forget_conversations(session, LATER, LATER) == 0


def test_a_legal_hold_stops_it(said: WholeLine) -> None:
    database = said.services.database
    with database.reading() as session:
        held = [sid for sid in session.scalars(select(Report.call_sid)) if sid]
    with database.begin() as session:
        assert forget_words(session, LATER, LATER, held) == 0
        assert forget_conversations(session, LATER, LATER, held) == 0


def test_words_of_a_message_go_and_that_it_was_sent_stays(database: Database) -> None:
    put(database)
    set_status(database, MessageStatus.DELIVERED)
    with database.begin() as session:
        assert forget_texts(session, LATER, LATER) == 1
    (message,) = stored(database)
    assert (message.body, message.status) == (None, MessageStatus.DELIVERED)


@pytest.mark.parametrize(
    "status", [MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNCERTAIN]
)
def test_a_message_on_its_way_keeps_its_words(database: Database, status: MessageStatus) -> None:
    put(database)
    set_status(database, status)
    with database.begin() as session:
        assert forget_texts(session, LATER, LATER) == 0


def set_status(database: Database, status: MessageStatus) -> None:
    (message,) = stored(database)
    with database.begin() as session:
        session.merge(message).status = status


def test_forgetting_twice_forgets_once(said: WholeLine) -> None:
    database = said.services.database
    for _ in range(2):
        with database.begin() as session:
            forget_words(session, LATER, LATER)
    assert len(proofs(database)) == 1

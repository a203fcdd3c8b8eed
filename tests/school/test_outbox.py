"""Queueing: once for each cause, never to who opted out, spoken to a landline."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from school import settling
from school.database import Database
from school.outbox import Kind, MessageStatus, queue
from school.people import number
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.messages import MOTHER, WORDS, letter, only, put, stored

NOW = A_SCHOOL_MORNING


def test_a_message_is_queued_due_at_once_and_useless_after_a_day(database: Database) -> None:
    put(database)
    message = only(database)
    assert (message.status, message.attempts, message.body) == (MessageStatus.QUEUED, 0, WORDS)
    assert message.due_at == NOW
    assert message.expires_at == NOW + timedelta(days=1)


def test_quiet_hours_move_the_message_and_its_end(database: Database) -> None:
    later = NOW + timedelta(hours=9)
    put(database, letter(due_at=later))
    assert only(database).due_at == later
    assert only(database).expires_at == later + timedelta(days=1)


def test_the_letter_may_set_its_own_end(database: Database) -> None:
    end = NOW + timedelta(hours=4)
    put(database, letter(expires_at=end))
    assert only(database).expires_at == end


def test_the_same_cause_adds_nothing(database: Database) -> None:
    first = put(database, letter("report:1:confirmed"), letter("report:1:confirmed"))
    again = put(database, letter("report:1:confirmed", body="Other words."))
    other = put(database, letter("report:1:rejected"))
    assert [made is not None for made in (*first, *again, *other)] == [True, False, False, True]
    assert [message.body for message in stored(database)] == [WORDS, WORDS]


def test_the_same_cause_leaves_the_callers_transaction_whole(database: Database) -> None:
    put(database, letter("report:1:confirmed"))
    with database.begin() as session:
        assert queue(session, letter("report:1:confirmed"), NOW) is None
        number(session, MOTHER).language = "es"
    with database.reading() as session:
        assert number(session, MOTHER).language == "es"


def queue_and_fail(database: Database, meanwhile: Callable[[], object] = object) -> None:
    with database.begin() as session:
        queue(session, letter(), NOW)
        meanwhile()
        raise RuntimeError


def test_a_change_that_is_undone_queues_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        queue_and_fail(database)
    assert stored(database) == []


def test_two_at_once_with_the_same_cause_queue_it_once_and_both_go_on(database: Database) -> None:
    """Each transaction queues both causes, in the same order, and then does more."""
    start = Barrier(8)
    made: list[bool] = []
    errors: list[BaseException] = []

    def webhook(name: int) -> None:
        try:
            start.wait()
            with database.begin() as session:
                first = queue(session, letter("report:1:confirmed"), NOW)
                own = queue(session, letter(f"report:{name}:own"), NOW)
                assert own is not None
                made.append(first is not None)
        except BaseException as error:  # noqa: BLE001  (shown by the test, not lost in a thread)
            errors.append(error)

    threads = [Thread(target=webhook, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert sorted(made) == [False] * 7 + [True]
    assert len(stored(database)) == 9


def test_the_cause_is_free_again_when_the_first_transaction_is_undone(database: Database) -> None:
    put_by_second: list[bool] = []
    second = Thread(target=lambda: put_by_second.append(put(database, letter())[0] is not None))
    with pytest.raises(RuntimeError):
        queue_and_fail(database, meanwhile=second.start)  # it waits for this transaction
    second.join(30)
    assert put_by_second == [True]
    assert len(stored(database)) == 1


def test_nothing_is_queued_for_a_number_that_opted_out(database: Database) -> None:
    with database.begin() as session:
        settling.mark_opted_out(session, MOTHER, NOW)
    assert put(database, letter(), letter("other", kind=Kind.CALL)) == [None, None]
    assert stored(database) == []


def test_what_goes_to_a_landline_is_spoken(database: Database) -> None:
    with database.begin() as session:
        settling.mark_landline(session, MOTHER)
    put(database)
    assert only(database).kind == Kind.CALL


def test_a_landline_keeps_its_language_and_an_opt_out_its_first_time(database: Database) -> None:
    with database.begin() as session:
        number(session, MOTHER).language = "es"
    with database.begin() as session:
        settling.mark_landline(session, MOTHER)
        settling.mark_opted_out(session, MOTHER, NOW)
        settling.mark_opted_out(session, MOTHER, NOW + timedelta(hours=1))
    with database.reading() as session:
        row = number(session, MOTHER)
        assert (row.language, row.landline, row.opted_out_at) == ("es", True, NOW)

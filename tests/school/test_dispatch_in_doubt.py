"""A crash, a time-out, an answer that is lost: nothing is lost by it, and nothing sent twice."""

from datetime import timedelta

import pytest

from school.database import Database
from school.dispatch import dispatch_due, look_for_doubtful
from school.outbox import MessageStatus
from school.sending import Outgoing, Receipt, Trouble
from tests.school.dispatching import (
    NO_CONNECTION,
    TIMED_OUT,
    Crash,
    crash,
    statuses,
    taken_but_unanswered,
)
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway
from tests.support.messages import (
    letter,
    only,
    put,
    receive,
    stored,
)


def test_a_crash_before_the_request_loses_nothing_and_doubles_nothing(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    gateway.answers = [crash]
    with pytest.raises(Crash):
        dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.SENDING]
    clock.go_on(minutes=4)
    assert dispatch_due(database, gateway, clock) == 0
    assert look_for_doubtful(database, gateway, clock) == 0
    assert gateway.searches == []  # its worker may be alive
    clock.go_on(minutes=1)
    assert look_for_doubtful(database, gateway, clock) == 0
    assert statuses(database) == [MessageStatus.QUEUED]
    clock.go_on(minutes=1)
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.SENT]
    assert only(database).attempts == 2
    assert len(gateway.sent) == 1


def test_a_crash_after_the_request_does_not_send_again(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    began = clock.now

    def take_and_crash(message: Outgoing) -> None:
        gateway.take(message)
        raise Crash

    gateway.answers = [take_and_crash]
    with pytest.raises(Crash):
        dispatch_due(database, gateway, clock)
    clock.go_on(minutes=5)
    assert look_for_doubtful(database, gateway, clock) == 1
    assert only(database).status == MessageStatus.SENT
    assert only(database).provider_id == f"SM{1:032x}"
    assert gateway.searches[0][1] == began
    clock.go_on(minutes=60)
    dispatch_due(database, gateway, clock)
    assert len(gateway.sent) == 1


def test_an_unanswered_request_is_looked_for_and_found(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    gateway.answers = [taken_but_unanswered(gateway)]
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.UNCERTAIN]
    assert dispatch_due(database, gateway, clock) == 0
    assert look_for_doubtful(database, gateway, clock) == 0  # its receipt may settle it first
    clock.go_on(minutes=5)
    assert look_for_doubtful(database, gateway, clock) == 1
    assert statuses(database) == [MessageStatus.SENT]
    assert len(gateway.sent) == 1


def test_an_unanswered_request_that_never_arrived_is_sent_again(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    gateway.answers = [TIMED_OUT]
    dispatch_due(database, gateway, clock)
    uuid = only(database).uuid
    clock.go_on(minutes=5)
    assert look_for_doubtful(database, gateway, clock) == 0
    assert statuses(database) == [MessageStatus.QUEUED]
    assert only(database).uuid == uuid  # a late receipt of the first request still settles it
    clock.go_on(minutes=1)
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.SENT]
    assert len(gateway.sent) == 1


@pytest.mark.parametrize("word", [MessageStatus.SENT, MessageStatus.DELIVERED])
def test_an_unanswered_request_is_settled_by_its_receipt(
    database: Database, clock: StandingClock, gateway: RememberingGateway, word: MessageStatus
) -> None:
    put(database)
    gateway.answers = [taken_but_unanswered(gateway)]
    dispatch_due(database, gateway, clock)
    receive(database, only(database).uuid, Receipt("SM77", word), clock)
    clock.go_on(minutes=30)
    assert look_for_doubtful(database, gateway, clock) == 0
    assert dispatch_due(database, gateway, clock) == 0
    assert (only(database).status, only(database).provider_id) == (word, "SM77")
    assert gateway.searches == []
    assert len(gateway.sent) == 1


def test_a_receipt_after_a_search_in_vain_stops_the_second_sending(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    gateway.answers = [TIMED_OUT]
    dispatch_due(database, gateway, clock)
    clock.go_on(minutes=5)
    look_for_doubtful(database, gateway, clock)
    receive(database, only(database).uuid, Receipt("SM77", MessageStatus.SENT), clock)
    clock.go_on(minutes=30)
    assert dispatch_due(database, gateway, clock) == 0
    assert gateway.sent == []


def test_a_receipt_may_be_faster_than_the_answer(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    arrived = Receipt("SM77", MessageStatus.DELIVERED)
    gateway.answers = [lambda message: receive(database, message.uuid, arrived, clock)]
    dispatch_due(database, gateway, clock)
    assert (only(database).status, only(database).provider_id) == ("delivered", "SM77")


def test_trouble_told_before_the_answer_is_not_undone_by_it(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    off = Receipt("SM77", MessageStatus.UNDELIVERED, Trouble.NO_ANSWER, 30003)
    gateway.answers = [lambda message: receive(database, message.uuid, off, clock)]
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.QUEUED]
    assert only(database).due_at == clock.now + timedelta(minutes=10)


def test_two_equal_messages_are_not_taken_for_one(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    """What is found at the carrier may be the other one, known already."""
    put(database, letter("a"))
    dispatch_due(database, gateway, clock)
    put(database, letter("b"), now=clock.now)
    gateway.answers = [TIMED_OUT]
    dispatch_due(database, gateway, clock)
    clock.go_on(minutes=5)
    assert look_for_doubtful(database, gateway, clock) == 0
    clock.go_on(minutes=1)
    dispatch_due(database, gateway, clock)
    assert len(gateway.sent) == 2
    assert statuses(database) == [MessageStatus.SENT, MessageStatus.SENT]


def test_two_equal_messages_in_doubt_find_one_each(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b"))
    gateway.answers = [taken_but_unanswered(gateway), taken_but_unanswered(gateway)]
    dispatch_due(database, gateway, clock)
    dispatch_due(database, gateway, clock)
    clock.go_on(minutes=5)
    assert look_for_doubtful(database, gateway, clock) == 2
    assert {message.provider_id for message in stored(database)} == {f"SM{1:032x}", f"SM{2:032x}"}


def test_a_carrier_that_cannot_be_searched_leaves_the_doubt_until_it_is_too_late(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter(expires_at=clock.now + timedelta(hours=1)))
    gateway.answers = [TIMED_OUT]
    gateway.search_error = NO_CONNECTION
    dispatch_due(database, gateway, clock)
    clock.go_on(minutes=5)
    look_for_doubtful(database, gateway, clock)
    assert statuses(database) == [MessageStatus.UNCERTAIN]
    look_for_doubtful(database, gateway, clock)
    assert len(gateway.searches) == 1  # not again at once
    clock.go_on(minutes=60)
    look_for_doubtful(database, gateway, clock)
    assert statuses(database) == [MessageStatus.FAILED]


def test_a_worker_that_is_to_end_leaves_the_doubt_as_it_is(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter(expires_at=clock.now + timedelta(hours=1)))
    gateway.answers = [taken_but_unanswered(gateway)]
    dispatch_due(database, gateway, clock)
    clock.go_on(minutes=90)
    look_for_doubtful(database, gateway, clock, stopping=lambda: True)
    assert statuses(database) == [MessageStatus.UNCERTAIN]
    clock.go_on(minutes=5)
    assert look_for_doubtful(database, gateway, clock) == 1


def test_a_search_that_took_too_long_does_not_undo_what_was_done_meanwhile(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    """Two workers look for it; the faster one sends it again before the slower one writes."""
    put(database)
    gateway.answers = [TIMED_OUT]
    dispatch_due(database, gateway, clock)
    clock.go_on(minutes=5)

    class SlowSearch(RememberingGateway):
        def find(self, message: Outgoing, since: object) -> list[str]:  # noqa: ARG002  (the protocol's)
            clock.go_on(minutes=3)
            look_for_doubtful(database, gateway, clock)
            clock.go_on(minutes=1)
            gateway.answers = [taken_but_unanswered(gateway)]
            dispatch_due(database, gateway, clock)
            return []

    look_for_doubtful(database, SlowSearch(), clock)
    assert statuses(database) == [MessageStatus.UNCERTAIN]
    clock.go_on(minutes=5)
    assert look_for_doubtful(database, gateway, clock) == 1
    assert len(gateway.sent) == 1

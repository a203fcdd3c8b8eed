"""The carrier is asked after what it took and never spoke of again."""

from school.database import Database
from school.dispatch import dispatch_due, poll_receipts
from school.outbox import Kind, MessageStatus
from school.sending import Receipt, Trouble
from tests.school.dispatching import NO_CONNECTION, statuses
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway
from tests.support.messages import (
    counted_statements,
    letter,
    only,
    put,
    receive,
    stored,
)


def test_a_message_without_a_receipt_is_asked_after(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    dispatch_due(database, gateway, clock)
    sid = only(database).provider_id
    assert sid is not None
    gateway.statuses[sid] = Receipt(sid, MessageStatus.DELIVERED)
    assert poll_receipts(database, gateway, clock) == 0
    assert gateway.asked == []  # its receipt may be on the way
    clock.go_on(minutes=5)
    assert poll_receipts(database, gateway, clock) == 1
    assert statuses(database) == [MessageStatus.DELIVERED]
    clock.go_on(minutes=60)
    poll_receipts(database, gateway, clock)
    assert gateway.asked == [sid]


def test_asking_becomes_rarer_and_ends_after_a_day(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    dispatch_due(database, gateway, clock)
    sid = only(database).provider_id
    assert sid is not None
    gateway.statuses[sid] = Receipt(sid, MessageStatus.SENT)
    for _ in range(3 * 24 * 6):
        clock.go_on(minutes=10)
        poll_receipts(database, gateway, clock)
    assert 6 <= len(gateway.asked) <= 15
    assert statuses(database) == [MessageStatus.SENT]


def test_many_unreported_messages_are_asked_after_a_few_at_a_time(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, *(letter(f"{key}") for key in range(5)))
    dispatch_due(database, gateway, clock)
    clock.go_on(minutes=5)
    poll_receipts(database, gateway, clock, limit=2)
    assert len(gateway.asked) == 2
    poll_receipts(database, gateway, clock, limit=10)
    assert len(set(gateway.asked)) == 5


def test_a_carrier_that_does_not_answer_is_asked_once_a_pass(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b"))
    dispatch_due(database, gateway, clock)
    for message in stored(database):
        gateway.statuses[message.provider_id or ""] = NO_CONNECTION
    clock.go_on(minutes=5)
    assert poll_receipts(database, gateway, clock) == 0
    assert len(gateway.asked) == 1
    assert statuses(database) == [MessageStatus.SENT, MessageStatus.SENT]


def test_an_answer_about_the_first_sending_is_not_taken_for_one_about_the_second(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    """While the carrier is asked, its receipt comes, and the message goes out anew."""
    put(database)
    dispatch_due(database, gateway, clock)
    clock.go_on(minutes=5)
    first = only(database)
    off = Receipt(first.provider_id or "", MessageStatus.UNDELIVERED, Trouble.NO_ANSWER, 30003)

    class SlowAnswer(RememberingGateway):
        def status(self, kind: Kind, provider_id: str) -> Receipt:  # noqa: ARG002  (the protocol's)
            receive(database, first.uuid, off, clock)
            clock.go_on(minutes=10)
            dispatch_due(database, gateway, clock)
            return off

    assert poll_receipts(database, SlowAnswer(), clock) == 0
    assert only(database).status == MessageStatus.SENT
    assert len(gateway.sent) == 2


def test_a_text_that_never_arrived_is_learned_by_asking_and_followed_up(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    dispatch_due(database, gateway, clock)
    sid = only(database).provider_id
    assert sid is not None
    gateway.statuses[sid] = Receipt(sid, MessageStatus.UNDELIVERED, Trouble.NO_TEXTS, 30006)
    clock.go_on(minutes=5)
    poll_receipts(database, gateway, clock)
    assert [(m.kind, m.status) for m in stored(database)] == [
        (Kind.TEXT, MessageStatus.CANCELLED),
        (Kind.CALL, MessageStatus.QUEUED),
    ]


def test_a_pass_needs_the_same_few_statements_however_many_it_sends(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    def statements_for(count: int) -> int:
        put(database, *(letter(f"{count}:{key}") for key in range(count)))
        with counted_statements(database) as seen:
            assert dispatch_due(database, gateway, clock, limit=100) == count
        return len(seen)

    assert statements_for(40) == statements_for(2) <= 4

"""What becomes of a message by the word of receipts, in whatever order they come."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from school.database import Database
from school.dispatch import dispatch_due
from school.outbox import RANK, Kind, Message, MessageStatus
from school.people import number
from school.sending import Receipt, Trouble
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway
from tests.support.messages import MOTHER, letter, only, put, receive, stored

SENT, DELIVERED = MessageStatus.SENT, MessageStatus.DELIVERED
UNDELIVERED, FAILED = MessageStatus.UNDELIVERED, MessageStatus.FAILED


def send(database: Database, clock: StandingClock, gateway: RememberingGateway) -> Message:
    """Send what is due; the newest message, as it is then."""
    dispatch_due(database, gateway, clock)
    return stored(database)[-1]


def word(
    message: Message,
    status: MessageStatus,
    trouble: Trouble = Trouble.FINAL,
    code: int | None = None,
) -> Receipt:
    assert message.provider_id is not None
    return Receipt(message.provider_id, status, trouble, code)


def test_the_last_word_is_kept(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    sent = send(database, clock, gateway)
    assert receive(database, sent.uuid, word(sent, DELIVERED), clock)
    assert only(database).status == DELIVERED


def test_a_late_sent_does_not_undo_delivered(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    sent = send(database, clock, gateway)
    receive(database, sent.uuid, word(sent, DELIVERED), clock)
    assert not receive(database, sent.uuid, word(sent, SENT), clock)
    assert not receive(database, sent.uuid, word(sent, DELIVERED), clock)
    assert only(database).status == DELIVERED


def test_arrived_after_all_outweighs_lost(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    sent = send(database, clock, gateway)
    receive(database, sent.uuid, word(sent, UNDELIVERED, Trouble.FINAL, 30005), clock)
    assert (only(database).status, only(database).error_code) == (UNDELIVERED, 30005)
    receive(database, sent.uuid, word(sent, DELIVERED), clock)
    assert (only(database).status, only(database).error_code) == (DELIVERED, None)


def test_a_receipt_without_our_name_is_known_by_the_carriers_id(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    sent = send(database, clock, gateway)
    assert receive(database, None, word(sent, DELIVERED), clock)
    assert only(database).status == DELIVERED


def test_a_receipt_of_nobodys_changes_nothing(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    send(database, clock, gateway)
    assert not receive(database, "no-such-name", Receipt("SM999", DELIVERED), clock)
    assert only(database).status == SENT


def test_our_name_outweighs_the_carriers_id(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b"))
    send(database, clock, gateway)
    first, second = stored(database)
    receive(database, second.uuid, word(first, DELIVERED), clock)
    assert [message.status for message in stored(database)] == [SENT, DELIVERED]


# The carrier had it, and it did not arrive


def test_a_telephone_that_was_off_is_tried_once_more(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    first = send(database, clock, gateway)
    off = word(first, UNDELIVERED, Trouble.NO_ANSWER, 30003)
    receive(database, first.uuid, off, clock)
    again = only(database)
    assert (again.status, again.due_at) == ("queued", clock.now + timedelta(minutes=10))
    clock.go_on(minutes=10)
    second = send(database, clock, gateway)
    assert second.attempts == 2
    receive(database, second.uuid, word(second, UNDELIVERED, Trouble.NO_ANSWER, 30003), clock)
    assert (only(database).status, only(database).error_code) == (UNDELIVERED, 30003)


def test_word_of_the_first_sending_is_not_taken_for_word_of_the_second(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    first = send(database, clock, gateway)
    off = word(first, UNDELIVERED, Trouble.NO_ANSWER, 30003)
    receive(database, first.uuid, off, clock)
    assert not receive(database, first.uuid, off, clock)
    assert not receive(database, first.uuid, word(first, SENT), clock)
    clock.go_on(minutes=10)
    counted: list[bool] = []
    gateway.answers = [lambda _: counted.append(receive(database, first.uuid, off, clock))]
    send(database, clock, gateway)
    counted.append(receive(database, first.uuid, off, clock))
    assert counted == [False, False]
    assert only(database).status == SENT


def test_the_first_sending_arriving_after_all_stops_the_second(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    first = send(database, clock, gateway)
    receive(database, first.uuid, word(first, UNDELIVERED, Trouble.NO_ANSWER, 30003), clock)
    assert receive(database, first.uuid, word(first, DELIVERED), clock)
    clock.go_on(minutes=60)
    assert dispatch_due(database, gateway, clock) == 0
    assert only(database).status == DELIVERED


def test_a_landline_learned_late_is_spoken_to(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    sent = send(database, clock, gateway)
    lost = word(sent, UNDELIVERED, Trouble.NO_TEXTS, 30006)
    assert receive(database, sent.uuid, lost, clock)
    assert not receive(database, sent.uuid, lost, clock)
    text, call = stored(database)
    assert (text.status, text.error_code) == (MessageStatus.CANCELLED, 30006)
    assert (call.kind, call.status) == (Kind.CALL, "queued")
    with database.reading() as session:
        assert number(session, MOTHER).landline


def test_an_opt_out_learned_late_is_remembered(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    sent = send(database, clock, gateway)
    receive(database, sent.uuid, word(sent, FAILED, Trouble.OPTED_OUT, 21610), clock)
    assert only(database).status == FAILED
    with database.reading() as session:
        assert number(session, MOTHER).opted_out_at == clock.now


@pytest.mark.parametrize(("trouble", "minutes"), [(Trouble.OUR_ACCOUNT, 15), (Trouble.NOT_NOW, 1)])
def test_what_the_carrier_could_not_do_today_waits(
    database: Database,
    clock: StandingClock,
    gateway: RememberingGateway,
    trouble: Trouble,
    minutes: int,
) -> None:
    put(database)
    sent = send(database, clock, gateway)
    receive(database, sent.uuid, word(sent, FAILED, trouble, 30034), clock)
    assert only(database).status == "queued"
    assert only(database).due_at == clock.now + timedelta(minutes=minutes)


def test_what_would_be_too_late_again_has_not_arrived(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter(expires_at=clock.now + timedelta(minutes=9)))
    sent = send(database, clock, gateway)
    receive(database, sent.uuid, word(sent, UNDELIVERED, Trouble.NO_ANSWER, 30003), clock)
    assert (only(database).status, only(database).error_code) == (UNDELIVERED, 30003)


# Any order

LAST_WORDS = st.sampled_from(
    [
        (DELIVERED, Trouble.FINAL, None),
        (UNDELIVERED, Trouble.FINAL, 30005),
        (FAILED, Trouble.FINAL, 30007),
        (FAILED, Trouble.OPTED_OUT, 21610),
        (UNDELIVERED, Trouble.NO_ANSWER, 30003),
        (UNDELIVERED, Trouble.NO_TEXTS, 30006),
        (FAILED, Trouble.OUR_ACCOUNT, 30034),
        (FAILED, Trouble.NOT_NOW, 30001),
    ]
)


@given(data=st.data(), last=LAST_WORDS, arrives_after_all=st.booleans())
@settings(
    max_examples=60,
    deadline=None,
    # One database serves all examples: each has a message of its own, to a number of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_of_receipts_ends_the_same(
    sqlite: Database,
    gateway: RememberingGateway,
    data: st.DataObject,
    last: tuple[MessageStatus, Trouble, int | None],
    arrives_after_all: bool,
) -> None:
    clock = StandingClock()
    words: list[tuple[MessageStatus, Trouble, int | None]] = [(SENT, Trouble.FINAL, None), last]
    words += [(DELIVERED, Trouble.FINAL, None)] * arrives_after_all
    repeated = [one for one in words for _ in range(data.draw(st.integers(1, 3)))]
    in_any_order = data.draw(st.permutations(repeated))
    assert ending(sqlite, clock, gateway, in_any_order) == ending(sqlite, clock, gateway, repeated)


def ending(
    database: Database,
    clock: StandingClock,
    gateway: RememberingGateway,
    words: list[tuple[MessageStatus, Trouble, int | None]],
) -> tuple[str, int | None]:
    """Where a message ends, and the reason kept with it, when these words come in this order."""
    count = len(stored(database))
    put(database, letter(f"{count}", to_phone=f"+1312555{count:04}"))
    sent = send(database, clock, gateway)
    for status, trouble, code in words:
        receive(database, sent.uuid, word(sent, status, trouble, code), clock)
    end = next(message for message in stored(database) if message.id == sent.id)
    return end.status, end.error_code


def test_every_status_has_its_rank() -> None:
    assert set(RANK) == set(MessageStatus)

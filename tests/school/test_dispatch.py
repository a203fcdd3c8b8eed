"""Claim, send, write down; look for what may have gone; ask after what was sent."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from school import settling
from school.database import Database
from school.dispatch import dispatch_due, look_for_doubtful
from school.outbox import Kind, Message, MessageStatus
from school.people import number
from school.sending import Outgoing, Refused, Trouble
from tests.school.dispatching import (
    FATHER,
    NO_CONNECTION,
    Crash,
    crash,
    statuses,
)
from tests.support.clock import StandingClock
from tests.support.databases import emptied
from tests.support.gateway import RememberingGateway
from tests.support.messages import (
    MOTHER,
    WORDS,
    letter,
    only,
    put,
    stored,
)


def test_what_is_due_is_sent_and_recorded(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b", to_phone=FATHER, language="es", body="Gracias."))
    assert dispatch_due(database, gateway, clock) == 2
    assert gateway.texts == [(MOTHER, WORDS), (FATHER, "Gracias.")]
    assert statuses(database) == [MessageStatus.SENT, MessageStatus.SENT]
    first, second = stored(database)
    assert (first.provider_id, first.attempts, first.leased_until) == (f"SM{1:032x}", 1, None)
    assert gateway.sent[1].uuid == second.uuid
    assert gateway.sent[1].language == "es"


def test_nothing_is_sent_twice_or_before_it_is_due(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("now"), letter("later", due_at=clock.now + timedelta(hours=1)))
    assert dispatch_due(database, gateway, clock) == 1
    assert dispatch_due(database, gateway, clock) == 0
    clock.go_on(minutes=60)
    assert dispatch_due(database, gateway, clock) == 1
    assert len(gateway.sent) == 2


def test_a_pass_takes_no_more_than_its_limit_and_the_longest_due_first(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    for age in (1, 3, 2):
        put(database, letter(f"{age}", body=f"{age}", due_at=clock.now - timedelta(minutes=age)))
    assert dispatch_due(database, gateway, clock, limit=2) == 2
    assert [body for _, body in gateway.texts] == ["3", "2"]


def test_a_notice_is_valid_for_four_hours_and_no_longer_than_it_is_of_use(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b", expires_at=clock.now + timedelta(minutes=30)))
    put(database, letter("c", expires_at=clock.now + timedelta(seconds=5)))
    dispatch_due(database, gateway, clock)
    assert [message.valid_seconds for message in gateway.sent] == [14400, 1800, 60]


# Who claims what


def test_four_workers_claim_300_rows_and_none_twice(database: Database) -> None:
    clock = StandingClock()
    put(database, *(letter(f"{number}", body=f"{number}") for number in range(300)))
    gateway, start, counts = RememberingGateway(), Barrier(4), [0, 0, 0, 0]

    def worker(name: int) -> None:
        start.wait()
        while claimed := dispatch_due(database, gateway, clock, limit=7):
            counts[name] += claimed

    threads = [Thread(target=worker, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(counts) == 300
    assert sorted(int(body) for _, body in gateway.texts) == list(range(300))
    assert {message.attempts for message in stored(database)} == {1}


@pytest.mark.postgresql
def test_a_worker_does_not_wait_for_rows_another_one_holds(postgresql_server: Database) -> None:
    database, clock, gateway = emptied(postgresql_server), StandingClock(), RememberingGateway()
    put(database, letter("held", body="held"), letter("free", body="free"))
    worker = Thread(target=dispatch_due, args=(database, gateway, clock), daemon=True)
    with database.begin() as session:
        session.scalars(select(Message).filter_by(dedupe_key="held").with_for_update()).one()
        worker.start()
        worker.join(10)
        assert [body for _, body in gateway.texts] == ["free"]
    worker.join(10)


def test_what_could_not_be_begun_on_this_lease_is_put_back(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    """A slow carrier uses the lease up; another worker may hold the rest by then."""
    put(database, letter("a"), letter("b"))
    gateway.answers = [lambda _: clock.go_on(minutes=4.5)]
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.SENT, MessageStatus.QUEUED]
    assert stored(database)[1].attempts == 0
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.SENT, MessageStatus.SENT]


def test_what_another_worker_has_claimed_meanwhile_is_not_put_back(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    """This worker slept beyond its lease: the rest was looked for, queued and claimed again."""
    put(database, letter("a"), letter("b"))

    def sleep(_message: Outgoing) -> None:
        clock.go_on(minutes=6)
        look_for_doubtful(database, gateway, clock)
        clock.go_on(minutes=1)
        with pytest.raises(Crash):  # leaves both as that worker has them while it sends
            dispatch_due(database, RememberingGateway(answers=[crash]), clock)

    gateway.answers = [sleep]
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.SENT, MessageStatus.SENDING]


def test_a_worker_that_is_to_end_puts_the_rest_back(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b"), letter("c"))
    dispatch_due(database, gateway, clock, stopping=lambda: len(gateway.sent) == 1)
    assert statuses(database) == [MessageStatus.SENT, MessageStatus.QUEUED, MessageStatus.QUEUED]
    assert [message.attempts for message in stored(database)] == [1, 0, 0]


# What the carrier answers


def test_without_a_connection_the_rest_waits_and_is_not_counted(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b"))
    gateway.answers = [NO_CONNECTION]
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.QUEUED, MessageStatus.QUEUED]
    first, second = stored(database)
    assert (first.attempts, first.due_at) == (1, clock.now + timedelta(minutes=1))
    assert (second.attempts, second.due_at) == (0, clock.now)


def test_the_pauses_grow_and_the_last_one_repeats(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database)
    pauses = []
    for _ in range(8):
        gateway.answers = [Refused(Trouble.NOT_NOW, 20429)]
        dispatch_due(database, gateway, clock)
        pauses.append((only(database).due_at - clock.now).total_seconds() / 60)
        clock.now = only(database).due_at
    assert pauses == [1, 2, 5, 10, 20, 30, 30, 30]
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.SENT]


def test_what_never_gets_through_fails_in_the_end_and_a_person_sees_it(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter(expires_at=clock.now + timedelta(hours=2)))
    for _ in range(20):
        gateway.answers = [Refused(Trouble.NOT_NOW, 20429)]
        dispatch_due(database, gateway, clock)
        clock.go_on(minutes=10)
    assert (only(database).status, only(database).error_code) == (MessageStatus.FAILED, 20429)
    assert gateway.sent == []


def test_a_final_refusal_fails_at_once_and_keeps_its_code(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b"))
    gateway.answers = [Refused(Trouble.FINAL, 21211)]
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.FAILED, MessageStatus.SENT]
    assert stored(database)[0].error_code == 21211


def test_an_opt_out_the_carrier_knows_of_is_remembered(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b", due_at=clock.now + timedelta(minutes=5)))
    gateway.answers = [Refused(Trouble.OPTED_OUT, 21610)]
    dispatch_due(database, gateway, clock)
    with database.reading() as session:
        assert number(session, MOTHER).opted_out_at == clock.now
    assert put(database, letter("c")) == [None]
    clock.go_on(minutes=5)
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.FAILED, MessageStatus.CANCELLED]
    assert gateway.sent == []


def test_what_a_landline_refuses_is_spoken_once(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a", contact_id="C7"), letter("b", due_at=clock.now + timedelta(hours=1)))
    gateway.answers = [Refused(Trouble.NO_TEXTS, 21614)]
    dispatch_due(database, gateway, clock)
    text, waiting, call = stored(database)
    assert (text.status, text.error_code) == (MessageStatus.CANCELLED, 21614)
    assert waiting.kind == Kind.CALL
    assert (call.kind, call.body, call.contact_id) == (Kind.CALL, WORDS, "C7")
    assert (call.dedupe_key, call.expires_at) == ("a:spoken", text.expires_at)
    dispatch_due(database, gateway, clock)
    assert [(sent.kind, sent.body) for sent in gateway.sent] == [(Kind.CALL, WORDS)]
    with database.reading() as session:
        assert number(session, MOTHER).landline


def test_a_call_that_is_told_it_reaches_no_texts_is_not_called_for_ever(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter(kind=Kind.CALL))
    gateway.answers = [Refused(Trouble.NO_TEXTS, 21614)]
    dispatch_due(database, gateway, clock)
    assert only(database).status == MessageStatus.FAILED


def test_trouble_with_our_account_keeps_the_message_and_tells_the_operator(
    database: Database,
    clock: StandingClock,
    gateway: RememberingGateway,
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(database)
    gateway.answers = [Refused(Trouble.OUR_ACCOUNT, 20003)]
    dispatch_due(database, gateway, clock)
    assert (only(database).status, only(database).error_code) == (MessageStatus.QUEUED, 20003)
    assert only(database).due_at == clock.now + timedelta(minutes=15)
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert line.message == "message_account_trouble"
    assert line.__dict__["code"] == 20003
    clock.go_on(minutes=15)
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.SENT]


def test_a_fault_of_ours_with_one_message_does_not_hold_up_the_others(
    database: Database,
    clock: StandingClock,
    gateway: RememberingGateway,
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(database, letter("a"), letter("b"))
    gateway.answers = [ZeroDivisionError("Maria Lopez, +13125550142")]
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.UNCERTAIN, MessageStatus.SENT]
    assert "Lopez" not in caplog.text
    assert "message_send_broke" in caplog.text


# What is not sent any more


def test_what_is_too_late_is_withdrawn(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter(expires_at=clock.now + timedelta(hours=1)))
    clock.go_on(minutes=60)
    assert dispatch_due(database, gateway, clock) == 0
    assert statuses(database) == [MessageStatus.CANCELLED]
    assert gateway.sent == []


def test_an_opt_out_stops_what_is_queued_already(
    database: Database, clock: StandingClock, gateway: RememberingGateway
) -> None:
    put(database, letter("a"), letter("b", to_phone=FATHER))
    with database.begin() as session:
        settling.mark_opted_out(session, MOTHER, clock.now)
    dispatch_due(database, gateway, clock)
    assert statuses(database) == [MessageStatus.CANCELLED, MessageStatus.SENT]
    assert gateway.texts == [(FATHER, WORDS)]

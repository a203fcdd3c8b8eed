"""Receipts as the carrier posts them, and every code's consequence."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from ivr.receipts import Recorded, record_receipt
from school.database import Database
from school.dispatch import dispatch_due
from school.outbox import Kind, Message, MessageStatus
from school.people import NumberRow
from school.sending import Outgoing
from tests.support.carrier_api import OUR_NUMBER, CarrierApi
from tests.support.carrier_wire import OURS, opened
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway
from tests.support.messages import MOTHER, letter, only, put, stored
from tests.support.serving import serving


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


def sent(database: Database, clock: StandingClock, kind: Kind = Kind.TEXT) -> Message:
    put(database, letter(kind=kind))
    dispatch_due(database, RememberingGateway(), clock)
    return only(database)


def text_form(message: Message, status: str, code: int | None = None) -> dict[str, str]:
    """A text's receipt with all that the carrier sends."""
    sid = message.provider_id or ""
    form = {
        "MessageSid": sid,
        "SmsSid": sid,
        "MessageStatus": status,
        "SmsStatus": status,
        "AccountSid": OURS.sid,
        "From": OUR_NUMBER,
        "To": message.to_phone,
        "ApiVersion": "2010-04-01",
    }
    return form if code is None else form | {"ErrorCode": f"{code}"}


def call_form(message: Message, status: str) -> dict[str, str]:
    return {
        "CallSid": message.provider_id or "",
        "CallStatus": status,
        "CallDuration": "0",
        "Direction": "outbound-api",
        "To": message.to_phone,
    }


def post(
    database: Database, form: dict[str, str], uuid: str | None, clock: StandingClock
) -> Recorded:
    with database.begin() as session:
        return record_receipt(session, form, uuid, clock.now)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("accepted", "sent"),
        ("scheduled", "sent"),
        ("queued", "sent"),
        ("sending", "sent"),
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("read", "delivered"),
        ("undelivered", "undelivered"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_each_word_of_the_carriers_on_a_text(
    database: Database, clock: StandingClock, word: str, status: str
) -> None:
    message = sent(database, clock)
    recorded = post(database, text_form(message, word), message.uuid, clock)
    assert only(database).status == status
    assert recorded == (Recorded.NOTHING_NEW if status == "sent" else Recorded.SETTLED)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("initiated", "sent"),
        ("ringing", "sent"),
        ("in-progress", "sent"),
        ("completed", "delivered"),
        ("busy", "queued"),
        ("no-answer", "queued"),
        ("failed", "queued"),
        ("canceled", "failed"),
    ],
)
def test_each_word_of_the_carriers_on_a_spoken_message(
    database: Database, clock: StandingClock, word: str, status: str
) -> None:
    message = sent(database, clock, Kind.CALL)
    post(database, call_form(message, word), message.uuid, clock)
    assert only(database).status == status


def test_a_call_nobody_answers_is_made_once_more(database: Database, clock: StandingClock) -> None:
    first = sent(database, clock, Kind.CALL)
    post(database, call_form(first, "no-answer"), first.uuid, clock)
    assert only(database).due_at == clock.now + timedelta(minutes=10)
    clock.go_on(minutes=10)
    dispatch_due(database, RememberingGateway(sent=[anything()]), clock)
    second = only(database)
    assert second.provider_id != first.provider_id
    post(database, call_form(second, "busy"), second.uuid, clock)
    assert (only(database).status, only(database).error_code) == ("undelivered", 486)


def anything() -> Outgoing:
    """Sent before, by whomever: the next id is another."""
    return Outgoing("", Kind.CALL, MOTHER, "en", "", 60)


# What follows from each code: the message's status, and whether the number is remembered as a
# landline (spoken to instead) or as opted out.
AFTER_SENDING = [
    (21610, "failed", "opted out"),
    (30001, "queued", ""),
    (30002, "queued", ""),
    (30003, "queued", ""),
    (30004, "undelivered", ""),
    (30005, "undelivered", ""),
    (30006, "cancelled", "landline"),
    (30007, "undelivered", ""),
    (30008, "queued", ""),
    (30032, "queued", ""),
    (30034, "queued", ""),
    (30036, "undelivered", ""),
    (63016, "undelivered", ""),  # not in our table
]


@pytest.mark.parametrize(("code", "status", "remembered"), AFTER_SENDING)
def test_what_follows_from_each_code_in_a_receipt(
    database: Database, clock: StandingClock, code: int, status: str, remembered: str
) -> None:
    message = sent(database, clock)
    word = "failed" if status == "failed" else "undelivered"
    form = text_form(message, word, code)
    assert post(database, form, message.uuid, clock) == Recorded.SETTLED
    assert post(database, form, message.uuid, clock) == Recorded.NOTHING_NEW
    assert_followed(database, status, remembered)


AT_SENDING = [
    ("+15005550001", "failed", ""),  # 21211
    ("+15005550002", "failed", ""),  # 21612
    ("+15005550003", "queued", ""),  # 21408
    ("+15005550004", "failed", "opted out"),  # 21610
    ("+15005550009", "cancelled", "landline"),  # 21614
]


@pytest.mark.parametrize(("phone", "status", "remembered"), AT_SENDING)
def test_what_follows_from_each_number_of_the_test_credentials(
    database: Database, clock: StandingClock, phone: str, status: str, remembered: str
) -> None:
    """From the outbox over the real client to the carrier's server, and back."""
    api = CarrierApi()
    put(database, letter(to_phone=phone))
    with (
        serving(api.app()) as address,
        opened(replace(OURS, api_url=address)) as gateway,
    ):
        dispatch_due(database, gateway, clock)
    assert_followed(database, status, remembered)
    assert api.messages == []


def assert_followed(database: Database, status: str, remembered: str) -> None:
    messages = stored(database)
    assert messages[0].status == status
    assert [(one.kind, one.status) for one in messages[1:]] == (
        [(Kind.CALL, "queued")] if remembered == "landline" else []
    )
    with database.reading() as session:
        number = session.scalar(select(NumberRow))
    assert (number is not None and number.landline) == (remembered == "landline")
    assert (number is not None and number.opted_out_at is not None) == (remembered == "opted out")


# Receipts that are not as they should be


def test_a_receipt_finds_its_message_before_the_carriers_id_is_stored(
    database: Database, clock: StandingClock
) -> None:
    put(database)
    message = only(database)
    message.provider_id = "SM" + "9" * 32
    recorded = post(database, text_form(message, "delivered"), message.uuid, clock)
    assert recorded == Recorded.SETTLED
    assert (only(database).status, only(database).provider_id) == (
        MessageStatus.DELIVERED,
        "SM" + "9" * 32,
    )


def test_a_receipt_without_our_name_finds_its_message_by_the_carriers_id(
    database: Database, clock: StandingClock
) -> None:
    message = sent(database, clock)
    assert post(database, text_form(message, "delivered"), None, clock) == Recorded.SETTLED


@pytest.mark.parametrize("uuid", [None, "", "no-such-name", "x" * 500])
def test_a_receipt_of_a_message_that_is_not_ours(
    database: Database, clock: StandingClock, uuid: str | None
) -> None:
    sent(database, clock)
    form = {"MessageSid": "SM" + "9" * 32, "MessageStatus": "delivered"}
    assert post(database, form, uuid, clock) == Recorded.UNKNOWN_MESSAGE
    assert only(database).status == "sent"


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"MessageStatus": "delivered"},
        {"MessageSid": "SM1"},
        {"MessageSid": "SM1", "MessageStatus": "partially_delivered"},
        {"CallSid": "CA1", "CallStatus": "dancing"},
    ],
)
def test_a_receipt_that_says_nothing_to_us(
    database: Database, clock: StandingClock, form: dict[str, str]
) -> None:
    message = sent(database, clock)
    assert post(database, form, message.uuid, clock) == Recorded.NOT_UNDERSTOOD
    assert only(database).status == "sent"


@pytest.mark.parametrize("code", ["", "many", "٣", "-1"])
def test_a_code_that_is_no_number_is_none(
    database: Database, clock: StandingClock, code: str
) -> None:
    message = sent(database, clock)
    form = text_form(message, "undelivered") | {"ErrorCode": code}
    post(database, form, message.uuid, clock)
    assert (only(database).status, only(database).error_code) == ("undelivered", None)


def test_the_older_names_of_the_fields_will_do(database: Database, clock: StandingClock) -> None:
    message = sent(database, clock)
    form = {"SmsSid": message.provider_id or "", "SmsStatus": "delivered"}
    assert post(database, form, None, clock) == Recorded.SETTLED


def test_no_number_stands_in_the_log(
    database: Database, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    message = sent(database, clock)
    post(database, text_form(message, "undelivered", 30006), message.uuid, clock)
    ours = [record for record in caplog.records if record.name.startswith(("ivr", "school"))]
    assert ours
    for record in ours:
        assert MOTHER[2:] not in f"{record.__dict__}"

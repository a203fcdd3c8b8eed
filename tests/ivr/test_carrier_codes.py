"""What the carrier's answers and words mean to us, told through its real client."""

from dataclasses import replace

import pytest
from flask import Response

from ivr.gateway import Gateway
from school.outbox import Kind, MessageStatus
from school.sending import Outgoing, Receipt, Refused, Trouble, Unreachable
from tests.support.carrier_api import (
    CarrierApi,
    bare_server,
    error,
    problem,
)
from tests.support.carrier_wire import OURS, opened
from tests.support.messages import MOTHER, WORDS

TEXT = Outgoing("0b9e-uuid", Kind.TEXT, MOTHER, "en", WORDS, 14400)
CALL = replace(TEXT, kind=Kind.CALL)


# What its errors become


@pytest.mark.parametrize(
    ("to", "trouble", "code"),
    [
        ("+15005550001", Trouble.FINAL, 21211),
        ("+15005550002", Trouble.FINAL, 21612),
        ("+15005550003", Trouble.OUR_ACCOUNT, 21408),
        ("+15005550004", Trouble.OPTED_OUT, 21610),
        ("+15005550009", Trouble.NO_TEXTS, 21614),
    ],
)
def test_the_numbers_of_the_test_credentials(
    gateway: Gateway, to: str, trouble: Trouble, code: int
) -> None:
    with pytest.raises(Refused) as refused:
        gateway.send(replace(TEXT, to_phone=to))
    assert (refused.value.trouble, refused.value.code) == (trouble, code)


@pytest.mark.parametrize(
    ("number", "trouble", "code"),
    [
        ("+15005550001", Trouble.OUR_ACCOUNT, 21212),
        ("+15005550007", Trouble.OUR_ACCOUNT, 21606),
        ("+15005550008", Trouble.NOT_NOW, 21611),
    ],
)
def test_the_numbers_we_may_not_send_from(
    url: str, number: str, trouble: Trouble, code: int
) -> None:
    with (
        opened(replace(OURS, api_url=url, from_number=number)) as gateway,
        pytest.raises(Refused) as refused,
    ):
        gateway.send(TEXT)
    assert (refused.value.trouble, refused.value.code) == (trouble, code)


def test_a_wrong_token_is_trouble_with_our_account(url: str) -> None:
    with (
        opened(replace(OURS, api_url=url, token="wrong")) as gateway,
        pytest.raises(Refused) as refused,
    ):
        gateway.send(TEXT)
    assert (refused.value.trouble, refused.value.code) == (Trouble.OUR_ACCOUNT, 20003)


ANSWERS: list[tuple[Response, Trouble, int]] = [
    (error(429, 20429), Trouble.NOT_NOW, 20429),
    (error(429, 20429, **{"Retry-After": "1"}), Trouble.NOT_NOW, 20429),
    (error(429, None), Trouble.NOT_NOW, 429),
    (error(404, 20404), Trouble.OUR_ACCOUNT, 20404),
    (error(400, 29999), Trouble.FINAL, 29999),  # a code we do not know
    (error(403, None), Trouble.OUR_ACCOUNT, 403),  # something on the way
    (error(407, None), Trouble.OUR_ACCOUNT, 407),
    (error(301, None, Location="https://elsewhere.example.org/"), Trouble.OUR_ACCOUNT, 301),
    (problem(400, 21610), Trouble.OPTED_OUT, 21610),
    (problem(429, 20429), Trouble.NOT_NOW, 20429),
]


@pytest.mark.parametrize(("answer", "trouble", "code"), ANSWERS)
def test_an_answer_that_is_no(
    api: CarrierApi, gateway: Gateway, answer: Response, trouble: Trouble, code: int
) -> None:
    api.instead = [lambda: answer]
    with pytest.raises(Refused) as refused:
        gateway.send(TEXT)
    assert (refused.value.trouble, refused.value.code) == (trouble, code)
    assert len(api.asked) == 1


UNCLEAR = [
    error(500, 20500),
    error(503, None),
    error(503, 20503, **{"Retry-After": "0"}),
    problem(500, 20500),
    error(408, None),
    Response("<html>Sign in to the guest network</html>", 200),
    Response("[]", 201),
    Response("{}", 201),
    Response("", 201),
]


@pytest.mark.parametrize("answer", UNCLEAR)
def test_an_answer_that_says_neither_yes_nor_no_may_have_sent_and_is_not_repeated(
    api: CarrierApi, gateway: Gateway, answer: Response
) -> None:
    api.instead = [lambda: answer]
    with pytest.raises(Unreachable) as unreachable:
        gateway.send(TEXT)
    assert unreachable.value.maybe_sent
    assert len(api.asked) == 1


@pytest.mark.parametrize("message", [TEXT, CALL])
def test_a_server_that_takes_the_request_and_is_silent_may_have_sent(message: Outgoing) -> None:
    with (
        bare_server(None) as (address, got),
        opened(replace(OURS, api_url=address, timeout=0.3)) as gateway,
        pytest.raises(Unreachable) as unreachable,
    ):
        gateway.send(message)
    assert unreachable.value.maybe_sent
    assert len(got) == 1


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{"])
def test_a_server_that_hangs_up_half_way_may_have_sent(answer: bytes) -> None:
    with (
        bare_server(answer) as (address, got),
        opened(replace(OURS, api_url=address, timeout=2)) as gateway,
        pytest.raises(Unreachable) as unreachable,
    ):
        gateway.send(TEXT)
    assert unreachable.value.maybe_sent
    assert len(got) == 1


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1", "https://127.0.0.1:1", "http://", "carrier", "ftp://x"]
)
def test_without_a_connection_nothing_was_sent(address: str) -> None:
    with (
        opened(replace(OURS, api_url=address, timeout=2)) as gateway,
        pytest.raises(Unreachable) as unreachable,
    ):
        gateway.send(TEXT)
    assert not unreachable.value.maybe_sent


def test_a_certificate_that_is_not_there_leaves_it_open() -> None:
    with (
        bare_server(b"this is no TLS") as (address, _),
        opened(replace(OURS, api_url=address.replace("http:", "https:"), timeout=2)) as gateway,
        pytest.raises(Unreachable),
    ):
        gateway.send(TEXT)


# What became of it


@pytest.mark.parametrize(
    ("word", "code", "status", "trouble"),
    [
        ("queued", None, MessageStatus.SENT, Trouble.FINAL),
        ("delivered", None, MessageStatus.DELIVERED, Trouble.FINAL),
        ("undelivered", 30006, MessageStatus.UNDELIVERED, Trouble.NO_TEXTS),
        ("failed", 30034, MessageStatus.FAILED, Trouble.OUR_ACCOUNT),
    ],
)
def test_the_carriers_word_on_a_text(
    api: CarrierApi,
    gateway: Gateway,
    word: str,
    code: int | None,
    status: MessageStatus,
    trouble: Trouble,
) -> None:
    sid = gateway.send(TEXT)
    api.messages[0] |= {"status": word, "error_code": code}
    assert gateway.status(Kind.TEXT, sid) == Receipt(sid, status, trouble, code)


def test_the_carriers_word_on_a_call(api: CarrierApi, gateway: Gateway) -> None:
    sid = gateway.send(CALL)
    api.calls[0]["status"] = "busy"
    busy = Receipt(sid, MessageStatus.UNDELIVERED, Trouble.NO_ANSWER, 486)
    assert gateway.status(Kind.CALL, sid) == busy


def test_a_word_we_do_not_know_says_nothing(api: CarrierApi, gateway: Gateway) -> None:
    sid = gateway.send(TEXT)
    api.messages[0]["status"] = "partially_delivered"
    assert gateway.status(Kind.TEXT, sid) is None


@pytest.mark.parametrize("sid", ["SM" + "f" * 32, "../Calls", "SM1?x=1", "", "x" * 65])
def test_of_what_it_does_not_have_the_carrier_says_nothing(gateway: Gateway, sid: str) -> None:
    assert gateway.status(Kind.TEXT, sid) is None

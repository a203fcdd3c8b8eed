"""Families' telephones at the simulated carrier: texts, receipts, opt-outs, landlines, rings."""

import pytest

from ivr.simulator.carrier import WebhookFailed
from ivr.simulator.network import Network
from ivr.simulator.rest_api import Resource
from ivr.simulator.subscribers import MOST_NUMBERS, MOST_TEXTS, Sent, Side
from tests.ivr.simulator.parts import BASE, MOTHER, SCHOOL, ScriptedLine, Waiting
from tests.support.clock import StandingClock

CALLBACK = f"{BASE}/sms/status?message=0b9e-uuid#rc=3&rp=all"
RECEIPTS = "/sms/status"
TWIML = '<Response><Say language="es-US">Gracias.</Say><Pause/><Say>Bye.</Say></Response>'


@pytest.fixture
def line() -> ScriptedLine:
    return ScriptedLine()


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def network(line: ScriptedLine, waiting: Waiting) -> Network:
    return Network(line.carrier(), SCHOOL, waiting.later, StandingClock())


def text(network: Network, to: str = MOTHER, callback: str = CALLBACK) -> Resource:
    resource = {"sid": "SM1", "to": to, "from": None, "body": "Ref K74Q.", "status": "queued"}
    network.carry_text(resource, {"StatusCallback": callback})
    return resource


def ring(network: Network, sid: str = "CA1", twiml: str = TWIML, seconds: str = "30") -> Resource:
    call = {"sid": sid, "to": MOTHER, "from": SCHOOL, "status": "queued"}
    network.carry_call(call, {"StatusCallback": CALLBACK, "Twiml": twiml, "Timeout": seconds})
    return call


def thread(network: Network, number: str = MOTHER) -> list[tuple[Side, str]]:
    return [(one.side, one.body) for one in network.subscribers.get(number).texts]


def sides(network: Network) -> list[Side]:
    return [side for side, _ in thread(network)]


# Texts of the school


def test_a_text_is_in_the_thread_at_once_and_its_receipts_follow(
    network: Network, line: ScriptedLine, waiting: Waiting
) -> None:
    resource = text(network)
    (shown,) = network.subscribers.get(MOTHER).texts
    assert (shown.side, shown.body, shown.how_far) == (Side.SCHOOL, "Ref K74Q.", Sent.ON_ITS_WAY)
    assert line.forms == []

    waiting.passes(0.6)
    assert (shown.how_far, resource["status"]) == (Sent.SENT, "sent")
    waiting.passes(2)
    assert (shown.how_far, resource["status"]) == (Sent.DELIVERED, "delivered")
    assert line.told(RECEIPTS, "MessageStatus") == ["sent", "delivered"]
    path, form = line.forms[0]
    assert path == f"{RECEIPTS}?message=0b9e-uuid"  # the part after # is for the carrier alone
    assert (form["MessageSid"], form["To"], form["From"]) == ("SM1", MOTHER, SCHOOL)
    assert "ErrorCode" not in form


def test_a_landline_gets_no_text_and_the_receipt_says_so(
    network: Network, line: ScriptedLine, waiting: Waiting
) -> None:
    network.mark(MOTHER, landline=True)
    resource = text(network)
    waiting.passes(5)
    assert (resource["status"], resource["error_code"]) == ("undelivered", 30006)
    assert line.told(RECEIPTS, "ErrorCode") == ["30006"]
    assert sides(network) == [Side.NOTE]
    network.mark(MOTHER, landline=False)
    assert text(network)["status"] == "queued"
    assert sides(network) == [Side.NOTE, Side.SCHOOL]


@pytest.mark.parametrize("callback", ["", "https://elsewhere.example/sms/status", f"{BASE}.evil/x"])
def test_receipts_go_to_the_line_only(
    network: Network, line: ScriptedLine, waiting: Waiting, callback: str
) -> None:
    text(network, callback=callback)
    waiting.passes(5)
    assert line.forms == []


def test_a_thread_and_the_list_of_numbers_have_an_end(network: Network) -> None:
    for number in range(MOST_TEXTS + 5):
        network.subscribers.get(MOTHER).add(Side.SCHOOL, f"{number}", StandingClock()())
    assert len(thread(network)) == MOST_TEXTS
    assert network.subscribers.get(MOTHER).texts[-1].n == MOST_TEXTS + 5
    for number in range(MOST_NUMBERS):
        network.subscribers.get(f"+1773555{number:04}")
    assert thread(network) == []  # the number used longest ago is forgotten


# Texts of the family


def test_a_familys_text_and_the_answer_are_in_the_thread(
    network: Network, line: ScriptedLine
) -> None:
    line.documents = ["<Message>Which day?</Message>"]
    network.write(MOTHER, "Daniel is sick")
    assert thread(network) == [(Side.FAMILY, "Daniel is sick"), (Side.SCHOOL, "Which day?")]
    assert line.told("/sms", "From") == [MOTHER]
    assert line.told("/sms", "To") == [SCHOOL]


def test_a_text_stays_in_the_thread_when_the_line_fails(
    network: Network, line: ScriptedLine
) -> None:
    line.status = 500
    with pytest.raises(WebhookFailed, match="500"):
        network.write(MOTHER, "Daniel is sick")
    assert thread(network) == [(Side.FAMILY, "Daniel is sick")]


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop ", "UNSUBSCRIBE", "cancel", "end", "quit"])
def test_stop_is_answered_by_the_carrier_and_told_to_the_line(
    network: Network, line: ScriptedLine, word: str
) -> None:
    network.write(MOTHER, word)
    assert sides(network) == [Side.FAMILY, Side.CARRIER]
    assert line.told("/sms", "Body") == [word]
    assert network.refuses_text({"To": MOTHER}) == 21610
    assert network.refuses_text({"To": SCHOOL}) is None
    assert "21610" in thread(network)[-1][1]


def test_the_lines_own_answer_to_stop_does_not_arrive(network: Network, line: ScriptedLine) -> None:
    line.documents = ["<Message>You will get no more texts.</Message>"]
    network.write(MOTHER, "STOP")
    assert sides(network) == [Side.FAMILY, Side.CARRIER]


@pytest.mark.parametrize("body", ["STOP please", "please stop", "Daniel must cancel", "stop."])
def test_only_the_whole_message_is_an_opt_out(network: Network, body: str) -> None:
    network.write(MOTHER, body)
    assert sides(network) == [Side.FAMILY]
    assert network.refuses_text({"To": MOTHER}) is None


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
def test_start_brings_texts_back_and_means_nothing_before(
    network: Network, line: ScriptedLine, word: str
) -> None:
    network.write(MOTHER, word)
    assert sides(network) == [Side.FAMILY]
    network.write(MOTHER, "STOP")
    line.documents = ["<Message>Welcome back.</Message>"]
    network.write(MOTHER, word)
    assert sides(network)[-3:] == [Side.FAMILY, Side.CARRIER, Side.SCHOOL]
    assert network.refuses_text({"To": MOTHER}) is None


def test_help_is_answered_by_the_carrier_and_changes_nothing(
    network: Network, line: ScriptedLine
) -> None:
    network.write(MOTHER, "HELP")
    assert sides(network) == [Side.FAMILY, Side.CARRIER]
    assert line.told("/sms", "Body") == ["HELP"]
    assert network.refuses_text({"To": MOTHER}) is None


# Spoken messages


def test_a_call_rings_and_is_heard_when_it_is_answered(
    network: Network, line: ScriptedLine, waiting: Waiting
) -> None:
    call = ring(network)
    assert call["status"] == "ringing"
    assert network.refuses_call({"To": MOTHER}) is None
    answered = network.answer(MOTHER)
    assert answered is not None
    assert [(one.text, one.language) for one in answered.says] == [
        ("Gracias.", "es-US"),
        ("Bye.", ""),
    ]
    waiting.passes(60)
    assert call["status"] == "completed"
    assert line.told(RECEIPTS, "CallStatus") == ["completed"]
    assert line.told(RECEIPTS, "CallSid") == ["CA1"]
    assert network.answer(MOTHER) is None


def test_a_call_that_nobody_answers_is_missed(
    network: Network, line: ScriptedLine, waiting: Waiting
) -> None:
    call = ring(network)
    waiting.passes(31)
    assert call["status"] == "no-answer"
    assert line.told(RECEIPTS, "CallStatus") == ["no-answer"]
    assert thread(network) == [(Side.NOTE, "The school called. Nobody answered.")]
    assert network.answer(MOTHER) is None


def test_a_call_may_be_declined(network: Network, line: ScriptedLine, waiting: Waiting) -> None:
    ring(network)
    assert network.decline(MOTHER)
    assert not network.decline(MOTHER)
    waiting.passes(60)
    assert line.told(RECEIPTS, "CallStatus") == ["busy"]


def test_a_second_call_at_once_finds_the_telephone_busy(
    network: Network, line: ScriptedLine, waiting: Waiting
) -> None:
    ring(network)
    ring(network, "CA2")
    waiting.passes(1)
    assert line.told(RECEIPTS, "CallSid") == ["CA2"]
    assert line.told(RECEIPTS, "CallStatus") == ["busy"]
    assert network.answer(MOTHER) is not None


@pytest.mark.parametrize(("twiml", "seconds"), [("", "soon"), ("<Response>", ""), ("no", "-1")])
def test_a_call_without_words_rings_all_the_same(
    network: Network, waiting: Waiting, twiml: str, seconds: str
) -> None:
    ring(network, twiml=twiml, seconds=seconds)
    waiting.passes(59)
    answered = network.answer(MOTHER)
    assert answered is not None
    assert answered.says == ()

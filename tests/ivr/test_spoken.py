"""Calls that the school makes: a message for a number that takes no texts."""

from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select, update

from ivr.spoken import MOST_TIMES, Again, offers, spoken
from school.outbox import Kind, Letter, Message, queue
from tests.support.dismissals import jones
from tests.support.line import ADDRESS, WholeLine
from tests.support.twiml_grammar import check

SPANISH = jones().facts.languages["es"]
WORDS = "Le habla Jones College Prep. Lorena salió a las 10:05."
OFFER = "Para oír esto otra vez, oprima cualquier tecla."
PHONE = "+13125550160"


def verbs(response: ET.Element) -> list[tuple[str, str | None]]:
    check(response)
    return [(verb.tag, verb.text) for verb in response.iter() if verb.tag != "Response"]


def read(twiml: str) -> ET.Element:
    return ET.fromstring(twiml)  # noqa: S314  (our own words)


def message(line: WholeLine, kind: Kind = Kind.CALL, body: str = WORDS) -> str:
    """The name of a message in the outbox."""
    with line.services.database.begin() as session:
        queued = queue(session, Letter("a", PHONE, "es", body, kind), line.clock())
        assert queued is not None
        return queued.uuid


def press(line: WholeLine, uuid: str, times: int = 1) -> ET.Element:
    """A key was pressed while the message was said for the so-many-th time."""
    form = {"CallSid": "CA1", "Digits": "5", "Direction": "outbound-api"}
    reply = line.carrier.send(f"/voice/again?message={uuid}&n={times}", form)
    return line.carrier.document(reply)


def test_a_key_says_it_again() -> None:
    twiml = read(spoken(WORDS, SPANISH, Again(OFFER, f"{ADDRESS}/voice/again?message=a&n=1")))
    assert verbs(twiml) == [
        ("Gather", None),
        ("Say", WORDS),
        ("Pause", None),
        ("Say", WORDS),
        ("Say", OFFER),
        ("Hangup", None),
    ]
    assert twiml[0].get("numDigits") == "1"
    assert twiml[0].get("action") == f"{ADDRESS}/voice/again?message=a&n=1"
    assert twiml[0][0].attrib == {"voice": "Polly.Lupe-Neural", "language": "es-US"}


def test_without_an_address_of_ours_it_is_said_twice_and_that_is_all() -> None:
    assert [tag for tag, _ in verbs(read(spoken(WORDS, SPANISH)))] == ["Say", "Pause", "Say"]


def test_the_key_leads_to_the_same_words_in_the_same_language(line: WholeLine) -> None:
    uuid = message(line)
    said = press(line, uuid)
    assert [text for tag, text in verbs(said) if tag == "Say"] == [WORDS, WORDS, OFFER]
    assert said[0].get("action") == f"{ADDRESS}/voice/again?message={uuid}&n=2"


def test_something_that_leans_on_a_key_is_not_heard_for_ever(sqlite_line: WholeLine) -> None:
    said = press(sqlite_line, message(sqlite_line), times=MOST_TIMES)
    assert [tag for tag, _ in verbs(said)] == ["Say", "Pause", "Say"]


@pytest.mark.parametrize("uuid", ["", "nobody-knows-it", "' OR 1=1"])
def test_an_unknown_message_ends_the_call(sqlite_line: WholeLine, uuid: str) -> None:
    message(sqlite_line)
    assert verbs(press(sqlite_line, uuid)) == []


def test_a_text_is_not_read_out_and_nor_is_what_retention_has_taken(
    sqlite_line: WholeLine,
) -> None:
    assert verbs(press(sqlite_line, message(sqlite_line, Kind.TEXT))) == []
    with sqlite_line.services.database.begin() as session:
        session.execute(update(Message).values(kind=Kind.CALL, body=None))
        uuid = session.scalar(select(Message.uuid)) or ""
    assert verbs(press(sqlite_line, uuid)) == []


def test_who_is_not_the_carrier_hears_nothing(sqlite_line: WholeLine) -> None:
    uuid = message(sqlite_line)
    answer = sqlite_line.app.test_client().post(f"/voice/again?message={uuid}", base_url=ADDRESS)
    assert answer.status_code == 403


def test_every_language_that_is_spoken_offers_it(sqlite_line: WholeLine) -> None:
    languages = sqlite_line.services.school.facts.languages
    spoken_ones = {code for code, language in languages.items() if language.voice}
    assert set(offers(sqlite_line.services.speakers)) == spoken_ones

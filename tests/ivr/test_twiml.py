"""A turn as the carrier's markup, held against the carrier's grammar."""

from datetime import date
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as some

from flows import wording
from flows.events import Words
from flows.school_facts import SchoolText
from flows.turn import CallOffice, HangUp, Line, Listen, Next, State, TakeMessage, Turn
from ivr.twiml import LONGEST_TEXT, Addresses, Renderer, clean
from tests.flows.scenes import school, speaker
from tests.support.twiml_grammar import check

TODAY = date(2026, 11, 24)
ADDRESSES = Addresses(
    lambda n: f"https://line.example.org/voice/turn?n={n}&a=1",
    lambda: "https://line.example.org/recordings/finished",
)
SPOKEN = [code for code, one in school().facts.languages.items() if one.voice]
RENDERER = Renderer({code: speaker(code) for code in SPOKEN}, school().facts, "+17735348600")


def line(words: str, language: str | None = None) -> Line:
    return Line(wording.SCHOOL_SAYS, {"words": SchoolText(words)}, language=language)


def parsed(text: str) -> Element:
    return fromstring(text)  # noqa: S314  (our own line's)


def rendered(*lines: Line, then: Next, language: str = "en") -> Element:
    """The document, checked against the grammar."""
    text = RENDERER.voice(Turn(State(language=language), lines, then), 4, ADDRESSES, TODAY)
    document = parsed(text)
    check(document)
    return document


def verbs(document: Element) -> list[str]:
    return [verb.tag for verb in document]


def test_a_question_is_said_while_it_listens_for_keys_and_words_at_once() -> None:
    document = rendered(line("Which day?"), then=Listen(keys=1, hints=("Ana Lee",), seconds=6))
    gather = document.find("Gather")
    assert gather is not None
    assert gather.attrib.items() >= {
        ("input", "dtmf speech"),
        ("action", "https://line.example.org/voice/turn?n=4&a=1"),
        ("method", "POST"),
        ("numDigits", "1"),
        ("timeout", "6"),
        ("language", "en-US"),
        ("actionOnEmptyResult", "true"),
        ("finishOnKey", "#"),
    }
    assert gather.get("hints", "").startswith("Ana Lee, ")
    assert [say.text for say in gather] == ["Which day?"]
    assert verbs(document) == ["Gather", "Redirect"], "silence falls through to the same turn"


def test_any_number_of_digits_is_waited_for_where_none_is_named() -> None:
    gather = rendered(line("Key the number."), then=Listen()).find("Gather")
    assert gather is not None
    assert gather.get("numDigits") is None


def test_names_are_not_written_with_asterisks() -> None:
    gather = rendered(line("Who?"), then=Listen()).find("Gather")
    assert gather is not None
    assert gather.get("profanityFilter") == "false"


def test_a_voice_speaks_the_language_of_each_line_and_one_breath_for_lines_on_end() -> None:
    document = rendered(line("one"), line("two"), line("tres", "es"), line("four"), then=HangUp())
    says = [(say.text, say.get("voice"), say.get("language")) for say in document.iter("Say")]
    assert says == [
        ("One Two", "Polly.Joanna-Neural", "en-US"),
        ("Tres", "Polly.Lupe-Neural", "es-US"),
        ("Four", "Polly.Joanna-Neural", "en-US"),
    ]


def test_a_conversation_in_spanish_is_heard_in_spanish_too() -> None:
    gather = rendered(line("¿Qué día?"), then=Listen(), language="es").find("Gather")
    assert gather is not None
    assert gather.get("language") == "es-US"
    assert "mañana" in gather.get("hints", "")


def test_the_office_is_called_for_less_time_than_its_own_voicemail_waits() -> None:
    document = rendered(line("One moment."), then=CallOffice())
    dial = document.find("Dial")
    assert dial is not None
    assert dial.get("action") == "https://line.example.org/voice/turn?n=4&a=1"
    assert int(dial.get("timeout", "30")) < 20
    assert [number.text for number in dial] == ["+17735348600"]


def test_a_message_ends_with_the_pound_key_and_its_callback_is_repeated() -> None:
    document = rendered(line("Leave a message, which is recorded."), then=TakeMessage())
    record = document.find("Record")
    assert record is not None
    assert record.get("finishOnKey") == "#"
    assert 60 <= int(record.get("maxLength", "3600")) <= 120
    assert record.get("recordingStatusCallbackEvent") == "completed absent"
    callback = urlsplit(record.get("recordingStatusCallback", ""))
    assert (callback.path, callback.fragment) == ("/recordings/finished", "rc=3&rp=all")
    assert verbs(document) == ["Say", "Record", "Redirect"]


def test_the_end_hangs_up() -> None:
    assert verbs(rendered(line("Goodbye."), then=HangUp())) == ["Say", "Hangup"]
    assert verbs(rendered(then=HangUp())) == ["Hangup"]


def test_a_hint_is_an_entry_of_its_own() -> None:
    names = tuple(f"Name {n}" for n in range(400))
    gather = rendered(line("Who?"), then=Listen(hints=names)).find("Gather")
    assert gather is not None
    entries = [hint.strip() for hint in gather.get("hints", "").split(",")]
    assert entries[:400] == list(names)
    assert len(entries) <= 500


@given(some.text(max_size=200))
def test_whatever_a_family_says_makes_a_document(words: str) -> None:
    said = Line(wording.READ_CALLER_NAME, {"name": Words(words)})
    document = rendered(said, then=Listen(hints=(words.replace(",", " ")[:100],)))
    spoken = "".join(document.itertext())
    assert " ".join(clean(words).replace("\r", "\n").split()) in " ".join(spoken.split())


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x0b", "\ufffe", "\uffff", "\ud800"])
def test_signs_that_no_document_may_hold_become_spaces(sign: str) -> None:
    assert clean(f"a{sign}b") == "a b"


def test_a_text_is_answered_with_one_message_or_none() -> None:
    answered = parsed(RENDERER.text(Turn(State("en"), (line("One."), line("Two."))), TODAY))
    assert ["".join(message.itertext()) for message in answered] == ["One. Two."]
    assert list(parsed(RENDERER.text(Turn(State("en")), TODAY))) == []


def test_a_text_is_never_longer_than_the_carrier_takes() -> None:
    long = parsed(RENDERER.text(Turn(State("en"), (line("word " * 500),)), TODAY))
    assert len("".join(long.itertext())) <= LONGEST_TEXT

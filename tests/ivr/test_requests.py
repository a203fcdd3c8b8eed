"""The carrier's fields become typed values; odd ones become what is nearest, never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from flows.events import Heard, MessageLeft, OfficeAnswered, OfficeMissed, Pressed, Silence
from ivr.requests import (
    LONGEST_SID,
    LONGEST_WORDS,
    NoId,
    call_ended,
    event_of_call,
    event_of_text,
    opening_of_call,
    opening_of_text,
    recording_sid,
    seconds,
    spoken,
)

CALL = {"CallSid": "CA1", "From": "+17735550104", "To": "+17735348600"}
TEXT = {"MessageSid": "SM1", "From": "+17735550104", "To": "+17735348600"}
RECORDINGS = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings"


@pytest.mark.parametrize(
    ("form", "event"),
    [
        ({}, Silence()),
        ({"Digits": ""}, Silence()),
        ({"Digits": "", "SpeechResult": ""}, Silence()),
        ({"SpeechResult": " \u200b "}, Silence()),
        ({"Digits": "3"}, Pressed("3")),
        ({"Digits": "0930"}, Pressed("0930")),
        ({"Digits": "*"}, Pressed("*")),
        ({"Digits": "3", "SpeechResult": "sick"}, Pressed("3")),
        ({"Digits": "hangup"}, Silence()),
        ({"Digits": "٣"}, Silence()),
        ({"SpeechResult": "Yes."}, Heard(spoken("Yes."))),
        ({"SpeechResult": "Yes.", "Confidence": "0.91"}, Heard(spoken("Yes."), 0.91)),
        ({"SpeechResult": "Yes.", "Confidence": ""}, Heard(spoken("Yes."))),
        ({"SpeechResult": "Yes.", "Confidence": "high"}, Heard(spoken("Yes."))),
        ({"DialCallStatus": "completed"}, OfficeAnswered()),
        ({"DialCallStatus": "answered"}, OfficeAnswered()),
        ({"DialCallStatus": "no-answer"}, OfficeMissed()),
        ({"DialCallStatus": "busy"}, OfficeMissed()),
        ({"DialCallStatus": "canceled"}, OfficeMissed()),
        ({"DialCallStatus": "something new"}, OfficeMissed()),
        ({"RecordingSid": "RE1", "RecordingDuration": "12"}, MessageLeft("RE1", 12)),
        ({"RecordingSid": "RE1", "RecordingDuration": "0"}, MessageLeft("RE1", 0)),
        ({"RecordingSid": "RE1"}, MessageLeft("RE1", None)),
        ({"RecordingUrl": f"{RECORDINGS}/RE2", "Digits": "hangup"}, MessageLeft("RE2", None)),
        ({"RecordingUrl": "", "RecordingDuration": "9"}, Silence()),
    ],
)
def test_what_happened_in_a_call(form: dict[str, str], event: object) -> None:
    assert event_of_call(CALL | form) == event


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("0", 0),
        ("007", 7),
        ("86400", 86_400),
        ("86401", 86_400),
        ("9" * 30, 86_400),
        ("9" * 5000, 86_400),
        ("", None),
        (None, None),
        ("-1", None),
        ("1.5", None),
        ("abc", None),
        ("²", None),
        ("٣", None),
    ],
)
def test_a_duration_is_read_or_not_known(text: str | None, length: int | None) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize(
    ("form", "pictures"),
    [({}, 0), ({"NumMedia": "2"}, 2), ({"NumMedia": "9" * 5000}, 10), ({"NumMedia": "two"}, 0)],
)
def test_a_text_may_bring_pictures(form: dict[str, str], pictures: int) -> None:
    assert event_of_text(TEXT | form).pictures == pictures


@pytest.mark.parametrize(
    ("form", "sid"),
    [
        ({"RecordingSid": "RE1", "RecordingUrl": f"{RECORDINGS}/RE2"}, "RE1"),
        ({"RecordingUrl": f"{RECORDINGS}/RE2"}, "RE2"),
        ({"RecordingUrl": "RE3"}, "RE3"),
        ({"RecordingUrl": f"{RECORDINGS}/"}, ""),
        ({}, ""),
    ],
)
def test_a_recording_is_named_by_its_id_or_its_address(form: dict[str, str], sid: str) -> None:
    assert recording_sid(form) == sid


@pytest.mark.parametrize("ended", ["completed", "busy", "failed", "no-answer", "canceled"], ids=str)
def test_a_call_ends_in_five_ways(ended: str) -> None:
    assert call_ended(CALL | {"CallStatus": ended})


def test_a_call_is_found_by_its_id_and_a_text_by_its_number() -> None:
    assert opening_of_call(CALL).key == "phone:CA1"
    assert opening_of_text(TEXT).key == "sms:+17735550104"


@pytest.mark.parametrize("sid", ["", "\x00", " \u200b".strip()])
def test_a_call_without_an_id_is_no_call(sid: str) -> None:
    with pytest.raises(NoId):
        opening_of_call(CALL | {"CallSid": sid})


def test_a_text_is_known_by_its_older_name_too_and_without_any_gets_one() -> None:
    assert opening_of_text({"SmsSid": "SM2"}).provider_id == "SM2"
    first, second = opening_of_text({}), opening_of_text({})
    assert first.provider_id
    assert first.provider_id != second.provider_id


def test_an_id_of_another_carrier_is_opaque_and_cut_where_no_id_goes_on() -> None:
    assert opening_of_call(CALL | {"CallSid": "v2:ab-cd/ef"}).provider_id == "v2:ab-cd/ef"
    assert len(opening_of_call(CALL | {"CallSid": "C" * 500}).provider_id) == LONGEST_SID


@pytest.mark.parametrize(
    ("from_", "number"),
    [
        ("+17735550104", "+17735550104"),
        ("+15551234567", "+15551234567"),  # an area code that no list of ours has yet
        ("74747", None),
        ("JONES", None),
        ("+266696687", None),
        ("+86282452253", None),
        ("+1773555010", "+1773555010"),
        ("+12", None),
        ("", None),
    ],
)
def test_whoever_texts_can_be_answered_unless_it_is_a_machine(
    from_: str, number: str | None
) -> None:
    assert opening_of_text(TEXT | {"From": from_}).from_phone == number


def test_the_networks_word_on_the_number_is_kept() -> None:
    assert opening_of_call(CALL).verstat is None
    passed = opening_of_call(CALL | {"StirVerstat": "TN-Validation-Passed-A-Diverted"})
    assert passed.verstat == "TN-Validation-Passed-A-Diverted"
    assert len(opening_of_call(CALL | {"StirVerstat": "V" * 500}).verstat or "") == 40


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("  Keiko is sick.  ", "Keiko is sick."),
        ("Keiko\x00is\r\nsick", "Keiko is sick"),
        ("\u202eKeiko\u202c", "Keiko"),
        ("Zoë\ufeff Núñez", "Zoë  Núñez"),
        ("👍🏽", "👍🏽"),
    ],
)
def test_words_lose_what_nobody_can_see(raw: str, words: str) -> None:
    assert spoken(raw) == words


@given(some.text(max_size=5000))
def test_any_words_become_some_of_bearable_length(raw: str) -> None:
    words = spoken(raw)
    assert len(words) <= LONGEST_WORDS
    assert not any(ord(sign) < 32 for sign in words)


@given(
    some.dictionaries(
        some.sampled_from(
            [
                "Digits",
                "SpeechResult",
                "Confidence",
                "RecordingUrl",
                "RecordingSid",
                "RecordingDuration",
                "DialCallStatus",
                "NumMedia",
                "Body",
                "From",
                "StirVerstat",
                "CallStatus",
            ]
        ),
        some.text(max_size=40) | some.integers().map(str) | some.floats().map(str),
    )
)
def test_no_fields_raise_anything(form: dict[str, str]) -> None:
    event_of_call(form)
    event_of_text(form)
    opening_of_call({**form, "CallSid": "CA1"})
    opening_of_text(form)
    call_ended(form)

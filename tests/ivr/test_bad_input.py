"""Bad input at every question: always a worded answer in valid markup, and a record at the end.

What the line answers to each kind of it stands in `tests/conversations/bad_input`. Here every
kind meets every question.
"""

from urllib.parse import parse_qsl

import pytest

from ivr.simulator.carrier import Call
from ivr.sweeping import close_abandoned
from tests.support.line import CUEVAS, KEIKOS_MOTHER, SCHOOL, STRANGER, WITHHELD, WholeLine

KEIKO = "Keiko is sick today"
LEO = "Leo Garcia is sick today"

LONGEST_ANSWER = 1000  # characters of a reply by voice: a minute of words
MOST_ANSWERS = 9  # of no use, after which nobody is asked any more

SPEECH = [
    "",
    "uh",
    "um hm mhm",
    "...",
    "blah yada blah",
    "x" * 2000,
    "and then " * 222,
    "sick " * 400,
    "Zo\x00e\x1b[31m \u202eretal\u202c \ufffe\ud7ff",
    "<Say>Hello</Say> & <Hangup/> ]]> &amp; </Response>",
    "Robert'); DROP TABLE reports;--",
    "{students} {0} %s %(name)s ${HOME}",
    "\u0967\u0968\u0969\u096a",  # digits of another script
    "²²²²",  # which are none to count with
    "²",
    "👍🏽👩‍👧‍👦",
    "她今天生病了",
    "February 30th",
    "the 45th of Nevember",
    "yesterday, tomorrow and never",
    "in the year 9999",
    "Carlos Rangel",
    "no yes no yes",
    "four hundred years ago",
]
KEYS = ["5", "77", "#", "**", "*0#", "0230", "9999", "00000000", "53451345", "5" * 30, "0" * 30]

STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "the menu": (KEIKOS_MOTHER, ()),
    "the first question to a parent of one": (KEIKOS_MOTHER, ("3",)),
    "the first question to a parent of two": (CUEVAS, ("3",)),
    "the first question to a stranger": (STRANGER, ("3",)),
    "which student": (CUEVAS, ("3", "one of them is sick today")),
    "the letters of the last name": (STRANGER, ("3", LEO)),
    "the name or the birthday": (STRANGER, ("3", "258")),
    "the day": (STRANGER, ("3", "61240424")),
    "the day by keys": (KEIKOS_MOTHER, ("3", "3")),
    "the time": (KEIKOS_MOTHER, ("3", "she will be late today")),
    "the reason": (KEIKOS_MOTHER, ("3", "1")),
    "who calls": (STRANGER, ("3", "61240424", "1", "1")),
    "who calls, withheld": (WITHHELD, ("3", "61240424", "1", "1")),
    "the read-back": (KEIKOS_MOTHER, (KEIKO,)),
    "what is wrong": (KEIKOS_MOTHER, (KEIKO, "2")),
    "one more": (KEIKOS_MOTHER, (KEIKO, "1")),
    "withdraw it": (KEIKOS_MOTHER, (KEIKO, "1", "I want to cancel the report")),
}


def answer(call: Call, given: str) -> Call:
    """Say it, or key it where it is made of keys alone."""
    if given and set(given) <= set("0123456789*#"):
        return call.presses(given)
    return call.says(given) if given else call.keeps_silent()


def reach(line: WholeLine, step: str) -> Call:
    """A call that has come to this question."""
    phone, steps = STEPS[step]
    call = line.call(phone)
    for given in steps:
        answer(call, given)
    return call


@pytest.mark.parametrize("step", STEPS)
def test_every_question_of_a_call_takes_anything(sqlite_line: WholeLine, step: str) -> None:
    """The carrier of the tests refuses an error status, broken XML and what no voice could say."""
    calls = set()
    for given in (*SPEECH, *KEYS):
        call = reach(sqlite_line, step)
        calls.add(call.sid)
        answer(call, given)
        assert 0 < len(call.prompt) < LONGEST_ANSWER, given
        assert "{" not in call.prompt or "{" in given
        call.hangs_up()
    told = {report["call_sid"] for report in every_report(sqlite_line)}
    assert calls == told, "each call has a record"


@pytest.mark.parametrize("step", STEPS)
def test_whoever_says_nothing_useful_again_and_again_comes_to_a_message_or_a_goodbye(
    sqlite_line: WholeLine, step: str
) -> None:
    for given in ("", "blah yada blah", "²²²²", "77"):
        call = reach(sqlite_line, step)
        for _ in range(MOST_ANSWERS):
            if call.waiting is not None and call.waiting.tag == "Gather":
                answer(call, given)
        assert call.over or call.waiting is None or call.waiting.tag == "Record", given


TEXT_STEPS: dict[str, tuple[str, ...]] = {
    "a first text": (),
    "the first and last name": ("Leo is sick today",),
    "the day": ("Leo Garcia will be out",),
    "the time": ("Leo Garcia will be late today",),
    "the reason": ("Leo Garcia will be out today",),
    "who writes": (LEO,),
    "what somebody is to the student": (f"{LEO}, my name is Ana Diaz",),
    "which one to withdraw": (
        f"{LEO}, I am his mother Ana Diaz",
        "Leo Garcia will be late tomorrow at 10, dentist, his mother Ana Diaz",
        "UNDO",
    ),
}


@pytest.mark.parametrize("step", TEXT_STEPS)
def test_every_question_by_text_takes_anything(sqlite_line: WholeLine, step: str) -> None:
    line, phones = sqlite_line, set()
    for n, given in enumerate((*SPEECH, *KEYS)):
        phone = f"+1773555{n + 100:04}"
        phones.add(phone)
        for sentence in TEXT_STEPS[step]:
            line.text(sentence, phone)
        words = " ".join(line.text(given, phone))
        assert words, given
        assert "went wrong" not in words, given
        assert len(words) <= 480, given
    line.clock.go_on(minutes=5 * 60)
    close_abandoned(line.services.taker)
    told = {report["from_phone"] for report in every_report(line)}
    assert phones == told, "each exchange has a record"


def every_report(line: WholeLine) -> list[dict[str, object]]:
    """The reports of all pages."""
    client, headers = line.app.test_client(), {"Authorization": f"Bearer {line.token}"}
    found: list[dict[str, object]] = []
    query: dict[str, str] = {}
    while True:
        page = client.get("/api/v1/reports", query_string=query, headers=headers).get_json()
        found += page["reports"]
        if page["next_cursor"] is None:
            return found
        query = {"cursor": page["next_cursor"]}


# --- what the carrier should not send, and might ---------------------------------------------

ABSURD = {
    "no fields at all": {},
    "no id": {"From": STRANGER, "To": SCHOOL, "SpeechResult": KEIKO},
    "an id of 5,000 letters": {"CallSid": "C" * 5000, "SpeechResult": KEIKO},
    "an id with a zero byte": {"CallSid": "CA\x001", "SpeechResult": KEIKO},
    "a confidence beyond any": {"CallSid": "CA1", "SpeechResult": KEIKO, "Confidence": "1e999"},
    "a confidence that is none": {"CallSid": "CA1", "SpeechResult": KEIKO, "Confidence": "nan"},
    "a verdict of 5,000 letters": {"CallSid": "CA1", "StirVerstat": "V" * 5000},
    "a caller of control signs": {"CallSid": "CA1", "From": "\x00\x01"},
    "a duration of forty digits": {
        "CallSid": "CA1",
        "RecordingSid": "RE1",
        "RecordingDuration": "9" * 40,
    },
    "a recording without a name": {"CallSid": "CA1", "RecordingUrl": ""},
    "a status nobody knows": {"CallSid": "CA1", "CallStatus": "x" * 500},
    "keys and words and a recording": {
        "CallSid": "CA1",
        "Digits": "1",
        "SpeechResult": KEIKO,
        "RecordingSid": "RE1",
        "DialCallStatus": "busy",
    },
}


@pytest.mark.parametrize("path", ["/voice", "/voice/turn?n=1", "/voice/turn?n=", "/voice/fallback"])
def test_absurd_fields_of_a_call_are_answered_with_markup(line: WholeLine, path: str) -> None:
    for what, form in ABSURD.items():
        document = line.carrier.document(line.carrier.send(path, form))
        assert "".join(document.itertext()).strip(), what


@pytest.mark.parametrize("number", ["-7", "0", "1.5", "abc", "9" * 40])
def test_an_absurd_number_of_a_turn_is_answered_with_markup(
    sqlite_line: WholeLine, number: str
) -> None:
    form = {"CallSid": "CA1", "From": STRANGER, "SpeechResult": KEIKO}
    reply = sqlite_line.carrier.send(f"/voice/turn?n={number}", form)
    assert sqlite_line.carrier.document(reply).find("Say") is not None or "Gather" in reply.body


@pytest.mark.parametrize("path", ["/voice/status", "/sms/status", "/recordings/finished"])
def test_absurd_callbacks_are_not_asked_for_again(line: WholeLine, path: str) -> None:
    for what, form in ABSURD.items():
        reply = line.carrier.send(path, {"CallStatus": "completed"} | form)
        assert reply.status == 204, what


def test_speech_that_is_no_utf8_is_kept_as_far_as_it_can_be_read(sqlite_line: WholeLine) -> None:
    body = "CallSid=CA1&From=%2B17735550104&SpeechResult=Leo+Garc%EDa+is+sick+today"  # Latin-1
    form = dict(parse_qsl(body, keep_blank_values=True, errors="replace"))
    reply = sqlite_line.carrier.send("/voice/turn?n=1", form)
    assert sqlite_line.carrier.document(reply).find("Gather") is not None


def test_a_text_without_an_id_is_read_and_answered(sqlite_line: WholeLine) -> None:
    form = {"From": KEIKOS_MOTHER, "To": SCHOOL, "Body": KEIKO}
    document = sqlite_line.carrier.document(sqlite_line.carrier.send("/sms", form))
    assert "absent today" in "".join(document.itertext())
    assert sqlite_line.report()["status"] == "pending"


def test_a_text_from_an_area_code_that_is_newer_than_our_list_is_answered(
    sqlite_line: WholeLine,
) -> None:
    assert sqlite_line.text(LEO, "+15551230104")
    sqlite_line.clock.go_on(minutes=5 * 60)
    close_abandoned(sqlite_line.services.taker)
    assert sqlite_line.report()["from_phone"] == "+15551230104"

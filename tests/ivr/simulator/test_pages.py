"""What the page's scripts ask of the demo: the whole line answers."""

import re
import wave
from io import BytesIO
from time import monotonic, sleep

import pytest
from sqlalchemy import select

from school.numbers import shown
from school.outbox import Message, MessageStatus
from school.reports import Report, Status
from tests.ivr.simulator.demo import CLERK, PASSWORD, Demo, Json, Visitor, facts, said
from tests.support.line import KEIKOS_MOTHER, STRANGER, WholeLine
from tests.support.serving import serving

KEIKOS_FATHER = "+14645550154"
SENTENCE = "Keiko has a fever and will be out today and tomorrow."


def calls(visitor: Visitor, number: str | None = KEIKOS_MOTHER) -> Json:
    visitor.does("choose", number=number)
    return visitor.does("call")


def reports_keiko(visitor: Visitor) -> Json:
    """A whole call: two answers, and the report is filed."""
    calls(visitor)
    visitor.does("press", keys="3")
    visitor.does("say", words=SENTENCE)
    return visitor.does("press", keys="1")


def until(visitor: Visitor, wanted: str, what: object) -> Json:
    """What the page shows as soon as a part of it is as it should be."""
    end = monotonic() + 10
    while (state := visitor.looks())[wanted] != what:
        assert monotonic() < end, state
        sleep(0.05)
    return state


# The page


@pytest.mark.parametrize(
    "path",
    ["/simulator", "/simulator/contacts", "/simulator/static/simulator.js",
     "/simulator/handsets/0123456789abcdef0123456789abcdef",
     "/simulator/api/2010-04-01/Accounts/AC55555555555555555555555555555555/Messages.json"],
)  # fmt: skip
def test_outside_the_demo_nothing_of_it_is_there(
    sqlite_line: WholeLine, demo: Demo, path: str
) -> None:
    assert sqlite_line.app.test_client().get(path).status_code == 404
    with demo.app.test_client().get(path) as answer:
        assert answer.status_code in (200, 401)


def test_all_that_the_demo_adds_is_below_its_own_address(
    sqlite_line: WholeLine, demo: Demo
) -> None:
    served_in_earnest = {rule.rule for rule in sqlite_line.app.url_map.iter_rules()}
    added = {rule.rule for rule in demo.app.url_map.iter_rules()} - served_in_earnest
    assert len(added) > 10
    assert all(rule.startswith("/simulator") for rule in added)
    assert not any(rule.startswith("/simulator") for rule in served_in_earnest)


def test_a_webhook_that_nobody_signed_is_refused_in_the_demo_too(visitor: Visitor) -> None:
    form = {"CallSid": "CA" + "1" * 32, "From": KEIKOS_MOTHER, "To": "+17735348600"}
    for path in ("/voice", "/voice/turn?n=1", "/voice/status", "/voice/fallback", "/sms"):
        assert visitor.client.post(path, data=form).status_code == 403, path
    assert visitor.looks()["call"] is None


def test_the_page_has_no_script_or_style_of_its_own(visitor: Visitor) -> None:
    page = visitor.opens()
    assert "A family’s telephone" in page
    assert not re.search(r"<script(?![^>]* src=)|<style|style=|\son\w+=", page)


def test_somebody_of_one_student_is_chosen_to_begin_with(visitor: Visitor) -> None:
    state = visitor.looks()
    assert re.fullmatch(r".+ of [^,]+, in English", state["person"]["about"])
    assert (state["call"], state["entries"], state["texts"]) == (None, [], [])


def test_contacts_are_found_by_their_own_name_and_the_students(visitor: Visitor) -> None:
    for typed in ("naoko", "TANAKA nao", "keiko", "8475550128", "0128"):
        found = visitor.client.get("/simulator/contacts", query_string={"q": typed}).get_json()
        assert KEIKOS_MOTHER in [person["number"] for person in found], typed
    assert visitor.client.get("/simulator/contacts?q=nobody+at+all").get_json() == []


# A call


def test_a_mother_calls_and_her_report_waits_for_staff(visitor: Visitor, demo: Demo) -> None:
    state = calls(visitor)
    assert "press 3" in said(state)
    assert state["call"]["waits"] == {
        "for": "answer", "speech": True, "language": "en-US", "keys": 1, "seconds": 5,
    }  # fmt: skip
    choices = {choice["key"]: choice["words"] for choice in state["menu"]}
    assert choices["3"] == "Absence"
    assert choices["9"] == "Español"
    assert [choice["key"] for choice in state["menu"] if choice["first"]] == ["3"]

    state = visitor.does("press", keys="3")
    assert state["menu"] == []
    state = visitor.does("say", words=SENTENCE)
    assert "Keiko" in said(state)
    assert facts(state)["Days"] == "Tue 24 Nov, Wed 25 Nov"
    assert facts(state)["Reason"] == "illness, excused"
    assert "found on the roster" in [fact["sign"] for fact in state["understood"]["facts"]]
    assert state["understood"]["asks"] == "Whether all of it is right"
    assert state["understood"]["filed"] == []

    state = visitor.does("press", keys="1")
    (filed,) = state["understood"]["filed"]
    assert filed["status"] == "waits for staff"
    assert facts(state)["Caller"] == "Naoko Tanaka"
    state = visitor.does("hang-up")
    assert state["call"] == {"open": False, "seconds": 0, "waits": None}
    assert state["understood"]["asks"] == ""
    with demo.services.database.reading() as session:
        (report,) = session.scalars(select(Report))
        assert (report.status, report.from_phone) == (Status.PENDING, KEIKOS_MOTHER)
        assert filed["address"] == f"/staff/reports/{report.id}"
        assert filed["reference"].replace(" ", "") == report.reference


def test_who_hangs_up_in_between_is_not_lost(visitor: Visitor) -> None:
    calls(visitor)
    visitor.does("press", keys="3")
    visitor.does("say", words="Keiko has a fever.")
    state = visitor.does("hang-up")
    (filed,) = state["understood"]["filed"]
    assert filed["status"] == "not finished, kept for staff"


def test_two_tabs_are_two_telephones(visitor: Visitor) -> None:
    other = Visitor(visitor.client)
    other.opens()
    calls(visitor)
    assert other.looks()["call"] is None
    calls(other, None)
    visitor.does("hang-up")
    assert other.looks()["call"]["open"]
    assert not visitor.looks()["call"]["open"]


def test_a_message_is_kept_at_the_carrier_with_its_sound(visitor: Visitor, demo: Demo) -> None:
    calls(visitor)
    state = visitor.does("press", keys="0")  # before the office opens
    assert state["call"]["waits"] == {"for": "message"}
    visitor.does("message", seconds=3)
    with serving(demo.app) as address, demo.gateway(address) as gateway:
        (recording,) = gateway.recordings(demo.services.clock())
        assert (recording.seconds, recording.status) == (3, "completed")
        sound = gateway.fetch_recording(recording.sid)
        assert sound.content[:4] == b"RIFF"
        assert len(sound.content) == 3 * 8000 + 44
        gateway.delete_recording(recording.sid)


def records(visitor: Visitor, content: bytes) -> Json:
    """What the page sends when a message was spoken into the microphone, or taken from a file."""
    answer = visitor.client.post(
        f"/simulator/handsets/{visitor.tab}/recording",
        data=content,
        headers={"X-CSRFToken": visitor.token, "Content-Type": "audio/wav"},
    )
    state: Json = answer.get_json()
    return state


def silence(seconds: int) -> bytes:
    """A sound file with as many bytes a second as the page's own recorder makes."""
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(bytes(2 * 16_000 * seconds))
    return file.getvalue()


def test_a_message_of_ninety_seconds_from_a_browser_is_taken(visitor: Visitor) -> None:
    calls(visitor)
    visitor.does("press", keys="0")
    assert "too large" in records(visitor, bytes(21_000_000))["error"]
    state = records(visitor, silence(90))
    assert state["call"]["open"] is False
    assert state["entries"][-3]["says"][0]["words"] == "You leave a message of 90 seconds."


# Numbers


def test_any_number_may_call(visitor: Visitor) -> None:
    state = visitor.does("choose", number=shown(STRANGER))
    assert state["person"]["number"] == STRANGER
    assert (state["person"]["name"], state["person"]["about"]) == (shown(STRANGER), "not on file")
    assert visitor.does("call")["call"]["open"]


@pytest.mark.parametrize(
    "number", ["", "12", "call me", "+1 312 555 01880000000", "312-555-0188 x4"]
)
def test_what_is_no_number_is_said_in_words(visitor: Visitor, number: str) -> None:
    before = visitor.looks()["person"]
    assert visitor.fails("choose", number=number).endswith(".")
    assert visitor.looks()["person"] == before


def test_who_withholds_the_number_calls_and_cannot_text(visitor: Visitor) -> None:
    state = calls(visitor, None)
    assert state["person"]["name"] == "Number withheld"
    assert state["call"]["open"]
    for act in ("text", "landline", "answer"):
        assert "cannot text" in visitor.fails(act, words="Hello", yes=True)


# Texts


def test_a_text_is_answered_in_its_thread(visitor: Visitor) -> None:
    visitor.does("choose", number=KEIKOS_MOTHER)
    state = visitor.does("text", words="  Keiko has a fever today ")
    family, school = state["texts"]
    assert (family["side"], family["body"]) == ("family", "Keiko has a fever today")
    assert school["side"] == "school"
    assert family["time"] == "6:45 am"
    (filed,) = state["understood"]["filed"]
    assert filed["status"] == "waits for staff"
    assert facts(state)["Days"] == "Tue 24 Nov"


def test_stop_is_known_to_carrier_and_line(visitor: Visitor) -> None:
    visitor.does("choose", number=KEIKOS_MOTHER)
    state = visitor.does("text", words="STOP")
    assert state["opted_out"]
    assert [text["side"] for text in state["texts"]] == ["family", "carrier"]
    state = visitor.does("text", words="START")
    assert not state["opted_out"]
    assert [text["side"] for text in state["texts"]] == ["family", "carrier"] * 2


def test_a_thread_tells_the_language_of_each_text(visitor: Visitor) -> None:
    visitor.does("choose", number=KEIKOS_MOTHER)
    visitor.does("text", words="Keiko tiene fiebre y hoy no va a la escuela")
    texts = visitor.does("text", words="ok")["texts"]
    assert [text["language"] and text["language"]["name"] for text in texts] == [
        "Spanish",
        "Spanish",
        None,
    ]


@pytest.mark.parametrize("words", ["", "   ", "x" * 1601])
def test_an_empty_or_endless_text_is_not_sent(visitor: Visitor, words: str) -> None:
    visitor.does("choose", number=KEIKOS_MOTHER)
    assert visitor.fails("text", words=words).endswith(".")
    assert visitor.looks()["texts"] == []


def test_the_confirmation_arrives_and_its_receipt_is_on_record(
    visitor: Visitor, demo: Demo
) -> None:
    reports_keiko(visitor)
    with serving(demo.app) as address, demo.worker(address):
        end = monotonic() + 10
        while [text["how_far"] for text in visitor.looks()["texts"]] != ["delivered"]:
            assert monotonic() < end
            sleep(0.05)
    (text,) = visitor.looks()["texts"]
    assert "Keiko absent" in text["body"]
    visitor.does("hang-up")
    father = visitor.does("choose", number=KEIKOS_FATHER)
    assert "Keiko absent" in father["texts"][0]["body"]
    with demo.services.database.reading() as session:
        assert set(session.scalars(select(Message.status))) == {MessageStatus.DELIVERED}


def test_a_landline_is_called_instead(visitor: Visitor, demo: Demo) -> None:
    visitor.does("choose", number=KEIKOS_FATHER)
    visitor.does("landline", yes=True)
    assert "landline" in visitor.fails("text", words="Hello")
    reports_keiko(visitor)
    visitor.does("hang-up")
    visitor.does("choose", number=KEIKOS_FATHER)
    with serving(demo.app) as address, demo.worker(address):
        state = until(visitor, "ringing", True)
        assert "landline" in state["texts"][0]["body"]
        state = visitor.does("answer", yes=True)
        assert "Keiko absent" in said(state)
        assert not state["ringing"]


# What a page may send


def test_without_the_form_token_nothing_is_done_and_a_new_token_comes(visitor: Visitor) -> None:
    visitor.token = "none"
    answer = visitor.asks("call")
    assert answer.status_code == 403
    assert visitor.looks()["call"] is None
    visitor.token = answer.get_json()["token"]
    assert visitor.does("call")["call"]["open"]


def test_signing_in_as_staff_does_not_end_the_call(visitor: Visitor) -> None:
    calls(visitor)
    form = visitor.client.get("/staff/sign-in").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert found
    signed_in = visitor.client.post(
        "/staff/sign-in",
        data={"csrf_token": found.group(1), "email": CLERK, "password": PASSWORD},
    )
    assert signed_in.status_code == 303
    visitor.token = visitor.asks("press", keys="3").get_json()["token"]
    assert visitor.does("press", keys="3")["call"]["open"]


@pytest.mark.parametrize("tab", ["x", "0" * 31, "../../staff", "G" * 32])
def test_a_tab_has_a_name_as_the_page_makes_them(visitor: Visitor, tab: str) -> None:
    visitor.tab = tab
    assert visitor.client.get(f"/simulator/handsets/{tab}").status_code == 404


def test_an_act_that_is_none_is_not_there(visitor: Visitor) -> None:
    assert visitor.asks("explode").status_code == 404


@pytest.mark.parametrize("body", ["", "no json", "[]", '{"keys": 3}', '{"seconds": "3"}', "\xff"])
def test_what_cannot_be_read_is_said_in_words(visitor: Visitor, body: str) -> None:
    answer = visitor.client.post(
        f"/simulator/handsets/{visitor.tab}/press",
        data=body,
        headers={"X-CSRFToken": visitor.token, "Content-Type": "application/json"},
    )
    assert answer.status_code == 409
    assert "Load it anew" in answer.get_json()["error"]


def test_the_carriers_server_wants_its_account_and_token(demo: Demo) -> None:
    path = "/simulator/api/2010-04-01/Accounts/AC55555555555555555555555555555555/Messages.json"
    client = demo.app.test_client()
    for user in (None, ("AC" + "5" * 32, "wrong"), ("", "")):
        answer = client.post(path, data={"To": STRANGER, "Body": "Hello"}, auth=user)
        assert (answer.status_code, answer.get_json()["code"]) == (401, 20003)

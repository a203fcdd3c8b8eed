"""Nothing a family says is lost: hang-ups, lost callbacks, crashes."""

from collections.abc import Callable
from typing import Any

import pytest

from app import create_app
from console.services import Services
from flows.events import Event, Heard, Pressed, Texted, Words
from flows.scene import Channel
from flows.turn import Turn
from ivr.conversations import Opening
from ivr.simulator.carrier import Call, Carrier, in_process
from ivr.sweeping import close_abandoned
from school.database import Database
from school.schedule import Every, Stop
from tests.ivr.turning import SICK_TODAY, Crash, after, conversations, crash, turns
from tests.support.clock import StandingClock
from tests.support.line import (
    ADDRESS,
    CUEVAS,
    KEIKOS_MOTHER,
    SCHOOL,
    STRANGER,
    WITHHELD,
    WholeLine,
    settings,
)
from tests.support.twiml_grammar import check

# --- the family hangs up ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "heard"),
    [
        ((), {"transcript": None, "student": None, "flags": "nothing_heard"}),
        (("",), {"transcript": None, "flags": "nothing_heard"}),
        (("blah yada",), {"transcript": "blah yada"}),
        (("3",), {"transcript": "[3]"}),
        (("3", SICK_TODAY), {"transcript": f"[3]\n{SICK_TODAY}", "reason_category": "illness"}),
        (("3", "2"), {"dates": ["2026-11-25"], "reason_category": "unknown"}),
        ((SICK_TODAY, "2"), {"dates": ["2026-11-24"], "reason_category": "illness"}),
        ((SICK_TODAY, "2", "2"), {"dates": [], "reason_category": "illness"}),
        ((SICK_TODAY, "", ""), {"dates": ["2026-11-24"], "student_as_heard": "Keiko"}),
    ],
    ids=[
        "in the greeting",
        "after silence",
        "after noise",
        "after a key",
        "before the confirmation",
        "after one fact",
        "while asked what is wrong",
        "while correcting a fact",
        "while silent at the read-back",
    ],
)
def test_a_hang_up_leaves_one_incomplete_report_with_what_was_heard(
    sqlite_line: WholeLine, steps: tuple[str, ...], heard: dict[str, Any]
) -> None:
    after(sqlite_line, *steps).hangs_up()
    report = sqlite_line.report()
    flag = heard.pop("flags", None)
    assert report["status"] == "incomplete"
    assert report["from_phone"] == KEIKOS_MOTHER
    assert flag is None or flag in report["flags"]
    assert {name: report[name] for name in heard} == heard
    assert not sqlite_line.queued(), "nobody is told of what nobody confirmed"


def test_a_hang_up_with_two_students_leaves_a_report_for_each(sqlite_line: WholeLine) -> None:
    after(sqlite_line, "Mariana and Marlene are sick today", from_=CUEVAS).hangs_up()
    names = [(r["status"], r["student"]["name"]) for r in sqlite_line.reports()]
    assert names == [("incomplete", "Mariana Cuevas"), ("incomplete", "Marlene Cuevas")]


@pytest.mark.parametrize(
    ("yes", "mariana"),
    [((), "incomplete"), (("1",), "pending")],
    ids=["at once", "after the first"],
)
def test_a_hang_up_leaves_each_students_own_days(
    sqlite_line: WholeLine, yes: tuple[str, ...], mariana: str
) -> None:
    words = "Mariana is sick today and Marlene tomorrow"
    after(sqlite_line, words, *yes, from_=CUEVAS).hangs_up()
    told = [(r["status"], r["student"]["name"], r["dates"]) for r in sqlite_line.reports()]
    assert sorted(told) == sorted(
        [
            (mariana, "Mariana Cuevas", ["2026-11-24"]),
            ("incomplete", "Marlene Cuevas", ["2026-11-25"]),
        ]
    )


def test_a_hang_up_after_the_report_adds_nothing(sqlite_line: WholeLine) -> None:
    after(sqlite_line, SICK_TODAY, "1").hangs_up()
    assert sqlite_line.report()["status"] == "pending"


def test_a_second_report_that_was_begun_is_kept_beside_the_first(sqlite_line: WholeLine) -> None:
    after(sqlite_line, SICK_TODAY, "1", "3", "2").hangs_up()
    reports = [(r["status"], r["dates"]) for r in sqlite_line.reports()]
    assert reports == [("pending", ["2026-11-24"]), ("incomplete", ["2026-11-25"])]


def test_a_caller_who_asked_for_the_hours_and_got_them_leaves_no_report(
    sqlite_line: WholeLine,
) -> None:
    after(sqlite_line, "2").hangs_up()
    assert sqlite_line.reports() == []


def test_a_hang_up_at_the_beep_is_on_record(sqlite_line: WholeLine) -> None:
    call = after(sqlite_line, "", "", "")
    call.leaves_message(0, hangs_up=True)
    assert sqlite_line.report()["status"] == "incomplete"


def test_a_hang_up_while_recording_is_a_message_left(sqlite_line: WholeLine) -> None:
    call = after(sqlite_line, "3", SICK_TODAY, "", "", "")
    call.leaves_message(9, hangs_up=True)
    report = sqlite_line.report()
    assert (report["status"], report["channel"]) == ("pending", "voicemail")
    assert report["recording"]["seconds"] == 9
    assert report["dates"] == ["2026-11-24"]


def test_a_hang_up_while_the_office_rings_is_on_record(sqlite_line: WholeLine) -> None:
    sqlite_line.clock.go_on(minutes=120)
    call = after(sqlite_line, "0")
    assert call.waiting is not None
    assert call.waiting.tag == "Dial"
    call.hangs_up()
    assert sqlite_line.report()["status"] == "incomplete"


# --- the callback: first, twice, never -------------------------------------------------------


def test_a_callback_that_comes_twice_closes_once(line: WholeLine) -> None:
    call = after(line, "3", "2")
    call.hangs_up()
    before = line.report()
    line.clock.go_on(minutes=1)
    assert call.repeats_last_request().status == 204
    assert line.report() == before


def test_a_callback_before_the_call_does_not_keep_it_from_being_answered(line: WholeLine) -> None:
    form = {"CallSid": "CA" + "1" * 32, "From": STRANGER, "To": SCHOOL}
    assert line.carrier.send("/voice/status", form | {"CallStatus": "no-answer"}).status == 204
    assert line.carrier.document(line.carrier.send("/voice", form)).find("Gather") is not None
    assert (line.report()["status"], line.report()["from_phone"]) == ("incomplete", STRANGER)


def test_a_call_that_never_came_through_to_us_is_on_record_by_its_callback(
    line: WholeLine,
) -> None:
    form = {"CallSid": "CA" + "1" * 32, "From": KEIKOS_MOTHER, "To": SCHOOL}
    for _ in range(2):
        line.carrier.send("/voice/status", form | {"CallStatus": "completed"})
    report = line.report()
    assert (report["status"], report["from_phone"]) == ("incomplete", KEIKOS_MOTHER)
    assert "nothing_heard" in report["flags"]


def test_a_confirmation_after_the_callback_completes_the_report(line: WholeLine) -> None:
    call = after(line, SICK_TODAY)
    line.carrier.send("/voice/status", {"CallSid": call.sid, "CallStatus": "completed"})
    incomplete = line.report()
    assert incomplete["status"] == "incomplete"
    call.presses("1")
    report = line.report()
    assert report["status"] == "pending"
    assert (report["id"], report["reference"]) == (incomplete["id"], incomplete["reference"])
    assert "[1]" in report["transcript"]
    assert len(line.queued()) == 2, "the mother's confirmation, the father's notice"


def test_the_last_words_of_a_call_that_was_closed_are_in_its_report(line: WholeLine) -> None:
    call = after(line, "3")
    line.carrier.send("/voice/status", {"CallSid": call.sid, "CallStatus": "completed"})
    call.says(SICK_TODAY)  # the recogniser was still writing when the family hung up
    report = line.report()
    assert report["status"] == "incomplete"
    assert report["dates"] == ["2026-11-24"]
    assert SICK_TODAY in report["transcript"]


@pytest.mark.parametrize("status", ["queued", "initiated", "ringing", "in-progress", "", "new"])
def test_only_the_end_of_a_call_closes_it(sqlite_line: WholeLine, status: str) -> None:
    call = after(sqlite_line, "3")
    sqlite_line.carrier.send("/voice/status", {"CallSid": call.sid, "CallStatus": status})
    assert sqlite_line.reports() == []


def test_a_call_whose_callback_never_comes_is_closed_after_a_quarter_of_an_hour(
    line: WholeLine,
) -> None:
    after(line, "3", "2")
    line.clock.go_on(minutes=14)
    assert close_abandoned(line.services.taker) == 0
    line.clock.go_on(minutes=2)
    assert close_abandoned(line.services.taker) == 1
    assert close_abandoned(line.services.taker) == 0
    report = line.report()
    assert (report["status"], report["dates"]) == ("incomplete", ["2026-11-25"])


def test_an_unanswered_question_by_text_is_closed_after_four_hours(line: WholeLine) -> None:
    line.text("My daughter will be out today", STRANGER)
    line.clock.go_on(minutes=4 * 60 - 1)
    assert close_abandoned(line.services.taker) == 0
    line.clock.go_on(minutes=2)
    assert close_abandoned(line.services.taker) == 1
    report = line.report()
    assert (report["status"], report["channel"]) == ("incomplete", "sms")
    assert report["transcript"] == "My daughter will be out today"


def test_after_a_closed_exchange_the_next_text_begins_another(line: WholeLine) -> None:
    line.text("My daughter will be out today", STRANGER)
    line.clock.go_on(minutes=5 * 60)
    close_abandoned(line.services.taker)
    line.text("My son Leo Garcia is sick tomorrow", STRANGER)
    assert len(conversations(line)) == 2


# --- a crash ---------------------------------------------------------------------------------


def test_what_was_heard_before_a_crash_is_answered_at_the_carriers_retry(line: WholeLine) -> None:
    call = after(line, "3")
    heard = Heard(Words(SICK_TODAY))
    with pytest.raises(Crash):
        take(line, call, heard, crash)
    assert [row.reply is None for row in turns(line)] == [False, False, True]
    call.says(SICK_TODAY)
    assert "absent today" in call.prompt
    assert all(row.reply for row in turns(line))


def test_a_crash_while_filing_files_nothing_and_the_retry_files_once(line: WholeLine) -> None:
    call = after(line, SICK_TODAY)
    with pytest.raises(Crash):
        take(line, call, Pressed("1"), crash)
    assert (line.reports(), line.queued()) == ([], [])
    call.presses("1")
    assert line.report()["status"] == "pending"
    assert len(line.queued()) == 2


def test_what_was_heard_before_a_crash_is_in_the_report_if_nobody_retries(line: WholeLine) -> None:
    call = after(line, "3")
    with pytest.raises(Crash):
        take(line, call, Heard(Words(SICK_TODAY)), crash)
    call.hangs_up()
    report = line.report()
    assert report["status"] == "incomplete"
    assert SICK_TODAY in report["transcript"]


def test_a_turn_after_one_that_was_never_answered_goes_on_from_before_it(line: WholeLine) -> None:
    call = after(line, "3")
    with pytest.raises(Crash):
        take(line, call, Heard(Words("tomorrow")), crash)
    path = f"{ADDRESS}/voice/turn?n=3"
    document = line.carrier.document(
        line.carrier.send(path, {"CallSid": call.sid, "SpeechResult": SICK_TODAY})
    )
    assert "absent today" in "".join(document.itertext())


def test_a_text_before_a_crash_is_answered_when_it_comes_again(line: WholeLine) -> None:
    sid = "SM" + "9" * 32
    opening = Opening(Channel.SMS, sid, KEIKOS_MOTHER, SCHOOL)
    with pytest.raises(Crash):
        line.services.taker.by_text(opening, Texted(Words(SICK_TODAY)), sid, crash)
    assert line.reports() == []
    (answer,) = line.text(SICK_TODAY, MessageSid=sid)
    assert "absent today" in answer
    assert line.report()["status"] == "pending"


def test_a_call_the_database_knows_nothing_of_begins_the_form_and_keeps_the_words(
    line: WholeLine,
) -> None:
    form = {"CallSid": "CA" + "3" * 32, "From": KEIKOS_MOTHER, "SpeechResult": SICK_TODAY}
    reply = line.carrier.send(f"{ADDRESS}/voice/turn?n=5", form)
    assert line.carrier.document(reply).find("Gather") is not None
    line.carrier.send("/voice/status", form | {"CallStatus": "completed"})
    assert line.report()["transcript"] == SICK_TODAY


def test_words_of_a_call_the_database_knew_nothing_of_are_kept_whatever_follows(
    line: WholeLine,
) -> None:
    form = {"CallSid": "CA" + "3" * 32, "From": KEIKOS_MOTHER}
    line.carrier.send(f"{ADDRESS}/voice/turn?n=5", form | {"SpeechResult": SICK_TODAY})
    line.carrier.send(f"{ADDRESS}/voice/turn?n=6", form | {"SpeechResult": "cancel it"})
    line.carrier.send("/voice/status", form | {"CallStatus": "completed"})
    report = line.report()
    assert (report["status"], report["transcript"]) == ("incomplete", f"{SICK_TODAY}\ncancel it")


def take(line: WholeLine, call: Call, event: Event, render: Callable[[Turn], str]) -> str:
    """The call's next turn as the line takes it, with a reply written in another way."""
    number = len(call.requests)
    opening = Opening(Channel.PHONE, call.sid, KEIKOS_MOTHER, SCHOOL)
    return line.services.taker.in_call(opening, number, event, render)


# --- without the database --------------------------------------------------------------------


@pytest.fixture
def nowhere(clock: StandingClock) -> Carrier:
    """A carrier to a line whose database does not answer."""
    gone = Database("postgresql+psycopg://nobody:wrong@127.0.0.1:1/none?connect_timeout=1")
    services = Services(settings(), clock, gone)
    token = services.settings.twilio_auth_token or ""
    return Carrier(in_process(create_app(services), ADDRESS), ADDRESS, token, on_document=check)


@pytest.mark.parametrize("path", ["/voice", "/voice/turn?n=2", "/voice/fallback"])
def test_without_the_database_a_call_is_greeted_and_a_message_taken(
    nowhere: Carrier, path: str
) -> None:
    form = {"CallSid": "CA" + "4" * 32, "From": WITHHELD, "To": SCHOOL}
    document = nowhere.document(nowhere.send(path, form))
    languages = [say.get("language") for say in document.iter("Say")]
    assert languages == ["en-US", "es-US"]
    assert "recorded" in "".join(document.itertext())
    record = document.find("Record")
    assert record is not None
    then = nowhere.document(nowhere.send(record.get("action", ""), form | {"Digits": "#"}))
    assert [verb.tag for verb in then] == ["Say", "Say", "Hangup"]


def test_without_the_database_a_text_gets_a_worded_answer_in_each_language(
    nowhere: Carrier,
) -> None:
    (answer,) = nowhere.text(STRANGER, SCHOOL, "Leo is sick today")
    assert "(773) 534-8600" in answer
    assert "Sorry" in answer
    assert "Perdon" in answer  # without accents, which would double the price


@pytest.mark.parametrize("path", ["/voice/status", "/sms/status", "/recordings/finished"])
def test_without_the_database_a_callback_is_asked_for_again(nowhere: Carrier, path: str) -> None:
    form = {
        "CallSid": "CA" + "5" * 32,
        "CallStatus": "completed",
        "MessageSid": "SM" + "5" * 32,
        "MessageStatus": "delivered",
        "RecordingSid": "RE" + "5" * 32,
    }
    reply = nowhere.send(path, form)
    assert reply.status == 500
    assert "Traceback" not in reply.body


def test_a_message_left_without_the_database_is_adopted_with_its_sound(line: WholeLine) -> None:
    form = {"CallSid": "CA" + "6" * 32, "From": STRANGER, "To": SCHOOL}
    record = line.carrier.document(line.carrier.send("/voice/fallback", form)).find("Record")
    assert record is not None
    callback = record.get("recordingStatusCallback", "")
    recording = {"RecordingSid": "RE" + "6" * 32, "RecordingDuration": "20"}
    assert line.carrier.send(callback, form | recording).status == 204
    line.clock.go_on(minutes=2)
    run_job(line, "voicemails")
    report = line.report()
    assert (report["status"], report["channel"]) == ("pending", "voicemail")
    assert report["recording"]["seconds"] == 20


def run_job(line: WholeLine, name: str) -> None:
    (job,) = (job for job in line.services.jobs(Stop()) if job.name == name)
    assert isinstance(job, Every)
    job.run()

"""The call's addresses: what a call says of itself, its language, its office, its message."""

import pytest
from sqlalchemy import select

from ivr.conversations import Conversation
from school.people import NumberRow
from tests.support.line import (
    ALICIA,
    CUEVAS,
    KEIKOS_MOTHER,
    SCHOOL,
    STRANGER,
    WITHHELD,
    WholeLine,
)

SICK = "Keiko is sick today"


def conversation(line: WholeLine) -> Conversation:
    with line.services.database.reading() as session:
        return session.scalars(select(Conversation)).one()


def test_the_greeting_names_the_school_and_says_that_messages_are_recorded(
    sqlite_line: WholeLine,
) -> None:
    prompt = sqlite_line.call(STRANGER).prompt
    assert prompt.startswith("Jones College Prep.")
    assert "recorded" in prompt
    assert "press 3" in prompt


# --- language --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("from_", "language"),
    [
        (STRANGER, "en-US"),
        (WITHHELD, "en-US"),
        (KEIKOS_MOTHER, "en-US"),
        (ALICIA, "es-US"),  # as her file says
    ],
)
def test_a_call_begins_in_the_language_on_file(
    sqlite_line: WholeLine, from_: str, language: str
) -> None:
    assert sqlite_line.call(from_).latest[0].language == language


def test_the_other_language_is_offered_in_itself(sqlite_line: WholeLine) -> None:
    english = sqlite_line.call(STRANGER)
    assert any(s.language == "es-US" and "español" in s.text for s in english.latest)
    spanish = sqlite_line.call(ALICIA)
    assert any(s.language == "en-US" and "English" in s.text for s in spanish.latest)


@pytest.mark.parametrize("change", ["9", "español", "hablo español", "Spanish please"])
def test_a_language_chosen_is_remembered_for_the_number(
    sqlite_line: WholeLine, change: str
) -> None:
    call = sqlite_line.call(STRANGER)
    call.presses(change) if change.isdigit() else call.says(change)
    assert call.latest[-1].language == "es-US"
    call.hangs_up()
    assert sqlite_line.call(STRANGER).latest[0].language == "es-US"


def test_a_choice_outweighs_the_file_and_is_the_numbers_alone(sqlite_line: WholeLine) -> None:
    sqlite_line.call(ALICIA).says("English").hangs_up()
    assert sqlite_line.call(ALICIA).latest[0].language == "en-US"
    assert sqlite_line.call(WITHHELD).latest[0].language == "en-US"


def test_of_a_withheld_number_nothing_is_remembered(sqlite_line: WholeLine) -> None:
    sqlite_line.call(WITHHELD).says("español").hangs_up()
    with sqlite_line.services.database.reading() as session:
        assert session.scalars(select(NumberRow)).all() == []


def test_a_language_that_is_only_written_is_not_spoken(sqlite_line: WholeLine) -> None:
    with sqlite_line.services.database.begin() as session:
        session.add(NumberRow(phone=STRANGER, language="pl", landline=False))
    assert sqlite_line.call(STRANGER).latest[0].language == "en-US"


# --- who calls -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "from_", ["anonymous", "Restricted", "+266696687", "7378742883", "", "client:x", "sip:a@b.c"]
)
def test_a_made_up_or_withheld_number_is_no_number(sqlite_line: WholeLine, from_: str) -> None:
    call = sqlite_line.call(from_)
    call.says("Gabriela Alvarado is sick today").presses("258#").hangs_up()
    report = sqlite_line.report()
    assert (report["from_phone"], report["verification"]) == (None, "withheld")


def test_the_networks_word_on_the_number_is_kept(sqlite_line: WholeLine) -> None:
    sqlite_line.call(KEIKOS_MOTHER, StirVerstat="TN-Validation-Failed-C").says(SICK).presses("1")
    assert conversation(sqlite_line).verstat == "TN-Validation-Failed-C"
    assert "caller_id_failed" in sqlite_line.report()["flags"]


def test_the_names_of_the_callers_students_are_expected_on_every_question(
    sqlite_line: WholeLine,
) -> None:
    call = sqlite_line.call(CUEVAS)
    for given in ("3", "they are out", "today"):
        assert call.waiting is not None
        hints = call.waiting.get("hints", "")
        assert "Mariana Cuevas" in hints
        assert "Marlene" in hints
        call.presses(given) if given.isdigit() else call.says(given)


def test_a_strangers_letters_bring_the_names_they_leave(sqlite_line: WholeLine) -> None:
    call = sqlite_line.call(STRANGER)
    call.presses("3")
    assert call.waiting is not None
    assert "Alvarado" not in call.waiting.get("hints", "")
    call.presses("258#")
    assert "Gabriela Alvarado" in call.waiting.get("hints", "")
    assert "Keiko" not in call.waiting.get("hints", "")


# --- the office, and messages ----------------------------------------------------------------


def test_zero_reaches_the_office_in_its_hours_and_is_no_report(sqlite_line: WholeLine) -> None:
    sqlite_line.clock.go_on(minutes=120)  # 8:45
    call = sqlite_line.call().presses("0")
    assert call.waiting is not None
    assert call.waiting.tag == "Dial"
    assert [number.text for number in call.waiting] == ["+17735348600"]
    call.office_answers()
    assert call.over
    assert sqlite_line.reports() == []


def test_an_office_that_does_not_answer_leads_to_a_message(sqlite_line: WholeLine) -> None:
    sqlite_line.clock.go_on(minutes=120)
    call = sqlite_line.call().presses("0").office_misses()
    assert "recorded" in call.prompt
    call.leaves_message(20)
    report = sqlite_line.report()
    assert (report["channel"], report["status"]) == ("voicemail", "pending")


def test_a_message_is_a_pending_report_with_what_was_known_before_it(line: WholeLine) -> None:
    call = line.call()
    call.presses("3").says("she will be out tomorrow")
    for _ in range(3):
        call.keeps_silent()
    call.leaves_message(12)
    report = line.report()
    assert (report["channel"], report["status"]) == ("voicemail", "pending")
    assert report["dates"] == ["2026-11-25"]
    assert report["recording"]["seconds"] == 12
    assert "not_transcribed" in report["flags"]


def test_a_message_of_no_length_is_none(sqlite_line: WholeLine) -> None:
    call = sqlite_line.call()
    for _ in range(3):
        call.keeps_silent()
    assert "no message" in call.leaves_message(0).prompt
    assert call.over
    assert sqlite_line.report()["status"] == "incomplete"


def test_a_clock_that_is_put_forward_does_not_end_a_call(sqlite_line: WholeLine) -> None:
    call = sqlite_line.call().presses("3")
    sqlite_line.clock.go_on(minutes=60)
    call.says("Keiko has a fever and won't be in today").says("Yes.")
    assert sqlite_line.report()["status"] == "pending"


def test_a_call_of_more_than_ten_minutes_ends_politely_and_keeps_what_was_said(
    sqlite_line: WholeLine,
) -> None:
    call = sqlite_line.call()
    call.says(SICK)
    sqlite_line.clock.go_on(minutes=11)
    call.says("what?")
    assert call.over
    assert "kept" in call.prompt
    report = sqlite_line.report()
    assert (report["status"], report["dates"]) == ("incomplete", ["2026-11-24"])


# --- replies ---------------------------------------------------------------------------------


def test_every_address_in_a_reply_is_the_public_one(sqlite_line: WholeLine) -> None:
    form = {"CallSid": "CA1", "From": STRANGER, "To": SCHOOL}
    body = sqlite_line.carrier.send("/voice", form).body
    assert 'action="https://line.example.org/voice/turn?n=1"' in body
    assert sqlite_line.carrier.send("/voice", form).content_type == "text/xml; charset=utf-8"


def test_a_callback_is_answered_without_markup(sqlite_line: WholeLine) -> None:
    reply = sqlite_line.carrier.send("/voice/status", {"CallSid": "CA1", "CallStatus": "completed"})
    assert (reply.status, reply.body) == (204, "")

"""Texts: one sentence is a report, and UNDO takes it back.

Opting out, putting right, texts at once and floods of them are in `test_texts.py`.
"""

import pytest
from sqlalchemy import select, update

from ivr.conversations import Conversation, TurnRow
from school.people import NumberRow
from school.reports import Report, Status
from tests.support.line import (
    ALICIA,
    CUEVAS,
    KEIKOS_MOTHER,
    SCHOOL,
    STRANGER,
    WholeLine,
)

SICK = "Keiko is sick today"


def opted_out(line: WholeLine, phone: str = KEIKOS_MOTHER) -> bool:
    with line.services.database.reading() as session:
        row = session.get(NumberRow, phone)
        return row is not None and row.opted_out_at is not None


def statuses(line: WholeLine) -> list[str]:
    return [report["status"] for report in line.reports()]


# --- a report --------------------------------------------------------------------------------


def test_one_sentence_is_a_report_and_the_answer_says_what_was_understood(line: WholeLine) -> None:
    (answer,) = line.text("Keiko has a fever and won't be in today")
    report = line.report()
    assert (report["status"], report["channel"], report["dates"]) == (
        "pending",
        "sms",
        ["2026-11-24"],
    )
    for part in ("Keiko", "today", "illness", "Pending", report["reference"], "UNDO"):
        assert part in answer, part


def test_missing_facts_are_asked_for_one_at_a_time(line: WholeLine) -> None:
    questions = [
        line.text(text, STRANGER)[0]
        for text in ("Leo Garcia will be out", "tomorrow", "dentist appointment, he is sick")
    ]
    assert all(question.count("?") == 1 for question in questions), questions
    line.text("Rosa Diaz, his mother", STRANGER)
    report = line.report()
    assert (report["reporter_name"], report["relationship"]) == ("Rosa Diaz", "mother")
    assert report["transcript"].splitlines()[:2] == ["Leo Garcia will be out", "tomorrow"]


def test_a_family_is_answered_in_its_own_language(sqlite_line: WholeLine) -> None:
    (answer,) = sqlite_line.text("Gabriela tiene fiebre y no va hoy", ALICIA)
    assert "Gabriela" in answer
    assert "hoy" in answer


def test_two_students_with_days_of_their_own_are_two_reports_in_one_answer(line: WholeLine) -> None:
    (answer,) = line.text("Mariana has a fever today and Marlene has the flu tomorrow", CUEVAS)
    told = {r["student"]["name"]: (r["status"], r["dates"]) for r in line.reports()}
    assert told == {
        "Mariana Cuevas": ("pending", ["2026-11-24"]),
        "Marlene Cuevas": ("pending", ["2026-11-25"]),
    }
    assert all(report["reference"] in answer for report in line.reports())


def test_two_students_in_one_text_are_two_reports(sqlite_line: WholeLine) -> None:
    (answer,) = sqlite_line.text("Mariana and Marlene are sick today", CUEVAS)
    reports = sqlite_line.reports()
    assert {report["student"]["name"] for report in reports} == {"Mariana Cuevas", "Marlene Cuevas"}
    assert all(report["reference"] in answer for report in reports)


def test_a_request_to_leave_early_is_refused_with_the_steps_and_kept(
    sqlite_line: WholeLine,
) -> None:
    (answer,) = sqlite_line.text("Please let Keiko leave at noon today, I will pick her up")
    assert "main office" in answer
    assert "early_dismissal_request" in sqlite_line.report()["flags"]
    assert sqlite_line.queued() == [], "the answer is in the exchange; no absence is told of"


def test_a_picture_without_words_gets_an_answer_and_leaves_a_record(line: WholeLine) -> None:
    assert line.text("", KEIKOS_MOTHER, NumMedia="1", MediaUrl0="https://api.twilio.com/x/ME1")
    with line.services.database.reading() as session:
        assert '"pictures":1' in (session.scalar(select(TurnRow.heard)) or "")


# --- taking back, asking after ---------------------------------------------------------------


@pytest.mark.parametrize("word", ["UNDO", "undo", "Undo."])
def test_undo_takes_the_last_report_back(line: WholeLine, word: str) -> None:
    line.text(SICK)
    (answer,) = line.text(word)
    assert "ithdrawn" in answer
    assert statuses(line) == ["cancelled"]


def test_undo_of_nothing_says_so(sqlite_line: WholeLine) -> None:
    (answer,) = sqlite_line.text("UNDO")
    assert "no report" in answer
    assert sqlite_line.reports() == []


def test_undo_is_not_for_reports_of_another_number(sqlite_line: WholeLine) -> None:
    sqlite_line.text(SICK)
    sqlite_line.text("UNDO", STRANGER)
    assert statuses(sqlite_line) == ["pending"]


@pytest.mark.parametrize("decided", [Status.CONFIRMED, Status.REJECTED])
def test_what_staff_have_decided_is_not_undone(sqlite_line: WholeLine, decided: Status) -> None:
    sqlite_line.text(SICK)
    with sqlite_line.services.database.begin() as session:
        session.execute(update(Report).values(status=decided))
    (answer,) = sqlite_line.text("UNDO")
    assert "(773) 534-8600" in answer
    assert statuses(sqlite_line) == [decided]


def test_a_report_made_by_call_is_undone_by_text(sqlite_line: WholeLine) -> None:
    sqlite_line.call().says(SICK).presses("1").hangs_up()
    sqlite_line.text("UNDO")
    assert statuses(sqlite_line) == ["cancelled"]


def test_a_report_of_last_week_is_out_of_reach(sqlite_line: WholeLine) -> None:
    sqlite_line.text(SICK)
    sqlite_line.clock.go_on(minutes=8 * 24 * 60)
    (answer,) = sqlite_line.text("UNDO")
    assert "no report" in answer
    assert statuses(sqlite_line) == ["pending"]


def test_status_tells_how_the_report_stands(sqlite_line: WholeLine) -> None:
    sqlite_line.text(SICK)
    reference = sqlite_line.report()["reference"]
    (answer,) = sqlite_line.text("STATUS")
    assert reference in answer
    assert "pending" in answer.lower()
    with sqlite_line.services.database.begin() as session:
        session.execute(update(Report).values(status=Status.CONFIRMED))
    (answer,) = sqlite_line.text("STATUS")
    assert "confirmed" in answer


# --- the carrier's own words -----------------------------------------------------------------


@pytest.mark.parametrize("word", ["HELP", "INFO", "help"])
def test_help_is_the_carriers_to_answer_and_changes_nothing(
    sqlite_line: WholeLine, word: str
) -> None:
    sqlite_line.text("Leo Garcia will be out", STRANGER)
    assert sqlite_line.text(word, STRANGER) == []
    (question,) = sqlite_line.text("tomorrow", STRANGER)
    assert "reason" in question, "the exchange goes on where it was"


def test_who_opted_out_may_still_report(sqlite_line: WholeLine) -> None:
    sqlite_line.text("STOP")
    assert sqlite_line.text(SICK) == [], "the carrier would refuse the answer"
    assert statuses(sqlite_line) == ["pending"]


def test_stop_in_the_middle_of_a_report_keeps_what_was_said(sqlite_line: WholeLine) -> None:
    sqlite_line.text("Leo Garcia will be out tomorrow", STRANGER)
    sqlite_line.text("STOP", STRANGER)
    report = sqlite_line.report()
    assert (report["status"], report["dates"]) == ("incomplete", ["2026-11-25"])
    assert opted_out(sqlite_line, STRANGER)


def test_yes_is_no_answer_that_is_asked_for(sqlite_line: WholeLine) -> None:
    """The carrier takes YES for an opt-in, so no text asks for it."""
    for text in ("Leo Garcia will be out", "tomorrow", "he is sick", "Rosa Diaz", "mother", "UNDO"):
        for answer in sqlite_line.text(text, STRANGER):
            assert "YES" not in answer
            assert "yes" not in answer.lower().split()


# --- the exchange ----------------------------------------------------------------------------


def test_one_exchange_of_a_number_is_open_at_a_time(sqlite_line: WholeLine) -> None:
    sqlite_line.text("Leo Garcia will be out", STRANGER)
    sqlite_line.text("tomorrow", STRANGER)
    sqlite_line.text("Keiko will be out", KEIKOS_MOTHER)
    with sqlite_line.services.database.reading() as session:
        keys = set(session.scalars(select(Conversation.key)))
    assert keys == {f"sms:{STRANGER}", f"sms:{KEIKOS_MOTHER}"}


def test_an_answer_after_a_call_belongs_to_the_exchange_and_not_to_the_call(
    sqlite_line: WholeLine,
) -> None:
    call = sqlite_line.call()
    call.says(SICK)
    sqlite_line.text("Keiko will be late tomorrow")
    call.presses("1")
    channels = [(r["channel"], r["dates"]) for r in sqlite_line.reports()]
    assert ("phone", ["2026-11-24"]) in channels


def test_the_answer_is_one_text_the_carrier_takes(sqlite_line: WholeLine) -> None:
    form = {"MessageSid": "SM1", "From": KEIKOS_MOTHER, "To": SCHOOL, "Body": SICK}
    reply = sqlite_line.carrier.send("/sms", form)
    assert reply.content_type == "text/xml; charset=utf-8"
    assert reply.body.count("<Message>") == 1

"""Texts: who writes, what is answered, what it may cost, and what follows from it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from ivr.simulator.carrier import Carrier
from ivr.sweeping import close_abandoned
from school.database import Database
from school.dispatch import dispatch_due
from school.outbox import MessageStatus
from school.school_file import SHIPPED
from school.sending import Refused, Trouble
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway
from tests.support.line import (
    ALICIA,
    CUEVAS,
    KEIKOS_MOTHER,
    LORENA,
    SCHOOL,
    STRANGER,
    WholeLine,
    whole_line,
)

KEIKOS_FATHER = "+14645550154"
DEVONTE = "+12245550165"  # Devonte Rucker himself, under 18
FEVER = "Keiko is out today with a fever"

Line = Callable[..., WholeLine]


@pytest.fixture
def line_with(database: Database, clock: StandingClock, tmp_path: Path) -> Line:
    """A line whose school file differs from the shipped one in one line."""

    def make(shipped: str, changed: str) -> WholeLine:
        text = SHIPPED.read_text("utf-8")
        assert shipped in text
        path = tmp_path / "school.toml"
        path.write_text(text.replace(shipped, changed), "utf-8")
        return whole_line(database, clock, ABSENCE_LINE_SCHOOL=str(path))

    return make


def dispatch(line: WholeLine, gateway: RememberingGateway) -> None:
    dispatch_due(line.services.database, gateway, line.clock)


# --- who writes ------------------------------------------------------------------------------


@pytest.mark.parametrize("sender", ["72473", "SCHOOLPIX", "AMAZON", "", "+123"])
def test_short_codes_and_names_are_ignored_politely(line: WholeLine, sender: str) -> None:
    assert line.text("Your code is 123456", sender) == []
    assert line.reports() == []
    assert line.queued() == []


def test_an_unlisted_number_is_taken_and_flagged_and_the_contacts_are_told(line: WholeLine) -> None:
    line.text("Keiko Tanaka is out today with a fever, this is her aunt Yumi", STRANGER)
    report = line.report()
    assert report["status"] == "pending"
    assert report["verification"] == "unlisted"
    assert "unlisted_caller" in report["flags"]
    assert {message.to_phone for message in line.queued()} == {KEIKOS_MOTHER, KEIKOS_FATHER}


def test_a_student_of_18_may_report_for_herself(line: WholeLine) -> None:
    line.text("I'm sick and can't come in today", LORENA)
    report = line.report()
    assert report["student"]["name"] == "Lorena Barajas"
    assert report["verification"] == "adult_student"
    assert "minor_reports" not in report["flags"]


@pytest.mark.parametrize(
    "words", ["I'm sick and can't come in today", "Devonte Rucker has a fever, absent today"]
)
def test_a_student_under_18_is_flagged_whatever_the_words_say(line: WholeLine, words: str) -> None:
    line.clock.now = datetime(2026, 9, 22, 12, tzinfo=UTC)  # five days before he is 18
    line.text(words, DEVONTE)
    close_after_hours(line)
    assert "minor_reports" in line.report()["flags"]


def close_after_hours(line: WholeLine) -> None:
    line.clock.go_on(minutes=5 * 60)
    close_abandoned(line.services.taker)


# --- twice, at once, out of order ------------------------------------------------------------


def test_a_text_that_comes_twice_is_answered_with_the_same_words(line: WholeLine) -> None:
    first = line.text(FEVER, MessageSid="SM" + "1" * 32)
    assert line.text(FEVER, MessageSid="SM" + "1" * 32) == first
    assert len(line.reports()) == 1


def test_two_texts_at_once_fill_one_form(line: WholeLine) -> None:
    line.text("my daughter will be out")
    barrier = Barrier(2)

    def send(words: str) -> list[str]:
        barrier.wait(10)
        carrier = line.carrier
        return Carrier(carrier.post, carrier.base_url, carrier.auth_token).text(
            KEIKOS_MOTHER, SCHOOL, words
        )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(send, ("tomorrow", "she has a fever")))
    close_after_hours(line)
    report = line.report()
    assert report["dates"] == ["2026-11-25"]
    assert report["reason_category"] == "illness"


def test_the_facts_may_come_in_any_order(line: WholeLine) -> None:
    for words in ("hello", "she is out", "a fever", "today", "Keiko"):
        line.text(words)
    close_after_hours(line)
    report = line.report()
    assert (report["status"], report["dates"]) == ("pending", ["2026-11-24"])


# --- opting out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["STOP", "stop.", "Unsubscribe", "QUIT", "cancel", "End", "OPTOUT"]
)
def test_the_carriers_words_are_kept_and_not_answered_twice(line: WholeLine, word: str) -> None:
    line.text(FEVER)
    assert line.text(word) == []
    assert line.text("status") == []
    assert "cannot_be_texted" in line.report()["flags"]
    assert line.text("START") == []
    assert line.text("status")
    assert "cannot_be_texted" not in line.report()["flags"]


def test_an_opt_out_in_words_is_confirmed_once_and_then_all_is_silent(line: WholeLine) -> None:
    line.text(FEVER)
    (confirmation,) = line.text("please stop texting me")
    assert "START" in confirmation
    assert [line.text(words) for words in ("status", "undo", "stop texting me")] == [[], [], []]


def test_start_is_answered_by_whoever_knew_of_the_opt_out(line: WholeLine) -> None:
    line.text("please stop texting me")
    (again,) = line.text("START")
    assert "on again" in again
    line.text("please stop texting me")
    line.text("STOP")
    assert line.text("START") == [], "the carrier answers what it held back itself"
    assert line.text("status")


def test_yes_is_no_start_where_the_carrier_holds_nothing_back(line: WholeLine) -> None:
    line.text("please stop texting me")
    line.text("yes")
    assert line.text("status") == []


def test_what_the_carrier_took_for_an_opt_out_is_one(line: WholeLine) -> None:
    assert line.text("BAJA", OptOutType="STOP") == []
    assert line.text("status") == []
    assert line.text("ALTA", OptOutType="START") == []
    assert line.text("status")


def test_yes_brings_texts_back_only_after_an_opt_out(line: WholeLine) -> None:
    assert line.text("yes")
    line.text("STOP")
    assert line.text("yes") == []
    assert line.text("status")


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("please stop texting me", "en"),
        ("Take me off your list!!", "en"),
        ("no me manden más mensajes", "es"),
    ],
)
def test_an_opt_out_in_a_sentence_gets_one_confirmation_in_its_language(
    line: WholeLine, words: str, language: str
) -> None:
    (answer,) = line.text(words)
    assert "START" in answer
    assert ("no more texts" in answer) == (language == "en")
    assert line.text(words) == []
    line.text("Keiko is absent today, fever", KEIKOS_FATHER)
    assert KEIKOS_MOTHER not in {message.to_phone for message in line.queued()}


def test_an_opt_out_that_only_the_carrier_knew_is_learned_when_it_refuses(line: WholeLine) -> None:
    line.text(FEVER, KEIKOS_FATHER)
    gateway = RememberingGateway(answers=[Refused(Trouble.OPTED_OUT, 21610)])
    dispatch(line, gateway)
    line.text("Keiko is sick tomorrow too", KEIKOS_MOTHER)
    assert "cannot_be_texted" in line.reports()[-1]["flags"]


# --- taking back -----------------------------------------------------------------------------


def test_a_notice_that_nobody_sent_yet_is_withdrawn_with_its_report(line: WholeLine) -> None:
    line.text(FEVER)
    line.text("UNDO")
    (notice,) = line.queued()
    assert notice.status == MessageStatus.CANCELLED


def test_whoever_was_told_of_a_report_is_told_that_it_was_withdrawn(line: WholeLine) -> None:
    gateway = RememberingGateway()
    line.text(FEVER)
    dispatch(line, gateway)
    line.text("UNDO")
    line.text("UNDO")
    dispatch(line, gateway)
    assert [message.to_phone for message in gateway.sent] == [KEIKOS_FATHER, KEIKOS_FATHER]
    assert gateway.sent[-1].body == (
        "Jones College Prep: the report about Keiko, absent today (Tue, Nov 24), was withdrawn and "
        "no longer counts."
    )


def test_a_correction_tells_the_others_once_and_the_right_thing(line: WholeLine) -> None:
    gateway = RememberingGateway()
    line.text(FEVER)
    dispatch(line, gateway)
    line.text("sorry, I meant tomorrow")
    dispatch(line, gateway)
    assert [message.body.partition(". Wrong")[0] for message in gateway.sent] == [
        "Jones College Prep: report received: Keiko absent today (Tue, Nov 24)",
        "Jones College Prep: report received: Keiko absent tomorrow (Wed, Nov 25)",
    ]


def test_of_two_brothers_only_the_one_withdrawn_is_named(line: WholeLine) -> None:
    gateway = RememberingGateway()
    line.text("Mariana and Marlene are both out today with the flu", CUEVAS)
    dispatch(line, gateway)
    before = len(gateway.sent)
    line.text("undo", CUEVAS)
    line.text("2", CUEVAS)
    dispatch(line, gateway)
    (told,) = {message.body for message in gateway.sent[before:]}
    name = line.reports()[0 if line.reports()[0]["status"] == "cancelled" else 1]["student"]["name"]
    assert name.split()[0] in told
    assert len({"Mariana", "Marlene"} & set(told.replace(",", " ").split())) == 1


def test_a_correction_takes_back_the_report_of_the_student_it_names(line: WholeLine) -> None:
    line.text("Mariana has the flu today and Marlene has the flu tomorrow", CUEVAS)
    line.text("sorry, Mariana is out on Monday, not today", CUEVAS)
    told = [(r["status"], r["student"]["name"], r["dates"]) for r in line.reports()]
    assert sorted(told) == [
        ("cancelled", "Mariana Cuevas", ["2026-11-24"]),
        ("pending", "Mariana Cuevas", ["2026-11-30"]),
        ("pending", "Marlene Cuevas", ["2026-11-25"]),
    ]


def test_another_reason_for_the_same_day_is_read_by_a_person(line: WholeLine) -> None:
    line.text("Keiko is out today, a religious holiday")
    (answer,) = line.text(FEVER)
    assert "person" in answer
    assert line.report()["transcript"].endswith(FEVER)
    assert line.report()["reason_category"] == "religious_holiday"


# --- early notice ----------------------------------------------------------------------------


def test_where_a_text_does_not_count_the_reply_says_so(line_with: Line) -> None:
    line = line_with("counts = true", "counts = false")
    (answer,) = line.text(FEVER)
    assert answer.endswith("This is early notice only: please also call (773) 534-8600.")
    assert line.report()["flags"] == ["needs_qualifying_report"]


def test_the_call_that_follows_is_joined_to_the_text(line_with: Line) -> None:
    line = line_with("counts = true", "counts = false")
    line.text(FEVER)
    before = len(line.queued())
    call = line.call()
    call.says("Keiko is out today with a fever")
    call.says("yes")
    text, joined = line.reports()
    assert (text["status"], text["flags"]) == ("pending", [])
    assert (joined["status"], joined["flags"]) == ("duplicate", [])
    assert text["reference"] in call.prompt.replace(" ", "")
    assert [m.to_phone for m in line.queued()[before:]] == [KEIKOS_MOTHER], "nobody is told twice"


def test_a_call_about_another_day_stands_by_itself(line_with: Line) -> None:
    line = line_with("counts = true", "counts = false")
    line.text(FEVER)
    call = line.call()
    call.says("Keiko is out tomorrow with a fever")
    call.says("yes")
    assert [report["status"] for report in line.reports()] == ["pending", "pending"]


# --- what one number may cost ----------------------------------------------------------------


def test_a_flood_is_taken_answered_once_and_marked(line_with: Line) -> None:
    line = line_with("most_a_day = 60", "most_a_day = 5")
    answers = [line.text(f"blah {n}", STRANGER) for n in range(20)]
    told = [n for n, answer in enumerate(answers) if answer and "many texts" in answer[0]]
    assert len(told) == 1
    assert not any(answers[told[0] + 1 :])
    close_after_hours(line)
    reports = line.reports()
    flooded = [report for report in reports if "too_many_texts" in report["flags"]]
    assert len(flooded) == 1
    assert "blah 19" in flooded[0]["transcript"]


def test_notices_count_for_what_a_number_may_cause(line_with: Line) -> None:
    line = line_with("most_a_day = 60", "most_a_day = 12")
    students = ("Keiko Tanaka", "Mariana Cuevas", "Marlene Cuevas", "Lorena Barajas")
    for day in ("today", "tomorrow", "December 1", "December 2", "December 3"):
        for name in students:
            line.text(f"{name} is out {day} with a fever, this is her aunt Ana Diaz", STRANGER)
    sent_to_others = [message for message in line.queued() if message.to_phone != STRANGER]
    assert len(sent_to_others) <= 14


@pytest.mark.parametrize("caller", [STRANGER, "anonymous"])
def test_a_flood_of_calls_is_taken_and_texts_nobody_without_end(
    line_with: Line, caller: str
) -> None:
    line = line_with("most_a_day = 60", "most_a_day = 4")
    for day in (1, 2, 3, 4, 7, 8, 9, 10):
        call = line.call(caller)
        call.says(f"Keiko Tanaka is out December {day} with a fever, this is her aunt Ana Diaz")
        call.presses("826#")
        call.says("yes")
        call.hangs_up()
    reports = line.reports()
    assert len(reports) == 8
    assert {report["status"] for report in reports} == {"pending"}
    assert 4 <= len(line.queued()) <= 6
    marked = ["too_many_texts" in report["flags"] for report in reports]
    assert marked[-1]
    assert not any(marked[:2])
    line.text("Gaby tiene fiebre hoy, soy su mamá Alicia Villa", ALICIA)
    assert "too_many_texts" not in line.reports()[-1]["flags"], "another number goes on"


def test_the_next_day_the_number_is_answered_again(line_with: Line) -> None:
    line = line_with("most_a_day = 60", "most_a_day = 3")
    for n in range(6):
        line.text(f"blah {n}", STRANGER)
    line.clock.go_on(minutes=26 * 60)
    close_abandoned(line.services.taker)
    assert line.text("status", STRANGER)

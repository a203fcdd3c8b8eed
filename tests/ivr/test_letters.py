"""The messages that follow from a report: to whom, in which language, when, and what they say."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update

from ivr.simulator.carrier import Call
from school.outbox import Kind, Message, MessageStatus
from school.people import ContactRow, NumberRow, number, raise_roster_version
from tests.support.line import (
    ALICIA,
    CUEVAS,
    KEIKOS_MOTHER,
    LORENA,
    OSCAR,
    RAMON,
    STRANGER,
    WITHHELD,
    WholeLine,
)

KEIKOS_FATHER = "+14645550154"
STEPFATHER = "+16305550138"  # of Mariana and Marlene Cuevas


def report(line: WholeLine, sentence: str, from_: str = KEIKOS_MOTHER, *more: str) -> Call:
    """A report by call, confirmed; `more` are the answers between."""
    call = line.call(from_)
    call.says(sentence)
    for given in more:
        call.presses(given) if given.strip("#").isdigit() else call.says(given)
    return call.presses("1")


def to(messages: Sequence[Message]) -> list[str]:
    return [message.to_phone for message in messages]


def body(line: WholeLine, phone: str) -> str:
    (only,) = [message.body for message in line.queued() if message.to_phone == phone]
    return only or ""


def test_the_maker_gets_a_confirmation_and_the_other_contact_a_notice(line: WholeLine) -> None:
    report(line, "Keiko is sick today")
    assert to(line.queued()) == [KEIKOS_MOTHER, KEIKOS_FATHER]
    reference = line.report()["reference"]
    confirmation, notice = body(line, KEIKOS_MOTHER), body(line, KEIKOS_FATHER)
    for part in ("Jones College Prep", "Keiko", "today", "Pending", reference, "UNDO"):
        assert part in confirmation, part
    for part in ("Jones College Prep", "Keiko", "today", "(773) 534-8600"):
        assert part in notice, part
    assert reference not in notice, "only its maker takes it back"


def test_no_message_gives_the_reason_or_a_last_name(line: WholeLine) -> None:
    report(line, "Keiko Tanaka has a fever and is out today")
    for message in line.queued():
        for word in ("fever", "ill", "sick", "Tanaka"):
            assert word not in (message.body or ""), message.body


def test_each_gets_it_in_the_language_of_the_file_and_the_maker_in_that_of_the_call(
    sqlite_line: WholeLine,
) -> None:
    call = sqlite_line.call(ALICIA)
    call.says("English please").says("Gabriela is sick today").presses("1")
    languages = {message.to_phone: message.language for message in sqlite_line.queued()}
    assert languages == {ALICIA: "en", RAMON: "es"}
    assert "Gaby" in body(sqlite_line, RAMON)
    assert "ausen" in body(sqlite_line, RAMON)


def test_a_stranger_reads_the_words_that_were_said_and_no_name_on_file(
    sqlite_line: WholeLine,
) -> None:
    report(sqlite_line, "Gabi Alvarado is sick today", STRANGER, "258#", "Rosa Diaz, her aunt")
    words = body(sqlite_line, STRANGER)
    assert "Gabi Alvarado" in words
    assert "Gaby" not in words
    assert "Gaby" in body(sqlite_line, ALICIA), "her contacts do read it"


def test_a_student_nobody_found_has_no_contacts_to_tell(sqlite_line: WholeLine) -> None:
    report(sqlite_line, "Zed Quack is sick today", STRANGER, "782#", "Rosa Diaz, his aunt")
    assert to(sqlite_line.queued()) == [STRANGER]


def test_a_withheld_number_gets_nothing_and_the_contacts_are_told(sqlite_line: WholeLine) -> None:
    report(sqlite_line, "Gabriela Alvarado is sick today", WITHHELD, "258#", "Rosa Diaz, her aunt")
    assert set(to(sqlite_line.queued())) == {ALICIA, RAMON}


def test_who_has_two_students_out_is_told_of_both_in_one_message(sqlite_line: WholeLine) -> None:
    report(sqlite_line, "Mariana and Marlene are sick today", CUEVAS)
    assert len(sqlite_line.reports()) == 2
    assert to(sqlite_line.queued()) == [CUEVAS, STEPFATHER]
    for phone in (CUEVAS, STEPFATHER):
        assert "Mariana" in body(sqlite_line, phone)
        assert "Marlene" in body(sqlite_line, phone)


def test_a_contact_reads_of_the_own_student_alone(sqlite_line: WholeLine) -> None:
    report(sqlite_line, "Andrés y Lorena están enfermos hoy", OSCAR)
    lorena = body(sqlite_line, LORENA)
    assert "Lorena" in lorena
    assert "Andrés" not in lorena
    assert "Andres" not in lorena


def test_a_number_that_takes_no_texts_is_called(sqlite_line: WholeLine) -> None:
    remember(sqlite_line, KEIKOS_FATHER, landline=True)
    report(sqlite_line, "Keiko is sick today")
    kinds = {message.to_phone: message.kind for message in sqlite_line.queued()}
    assert kinds == {KEIKOS_MOTHER: Kind.TEXT, KEIKOS_FATHER: Kind.CALL}


def test_a_number_that_opted_out_gets_nothing_and_is_not_told_that_a_text_follows(
    sqlite_line: WholeLine,
) -> None:
    sqlite_line.text("STOP", KEIKOS_MOTHER)
    call = report(sqlite_line, "Keiko is sick today")
    assert "Reference" in call.prompt
    assert "text will follow" not in call.prompt
    assert to(sqlite_line.queued()) == [KEIKOS_FATHER]


@pytest.mark.parametrize("from_", [KEIKOS_MOTHER, WITHHELD])
def test_a_text_is_promised_where_one_can_go(sqlite_line: WholeLine, from_: str) -> None:
    sentence = "Keiko Tanaka is sick today"
    more = () if from_ == KEIKOS_MOTHER else ("826#", "Rosa Diaz, her aunt")
    call = report(sqlite_line, sentence, from_, *more)
    assert ("text will follow" in call.prompt) is (from_ == KEIKOS_MOTHER)


def test_at_night_the_maker_hears_at_once_and_the_others_in_the_morning(
    sqlite_line: WholeLine,
) -> None:
    sqlite_line.clock.go_on(minutes=15 * 60)  # 21:45
    report(sqlite_line, "Keiko will be out tomorrow, fever")
    due = {message.to_phone: message.due_at for message in sqlite_line.queued()}
    assert due[KEIKOS_MOTHER] == sqlite_line.clock.now
    morning = sqlite_line.services.school.time.local(due[KEIKOS_FATHER])
    assert (morning.hour, morning.day) == (6, 25)


def test_a_notice_that_could_not_go_by_the_evening_is_of_no_use(sqlite_line: WholeLine) -> None:
    report(sqlite_line, "Keiko is sick today")
    for message in sqlite_line.queued():
        assert message.expires_at is not None
        assert message.expires_at - sqlite_line.clock.now <= timedelta(hours=12)


def test_two_contacts_with_one_number_get_one_message(sqlite_line: WholeLine) -> None:
    with sqlite_line.services.database.begin() as session:
        session.execute(
            update(ContactRow)
            .where(ContactRow.phone.in_((ALICIA, RAMON)))
            .values(phone="+17735550150")
        )
        raise_roster_version(session, sqlite_line.clock.now)
    sqlite_line.clock.go_on(seconds=3)  # the line looks for a new roster every two
    report(sqlite_line, "Gabriela Alvarado is sick today", STRANGER, "258#", "Rosa Diaz, her aunt")
    assert to(sqlite_line.queued()) == [STRANGER, "+17735550150"]


def test_a_report_by_text_is_answered_there_and_the_others_are_told(
    sqlite_line: WholeLine,
) -> None:
    (answer,) = sqlite_line.text("Keiko is sick today")
    assert sqlite_line.report()["reference"] in answer
    assert to(sqlite_line.queued()) == [KEIKOS_FATHER]


def test_who_asks_to_leave_early_gets_the_steps_and_nobody_is_told_of_an_absence(
    sqlite_line: WholeLine,
) -> None:
    call = sqlite_line.call(KEIKOS_MOTHER)
    call.says("I need to pick Keiko up early today at noon")
    (message,) = sqlite_line.queued()
    assert message.to_phone == KEIKOS_MOTHER
    assert "main office" in (message.body or "")
    found = sqlite_line.report()
    assert "early_dismissal_request" in found["flags"]
    assert found["partial_day"]["kind"] == "early"


def test_who_asks_for_it_at_the_read_back_of_an_absence_reports_none(
    sqlite_line: WholeLine,
) -> None:
    call = sqlite_line.call(KEIKOS_MOTHER)
    call.says("Keiko is sick today").says("I need to pick her up early today at noon")
    assert "absent" not in " ".join(message.body or "" for message in sqlite_line.queued())
    assert sqlite_line.report()["partial_day"]["kind"] == "early"


def test_all_messages_wait_in_the_outbox_when_the_call_ends(sqlite_line: WholeLine) -> None:
    report(sqlite_line, "Keiko is sick today").hangs_up()
    assert {message.status for message in sqlite_line.queued()} == {MessageStatus.QUEUED}


def remember(line: WholeLine, phone: str, *, landline: bool) -> NumberRow:
    with line.services.database.begin() as session:
        row = number(session, phone)
        row.landline = landline
        return row

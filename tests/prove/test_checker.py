"""The checker of the proof finds what it is there to find: the lost, the doubled, the wrong."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from recordings.stores import Folder
from recordings.vault import Vault
from recordings.voicemails import Voicemail, VoicemailState
from school.dispatch import dispatch_due
from school.outbox import Message, MessageStatus
from school.reports import Report, Status
from tests.prove.checker import (
    wrong_calendar,
    wrong_messages,
    wrong_recordings,
    wrong_reports,
)
from tests.prove.families import Said
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.gateway import RememberingGateway
from tests.support.line import KEIKOS_MOTHER, WholeLine

SENTENCE = "Keiko has a fever and will be out on November 25."
TOMORROW = date(2026, 11, 25)
SECRET = "a key of the tests, long enough for one"
SOUND = b"RIFF noise"


@pytest.fixture
def said(sqlite_line: WholeLine) -> Said:
    """One confirmed report by telephone, as the family knows it."""
    call = sqlite_line.call(KEIKOS_MOTHER).says(SENTENCE)
    call.says("Yes.").hangs_up()
    student = sqlite_line.report()["student"]["student_id"]
    return Said("reported", KEIKOS_MOTHER, student, TOMORROW, call.sid, [SENTENCE], True)


def found(line: WholeLine, *said: Said) -> list[str]:
    with line.services.database.reading() as session:
        return wrong_reports(session, said)


def changed(line: WholeLine, **values: Any) -> None:
    with line.services.database.begin() as session:
        session.execute(update(Report).values(**values))


def test_what_was_said_and_stands_in_one_report_is_right(
    sqlite_line: WholeLine, said: Said
) -> None:
    assert found(sqlite_line, said) == []


def test_a_lost_call_is_found(sqlite_line: WholeLine, said: Said) -> None:
    (wrong,) = found(sqlite_line, said, replace(said, sid="CA" + "0" * 32))
    assert wrong.endswith("0 reports")


def test_a_doubled_report_is_found(sqlite_line: WholeLine, said: Said) -> None:
    other = sqlite_line.call(KEIKOS_MOTHER).says(SENTENCE)
    other.says("Yes.").hangs_up()
    changed(sqlite_line, call_sid=said.sid)
    (wrong,) = found(sqlite_line, said)
    assert wrong.endswith("2 reports")


def test_a_report_that_nobody_made_is_found(sqlite_line: WholeLine, said: Said) -> None:
    (wrong,) = found(sqlite_line)
    assert said.sid in wrong
    assert wrong.endswith("who never called")


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"transcript": "[3]\nYes."}, "in no report"),
        ({"transcript": None}, "in no report"),
        ({"transcript": f"{SENTENCE}\n{SENTENCE}\nYes."}, "twice"),
        ({"student_id": None}, "another student"),
        ({"status": Status.INCOMPLETE}, "confirmed, and"),
    ],
)
def test_a_report_that_is_not_what_was_said_is_found(
    sqlite_line: WholeLine, said: Said, values: dict[str, object], word: str
) -> None:
    changed(sqlite_line, **values)
    (wrong,) = found(sqlite_line, said)
    assert word in wrong


def test_a_report_for_another_day_is_found(sqlite_line: WholeLine, said: Said) -> None:
    (wrong,) = found(sqlite_line, replace(said, day=date(2026, 11, 24)))
    assert "another student or day" in wrong


def test_a_confirmation_that_nobody_gave_is_found(sqlite_line: WholeLine, said: Said) -> None:
    (wrong,) = found(sqlite_line, replace(said, confirmed=False))
    assert "not confirmed" in wrong


def test_a_message_that_is_in_no_report_is_found(sqlite_line: WholeLine, said: Said) -> None:
    (wrong,) = found(sqlite_line, replace(said, message="RE1", fell_back=True))
    assert "the message" in wrong


# --- messages --------------------------------------------------------------------------------


def sent(line: WholeLine) -> list[dict[str, str]]:
    """What the carrier has, after everything was sent."""
    gateway = RememberingGateway()
    dispatch_due(line.services.database, gateway, line.clock)
    return [{"to": one.to_phone, "body": one.body} for one in gateway.sent]


def wrong_with(line: WholeLine, taken: list[dict[str, str]], *delivered: str) -> list[str]:
    with line.services.database.reading() as session:
        return wrong_messages(session, taken, delivered)


@pytest.mark.usefixtures("said")
def test_messages_that_were_sent_once_are_right(sqlite_line: WholeLine) -> None:
    taken = sent(sqlite_line)
    assert taken
    assert wrong_with(sqlite_line, taken) == []


@pytest.mark.usefixtures("said")
def test_a_lost_a_doubled_and_a_strange_message_are_found(sqlite_line: WholeLine) -> None:
    taken = sent(sqlite_line)
    assert "never sent" in wrong_with(sqlite_line, taken[1:])[0]
    assert "too many" in wrong_with(sqlite_line, [*taken, taken[0]])[0]
    strange = {"to": KEIKOS_MOTHER, "body": "Free cruise!"}
    assert "too many" in wrong_with(sqlite_line, [*taken, strange])[0]


@pytest.mark.usefixtures("said")
def test_a_message_that_waits_and_a_receipt_that_was_lost_are_found(
    sqlite_line: WholeLine,
) -> None:
    taken = sent(sqlite_line)
    assert "delivered and is sent" in wrong_with(sqlite_line, taken, f"SM{1:032x}")[0]
    with sqlite_line.services.database.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.UNCERTAIN))
    assert "is uncertain" in wrong_with(sqlite_line, taken)[0]


# --- recordings ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "at_carrier", "word"),
    [
        ({}, (), None),
        ({"recording_sid": "RE2"}, (), "not known"),
        ({"state": VoicemailState.FETCHED}, (), "is fetched"),
        ({}, ("RE1",), "at the carrier still"),
    ],
)
def test_a_recording_that_is_not_here_or_still_there_is_found(
    sqlite_line: WholeLine,
    tmp_path: Any,
    change: dict[str, str],
    at_carrier: tuple[str, ...],
    word: str | None,
) -> None:
    vault = Vault(Folder(tmp_path), [SECRET])
    with sqlite_line.services.database.begin() as session:
        made = {"recording_sid": "RE1", "state": VoicemailState.SETTLED} | change
        row = Voicemail(**made, received_at=A_SCHOOL_MORNING, updated_at=A_SCHOOL_MORNING)
        session.add(row)
        session.flush()
        vault.put(row.in_vault, SOUND)
    with sqlite_line.services.database.reading() as session:
        wrong = wrong_recordings(session, vault, {"RE1": SOUND}, at_carrier)
        found = [one for one in wrong if "nobody left it" not in one]
        assert found == [] if word is None else word in found[0]
        if not change and not at_carrier:
            (other,) = wrong_recordings(session, vault, {"RE1": b"another"}, ())
            assert "otherwise" in other


# --- the calendar ----------------------------------------------------------------------------


def test_a_calendar_job_that_ran_twice_or_never_is_found() -> None:
    monday, tuesday = ("retention", "2026-11-23"), ("retention", "2026-11-24")
    assert wrong_calendar([monday, tuesday], {monday, tuesday}) == []
    assert wrong_calendar([monday, tuesday, monday]) == ["retention of 2026-11-23 ran 2 times"]
    assert wrong_calendar([monday], {tuesday}) == ["retention of 2026-11-24 did not run"]

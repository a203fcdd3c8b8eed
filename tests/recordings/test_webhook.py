from pathlib import Path

import pytest
from sqlalchemy import select

from recordings.voicemails import Voicemail
from school.database import Database
from school.school_file import SHIPPED
from tests.support.clock import StandingClock
from tests.support.line import WholeLine, whole_line

CALL = "CA" + "4" * 32
FORM = {"CallSid": CALL, "RecordingSid": "RE" + "4" * 32, "RecordingDuration": "7"}


@pytest.fixture
def recording_line(sqlite: Database, clock: StandingClock, tmp_path: Path) -> WholeLine:
    """The line of a school that has its calls recorded."""
    own = tmp_path / "school.toml"
    text = SHIPPED.read_text("utf-8")
    assert "record_calls = false" in text
    own.write_text(text.replace("record_calls = false", "record_calls = true"), "utf-8")
    return whole_line(sqlite, clock, ABSENCE_LINE_SCHOOL=str(own))


def kept(line: WholeLine) -> list[tuple[str, str]]:
    with line.services.database.reading() as session:
        rows = session.scalars(select(Voicemail).order_by(Voicemail.id))
        return [(row.kind, row.state) for row in rows]


def tell(line: WholeLine, path: str = "/recordings/finished", **fields: str) -> None:
    assert line.carrier.send(path, FORM | fields).status == 204


def test_a_message_is_kept_once_however_often_it_is_told_of(line: WholeLine) -> None:
    for _ in range(3):
        tell(line, RecordingSource="RecordVerb")
    assert kept(line) == [("message", "received")]


def test_where_calls_are_not_recorded_nothing_of_one_is_kept(sqlite_line: WholeLine) -> None:
    tell(sqlite_line, "/recordings/finished?of=call", RecordingSource="StartCallRecordingTwiML")
    tell(sqlite_line, RecordingSource="StartCallRecordingAPI")
    assert kept(sqlite_line) == []
    assert all("<Recording" not in said for said in opening_of(sqlite_line))


def test_a_school_may_have_its_calls_recorded(recording_line: WholeLine) -> None:
    tell(recording_line, "/recordings/finished?of=call", RecordingSource="StartCallRecordingTwiML")
    assert kept(recording_line) == [("call", "received")]


def test_the_notice_is_said_in_every_language_before_recording_begins(
    recording_line: WholeLine,
) -> None:
    (opening,) = opening_of(recording_line)
    english, spanish = opening.index("This call is recorded."), opening.index("se graba.")
    assert english < spanish < opening.index("<Start>") < opening.index("<Gather")
    assert 'track="inbound"' in opening
    assert "/recordings/finished?of=call#rc=3" in opening


def test_it_is_begun_once_in_a_call(recording_line: WholeLine) -> None:
    call = recording_line.call()
    call.says("My daughter is sick today.")
    assert sum("This call is recorded." in spoken.text for spoken in call.heard) == 1


def opening_of(line: WholeLine) -> list[str]:
    form = {"CallSid": CALL, "From": "+18475550128", "To": "+17735348600"}
    return [line.carrier.send("/voice", form).body]

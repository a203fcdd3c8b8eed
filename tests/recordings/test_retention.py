from datetime import timedelta

import pytest
from sqlalchemy import select

from recordings.retention import Keeper, NoSuchRecording, hold
from recordings.transcripts import TranscriptRow
from recordings.voicemails import Kind
from school.audit import AuditLine
from school.database import Database
from tests.recordings.parts import CALL, SID, InMemory, Parts, Scripted, wav
from tests.support.clock import StandingClock

DAY = 24 * 60


@pytest.fixture
def parts(database: Database, clock: StandingClock) -> Parts:
    """A message that was worked on to its end."""
    made = Parts(database, clock, transcriber=Scripted("Mariana is sick today."))
    made.students()
    made.recorded(wav(3))
    clock.go_on(minutes=2)
    made.go()
    assert made.voicemail().state == "settled"
    return made


def purge(parts: Parts) -> int:
    keeper = Keeper(
        parts.database, parts.clock, parts.vault, timedelta(days=30), timedelta(days=90)
    )
    return keeper.purge()


def audit(parts: Parts) -> list[tuple[str, str, str | None]]:
    with parts.database.reading() as session:
        lines = session.scalars(select(AuditLine).order_by(AuditLine.id))
        return [(line.did, line.subject, line.detail) for line in lines]


def words(parts: Parts) -> list[str]:
    with parts.database.reading() as session:
        return list(session.scalars(select(TranscriptRow.text)))


def test_sound_and_words_go_each_in_its_own_time_with_a_line_of_proof(parts: Parts) -> None:
    checksum = parts.voicemail().sha256
    parts.clock.go_on(minutes=29 * DAY)
    assert purge(parts) == 0
    parts.clock.go_on(minutes=DAY)
    assert purge(parts) == 1
    voicemail = parts.voicemail()
    assert parts.store == InMemory()
    assert (voicemail.purged_at, voicemail.peaks) == (parts.clock(), None)
    assert not voicemail.can_be_heard
    assert words(parts) == ["Mariana is sick today."]
    parts.clock.go_on(minutes=60 * DAY)
    assert purge(parts) == 1
    assert words(parts) == []
    assert purge(parts) == 0
    assert audit(parts) == [
        ("purged sound", f"recording:{voicemail.id}", checksum),
        ("purged transcript", f"recording:{voicemail.id}", None),
    ]


def test_a_legal_hold_stops_it_until_it_is_released(parts: Parts) -> None:
    number = parts.voicemail().id
    for _ in range(2):  # said twice, noted once
        hold(parts.database, number, "head@example.org", parts.clock(), on=True)
    parts.clock.go_on(minutes=400 * DAY)
    assert purge(parts) == 0
    assert parts.vault.get(parts.voicemail().in_vault) == wav(3)
    hold(parts.database, number, "head@example.org", parts.clock(), on=False)
    assert purge(parts) == 2
    assert [did for did, _, _ in audit(parts)][:2] == ["held", "released"]


def test_there_is_no_hold_on_what_is_not_there(parts: Parts) -> None:
    with pytest.raises(NoSuchRecording, match="no recording 99"):
        hold(parts.database, 99, "head@example.org", parts.clock(), on=True)


@pytest.mark.parametrize("state", ["received", "fetched", "transcribed"])
def test_what_the_worker_is_not_done_with_stays(parts: Parts, state: str) -> None:
    with parts.database.begin() as session:
        session.merge(parts.voicemail()).state = state
    parts.clock.go_on(minutes=400 * DAY)
    assert purge(parts) == 0


def test_what_the_carrier_does_not_delete_is_deleted_here_in_its_time_all_the_same(
    parts: Parts,
) -> None:
    with parts.database.begin() as session:
        row = session.merge(parts.voicemail())
        row.state, row.trouble, row.copy_deleted_at = "drafted", "not_deleted", None
    parts.clock.go_on(minutes=400 * DAY)
    assert purge(parts) == 2
    assert parts.store == InMemory()
    parts.carrier.deleted.clear()
    parts.go()
    assert parts.carrier.deleted == [SID], "and it is asked to, all the same"
    assert parts.voicemail().state == "settled"


def test_a_recorded_call_that_came_to_no_report_is_not_kept(parts: Parts) -> None:
    parts.recorded(wav(1), sid="RE9", call_sid="CA9", kind=Kind.CALL)
    parts.clock.go_on(minutes=2)
    parts.go()
    assert parts.voicemail("RE9").state == "settled"
    assert purge(parts) == 0
    parts.clock.go_on(minutes=DAY)
    assert purge(parts) == 1
    assert parts.voicemail("RE9").purged_at == parts.clock()
    assert parts.voicemail(SID).purged_at is None
    assert parts.voicemail(SID).call_sid == CALL

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.answers import Answers
from flows.turn import MessageTaken
from ivr.media import NotThere, TooLarge
from recordings.claims import claim
from recordings.steps import run
from recordings.voicemails import Trouble, VoicemailState, in_trouble, keep_message
from school.database import Database
from school.reports import Draft, Flag, ReportChannel, Status, Verification, write
from school.sending import Refused, Unreachable
from school.sending import Trouble as SendingTrouble
from tests.recordings.parts import SID, InMemory, Parts, wav
from tests.support.clock import StandingClock

UNREACHABLE = Unreachable(maybe_sent=False)
REFUSED = Refused(SendingTrouble.OUR_ACCOUNT, 20003)


@pytest.fixture
def parts(database: Database, clock: StandingClock) -> Parts:
    return Parts(database, clock)


def fetch(parts: Parts) -> int:
    return run(parts.database, parts.clock, parts.fetcher.fetching)


def work_items(parts: Parts) -> list[str]:
    with parts.database.reading() as session:
        return [voicemail.recording_sid for voicemail in in_trouble(session)]


def report_on(parts: Parts) -> None:
    """A report of the call, to which the recording belongs."""
    with parts.database.begin() as session:
        draft = Draft(
            "conversation:1:0:0", Status.PENDING, ReportChannel.VOICEMAIL, "en",
            Verification.WITHHELD, None,
        )  # fmt: skip
        report = write(session, draft, parts.clock())
        message = MessageTaken(Answers(), SID, 3)
        keep_message(session, message, "CA" + "1" * 32, report, parts.clock())


def test_the_sound_is_kept_and_only_then_deleted_at_the_carrier(parts: Parts) -> None:
    parts.recorded(wav(3))
    assert fetch(parts) == 1
    voicemail = parts.voicemail()
    assert voicemail.state == VoicemailState.FETCHED
    assert parts.vault.get(voicemail.in_vault) == wav(3)
    assert voicemail.seconds == 3
    assert voicemail.peaks is not None
    assert max(voicemail.peaks) > 40
    assert parts.carrier.deleted == [SID]
    assert voicemail.copy_deleted_at == parts.clock()


def test_a_sound_that_comes_a_moment_late_is_waited_for(parts: Parts) -> None:
    parts.recorded(NotThere())
    pauses = []
    for _ in range(4):
        fetch(parts)
        voicemail = parts.voicemail()
        assert (voicemail.state, voicemail.trouble) == ("received", Trouble.NOT_THERE)
        pauses.append((voicemail.due_at - parts.clock()).total_seconds())
        assert fetch(parts) == 0  # not before its time
        parts.clock.go_on(seconds=pauses[-1])
    assert pauses == [2, 4, 8, 15]
    parts.recorded(wav(3))
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.FETCHED
    assert parts.voicemail().trouble is None


@pytest.mark.parametrize(
    ("answer", "seconds", "trouble"),
    [
        (UNREACHABLE, 3, Trouble.UNREACHABLE),
        (REFUSED, 3, Trouble.REFUSED),
        (b"<html>Bad gateway</html>", 3, Trouble.NOT_AUDIO),
        (wav(3)[:-1000], 3, Trouble.TRUNCATED),
        (wav(3), 9, Trouble.TRUNCATED),  # whole, and shorter than the carrier says
        (ValueError("what nobody thought of"), 3, Trouble.BROKE),
    ],
)
def test_what_is_not_the_whole_sound_is_not_kept_and_nothing_is_deleted(
    parts: Parts, answer: bytes | Exception, seconds: int, trouble: Trouble
) -> None:
    parts.recorded(answer, seconds)
    fetch(parts)
    voicemail = parts.voicemail()
    assert (voicemail.state, voicemail.trouble) == ("received", trouble)
    assert voicemail.due_at > parts.clock()
    assert parts.carrier.deleted == []
    assert parts.store == InMemory()


def test_where_the_callback_tells_no_length_the_carriers_record_does(parts: Parts) -> None:
    parts.recorded(wav(3), seconds=None)
    parts.told("completed", seconds=30)
    fetch(parts)
    assert parts.voicemail().trouble == Trouble.TRUNCATED
    parts.told("completed", seconds=3)
    parts.clock.go_on(minutes=1)
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.FETCHED


def test_a_store_that_loses_what_it_was_given_keeps_the_carriers_copy(parts: Parts) -> None:
    class Forgetful(dict[str, bytes]):
        def write(self, name: str, content: bytes) -> None:
            self[name] = content[:-3]

        def read(self, name: str, start: int, end: int) -> bytes:
            return self[name][start:end]

        def size(self, name: str) -> int:
            return len(self[name])

        def delete(self, name: str) -> None:
            """Nothing."""

    parts.store = Forgetful()
    parts.recorded(wav(3))
    fetch(parts)
    assert parts.voicemail().trouble == Trouble.VAULT
    assert parts.carrier.deleted == []


def test_a_recording_in_progress_is_waited_for_and_an_absent_one_is_not(parts: Parts) -> None:
    parts.recorded(NotThere())
    report_on(parts)
    parts.told("in-progress")
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.RECEIVED
    parts.told("absent")
    parts.clock.go_on(minutes=1)
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.ABSENT
    assert Flag.NOTHING_HEARD in parts.reports()[0].flags


@pytest.mark.parametrize("status", ["deleted", "failed"])
def test_a_sound_the_carrier_has_lost_is_told_on_its_report(parts: Parts, status: str) -> None:
    parts.recorded(NotThere())
    report_on(parts)
    parts.told(status)
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.UNAVAILABLE
    assert Flag.RECORDING_UNAVAILABLE in parts.reports()[0].flags


@pytest.mark.parametrize("answer", [NotThere(), b"no sound"])
def test_after_three_days_nobody_waits_any_more_and_a_person_is_told(
    parts: Parts, answer: bytes | Exception
) -> None:
    parts.recorded(answer)
    report_on(parts)
    parts.clock.go_on(minutes=3 * 24 * 60 - 1)
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.RECEIVED
    parts.clock.go_on(minutes=1)
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.UNAVAILABLE
    assert Flag.RECORDING_UNAVAILABLE in parts.reports()[0].flags
    assert parts.carrier.deleted == []


def test_wrong_credentials_are_waited_out_for_as_long_as_it_takes(parts: Parts) -> None:
    parts.recorded(REFUSED)
    parts.clock.go_on(minutes=30 * 24 * 60)
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.RECEIVED


def test_one_that_is_too_large_stays_at_the_carrier_and_a_person_is_told(parts: Parts) -> None:
    parts.recorded(TooLarge())
    fetch(parts)
    assert (parts.voicemail().state, parts.voicemail().trouble) == ("unavailable", "too_large")
    assert parts.carrier.deleted == []


def test_nothing_said_is_kept_like_any_other(parts: Parts) -> None:
    parts.recorded(wav(0), seconds=0)
    fetch(parts)
    assert parts.voicemail().state == VoicemailState.FETCHED
    assert parts.voicemail().seconds == 0


def test_a_copy_that_cannot_be_deleted_is_tried_again_until_it_is_gone(parts: Parts) -> None:
    parts.carrier.delete_error = UNREACHABLE
    parts.recorded(wav(3))
    fetch(parts)
    assert parts.voicemail().copy_deleted_at is None
    with parts.database.begin() as session:
        session.merge(parts.voicemail()).state = VoicemailState.DRAFTED
    for _ in range(3):
        parts.clock.go_on(minutes=10)
        assert run(parts.database, parts.clock, parts.fetcher.settling) == 1
        assert (parts.voicemail().state, parts.voicemail().trouble) == ("drafted", "not_deleted")
        assert work_items(parts) == [SID]
    parts.carrier.delete_error = None
    parts.clock.go_on(minutes=10)
    run(parts.database, parts.clock, parts.fetcher.settling)
    voicemail = parts.voicemail()
    assert (voicemail.state, voicemail.trouble) == (VoicemailState.SETTLED, None)
    assert work_items(parts) == []
    assert voicemail.copy_deleted_at == parts.clock()


def test_a_worker_that_died_leaves_its_recording_to_the_next_when_the_lease_ends(
    parts: Parts,
) -> None:
    parts.recorded(wav(3))
    lease = timedelta(minutes=3)
    died = claim(parts.database, VoicemailState.RECEIVED, lease, parts.clock())
    assert died is not None
    assert fetch(parts) == 0
    parts.clock.go_on(minutes=3)
    assert fetch(parts) == 1
    assert parts.voicemail().state == VoicemailState.FETCHED


def test_a_worker_that_comes_back_too_late_changes_nothing(parts: Parts) -> None:
    parts.recorded(wav(3))
    step = parts.fetcher.fetching

    def slow(claimed: object) -> object:
        parts.clock.go_on(minutes=4)
        run(parts.database, parts.clock, parts.fetcher.fetching)  # another worker, meanwhile
        raise ValueError(claimed)

    run(parts.database, parts.clock, replace(step, do=slow))  # type: ignore[arg-type]
    assert parts.voicemail().state == VoicemailState.FETCHED
    assert parts.voicemail().trouble is None


def test_a_worker_that_is_to_end_takes_up_nothing_more(parts: Parts) -> None:
    parts.recorded(wav(3))
    assert run(parts.database, parts.clock, parts.fetcher.fetching, lambda: True) == 0


def test_the_caller_of_a_call_that_nobody_noted_is_asked_of_the_carrier(parts: Parts) -> None:
    parts.recorded(wav(3))
    parts.called("+13125550142")
    fetch(parts)
    assert parts.voicemail().from_phone == "+13125550142"

import pytest

from flows.scene import Channel
from ivr.conversations import Conversation
from recordings.steps import run
from recordings.strays import LATELY, LOOK_BACK, adopt, find_strays
from recordings.voicemails import Kind, VoicemailState
from school.database import Database
from school.reports import Draft, Flag, ReportChannel, Status, Verification, write
from tests.recordings.parts import CALL, SID, Parts, media, wav
from tests.support.clock import StandingClock

SCHOOL = "+17735348600"
FAMILY = "+13125550142"


@pytest.fixture
def parts(database: Database, clock: StandingClock) -> Parts:
    return Parts(database, clock)


def look(parts: Parts) -> int:
    return find_strays(parts.database, parts.carrier, parts.clock, {SCHOOL})


def test_a_message_of_which_no_callback_came_is_found_at_the_carrier(parts: Parts) -> None:
    parts.told("completed")
    parts.called(FAMILY)
    made_at = parts.clock()
    assert look(parts) == 0  # its callback is on the way
    parts.clock.go_on(minutes=2)
    assert look(parts) == 1
    voicemail = parts.voicemail()
    assert (voicemail.state, voicemail.call_sid) == (VoicemailState.RECEIVED, CALL)
    assert voicemail.received_at == made_at
    assert voicemail.from_phone == FAMILY
    assert look(parts) == 0


@pytest.mark.parametrize("to_phone", ["+13125550199", "anonymous", ""])
def test_what_was_left_at_another_line_of_the_account_is_left_alone(
    parts: Parts, to_phone: str
) -> None:
    parts.told("completed")
    parts.called(FAMILY, to_phone)
    parts.clock.go_on(minutes=2)
    assert look(parts) == 0


def test_a_number_on_which_calls_came_in_is_our_own(parts: Parts) -> None:
    with parts.database.begin() as session:
        session.add(
            Conversation(
                key="phone:CA2",
                channel=Channel.PHONE,
                provider_id="CA2",
                from_phone=FAMILY,
                to_phone="+13125550111",
                opened_at=parts.clock(),
            )
        )
    parts.told("completed")
    parts.called(FAMILY, "+13125550111")
    parts.clock.go_on(minutes=2)
    assert look(parts) == 1


@pytest.mark.parametrize(
    ("status", "source"),
    [
        ("deleted", "RecordVerb"),
        ("absent", "RecordVerb"),
        ("completed", "StartCallRecordingTwiML"),
        ("completed", "Conference"),
    ],
)
def test_what_is_no_message_is_not_taken(parts: Parts, status: str, source: str) -> None:
    parts.told(status, source=source)
    parts.called(FAMILY)
    parts.clock.go_on(minutes=2)
    assert look(parts) == 0


def test_where_calls_are_recorded_a_stray_one_is_taken_and_brought_to_its_end(
    parts: Parts,
) -> None:
    parts.told("completed", source="StartCallRecordingTwiML")
    parts.called(FAMILY)
    parts.carrier.sounds[SID] = media(wav(3))
    parts.clock.go_on(minutes=2)
    both = (Kind.MESSAGE, Kind.CALL)
    assert find_strays(parts.database, parts.carrier, parts.clock, {SCHOOL}, both) == 1
    parts.go()
    assert (parts.voicemail().kind, parts.voicemail().state) == (Kind.CALL, "settled")
    assert parts.carrier.deleted == [SID]


def test_a_look_at_the_latest_leaves_older_ones_to_the_next_long_look(parts: Parts) -> None:
    parts.told("completed")
    parts.called(FAMILY)
    parts.clock.go_on(minutes=90)
    kinds = (Kind.MESSAGE,)
    args = (parts.database, parts.carrier, parts.clock, {SCHOOL}, kinds)
    assert find_strays(*args, LATELY) == 0
    assert find_strays(*args, LOOK_BACK) == 1


def test_a_message_that_no_call_knows_of_gets_a_report_with_its_callers_number(
    parts: Parts,
) -> None:
    parts.recorded(wav(3))
    parts.called(FAMILY)
    run(parts.database, parts.clock, parts.fetcher.fetching)
    assert adopt(parts.database, parts.clock, "en") == 0
    parts.clock.go_on(minutes=2)
    assert adopt(parts.database, parts.clock, "en") == 1
    assert adopt(parts.database, parts.clock, "en") == 0
    (report,) = parts.reports()
    assert (report.status, report.channel, report.from_phone) == ("pending", "voicemail", FAMILY)
    assert report.recording_sid == SID
    assert Flag.NOT_TRANSCRIBED in report.flags


def test_a_message_belongs_to_the_report_that_its_call_began(parts: Parts) -> None:
    begun(parts, Status.INCOMPLETE)
    parts.recorded(wav(3))
    parts.clock.go_on(minutes=2)
    adopt(parts.database, parts.clock, "en")
    (report,) = parts.reports()
    assert report.recording_sid == SID


def test_a_message_after_a_finished_report_is_one_of_its_own(parts: Parts) -> None:
    begun(parts, Status.PENDING)
    parts.recorded(wav(3))
    parts.clock.go_on(minutes=2)
    adopt(parts.database, parts.clock, "en")
    finished, new = parts.reports()
    assert finished.recording_sid is None
    assert new.recording_sid == SID


@pytest.mark.parametrize("conversation_of", [CALL, "CA" + "7" * 32])
def test_a_message_waits_for_the_end_of_its_own_call_alone(
    parts: Parts, conversation_of: str
) -> None:
    """Until then the call may still make the report that the message belongs to."""
    with parts.database.begin() as session:
        session.add(
            Conversation(
                key=f"phone:{conversation_of}", channel=Channel.PHONE, provider_id=conversation_of,
                from_phone=FAMILY, to_phone=SCHOOL, opened_at=parts.clock(),
            )
        )  # fmt: skip
    parts.recorded(wav(3))
    parts.clock.go_on(minutes=10)
    its_own = conversation_of == CALL
    assert adopt(parts.database, parts.clock, "en") == (not its_own)
    with parts.database.begin() as session:
        session.get_one(Conversation, 1).closed_at = parts.clock()
    assert adopt(parts.database, parts.clock, "en") == its_own
    (report,) = parts.reports()
    assert (report.recording_sid, report.from_phone) == (SID, FAMILY if its_own else None)


def test_a_recorded_call_is_no_message(parts: Parts) -> None:
    parts.recorded(wav(3), kind=Kind.CALL)
    parts.clock.go_on(minutes=2)
    assert adopt(parts.database, parts.clock, "en") == 0


def begun(parts: Parts, status: Status) -> None:
    with parts.database.begin() as session:
        draft = Draft(
            "conversation:1:0:0", status, ReportChannel.PHONE, "en", Verification.UNLISTED,
            FAMILY, call_sid=CALL,
        )  # fmt: skip
        write(session, draft, parts.clock())

from datetime import date

import pytest

from flows.answers import Answers
from flows.turn import MessageTaken
from ivr.conversations import Conversation
from recordings.sound import NotAudio
from recordings.transcripts import TranscriptRow
from recordings.voicemails import Trouble, VoicemailState, keep_message
from school.database import Database
from school.decisions import Deed, Kind, remark
from school.reports import Draft, Flag, Report, ReportChannel, Status, Verification, write
from tests.recordings.parts import ALICIA, CALL, SID, SISTERS, STRANGER, Parts, Scripted, wav
from tests.support.clock import StandingClock

BOTH = "This is Elena Cuevas. Mariana and Marlene are sick and will be out today and tomorrow."
ONE = "This is Elena Cuevas, the mother of Mariana. Mariana has a fever and is out today."


@pytest.fixture
def parts(database: Database, clock: StandingClock) -> Parts:
    made = Parts(database, clock)
    made.students()
    return made


def call(parts: Parts, phone: str | None, *, filed: bool = True) -> None:
    """A call that ended with a message; the line filed what it knew before the beep."""
    with parts.database.begin() as session:
        session.add(
            Conversation(
                key=f"phone:{CALL}", channel="phone", provider_id=CALL, from_phone=phone,
                to_phone="+17735348600", opened_at=parts.clock(),
            )
        )  # fmt: skip
        if filed:
            draft = Draft(
                "conversation:1:0:0", Status.PENDING, ReportChannel.VOICEMAIL, "en",
                Verification.UNLISTED, phone, flags=(Flag.NOT_TRANSCRIBED,), call_sid=CALL,
            )  # fmt: skip
            report = write(session, draft, parts.clock())
            keep_message(session, MessageTaken(Answers(), SID, 3), CALL, report, parts.clock())


def heard(parts: Parts, text: str, phone: str | None = SISTERS, **more: str) -> list[Report]:
    """A message was left in a call, and worked on."""
    parts.transcriber = Scripted(text, **more)  # type: ignore[arg-type]
    call(parts, phone)
    parts.recorded(wav(3))
    parts.go()
    return parts.reports()


def transcript(parts: Parts) -> TranscriptRow:
    with parts.database.reading() as session:
        return session.get_one(TranscriptRow, parts.voicemail().id)


def test_a_message_fills_the_report_that_its_call_made(parts: Parts) -> None:
    (report,) = heard(parts, ONE)
    assert (report.student_id, report.status, report.channel) == ("1", "pending", "voicemail")
    assert report.dates == (date(2026, 11, 24),)
    assert (report.reason_category, report.relationship) == ("illness", "mother")
    assert report.verification == "listed"
    assert report.flags == []
    assert report.transcript == ONE
    assert report.origin == "conversation:1:0:0"
    assert parts.voicemail().state == VoicemailState.SETTLED
    assert {mark["fact"] for mark in transcript(parts).evidence} >= {"student", "reason", "dates"}


def test_several_students_make_a_report_each_from_one_recording(parts: Parts) -> None:
    reports = heard(parts, BOTH)
    assert [report.student_id for report in reports] == ["1", "2"]
    assert {report.recording_sid for report in reports} == {SID}
    assert all(len(report.dates) == 2 for report in reports)
    parts.go()
    assert len(parts.reports()) == 2


def test_a_message_that_tells_of_each_something_else_fills_a_report_of_each(parts: Parts) -> None:
    text = "This is Elena Cuevas. Mariana has a fever today and Marlene has a funeral tomorrow."
    told = {r.student_id: (r.dates, r.reason_category) for r in heard(parts, text)}
    assert sorted(told.values()) == [
        ((date(2026, 11, 24),), "illness"),
        ((date(2026, 11, 25),), "death_in_family"),
    ]


def test_what_is_missing_is_flagged_and_never_guessed(parts: Parts) -> None:
    (report,) = heard(parts, "Hello, she will not come in. Thank you.", STRANGER)
    assert report.student_id is None
    assert report.reason_category == "unknown"
    assert {Flag.STUDENT_NOT_MATCHED, Flag.REASON_UNKNOWN, Flag.UNLISTED_CALLER} <= set(
        report.flags
    )
    assert Flag.NOT_TRANSCRIBED not in report.flags


def test_a_name_that_only_the_hints_put_there_is_flagged(parts: Parts) -> None:
    (report,) = heard(parts, ONE, unaided="This is Elena Cuevas. Roberta has a fever.")
    assert Flag.LOW_CONFIDENCE in report.flags


def test_the_names_of_the_family_are_the_hints_and_a_call_without_a_word_tells_no_language(
    parts: Parts,
) -> None:
    heard(parts, ONE)
    assert isinstance(parts.transcriber, Scripted)
    ((language, hints),) = parts.transcriber.asked
    assert language is None
    assert "Marlene Cuevas" in hints


def test_tomorrow_is_the_day_after_the_message_was_left(parts: Parts) -> None:
    parts.transcriber = Scripted("Mariana Cuevas is sick and out tomorrow.")
    call(parts, SISTERS)
    parts.recorded(wav(3))
    parts.clock.go_on(minutes=24 * 60)
    parts.go()
    assert parts.reports()[0].dates == (date(2026, 11, 25),)


def test_without_a_model_a_person_listens_and_nothing_else_changes(parts: Parts) -> None:
    call(parts, SISTERS)
    parts.recorded(wav(3))
    parts.go()
    (report,) = parts.reports()
    assert report.flags == [Flag.NOT_TRANSCRIBED]
    assert (parts.voicemail().state, parts.voicemail().trouble) == ("settled", "not_transcribed")


def test_a_model_that_fails_is_tried_again_and_then_left_alone(parts: Parts) -> None:
    parts.transcriber = Scripted(error=MemoryError())
    call(parts, SISTERS)
    parts.recorded(wav(3))
    for _ in range(3):
        parts.go()
        assert (parts.voicemail().state, parts.voicemail().trouble) == ("fetched", Trouble.BROKE)
        parts.clock.go_on(minutes=5)
    parts.go()
    assert parts.voicemail().trouble == Trouble.NOT_TRANSCRIBED
    assert Flag.NOT_TRANSCRIBED in parts.reports()[0].flags


def test_a_sound_the_model_cannot_read_is_for_a_person(parts: Parts) -> None:
    parts.transcriber = Scripted(error=NotAudio("no"))
    call(parts, SISTERS)
    parts.recorded(wav(3))
    parts.go()
    assert parts.voicemail().trouble == Trouble.NOT_TRANSCRIBED


def test_silence_says_so(parts: Parts) -> None:
    (report,) = heard(parts, "")
    assert report.flags == [Flag.NOTHING_HEARD]


def test_silence_that_no_call_knows_of_is_shown_to_staff_as_well(parts: Parts) -> None:
    """Somebody may have spoken too low for the machine."""
    parts.transcriber = Scripted("")
    parts.recorded(wav(3))
    parts.called(ALICIA)
    parts.clock.go_on(minutes=2)
    parts.go()
    (report,) = parts.reports()
    assert (report.status, report.recording_sid, report.from_phone) == ("pending", SID, ALICIA)
    assert Flag.NOTHING_HEARD in report.flags
    assert Flag.NOT_TRANSCRIBED not in report.flags


def test_what_the_call_had_begun_counts_where_its_message_says_nothing_of_it(parts: Parts) -> None:
    call(parts, SISTERS, filed=False)
    with parts.database.begin() as session:
        session.get_one(Conversation, 1).closed_at = parts.clock()
        begun = Draft(
            "conversation:1:0:0", Status.INCOMPLETE, ReportChannel.PHONE, "en",
            Verification.LISTED, SISTERS, student_id="2", days=(date(2026, 11, 30),),
            call_sid=CALL,
        )  # fmt: skip
        write(session, begun, parts.clock())
    parts.transcriber = Scripted("She has the flu. Thank you, bye.")
    parts.recorded(wav(3))
    parts.clock.go_on(minutes=2)
    parts.go()
    (report,) = parts.reports()
    assert (report.student_id, report.dates) == ("2", (date(2026, 11, 30),))
    assert (report.reason_category, report.status) == ("illness", "pending")


def test_a_message_that_no_call_knows_of_is_drafted_after_a_moment(parts: Parts) -> None:
    parts.transcriber = Scripted("Gabriela Alvarado tiene fiebre y no va a ir hoy.", "es")
    parts.recorded(wav(3))
    parts.called(ALICIA)
    parts.go()
    assert parts.reports() == []  # its call may file it yet
    parts.clock.go_on(minutes=2)
    parts.go()
    (report,) = parts.reports()
    assert (report.student_id, report.from_phone, report.language) == ("3", ALICIA, "es")
    assert (report.verification, report.recording_sid) == ("listed", SID)
    assert Flag.NOT_TRANSCRIBED not in report.flags


def test_a_message_whose_call_goes_on_is_drafted_when_the_call_has_made_its_report(
    parts: Parts,
) -> None:
    """Else it would have two: one from the message, and one from its call."""
    parts.transcriber = Scripted(ONE)
    call(parts, SISTERS, filed=False)
    parts.recorded(wav(3))
    parts.clock.go_on(minutes=10)
    parts.go()
    assert parts.reports() == []
    assert parts.voicemail().state == VoicemailState.TRANSCRIBED
    with parts.database.begin() as session:
        draft = Draft(
            "conversation:1:0:0", Status.PENDING, ReportChannel.VOICEMAIL, "en",
            Verification.UNLISTED, SISTERS, flags=(Flag.NOT_TRANSCRIBED,), call_sid=CALL,
        )  # fmt: skip
        report = write(session, draft, parts.clock())
        keep_message(session, MessageTaken(Answers(), SID, 3), CALL, report, parts.clock())
    parts.go()
    (report,) = parts.reports()
    assert (report.student_id, report.origin) == ("1", "conversation:1:0:0")


def test_a_message_whose_call_ended_without_a_report_is_drafted_by_itself(parts: Parts) -> None:
    parts.transcriber = Scripted(ONE)
    call(parts, SISTERS, filed=False)
    parts.recorded(wav(3))
    with parts.database.begin() as session:
        session.get_one(Conversation, 1).closed_at = parts.clock()
    parts.clock.go_on(minutes=2)
    parts.go()
    (report,) = parts.reports()
    assert (report.student_id, report.from_phone) == ("1", SISTERS)


def test_what_staff_have_worked_on_keeps_its_facts_and_gets_the_words(parts: Parts) -> None:
    parts.transcriber = Scripted(ONE)
    call(parts, SISTERS)
    parts.recorded(wav(3))
    with parts.database.begin() as session:
        report = session.get_one(Report, 1)
        report.student_id = "4"
        remark(session, report, Kind.CALLED, "reached", Deed("clerk@example.org", parts.clock()))
    parts.go()
    (report,) = parts.reports()
    assert report.student_id == "4"
    assert report.transcript == ONE

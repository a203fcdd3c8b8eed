"""From a transcript to pending reports: one for each student, all from one recording.

In one transaction with the recording's step, so that each recording is drafted once.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from flows.answers import Answers, StudentAnswer
from flows.events import Words
from flows.reading.roster import Roster
from flows.reading.values import Part, PartialDay, Relationship
from flows.scene import Channel, Scene
from ivr.conversations import Conversation, transcript
from ivr.filing import Filing, draft
from recordings.claims import Claim, advance
from recordings.reading import read_transcript
from recordings.steps import Step, WriteDown
from recordings.strays import CALL_IS_OVER, PATIENCE, THE_CALL, take_up
from recordings.transcripts import TranscriptRow
from recordings.voicemails import Kind, Voicemail, VoicemailState, reports_of
from school.database import Clock, Database
from school.decisions import history
from school.reports import (
    Draft,
    Flag,
    Report,
    ReportChannel,
    Status,
    complete,
    drop_flag,
    note_flag,
    write,
)
from school.school_file import School

LEASE = timedelta(minutes=2)
UNDECIDED = (Status.PENDING, Status.INCOMPLETE)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Drafter:
    """Makes reports of what was left after the beep."""

    database: Database
    clock: Clock
    open_school: Callable[[], School]
    roster: Callable[[], Roster]

    @property
    def school(self) -> School:
        """The school as it is open now."""
        return self.open_school()

    @property
    def drafting(self) -> Step:
        """The step from transcribed to drafted."""
        return Step(
            name="draft",
            takes=VoicemailState.TRANSCRIBED,
            gives=VoicemailState.DRAFTED,
            lease=LEASE,
            do=self.draft,
            only=_placed,
        )

    def draft(self, _claim: Claim) -> WriteDown:
        """Read it. Everything is a matter of milliseconds, and of one transaction."""
        roster = self.roster()

        def write_down(session: Session, row: Voicemail, now: datetime) -> None:
            if row.kind == Kind.MESSAGE:
                self._write(session, row, roster, now)
            advance(row, VoicemailState.DRAFTED, now)

        return write_down

    def _write(self, session: Session, row: Voicemail, roster: Roster, now: datetime) -> None:
        heard = session.get(TranscriptRow, row.id)
        if not reports_of(session, row):
            language = heard.language if heard else self.school.facts.first_language
            take_up(session, row, language, now)
        known = reports_of(session, row)
        if heard is None:
            return
        for report in known:
            drop_flag(report, Flag.NOT_TRANSCRIBED, now)
            if not heard.text:
                note_flag(report, Flag.NOTHING_HEARD, now)
        if heard.text:
            _put(session, known, self._drafts(session, row, heard, known, roster), now)

    def _drafts(
        self,
        session: Session,
        row: Voicemail,
        heard: TranscriptRow,
        known: Sequence[Report],
        roster: Roster,
    ) -> list[Draft]:
        conversation = session.scalar(select(Conversation).where(THE_CALL, Voicemail.id == row.id))
        phone = conversation.from_phone if conversation else row.from_phone
        scene = self._scene(phone, heard.language, row.received_at, roster)
        read = read_transcript(heard.text, heard.spoken, heard.unaided, scene, _before(known))
        heard.evidence = [asdict(mark) for mark in read.marks]
        said = transcript(session.connection(), conversation.id) if conversation else None
        filing = Filing(
            answers=Answers(),
            origin=f"voicemail:{row.id}",
            status=Status.PENDING,
            channel=ReportChannel.VOICEMAIL,
            language=scene.language,
            phone=phone,
            verstat=conversation.verstat if conversation else None,
            call_sid=row.call_sid,
            message_sid=None,
            transcript="\n".join(part for part in (said, heard.text) if part),
            now=row.received_at,
        )
        each = [(form, one) for form in read.forms for one in form.students or (StudentAnswer(),)]
        return [
            replace(
                draft(replace(filing, answers=form), one, number, roster, self.school),
                recording_sid=row.recording_sid,
            )
            for number, (form, one) in enumerate(each)
        ]

    def _scene(self, phone: str | None, language: str, at: datetime, roster: Roster) -> Scene:
        """The moment the message was left: its "tomorrow" is the day after that."""
        facts = self.school.facts
        return Scene(
            channel=Channel.PHONE,
            phone=phone,
            language=language if language in facts.languages else facts.first_language,
            roster=roster,
            calendar=self.school.time.calendar,
            school=facts,
            now=self.school.time.local(at),
            office_open=False,
        )


def _placed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Those that have a report, or of which the call is over and made none."""
    has_one = select(Report.id).where(Report.recording_sid == Voicemail.recording_sid).exists()
    return (or_(has_one, and_(Voicemail.received_at < now - PATIENCE, CALL_IS_OVER)),)


def _before(known: Sequence[Report]) -> Answers:
    """What the reports say that the call made before the beep."""
    if not known:
        return Answers()
    first = known[0]
    students = tuple(
        StudentAnswer(
            student_id=report.student_id,
            as_said=Words(report.student_as_heard) if report.student_as_heard else None,
        )
        for report in known
        if report.student_id or report.student_as_heard
    )
    part = PartialDay(Part(first.partial_kind), first.partial_time) if first.partial_kind else None
    related = None if first.relationship == UNKNOWN else Relationship(first.relationship)
    return Answers(
        students=students,
        days=first.dates,
        open_end=Flag.END_DATE_UNKNOWN in first.flags,
        partial_day=part,
        reason=None if first.reason_category == UNKNOWN else first.reason_category,
        reason_said=Words(first.reason_text) if first.reason_text else None,
        caller_name=Words(first.reporter_name) if first.reporter_name else None,
        relationship=related,
    )


def _put(session: Session, known: Sequence[Report], drafts: Sequence[Draft], now: datetime) -> None:
    """Bring the drafts and the reports there are together.

    A report that staff have worked on keeps its facts, whatever the machine understood since; it
    gets the words. What is left of the drafts becomes reports of their own.
    """
    free, left = list(known), list(drafts)
    for one in drafts:
        same = next((r for r in free if one.student_id and r.student_id == one.student_id), None)
        if same is not None:
            free.remove(same)
            left.remove(one)
            _join(session, same, one, now)
    for report in free:
        if left and (_untouched(session, report) or len(drafts) == 1):
            _join(session, report, left.pop(0), now)
        else:
            report.transcript = drafts[0].transcript
    for one in left:
        write(session, one, now)


def _join(session: Session, report: Report, one: Draft, now: datetime) -> None:
    if _untouched(session, report):
        complete(session, report, one, now)
    else:
        report.transcript = one.transcript
        report.updated_at = now


def _untouched(session: Session, report: Report) -> bool:
    return report.status in UNDECIDED and not history(session, report.id)

"""Carries out what a conversation came to: files, recalls, withdraws, closes.

Everything happens in the transaction of the turn, so that a report, the messages that follow from
it and the reply that tells of it are stored together or not at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.answers import Answers
from flows.catalogue import Speaker
from flows.events import Aside, Filed, FromSchool, Recalled, Withdrawn
from flows.reading.roster import Roster
from flows.scene import Channel
from flows.turn import (
    DismissalAsked,
    MessageTaken,
    NoteFor,
    OptedIn,
    OptedOut,
    Outcome,
    RecallWanted,
    Remarked,
    Reported,
    SetAside,
    State,
    WithdrawalWanted,
)
from ivr.conversations import Locked, transcript
from ivr.corrections import Corrections, known_report
from ivr.filing import Filing, file, origin_of
from ivr.letters import send_confirmations, send_dismissal_steps
from ivr.limits import caused_by_calls
from school.people import number, recall, remember_language
from school.qualifying import qualify
from school.report_facts import WAITING
from school.reports import Entry, Flag, Report, ReportChannel, Status
from school.school_file import School

KeepVoicemail = Callable[[Session, MessageTaken, str, Report, datetime], None]
"""Kept by the room of recordings: the message, its CallSid, the report it belongs to, now."""

KeepPictures = Callable[[Session, str, Sequence[str], int, str | None, datetime], None]
"""Notes the pictures of a text: its id, theirs, the conversation, its number, now."""

FilePictures = Callable[[Session, int, int, datetime], None]
"""Puts a conversation's pictures that are not filed yet to a report, now."""

NAMES: Mapping[type[Outcome], str] = {
    Reported: "reported",
    DismissalAsked: "dismissal",
    WithdrawalWanted: "withdrawn",
    MessageTaken: "message",
    OptedOut: "opted_out",
    OptedIn: "opted_in",
}

TOO_MANY = "too_many"
# What follows from these shows in the outcome after them, or in the one before.
UNDECIDED = (RecallWanted, SetAside, Remarked)


@dataclass(frozen=True, slots=True)
class Registrar:
    """Writes into the school's records for one school."""

    school: School
    speakers: Mapping[str, Speaker]
    keep_voicemail: KeepVoicemail
    keep_pictures: KeepPictures
    file_pictures: FilePictures

    def carry_out(
        self,
        session: Session,
        conversation: Locked,
        state: State,
        outcome: Outcome,
        roster: Roster,
        now: datetime,
    ) -> FromSchool | None:
        """Do what the outcome asks for; the school's answer, where the flow waits for one."""
        desk = Desk(session, self, conversation, state, roster, now)
        if type(outcome) not in UNDECIDED:
            conversation.outcome = NAMES.get(type(outcome), "informed")
        match outcome:
            case Reported(answers, replaces):
                return desk.file_report(answers, replaces)
            case SetAside(answers, withdrawn):
                kept = desk.file_incomplete(answers)
                if withdrawn:
                    desk.corrections.withdraw(kept)
                return Aside()
            case DismissalAsked(answers):
                return desk.file_dismissal(answers)
            case MessageTaken() | Remarked() | NoteFor():
                desk.add(outcome)
                return None
            case RecallWanted():
                return desk.recall(outcome)
            case WithdrawalWanted(references=references):
                return Withdrawn(desk.corrections.withdraw(references))
            case OptedOut() | OptedIn() if conversation.from_phone:
                desk.change_opt_out(conversation.from_phone, outcome)
                return None
            case _:
                return None

    def too_many(
        self,
        session: Session,
        conversation: Locked,
        state: State,
        roster: Roster,
        now: datetime,
    ) -> bool:
        """More texts came from this number than the school pays answers for; a person reads them.

        False where the number has been told so already.
        """
        if conversation.outcome == TOO_MANY:
            return False
        conversation.outcome = TOO_MANY
        desk = Desk(session, self, conversation, state, roster, now)
        desk.file_incomplete(state.answers, Flag.TOO_MANY_TEXTS)
        return True

    def close(
        self,
        session: Session,
        conversation: Locked,
        state: State | None,
        roster: Roster,
        now: datetime,
    ) -> None:
        """End a conversation, whichever came first: its end, the hang-up, or a time-out.

        What was begun and not filed, what was never read, and a conversation that came to
        nothing, become an incomplete report that a person can see. What comes after the end is
        added to it.
        """
        answers = state.answers if state else Answers()
        flooded = conversation.outcome == TOO_MANY
        unread = state is not None and state.unread and not state.filings
        if conversation.outcome is None or flooded or unread or not answers.empty:
            beginning = state or State(language=next(iter(self.speakers)))
            desk = Desk(session, self, conversation, beginning, roster, now)
            if beginning.replaces and not flooded:
                # The report stands that was to be put right; staff read what is wrong with it.
                desk.corrections.remark(beginning.replaces, desk.transcript())
            else:
                desk.file_incomplete(answers, *((Flag.TOO_MANY_TEXTS,) if flooded else ()))
            for n, form in enumerate(beginning.later, beginning.filings + 1):
                later = replace(beginning, filings=n)
                Desk(session, self, conversation, later, roster, now).file_incomplete(form)
        if state is not None and conversation.from_phone:
            remember_language(session.connection(), conversation.from_phone, state.language)
        if conversation.closed_at is None and conversation.channel == Channel.SMS:
            conversation.key = f"{conversation.key}:{conversation.id}"
        conversation.closed_at = conversation.closed_at or now


@dataclass(frozen=True, slots=True)
class Desk:
    """One conversation's papers on the registrar's desk."""

    session: Session
    registrar: Registrar
    conversation: Locked
    state: State
    roster: Roster
    now: datetime

    @property
    def corrections(self) -> Corrections:
        """What this number may do to the reports that it made, or was told of."""
        registrar = self.registrar
        return Corrections(
            self.session,
            registrar.school,
            registrar.speakers,
            self.roster,
            self.conversation.from_phone,
            self.now,
        )

    def transcript(self) -> str | None:
        """All that the family said in this conversation."""
        return transcript(self.session.connection(), self.conversation.id)

    def file_report(self, answers: Answers, replaces: tuple[str, ...] = ()) -> Filed:
        """The form is full: pending reports, and the texts that follow from them.

        `replaces` are those it puts right; staff may have decided one, which then stays.
        """
        if replaces:
            self.corrections.withdraw(replaces, instead=answers.student_ids)
        flood = self._flood()
        filing = self._filing(answers, Status.PENDING, None, *flood)
        written, joined = self._join(self._file(filing))
        if not flood:
            send_confirmations(
                self.session.connection(),
                filing,
                written,
                self.roster,
                self.registrar.school,
                self.registrar.speakers,
                tell_others=not joined,
            )
        return Filed(tuple(entry.reference for entry in written))

    def _join(self, written: list[Entry]) -> tuple[list[Entry], bool]:
        """Where a text counts only with a call, this call joined to the text it stands behind.

        Also whether all were, so that nobody is told a second time.
        """
        if self.registrar.school.facts.text_counts or self.conversation.channel == Channel.SMS:
            return written, False
        joined = [qualify(self.session, entry, self.now) for entry in written]
        return joined, all(a.id != b.id for a, b in zip(written, joined, strict=True))

    def file_dismissal(self, answers: Answers) -> Filed:
        """A wish to leave early: kept for the desk, and the steps sent to who asked."""
        flood = self._flood()
        filing = self._filing(answers, Status.PENDING, None, *flood)
        written = self._file(filing)
        connection, registrar = self.session.connection(), self.registrar
        if not flood:
            send_dismissal_steps(connection, filing, written, registrar.school, registrar.speakers)
        return Filed(tuple(entry.reference for entry in written))

    def add(self, what: MessageTaken | Remarked | NoteFor) -> None:
        """A recording, words or photos that go with a report."""
        match what:
            case MessageTaken():
                self.file_message(what)
            case Remarked():
                self.corrections.remark(self.state.references, self.transcript())
            case NoteFor(references=references):
                self.file_note(references)

    def file_message(self, message: MessageTaken) -> None:
        """A voicemail: a pending report with what was said before the beep; staff listen."""
        filing = self._filing(
            message.answers, Status.PENDING, ReportChannel.VOICEMAIL, Flag.NOT_TRANSCRIBED
        )
        for entry in self._file(filing):
            report = self.session.get_one(Report, entry.id)
            self.registrar.keep_voicemail(
                self.session, message, self.conversation.provider_id, report, self.now
            )

    def file_incomplete(self, answers: Answers, *why: Flag) -> list[str]:
        """What there is, when the family left before the end; the references."""
        heard = self.transcript()
        flags = why if heard else (*why, Flag.NOTHING_HEARD)
        filed = self._file(self._filing(answers, Status.INCOMPLETE, None, *flags))
        return [entry.reference for entry in filed]

    def file_note(self, references: tuple[str, ...]) -> None:
        """Put the photos of this conversation to the first of these reports."""
        report = self.session.scalar(select(Report).where(Report.reference.in_(references)))
        if report is not None:
            self._file_pictures(report.id)

    def _file_pictures(self, report: int) -> None:
        if self.conversation.channel == Channel.SMS:
            conversation = self.conversation.id
            self.registrar.file_pictures(self.session, conversation, report, self.now)

    def recall(self, wanted: RecallWanted) -> Recalled:
        """The reports that may be meant; or the one this number was told of, now disputed."""
        if wanted.notes:
            lacking = self.corrections.wanting_a_note(self.state.references)
            return Recalled(tuple(known_report(report) for report in lacking))
        known = self.corrections.known(wanted.days, wanted.student_ids)
        disputes = wanted.disputes and not any(report.status in WAITING for report in known)
        if disputes and self.corrections.comment(self._last_words(), Flag.DISPUTED):
            return Recalled((), disputed=True)
        if wanted.remarks and self.corrections.comment(self._last_words(), Flag.MORE_WAS_SAID):
            return Recalled((), remarked=True)
        return Recalled(
            tuple(known_report(report) for report in known),
            written_to=self.corrections.written_to(),
        )

    def _last_words(self) -> str:
        return (self.transcript() or "").rpartition("\n")[2]

    def change_opt_out(self, phone: str, to: OptedOut | OptedIn) -> None:
        """This number wants no more texts, or wants them again."""
        row, out = number(self.session, phone), isinstance(to, OptedOut)
        row.opted_out_at = self.now if out else None
        # What the carrier holds back, another wish in other words does not let go.
        row.carrier_holds = isinstance(to, OptedOut) and (row.carrier_holds or to.by_carrier)
        self.session.flush()
        self.corrections.reachable(texts=not out)

    def _file(self, filing: Filing) -> list[Entry]:
        written = file(self.session, filing, self.roster, self.registrar.school)
        self._file_pictures(written[0].id)
        return written

    def _filing(
        self,
        answers: Answers,
        status: Status,
        channel: ReportChannel | None = None,
        *flags: Flag,
    ) -> Filing:
        conversation = self.conversation
        by_phone = conversation.channel == Channel.PHONE
        return Filing(
            answers=answers,
            origin=f"{origin_of(conversation.provider_id)}:{self.state.filings}",
            status=status,
            channel=channel or ReportChannel(conversation.channel),
            language=self.state.language,
            phone=conversation.from_phone,
            verstat=conversation.verstat,
            call_sid=conversation.provider_id if by_phone else None,
            message_sid=None if by_phone else conversation.provider_id,
            transcript=self.transcript(),
            now=self.now,
            flags=(*flags, *self._reach()),
        )

    def _flood(self) -> tuple[Flag, ...]:
        """That calls from this number have had the school send as much as it will, if so.

        Texts have been counted before they were read.
        """
        if self.conversation.channel == Channel.SMS:
            return ()
        phone, most = self.conversation.from_phone, self.registrar.school.most_texts_a_day
        caused = caused_by_calls(self.session.connection(), phone, self.now)
        return (Flag.TOO_MANY_TEXTS,) if caused >= most else ()

    def _reach(self) -> tuple[Flag, ...]:
        """That no text reaches this number any more, if so."""
        phone = self.conversation.from_phone
        if phone is None or self.state.texts_reach:
            return ()
        known = recall(self.session.connection(), (phone,)).get(phone)
        return (Flag.CANNOT_BE_TEXTED,) if known and known.opted_out else ()

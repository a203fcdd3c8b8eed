"""Carries out what a conversation came to: files, recalls, withdraws, closes.

Everything happens in the transaction of the turn, so that a report, the messages that follow from
it and the reply that tells of it are stored together or not at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flows.answers import Answers
from flows.catalogue import Speaker
from flows.events import Filed, FromSchool, KnownReport, Recalled, Withdrawn
from flows.reading.roster import Roster
from flows.scene import Channel
from flows.turn import (
    DismissalAsked,
    MessageTaken,
    OptedIn,
    OptedOut,
    Outcome,
    RecallWanted,
    Reported,
    State,
    WithdrawalWanted,
)
from ivr.conversations import Locked, transcript
from ivr.filing import Filing, file
from ivr.letters import send_confirmations, send_dismissal_steps
from school import reports
from school.people import number, remember_language
from school.reports import Entry, Flag, Report, ReportChannel, Status
from school.school_file import School

LATELY = timedelta(days=7)  # how far back a family may ask after a report, or take it back

KeepVoicemail = Callable[[Session, MessageTaken, str, Report, datetime], None]
"""Kept by the room of recordings: the message, its CallSid, the report it belongs to, now."""

NAMES: Mapping[type[Outcome], str] = {
    Reported: "reported",
    DismissalAsked: "dismissal",
    WithdrawalWanted: "withdrawn",
    MessageTaken: "message",
    OptedOut: "opted_out",
    OptedIn: "opted_in",
}


@dataclass(frozen=True, slots=True)
class Registrar:
    """Writes into the school's records for one school."""

    school: School
    speakers: Mapping[str, Speaker]
    keep_voicemail: KeepVoicemail

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
        if type(outcome) is not RecallWanted:
            conversation.outcome = NAMES.get(type(outcome), "informed")
        match outcome:
            case Reported(answers):
                return desk.file_report(answers)
            case DismissalAsked(answers):
                return desk.file_dismissal(answers)
            case MessageTaken():
                desk.file_message(outcome)
                return None
            case RecallWanted(days=days):
                known = desk.known_reports()
                chosen = tuple(r for r in known if not days or set(days) & set(r.days))
                return Recalled(chosen or known)
            case WithdrawalWanted(reference=reference):
                return desk.withdraw(reference)
            case OptedOut() | OptedIn() if conversation.from_phone:
                row = number(session, conversation.from_phone)
                row.opted_out_at = now if isinstance(outcome, OptedOut) else None
                session.flush()
                return None
            case _:
                return None

    def close(
        self,
        session: Session,
        conversation: Locked,
        state: State | None,
        roster: Roster,
        now: datetime,
    ) -> None:
        """End a conversation, whichever came first: its end, the hang-up, or a time-out.

        What was begun and not filed, and a conversation that came to nothing, become an
        incomplete report that a person can see. What comes after the end is added to it.
        """
        answers = state.answers if state else Answers()
        if conversation.outcome is None or not answers.empty:
            beginning = state or State(language=next(iter(self.speakers)))
            desk = Desk(session, self, conversation, beginning, roster, now)
            desk.file_incomplete(answers)
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

    def file_report(self, answers: Answers) -> Filed:
        """The form is full: pending reports, and the texts that follow from them."""
        filing = self._filing(answers, Status.PENDING)
        written = self._file(filing)
        send_confirmations(
            self.session.connection(),
            filing,
            written,
            self.roster,
            self.registrar.school,
            self.registrar.speakers,
        )
        return Filed(tuple(entry.reference for entry in written))

    def file_dismissal(self, answers: Answers) -> Filed:
        """A wish to leave early: kept for the desk, and the steps sent to who asked."""
        filing = self._filing(answers, Status.PENDING)
        written = self._file(filing)
        connection, registrar = self.session.connection(), self.registrar
        send_dismissal_steps(connection, filing, registrar.school, registrar.speakers)
        return Filed(tuple(entry.reference for entry in written))

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

    def file_incomplete(self, answers: Answers) -> None:
        """What there is, when the family left before the end."""
        heard = transcript(self.session.connection(), self.conversation.id)
        flags = () if heard else (Flag.NOTHING_HEARD,)
        self._file(self._filing(answers, Status.INCOMPLETE, None, *flags))

    def known_reports(self) -> tuple[KnownReport, ...]:
        """The reports made from this number lately, the newest first."""
        phone = self.conversation.from_phone
        if phone is None:
            return ()
        return tuple(
            KnownReport(report.reference, report.dates, report.status)
            for report in reports.made_from(self.session, phone, self.now - LATELY)
            if report.days
        )

    def withdraw(self, reference: str) -> Withdrawn:
        """Take back a report of this number's own."""
        phone = self.conversation.from_phone
        done = phone is not None and reports.withdraw(self.session, reference, phone, self.now)
        return Withdrawn(done)

    def _file(self, filing: Filing) -> list[Entry]:
        return file(self.session, filing, self.roster, self.registrar.school)

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
            origin=f"conversation:{conversation.id}:{self.state.filings}",
            status=status,
            channel=channel or ReportChannel(conversation.channel),
            language=self.state.language,
            phone=conversation.from_phone,
            verstat=conversation.verstat,
            call_sid=conversation.provider_id if by_phone else None,
            message_sid=None if by_phone else conversation.provider_id,
            transcript=transcript(self.session.connection(), conversation.id),
            now=self.now,
            flags=flags,
        )

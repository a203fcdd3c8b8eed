"""What families take back, put right, or say is not true; and who has to hear of it.

Whoever was told of a report is told that it was withdrawn; a notice that no worker has taken up
yet is taken back instead of sending two.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.answers import Answers
from flows.catalogue import Speaker
from flows.events import KnownReport, Words
from flows.notices import notice_withdrawn
from flows.reading.roster import Roster, Student
from flows.reading.values import Part, PartialDay
from flows.scene import Channel
from flows.turn import NamesOnFile
from ivr.letters import CONFIRMED, NOTICED, STALE_AFTER
from school import audit, reports
from school.outbox import Letter, queue_all
from school.reports import Flag, Report, Status, note_flag
from school.school_file import School
from school.takebacks import Caused, caused_by, sent_for, take_back

LATELY = timedelta(days=7)  # how far back a family may ask after a report, or take it back
STANDING = (Status.PENDING, Status.CONFIRMED, Status.INCOMPLETE)


@dataclass(frozen=True, slots=True)
class Corrections:
    """What one number may do to the reports that it made, or was told of."""

    session: Session
    school: School
    speakers: Mapping[str, Speaker]
    roster: Roster
    phone: str | None
    now: datetime

    def known(self, days: Collection[object], student_ids: Collection[str]) -> list[Report]:
        """The reports made from this number lately, the newest first; of these days and students.

        Where none is of them, all: a family that says the wrong day still finds its report.
        """
        if self.phone is None:
            return []
        made = [r for r in reports.made_from(self.session, self.phone, self._lately()) if r.days]
        chosen = [
            report
            for report in made
            if (not days or set(days) & set(report.dates))
            and (not student_ids or report.student_id in student_ids)
        ]
        return chosen or made

    def wanting_a_note(self, references: Sequence[str]) -> list[Report]:
        """The reports that a photo of a note may belong to.

        Those of this exchange; else those of this number that still lack a note they need, else
        any that stand.
        """
        made = self.known((), ()) if self.phone else []
        stands = [report for report in made if report.status in STANDING]
        here = [report for report in stands if report.reference in references]
        lacking = [r for r in stands if r.note_required and not r.note_received]
        return here[:1] if len(_forms(here)) == 1 else (here or lacking or stands)

    def withdraw(self, references: Sequence[str], instead: Collection[str] = ()) -> bool:
        """Withdraw these reports, and tell whoever was told of them.

        `instead`: students of whom a new notice follows, which tells it too.
        """
        phone = self.phone
        if phone is None:
            return False
        gone = [r for r in references if reports.withdraw(self.session, r, phone, self.now)]
        self.session.flush()
        found = self.session.scalars(select(Report).where(Report.reference.in_(gone))).all()
        for origin in sorted({_filing_of(report) for report in found}):
            self._tell(origin, [r for r in found if _filing_of(r) == origin], instead)
        return bool(gone)

    def comment(self, words: str, flag: Flag) -> bool:
        """Put these words to what this number was told of last; False if that is nothing.

        A disputed report that staff had confirmed waits for them again.
        """
        if self.phone is None:
            return False
        told = sent_for(self.session.connection(), self.phone, f":{NOTICED}:", self._lately())
        for message in told:
            about = [r for r in self._filed(_cause_of(message)) if self._concerns(r, self.phone)]
            for report in about:
                self._mark(report, words, flag)
            if about:
                return True
        return False

    def written_to(self) -> bool:
        """Whether a message was queued for this number lately."""
        phone = self.phone
        return phone is not None and bool(
            sent_for(self.session.connection(), phone, ":", self._lately())
        )

    def remark(self, references: Sequence[str], said: str | None) -> None:
        """Words came after these reports that a person has to read."""
        for report in self.session.scalars(select(Report).where(Report.reference.in_(references))):
            report.transcript = said
            note_flag(report, Flag.MORE_WAS_SAID, self.now)

    def reachable(self, *, texts: bool) -> None:
        """Mark what waits of this number's reports: whether texts reach it any more."""
        for report in self.known((), ()):
            if report.status in STANDING:
                flag = reports.drop_flag if texts else note_flag
                flag(report, Flag.CANNOT_BE_TEXTED, self.now)

    def _mark(self, report: Report, words: str, flag: Flag) -> None:
        disputed = flag is Flag.DISPUTED
        note_flag(report, flag, self.now)
        if disputed and report.status == Status.CONFIRMED:
            report.status = Status.PENDING
        report.transcript = "\n".join(
            line for line in (report.transcript, f"[{self.phone}] {words}") if line
        )
        report.updated_at = self.now
        if disputed:
            audit.note(self.session, self.now, "line", "report disputed", f"report:{report.id}")

    def _tell(self, origin: str, gone: list[Report], instead: Collection[str]) -> None:
        connection = self.session.connection()
        notices = caused_by(connection, f"{origin}:{NOTICED}:")
        unsent: frozenset[int] = frozenset()
        if not any(report.status in STANDING for report in self._filed(origin)):
            confirmed = caused_by(connection, f"{origin}:{CONFIRMED}:")
            unsent = take_back(connection, [m.id for m in (*notices, *confirmed)], self.now)
        letters = (
            self._letter(message, [r for r in gone if self._concerns(r, message.to_phone)])
            for message in notices
            if message.id not in unsent
        )
        if not all(report.student_id in instead for report in gone):
            queue_all(connection, [letter for letter in letters if letter], self.now)

    def _letter(self, message: Caused, gone: list[Report]) -> Letter | None:
        students = [s for r in gone if (s := self.roster.students.get(r.student_id or ""))]
        if not students:
            return None
        names = NamesOnFile(tuple(_called(student) for student in students))
        words = notice_withdrawn(names, answers_of(gone[0]), self.school.facts)
        due = self.school.time.not_quiet(self.now)
        today = self.school.time.local(self.now).date()
        return Letter(
            dedupe_key=f"{message.dedupe_key}:withdrawn:{gone[0].id}",
            to_phone=message.to_phone,
            language=message.language,
            body=self.speakers[message.language].write(words, Channel.SMS, today),
            contact_id=message.contact_id,
            due_at=due,
            expires_at=due + STALE_AFTER,
        )

    def _filed(self, origin: str) -> Sequence[Report]:
        """The reports of one form, of those that still stand."""
        return self.session.scalars(
            select(Report)
            .where(
                Report.origin.startswith(f"{origin}:", autoescape=True),
                Report.status.in_(STANDING),
            )
            .with_for_update()
        ).all()

    def _concerns(self, report: Report, phone: str) -> bool:
        contacts = self.roster.contacts_of(report.student_id or "")
        return any(contact.phone == phone for contact in contacts)

    def _lately(self) -> datetime:
        return self.now - LATELY


def known_report(report: Report) -> KnownReport:
    """A report as a family may hear of it again."""
    heard = report.student_as_heard
    return KnownReport(
        report.reference, report.dates, report.status, Words(heard) if heard else None
    )


def answers_of(report: Report) -> Answers:
    """The days and times of a report, as a form has them."""
    part = report.partial_kind
    partial = PartialDay(Part(part), report.partial_time) if part else None
    return Answers(days=report.dates, partial_day=partial)


def _forms(found: Sequence[Report]) -> set[str]:
    return {_filing_of(report) for report in found}


def _filing_of(report: Report) -> str:
    """What made the report and its brothers: "conversation:9f2c…:0" of "conversation:9f2c…:0:1"."""
    return report.origin.rpartition(":")[0]


def _cause_of(message: Caused) -> str:
    return message.dedupe_key.partition(f":{NOTICED}:")[0]


def _called(student: Student) -> str:
    return student.preferred_name or student.first_name

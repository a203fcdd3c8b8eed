"""What a family is told of a decision, or asked: worded in its language, queued with the act.

Goes to the number the report came from. A student is named as on file only to a number that is on
file for that student; to any other, in the words that came from it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.office import Office
from flows import letter_wording, wording
from flows.events import Words
from flows.notices import absent
from flows.reading.values import Part, PartialDay
from flows.scene import Channel
from flows.turn import Line, NamesOnFile, Notice, Prompt, Sayable, Spelled
from school.decisions import UNDO_WITHIN, Decision
from school.outbox import Letter, queue
from school.people import ContactRow, StudentRow
from school.reports import Report

STALE_AFTER = timedelta(hours=12)  # a text about this morning does harm tomorrow


@dataclass(frozen=True, slots=True)
class Post:
    """Words messages about one report, and queues them with the act they follow from."""

    session: Session
    office: Office
    report: Report
    act: Decision

    def tell_confirmed(self) -> bool:
        """That the report is accepted, and how; not while it can be undone."""
        report = self.report
        if report.partial_kind == Part.EARLY:
            return False  # nothing was confirmed but that it was seen
        values = self._values() | {"student": self._student(), "absent": _absent(report)}
        if report.note_required and not report.note_received:
            return self._queue(Notice(letter_wording.TOLD_NOTE_DUE, values), later=True)
        excused = letter_wording.EXCUSED if report.excused else letter_wording.UNEXCUSED
        values |= {"excused": Line(excused)}
        return self._queue(Notice(letter_wording.TOLD_CONFIRMED, values), later=True)

    def tell_rejected(self, why: str) -> bool:
        """That the report is not accepted, and why."""
        values = self._values() | {"why": Line(letter_wording.WHY_NOT[why])}
        return self._queue(Notice(letter_wording.TOLD_REJECTED, values), later=True)

    def ask(self, what: str) -> bool:
        """A question, at once; it is a person who waits for the answer."""
        return self._queue(Notice(letter_wording.ASK_FAMILY[what], self._values()), later=False)

    def _values(self) -> "dict[str, Sayable | NamesOnFile]":
        school = self.office.school.facts
        return {
            "school": school.name,
            "number": school.phone,
            "reference": Spelled(self.report.reference),
        }

    def _student(self) -> "Sayable | NamesOnFile":
        report = self.report
        if _on_file(self.session, report):
            student = self.session.get(StudentRow, report.student_id)
            if student is not None:
                return NamesOnFile((student.preferred_name or student.first_name,))
        said = (report.student_as_heard or "").partition("[")[0].strip()
        return Words(said) if said else Line(wording.YOUR_STUDENT)

    def _queue(self, message: Notice, *, later: bool) -> bool:
        report, now = self.report, self.act.at
        if report.from_phone is None:
            return False
        speakers = self.office.speakers
        language = report.language if report.language in speakers else next(iter(speakers))
        due = self._due(now + UNDO_WITHIN if later else now)
        letter = Letter(
            dedupe_key=f"{self.act.cause}{report.from_phone}",
            to_phone=report.from_phone,
            language=language,
            body=speakers[language].write(message, Channel.SMS, self.office.today()),
            report_id=report.id,
            due_at=due,
            expires_at=due + STALE_AFTER,
        )
        return queue(self.session, letter, now) is not None

    def _due(self, moment: datetime) -> datetime:
        return self.office.school.time.not_quiet(moment)


def worded(office: Office, prompt: Prompt, report: Report) -> str:
    """A question as the family will read it, for the clerk to see first."""
    school, speakers = office.school.facts, office.speakers
    language = report.language if report.language in speakers else next(iter(speakers))
    values: dict[str, Sayable] = {
        "school": school.name,
        "number": school.phone,
        "reference": Spelled(report.reference),
    }
    return speakers[language].write(Notice(prompt, values), Channel.SMS, office.today())


def _on_file(session: Session, report: Report) -> bool:
    found = select(ContactRow.contact_id).where(
        ContactRow.student_id == report.student_id,
        ContactRow.phone == report.from_phone,
        ContactRow.no_contact.is_(False),  # such a number proves nothing, and is told nothing
    )
    return session.scalar(found.limit(1)) is not None


def _absent(report: Report) -> Line:
    kind = report.partial_kind
    return absent(report.dates, PartialDay(Part(kind), report.partial_time) if kind else None)

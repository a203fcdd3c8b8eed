"""The messages that follow a filed form, queued in the transaction that files it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from flows.catalogue import Speaker
from flows.notices import Told, confirmation, dismissal_steps, notice
from flows.reading.roster import Contact, Roster, Student
from flows.scene import Channel
from flows.turn import NamesOnFile, Notice
from ivr.filing import Filing
from school.outbox import Letter, queue
from school.reports import Report, ReportChannel
from school.school_file import School

STALE_AFTER = timedelta(hours=12)  # a notice about this morning does harm tomorrow


def send_confirmations(
    session: Session,
    filing: Filing,
    reports: list[Report],
    roster: Roster,
    school: School,
    speakers: Mapping[str, Speaker],
) -> None:
    """Queue the texts that follow a report: to its maker, and to the students' other contacts."""
    today = filing.today(school)
    post = Post(session, filing, speakers, today)
    students = tuple(roster.students[r.student_id] for r in reports if r.student_id)
    references = tuple(report.reference for report in reports)
    told = Told(filing.answers, references, names_for(students, filing.phone, roster))
    if filing.phone and filing.channel is not ReportChannel.SMS:
        # A text is answered in its own exchange, at once.
        post.put("confirmed", filing.phone, filing.language, confirmation(told, school.facts))
    due = school.time.not_quiet(filing.now)
    for phone, contact in others(students, filing.phone, roster).items():
        theirs = tuple(s for s in students if _has(phone, s, roster))
        names = NamesOnFile(tuple(s.preferred_name or s.first_name for s in theirs))
        language = contact.language if contact.language in speakers else filing.language
        post.put("noticed", phone, language, notice(told, names, school.facts), due)


def send_dismissal_steps(
    session: Session, filing: Filing, school: School, speakers: Mapping[str, Speaker]
) -> None:
    """Queue the text with the steps, for somebody who asked by call for an early dismissal."""
    if filing.phone and filing.channel is not ReportChannel.SMS:
        today = filing.today(school)
        post = Post(session, filing, speakers, today)
        post.put("steps", filing.phone, filing.language, dismissal_steps(school.facts))


@dataclass(frozen=True, slots=True)
class Post:
    """Words a notice and queues it, once for each number and cause."""

    session: Session
    filing: Filing
    speakers: Mapping[str, Speaker]
    today: date

    def put(
        self, cause: str, phone: str, language: str, message: Notice, due: datetime | None = None
    ) -> None:
        """Queue this message to this number."""
        filing = self.filing
        queue(
            self.session,
            Letter(
                dedupe_key=f"{filing.origin}:{cause}:{phone}",
                to_phone=phone,
                language=language,
                body=self.speakers[language].write(message, Channel.SMS, self.today),
                due_at=due,
                expires_at=(due or filing.now) + STALE_AFTER,
            ),
            filing.now,
        )


def names_for(
    students: tuple[Student, ...], phone: str | None, roster: Roster
) -> NamesOnFile | None:
    """The students' names for a text to this number; None unless it is on file for them all."""
    if not students or not all(_has(phone, student, roster) for student in students):
        return None
    return NamesOnFile(tuple(s.preferred_name or s.first_name for s in students))


def others(students: tuple[Student, ...], phone: str | None, roster: Roster) -> dict[str, Contact]:
    """The other numbers on file for these students, each once, with the contact it belongs to."""
    contacts = (c for student in students for c in roster.contacts_of(student.student_id))
    found: dict[str, Contact] = {}
    for contact in contacts:
        if contact.phone and contact.phone != phone:
            found.setdefault(contact.phone, contact)
    return found


def _has(phone: str | None, student: Student, roster: Roster) -> bool:
    return any(c.phone == phone for c in roster.contacts_of(student.student_id) if phone)

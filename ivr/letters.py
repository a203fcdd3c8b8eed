"""The messages that follow a filed form, queued in the transaction that files it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from flows.catalogue import Speaker
from flows.notices import Told, confirmation, dismissal_steps, notice
from flows.reading.roster import Contact, Roster, Student
from flows.scene import Channel
from flows.turn import NamesOnFile, Notice
from ivr.filing import Filing
from school.outbox import Letter, queue_all
from school.reports import Entry, ReportChannel
from school.school_file import School

# Causes, by which a message is found again when it is overtaken.
CONFIRMED, NOTICED = "confirmed", "noticed"
STALE_AFTER = timedelta(hours=12)  # a notice about this morning does harm tomorrow


def send_confirmations(
    connection: Connection,
    filing: Filing,
    entries: list[Entry],
    roster: Roster,
    school: School,
    speakers: Mapping[str, Speaker],
    *,
    tell_others: bool = True,
) -> None:
    """Queue the texts that follow a report: to its maker, and to the students' other contacts."""
    post = Post(filing, speakers, filing.today(school), entries[0].id)
    students = tuple(roster.students[entry.student_id] for entry in entries if entry.student_id)
    references = tuple(entry.reference for entry in entries)
    told = Told(filing.answers, references, names_for(students, filing.phone, roster))
    letters = []
    if filing.phone and filing.channel is not ReportChannel.SMS:
        # A text is answered in its own exchange, at once.
        message = confirmation(told, school.facts)
        letters.append(post.letter(CONFIRMED, filing.phone, filing.language, message))
    if not tell_others:
        queue_all(connection, letters, filing.now)
        return
    due = school.time.not_quiet(filing.now)
    for phone, contact in others(students, filing.phone, roster).items():
        theirs = tuple(s for s in students if _has(phone, s, roster))
        names = NamesOnFile(tuple(s.preferred_name or s.first_name for s in theirs))
        language = contact.language if contact.language in speakers else filing.language
        message = notice(told, names, school.facts)
        letters.append(post.letter(NOTICED, phone, language, message, due))
    queue_all(connection, letters, filing.now)


def send_dismissal_steps(
    connection: Connection,
    filing: Filing,
    entries: list[Entry],
    school: School,
    speakers: Mapping[str, Speaker],
) -> None:
    """Queue the text with the steps, for somebody who asked by call for an early dismissal."""
    if filing.phone and filing.channel is not ReportChannel.SMS:
        post = Post(filing, speakers, filing.today(school), entries[0].id)
        steps = post.letter("steps", filing.phone, filing.language, dismissal_steps(school.facts))
        queue_all(connection, [steps], filing.now)


@dataclass(frozen=True, slots=True)
class Post:
    """Words messages, one for each number and cause."""

    filing: Filing
    speakers: Mapping[str, Speaker]
    today: date
    report: int | None = None  # that the messages are about; the first of several

    def letter(
        self, cause: str, phone: str, language: str, message: Notice, due: datetime | None = None
    ) -> Letter:
        """This message to this number."""
        filing = self.filing
        return Letter(
            dedupe_key=f"{filing.origin}:{cause}:{phone}",
            to_phone=phone,
            language=language,
            body=self.speakers[language].write(message, Channel.SMS, self.today),
            report_id=self.report,
            due_at=due,
            expires_at=(due or filing.now) + STALE_AFTER,
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

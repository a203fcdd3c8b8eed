"""Notes that families owe: when each is due, the reminders of it, and what has lapsed.

A report whose reason asks for a note (`note_required`: a religious holiday, at the first school)
owes one from the moment it is made until somebody enters that the note is in. The due date follows
from the days of the absence and from the school file, so it moves when staff correct the days.
Nothing here changes excused to unexcused: only a person does that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from msgspec.structs import replace
from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.desk_notices import note_reminder
from flows.reading.calendar import SchoolCalendar
from flows.scene import Channel
from school import decisions
from school.database import Database
from school.decisions import Change, Decision, Deed
from school.dismissal_file import Notes
from school.outbox import Letter, queue
from school.people import StudentRow
from school.release_letters import How, Post
from school.release_rules import is_parent
from school.releases import on_file
from school.report_facts import facts_of
from school.reports import Report, Status
from school.school_file import School

STANDS = (Status.PENDING, Status.CONFIRMED)
STALE_AFTER = timedelta(hours=12)
ONE_DAY = timedelta(days=1)
LOOKED_BACK = timedelta(days=400)  # a school year, and the summer


class State(StrEnum):
    """How it stands with a note."""

    OPEN = "open"
    TODAY = "today"  # due today
    LAPSED = "lapsed"  # the day is over: staff decide what follows


class Proof(StrEnum):
    """How a note came in."""

    PAPER = "paper"
    SCAN = "scan"
    PHOTO = "photo"  # by text


@dataclass(frozen=True, slots=True)
class Owed:
    """One note that is not in yet."""

    report: Report
    student: StudentRow
    due: date
    state: State


def due_day(days: Sequence[date], calendar: SchoolCalendar, rules: Notes) -> date:
    """The day on which the note for these days is due: a school day, while the year has any."""
    due = max(days)
    for _ in range(rules.due_after):
        due = calendar.next_school_day(due) or due
    return due


def reminder_day(due: date, calendar: SchoolCalendar, rules: Notes) -> date:
    """The day of the first reminder; the day itself, where the school file wants only that."""
    day = due
    for _ in range(rules.remind_before):
        before = calendar.school_days(calendar.first_day, day - ONE_DAY)
        day = before[-1] if before else day
    return day


def owed(session: Session, today: date, school: School) -> Sequence[Owed]:
    """The notes that are not in yet, the longest due first."""
    rows = session.execute(
        select(Report, StudentRow)
        .join(StudentRow, StudentRow.student_id == Report.student_id)
        .where(
            Report.note_required,
            Report.note_received.is_(False),
            Report.excused.is_distinct_from(False),
            Report.status.in_(STANDS),
            Report.created_at >= datetime.combine(today, time.min, school.time.zone) - LOOKED_BACK,
        )
        .order_by(Report.id)
    )
    found = [_owed(report, student, today, school) for report, student in rows if report.dates]
    return sorted(found, key=lambda note: note.due)


def remind(database: Database, post: Post) -> int:
    """Remind the families whose note is due soon, or today; each once. How many there were.

    Runs every morning. What falls into the quiet hours waits for their end.
    """
    with database.begin() as session:
        letters = [
            letter
            for note in owed(session, post.today, post.school)
            for letter in _reminder(session, note, post)
        ]
        return sum(queue(session, letter, post.now) is not None for letter in letters)


def receive(session: Session, report: Report, proof: Proof, deed: Deed) -> Decision | None:
    """The note is in; None where that was entered before."""
    return decisions.note_received(session, report, deed, proof)


def leave_unexcused(
    session: Session, report: Report, school: School, deed: Deed
) -> Decision | None:
    """A person decides that an absence without its note is not excused.

    Raises:
        Overtaken: somebody else changed the report meanwhile, or has it open.
    """
    change = Change(replace(facts_of(report), excused=False))
    return decisions.correct(session, report, change, school.facts, deed)


def _owed(report: Report, student: StudentRow, today: date, school: School) -> Owed:
    due = due_day(report.dates, school.time.calendar, school.notes)
    state = State.TODAY if due == today else State.LAPSED if due < today else State.OPEN
    return Owed(report, student, due, state)


def _reminder(session: Session, note: Owed, post: Post) -> Sequence[Letter]:
    """The reminder for today, to one number; none on other days, or where nobody has a number."""
    first = reminder_day(note.due, post.school.time.calendar, post.school.notes)
    if post.today not in (first, note.due):
        return ()
    to = _whom(session, note.report, post.school)
    if to is None:
        return ()
    report, student = note.report, note.student
    name = student.preferred_name or student.first_name
    notice = note_reminder(name, report.dates, note.due, post.school.facts)
    language = post.language(to.language, How.TEXT)
    due_at = post.school.time.not_quiet(post.now)
    letter = Letter(
        dedupe_key=f"report:{report.id}:note:{note.due}:{post.today}",
        to_phone=to.phone,
        language=language,
        body=post.speakers[language].write(notice, Channel.SMS, post.today),
        report_id=report.id,
        contact_id=to.contact_id,
        due_at=due_at,
        expires_at=due_at + STALE_AFTER,
    )
    return (letter,)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is reminded, and in which language."""

    phone: str
    language: str
    contact_id: str


def _whom(session: Session, report: Report, school: School) -> Addressee | None:
    """Who reported it, from a number on file; else the first parent or guardian with a number."""
    assert report.student_id is not None  # noqa: S101  (a note is owed for a known student)
    contacts = [c for c in on_file(session, report.student_id) if c.phone and not c.no_contact]
    for contact in contacts:
        if contact.phone == report.from_phone:
            return Addressee(contact.phone or "", report.language, contact.contact_id)
    parents = [c for c in contacts if is_parent(c, school.dismissal.parents)]
    for contact in parents:
        return Addressee(contact.phone or "", contact.language, contact.contact_id)
    return None

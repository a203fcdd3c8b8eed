"""A filled form to the school's reports: one for each student, with what the number proves."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from flows.answers import Answers, StudentAnswer
from flows.reading.relationships import counts_as
from flows.reading.roster import Contact, Roster, Student
from flows.reading.values import Part, Relationship
from flows.scene import who_fit
from school.reports import Draft, Entry, Flag, ReportChannel, Status, Verification, enter
from school.school_file import School

MARK_LENGTH = 24
ADULT = 18  # at which a student may speak for himself

# A caller ID that the network found to be wrong begins with this (STIR/SHAKEN).
FAILED = "TN-Validation-Failed"


@dataclass(frozen=True, slots=True)
class Filing:
    """One form to be filed, and all that is known of the call or text it comes from."""

    answers: Answers
    origin: str  # what made these reports: the same filing never makes a second set
    status: Status
    channel: ReportChannel
    language: str
    phone: str | None
    verstat: str | None
    call_sid: str | None
    message_sid: str | None
    transcript: str | None
    now: datetime
    flags: tuple[Flag, ...] = ()

    def today(self, school: School) -> date:
        """The school's day."""
        return school.time.local(self.now).date()


def origin_of(provider_id: str) -> str:
    """What the reports of a conversation come from, by the carrier's id of it.

    Not by our own number: once a conversation is forgotten, SQLite gives its number to another,
    whose reports would be taken for those that are there already.
    """
    return f"conversation:{sha256(provider_id.encode()).hexdigest()[:MARK_LENGTH]}"


def file(session: Session, filing: Filing, roster: Roster, school: School) -> list[Entry]:
    """Write a report for each student of the form; one without a student where none was named."""
    named = filing.answers.students or (StudentAnswer(),)
    drafts = (draft(filing, student, n, roster, school) for n, student in enumerate(named))
    return [enter(session, one, filing.now) for one in drafts]


def draft(
    filing: Filing, named: StudentAnswer, ordinal: int, roster: Roster, school: School
) -> Draft:
    """One student's report."""
    answers = filing.answers
    student = roster.students.get(named.student_id or "")
    contacts = contacts_with(student, filing.phone, roster)
    proof = verification(student, contacts, filing.phone, filing.today(school))
    reason = school.facts.reason(answers.reason) if answers.reason else None
    part = answers.partial_day
    callers = who_fit(contacts, answers.caller_name, answers.relationship)
    by_file = callers[0] if student and len(callers) == 1 else None
    return Draft(
        origin=f"{filing.origin}:{ordinal}",
        status=filing.status,
        channel=filing.channel,
        language=filing.language,
        verification=proof,
        from_phone=filing.phone,
        student_id=student.student_id if student else None,
        student_as_heard=as_heard(named),
        days=answers.days,
        partial_kind=part.kind if part else None,
        partial_time=part.at if part else None,
        reason_category=reason.code if reason else "unknown",
        reason_text=answers.reason_said,
        excused=reason.excused if reason else None,
        note_required=reason.note_required if reason else False,
        reporter_name=answers.caller_name or _name(student, by_file, answers),
        relationship=_relationship(answers, by_file),
        flags=(
            *filing.flags,
            *flags(
                filing,
                student,
                proof,
                school,
                known=by_file is not None,
                own_number=belongs_to_student(contacts),
            ),
        ),
        transcript=filing.transcript,
        call_sid=filing.call_sid,
        message_sid=filing.message_sid,
    )


def contacts_with(student: Student | None, phone: str | None, roster: Roster) -> list[Contact]:
    """The student's contacts with this number, of whom a couple makes two.

    While it is not known which student is meant, all contacts with the number.
    """
    found = roster.contacts_at(phone)
    return [c for c in found if student is None or c.student_id == student.student_id]


def verification(
    student: Student | None, contacts: list[Contact], phone: str | None, today: date
) -> Verification:
    """What the number proves of this student, on this day at the school."""
    if phone is None:
        return Verification.WITHHELD
    if any(counts_as(c.relationship) is not Relationship.SELF for c in contacts):
        return Verification.LISTED
    if student and contacts and student.age_on(today) >= ADULT:
        return Verification.ADULT_STUDENT
    return Verification.UNLISTED


def belongs_to_student(contacts: list[Contact]) -> bool:
    """Whether the file has this number as the student's own, and nobody else's."""
    return bool(contacts) and all(
        counts_as(contact.relationship) is Relationship.SELF for contact in contacts
    )


def as_heard(named: StudentAnswer) -> str | None:
    """What the family gave to tell who it is, for staff."""
    keys = (("number", named.number), ("letters", named.letters), ("birthday", named.birthday))
    given: list[str] = [named.as_said] if named.as_said else []
    given += [f"[{what} {pressed}]" for what, pressed in keys if pressed]
    return " ".join(given) or None


def flags(
    filing: Filing,
    student: Student | None,
    proof: Verification,
    school: School,
    *,
    known: bool,
    own_number: bool,
) -> tuple[Flag, ...]:
    """Why a person should look at this report.

    `known`: the file tells who called; `own_number`: it is the student's own telephone.
    """
    answers, part = filing.answers, filing.answers.partial_day
    by_self = answers.relationship is Relationship.SELF or own_number
    named = known or by_self or (answers.caller_name and answers.relationship)
    minor = student is not None and student.age_on(filing.today(school)) < ADULT
    unlisted = proof in (Verification.UNLISTED, Verification.WITHHELD)
    return tuple(
        flag
        for flag, holds in (
            (Flag.STUDENT_NOT_MATCHED, student is None),
            (Flag.UNLISTED_CALLER, unlisted),
            (Flag.CALLER_NOT_NAMED, not named),
            (Flag.LOW_CONFIDENCE, answers.unsure),
            (Flag.REASON_UNKNOWN, answers.reason is None),
            (Flag.END_DATE_UNKNOWN, answers.open_end),
            (Flag.TIME_UNKNOWN, part is not None and part.kind is Part.LATE and part.at is None),
            (Flag.EARLY_DISMISSAL_REQUEST, part is not None and part.kind is Part.EARLY),
            (Flag.MINOR_REPORTS, by_self and minor),
            (Flag.LATE_REPORT, school.time.after_cut_off(filing.now, answers.days)),
            (Flag.CALLER_ID_FAILED, (filing.verstat or "").startswith(FAILED)),
            (
                Flag.NEEDS_QUALIFYING_REPORT,
                filing.channel is ReportChannel.SMS and not school.facts.text_counts,
            ),
        )
        if holds
    )


def _name(student: Student | None, contact: Contact | None, answers: Answers) -> str | None:
    if answers.relationship is Relationship.SELF and student is not None:
        return f"{student.first_name} {student.last_name}".strip()
    return contact.name if contact else None


def _relationship(answers: Answers, contact: Contact | None) -> Relationship:
    if answers.relationship is not None:
        return answers.relationship
    return counts_as(contact.relationship) if contact else Relationship.UNKNOWN

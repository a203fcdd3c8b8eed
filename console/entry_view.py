"""One report with all that stands beside it on its page, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from console import entry_form, evidence, lookups, near, words
from console.chosen import Chosen
from console.entry_form import Rules, Typed
from console.entry_history import Act, act_view, facts_in_words
from console.entry_rules import rule_of, rules_of
from console.evidence import Piece
from console.letters import worded
from console.office import Office
from console.report_view import MessageView, ReportView, full_name, message_view, report_view
from console.searches import searched
from console.words import Badge
from flows import letter_wording
from flows.reading.values import Part
from recordings.voicemails import Voicemail
from school import decisions
from school.holds import Held
from school.outbox import Message
from school.people import ContactRow, StudentRow
from school.report_facts import WAITING, Facts, snapshot
from school.reports import Report, Status

MOST_NEAR = 5
MOST_OTHERS = 12


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody on file for the student, and what they were sent for this report."""

    name: str
    relationship: str
    phone: str | None
    language: str
    on_emergency_form: bool
    reported: bool  # the report came from this number
    orders: tuple[Badge, ...]  # of a court: no contact, limits of custody
    no_contact: bool
    custody: str | None  # the terms, in the school's words
    messages: tuple[MessageView, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Another report of the student."""

    id: int
    reference: str
    status: Badge
    days: tuple[str, ...]
    reason: str
    reported_by: str
    created_at: datetime
    same_day: bool
    can_join: bool  # with this one, in one click


@dataclass(frozen=True, slots=True)
class Entry:
    """The whole page."""

    report: ReportView
    pieces: tuple[tuple[Piece, ...], ...]
    typed: Typed
    mark: str
    understood: Mapping[str, str]
    corrected: bool
    hints: Mapping[str, str]  # beside a field: what the line understood, or what holds now
    rule: str
    unsaved: Mapping[str, str]  # what somebody typed that was not saved, by its field's label
    contacts: tuple[Contact, ...]
    letters: tuple[MessageView, ...]  # to nobody on file
    others: tuple[Other, ...]
    absent_days: int
    acts: tuple[Act, ...]
    candidates: tuple[str, ...]
    voicemail: Voicemail | None
    held: Held | None
    waiting: bool
    editable: bool
    can_undo: bool
    joined_to: int | None
    questions: Mapping[str, str]  # what the family may be asked, as it will read it
    next: int | None
    before: int | None
    left: int

    @property
    def barred(self) -> tuple[Badge, ...]:
        """The court orders on whoever's number it came from."""
        return tuple(badge for one in self.contacts if one.reported for badge in one.orders)

    @property
    def same_day(self) -> tuple[Other, ...]:
        """The student's other reports for one of these days: possible duplicates."""
        return tuple(other for other in self.others if other.same_day)

    @property
    def earlier(self) -> tuple[Other, ...]:
        """The student's other reports of this year."""
        return tuple(other for other in self.others if not other.same_day)

    @property
    def early(self) -> bool:
        """A wish to leave early: there is nothing to confirm but that it was seen."""
        return self.typed.part == Part.EARLY


def entry(
    session: Session,
    office: Office,
    row: tuple[Report, StudentRow | None],
    chosen: Chosen,
    held: Held | None,
    typed: Typed | None = None,
) -> Entry:
    """The page of this report. `typed`: what somebody left in the fields, and was not saved."""
    report, student = row
    wanted = searched(chosen, office)
    reads, rules = office.reader(), rules_of(office)
    acts = decisions.history(session, report.id)
    now_so = snapshot(report)
    made = decisions.understood(report, acts)
    stands = fields_of(session, now_so.facts, rules)
    first = fields_of(session, made.facts, rules)
    fields = typed or stands
    messages = lookups.messages_for(session, report.id)
    contacts = lookups.contacts_of(session, report.student_id)
    others = lookups.others_of(session, report, year_began(office))
    health = reads.sees_health
    return Entry(
        report=report_view(report, student, reads),
        pieces=evidence.pieces(report, office.background(report.created_at)) if health else (),
        typed=fields,
        mark=now_so.mark,
        understood=facts_in_words(made.facts, office),
        corrected=made.facts != now_so.facts,
        hints=_hints(fields, stands, first, saved=typed is None),
        rule=rule_of(fields.reason, office),
        unsaved=_unsaved(fields, stands),
        contacts=tuple(_contact(one, report, messages, office) for one in contacts),
        letters=tuple(
            message_view(m, c, reads) for m, c in messages if not _is_on_file(m, contacts)
        ),
        others=tuple(_other(one, report, office) for one in others[:MOST_OTHERS]),
        absent_days=_absent_days(others),
        acts=tuple(act_view(act, office) for act in acts),
        candidates=_candidates(fields, report, rules),
        voicemail=lookups.recordings_of(session, [report.id]).get(report.id),
        held=held,
        waiting=report.status in WAITING,
        editable=report.status in (*WAITING, Status.CONFIRMED) and held is None,
        can_undo=decisions.to_undo(session, report, office.clock()) is not None,
        joined_to=report.joined_to,
        questions={
            code: worded(office, p, report) for code, p in letter_wording.ASK_FAMILY.items()
        },
        next=lookups.next_waiting(session, wanted, report.id),
        before=lookups.before_waiting(session, wanted, report.id),
        left=lookups.how_many(session, lookups.Wanted(statuses=WAITING)),
    )


def fields_of(session: Session, facts: Facts, rules: Rules) -> Typed:
    """These facts as they stand in the fields."""
    student = rules.roster.students.get(facts.student_id or "")
    fields = entry_form.shown(facts, student, rules)
    if student is None and facts.student_id:  # left the school since
        row = session.get(StudentRow, facts.student_id)
        name = f"{full_name(row)}, {row.student_id}" if row else facts.student_id
        return replace(fields, student=name)
    return fields


def year_began(office: Office) -> datetime:
    """When the school year began."""
    return datetime.combine(office.school.time.calendar.first_day, time(), office.school.time.zone)


def _hints(fields: Typed, stands: Typed, made: Typed, *, saved: bool) -> dict[str, str]:
    """Beside a field: what holds now, where something else was typed; else what was understood."""
    found = {}
    for name in ("student", "days", "at", "reporter"):
        now, first = getattr(stands, name), getattr(made, name)
        if not saved and getattr(fields, name) != now:
            found[name] = f"On record now: {now or 'nothing'}"
        elif first != now:
            found[name] = f"The line understood: {first or 'nothing'}"
    return found


LABELS = {
    "student": "Student",
    "days": "Absent on",
    "at": "Time",
    "reporter": "Reported by",
}


def _unsaved(fields: Typed, stands: Typed) -> dict[str, str]:
    """What was typed and is not what holds."""
    return {
        said: getattr(fields, name)
        for name, said in LABELS.items()
        if getattr(fields, name) != getattr(stands, name)
    }


def _candidates(fields: Typed, report: Report, rules: Rules) -> tuple[str, ...]:
    """Students near what was typed, or near what was heard where nobody is chosen."""
    said = (report.student_as_heard or "").partition("[")[0]
    text = fields.student or ("" if report.student_id else said)
    if not text or near.named(rules.roster, fields.student):
        return ()
    return tuple(near.label(student) for student in near.near(rules.roster, text, MOST_NEAR))


def _is_on_file(message: Message, contacts: Sequence[ContactRow]) -> bool:
    return any(_went_to(message, contact) for contact in contacts)


def _went_to(message: Message, contact: ContactRow) -> bool:
    return message.to_phone == contact.phone


def _contact(
    contact: ContactRow,
    report: Report,
    messages: Sequence[tuple[Message, ContactRow | None]],
    office: Office,
) -> Contact:
    reads = office.reader()
    return Contact(
        name=contact.name,
        relationship=contact.relationship,
        phone=contact.phone,
        language=words.language(contact.language),
        on_emergency_form=contact.on_emergency_form,
        reported=contact.phone is not None and contact.phone == report.from_phone,
        orders=tuple(
            badge
            for badge, holds in (
                (words.NO_CONTACT, contact.no_contact),
                (words.CUSTODY, contact.custody),
            )
            if holds
        ),
        no_contact=contact.no_contact,
        custody=contact.custody,
        messages=tuple(
            message_view(message, contact, reads)
            for message, _ in messages
            if _went_to(message, contact)
        ),
    )


def _other(other: Report, report: Report, office: Office) -> Other:
    view = report_view(other, None, office.reader())
    same = bool(set(other.dates) & set(report.dates)) and other.partial_kind != Part.EARLY
    counts = all(one.status in (*WAITING, Status.CONFIRMED) for one in (other, report))
    return Other(
        id=other.id,
        reference=view.reference,
        status=view.status,
        days=view.days,
        reason=view.reason,
        reported_by=view.reported_by,
        created_at=other.created_at,
        same_day=same,
        can_join=same and counts,
    )


def _absent_days(others: Sequence[Report]) -> int:
    days: set[date] = set()
    for other in others:
        if other.status == Status.CONFIRMED and other.partial_kind is None:
            days.update(other.dates)
    return len(days)

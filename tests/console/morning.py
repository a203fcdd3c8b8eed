"""A morning of many reports for the demo roster: calls, texts and voicemails, certain and not."""

from datetime import datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.database import Database
from school.people import ContactRow, StudentRow
from school.reports import Draft, Flag, Report, ReportChannel, Status, Verification, write
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, read_folder

SAID = (
    (
        "illness",
        "she has a fever",
        "Hello, this is {who}, {student}'s mother. She has a fever today.",
    ),
    ("family_emergency", "a family emergency", "{student} is out today, family emergency."),
    ("illness", "stomach flu", "Hi, {student} won't be in today. Stomach flu. This is {who}."),
    ("religious_holiday", "religious holiday", "{student} is out today for a religious holiday."),
    ("illness", "tiene fiebre", "Soy {who}. {student} tiene fiebre y no va a ir hoy."),
    ("unknown", None, "{student} will not be coming today."),
)
GABY = "61240424"  # of the demo roster
GABYS: dict[str, Any] = {"from_phone": "+13315550111", "student_id": GABY}
CHANNELS = (ReportChannel.PHONE, ReportChannel.SMS, ReportChannel.PHONE, ReportChannel.VOICEMAIL)


def add_demo_roster(session: Session, now: datetime) -> None:
    """The demo school's students and contacts."""
    import_roster(session, read_folder(Path(DEMO_FOLDER), now.date()), now)


def add_reports(session: Session, now: datetime, many: int, *, complete: bool = False) -> None:
    """So many pending reports, the last just now; `complete`: none lacks a reason."""
    people = session.execute(
        select(StudentRow, ContactRow)
        .join(ContactRow, ContactRow.student_id == StudentRow.student_id)
        .where(ContactRow.order == 1)
        .order_by(StudentRow.student_id)
    ).all()
    for n, (student, contact) in enumerate(islice(cycle(people), many)):
        ordinal = n // 5 * 6 + n % 5 if complete else n  # the sixth saying gives none
        add_one(session, student, contact, ordinal, now - timedelta(seconds=20 * (many - n)))


def add_another(session: Session, now: datetime, n: int, **facts: Any) -> int:
    """One more report, just now; its number."""
    student = session.scalars(select(StudentRow).order_by(StudentRow.student_id)).first()
    contact = session.scalars(select(ContactRow).order_by(ContactRow.contact_id)).first()
    assert student is not None
    assert contact is not None
    report = add_one(session, student, contact, n, now)
    for name, value in facts.items():
        setattr(report, name, value)
    return report.id


def add_one(
    session: Session, student: StudentRow, contact: ContactRow, n: int, at: datetime
) -> Report:
    """One report; every fifth asks for a closer look."""
    reason, words, said = SAID[n % len(SAID)]
    called = student.preferred_name or student.first_name
    doubtful = n % 5 == 4
    flags = (Flag.UNLISTED_CALLER, Flag.CALLER_NOT_NAMED) if doubtful else ()
    unknown = (Flag.REASON_UNKNOWN,) if reason == "unknown" else ()
    draft = Draft(
        origin=f"morning:{n}",
        status=Status.PENDING,
        channel=CHANNELS[n % len(CHANNELS)],
        language="es" if "fiebre" in said else "en",
        verification=Verification.UNLISTED if doubtful else Verification.LISTED,
        from_phone="+13125550144" if doubtful else contact.phone,
        student_id=student.student_id,
        student_as_heard=f"{called} {student.last_name}",
        days=(at.date(),),
        reason_category=reason,
        reason_text=words,
        excused=None if reason == "unknown" else True,
        note_required=reason == "religious_holiday",
        reporter_name=None if doubtful else contact.name,
        relationship="unknown" if doubtful else "mother",
        flags=(*flags, *unknown),
        transcript=said.format(who=contact.name, student=f"{called} {student.last_name}"),
        call_sid=f"CA{n:032d}",
    )
    return write(session, draft, at)


def statuses(database: Database) -> list[str]:
    """What has become of each report, in the order they came."""
    with database.reading() as session:
        return list(session.scalars(select(Report.status).order_by(Report.id)))

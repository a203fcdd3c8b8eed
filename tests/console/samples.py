"""Two students of an invented family, and a report of every kind."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from school.people import ContactRow, StudentRow
from school.reports import Draft, Flag, Report, ReportChannel, Status, Verification, write

TUESDAY = date(2026, 11, 24)
GABY = "61240424"
ANDRES = "61930044"
MOTHERS_PHONE = "+17735550111"

ORDINARY: Mapping[str, Any] = {
    "status": Status.PENDING,
    "channel": ReportChannel.PHONE,
    "language": "en",
    "verification": Verification.LISTED,
    "from_phone": MOTHERS_PHONE,
    "student_id": GABY,
    "student_as_heard": "Gaby",
    "days": (TUESDAY,),
    "reason_category": "illness",
    "reason_text": "she has a fever",
    "excused": True,
    "reporter_name": "Alicia Villa",
    "relationship": "mother",
    "transcript": "Gaby has a fever and stays at home.",
    "call_sid": "CA00000000000000000000000000000001",
}

KINDS: Mapping[str, Mapping[str, Any]] = {
    "ordinary": {},
    "unknown student": {
        "student_id": None,
        "student_as_heard": "Gabriel Alvorado",
        "verification": Verification.UNLISTED,
        "from_phone": "+13125550144",
        "relationship": "unknown",
        "reporter_name": None,
        "flags": (Flag.STUDENT_NOT_MATCHED, Flag.UNLISTED_CALLER, Flag.CALLER_NOT_NAMED),
    },
    "late": {
        "partial_kind": "late",
        "partial_time": time(9, 30),
        "reason_category": "other_unexcused",
        "reason_text": "the bus did not come",
        "excused": False,
        "channel": ReportChannel.SMS,
        "call_sid": None,
        "message_sid": "SM00000000000000000000000000000001",
    },
    "leaving early": {"partial_kind": "early", "flags": (Flag.EARLY_DISMISSAL_REQUEST,)},
    "nothing heard": {
        "student_id": None,
        "student_as_heard": None,
        "status": Status.INCOMPLETE,
        "verification": Verification.WITHHELD,
        "from_phone": None,
        "days": (),
        "reason_category": "unknown",
        "reason_text": None,
        "excused": None,
        "reporter_name": None,
        "relationship": "unknown",
        "transcript": None,
        "flags": (Flag.NOTHING_HEARD,),
    },
    "religious holiday": {
        "student_id": ANDRES,
        "student_as_heard": "Andrés",
        "days": tuple(date(2026, 12, day) for day in (7, 8, 9, 10, 11, 14)),
        "reason_category": "religious_holiday",
        "reason_text": "una fiesta religiosa",
        "note_required": True,
        "language": "es",
        "status": Status.CONFIRMED,
        "channel": ReportChannel.VOICEMAIL,
    },
    "rejected": {"status": Status.REJECTED, "channel": ReportChannel.WEB},
    "withdrawn": {"status": Status.CANCELLED, "channel": ReportChannel.NOTE},
    "joined": {"status": Status.DUPLICATE, "channel": ReportChannel.STAFF},
    "every flag": {
        "verification": Verification.ADULT_STUDENT,
        "relationship": "self",
        "reporter_name": "Gabriela Alvarado",
        "flags": tuple(flag for flag in Flag if flag != Flag.POSSIBLE_DUPLICATE),
    },
}


def add_roster(session: Session) -> None:
    """Gaby, whose mother is on file, and Andrés."""
    for student_id, first, last, preferred in (
        (GABY, "Gabriela", "Alvarado", "Gaby"),
        (ANDRES, "Andrés", "Barajas", None),
    ):
        session.add(
            StudentRow(
                student_id=student_id,
                first_name=first,
                last_name=last,
                preferred_name=preferred,
                grade=10,
                birth_date=date(2011, 1, 26),
                heard_as=[],
            )
        )
    session.flush()
    session.add(
        ContactRow(
            contact_id="K0001",
            student_id=GABY,
            name="Alicia Villa",
            relationship="mother",
            phone=MOTHERS_PHONE,
            email=None,
            language="es",
            on_emergency_form=True,
            order=1,
        )
    )


def report(session: Session, now: datetime, kind: str = "ordinary", **facts: Any) -> int:
    """Write a report of this kind, with some facts changed; its number."""
    before = session.scalar(select(func.count(Report.id)))
    draft = Draft(origin=f"test:{before}", **{**ORDINARY, **KINDS[kind], **facts})
    return write(session, draft, now).id

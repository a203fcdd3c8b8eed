"""Spellings that the recogniser makes of a name again and again: taught by staff, once each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.audit import note
from school.decisions import Decision, Kind
from school.people import StudentRow, raise_roster_version
from school.report_facts import Snapshot
from school.reports import Report

LONGEST = 40
MOST_TAUGHT = 12  # of one student; more would fit half the school
MOST_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Correction:
    """What was heard, and whom staff found it to be."""

    heard: str
    student: StudentRow


def corrections(session: Session) -> Sequence[Correction]:
    """The latest corrections of a student, each once, but for those taught already."""
    rows = session.execute(
        select(Decision, Report.student_as_heard)
        .join(Report, Report.id == Decision.report_id)
        .where(
            Decision.kind.in_((Kind.CONFIRMED, Kind.CORRECTED)),
            Report.student_as_heard.is_not(None),
        )
        .order_by(Decision.id.desc())
        .limit(MOST_LOOKED_AT)
    )
    found: dict[tuple[str, str], Correction] = {}
    for act, as_heard in rows:
        before = Snapshot.read(act.before).facts.student_id
        after = Snapshot.read(act.after).facts.student_id
        heard = (as_heard or "").partition("[")[0].strip()
        if after is None or before == after or not heard or (heard, after) in found:
            continue
        student = session.get_one(StudentRow, after)
        if not _known(student, heard):
            found[heard, after] = Correction(heard, student)
    return tuple(found.values())


def teach(session: Session, student_id: str, spelling: str, who: str, now: datetime) -> bool:
    """Let the line know this spelling of the student's first name; False where it cannot be."""
    spelling = " ".join(spelling.split())[:LONGEST]
    student = session.get(StudentRow, student_id, with_for_update=True)
    if student is None or not spelling or not spelling.isprintable():
        return False
    if spelling in student.heard_as or len(student.heard_as) >= MOST_TAUGHT:
        return False
    student.heard_as = [*student.heard_as, spelling]
    raise_roster_version(session, now)
    note(session, now, who, "taught a spelling", f"student:{student_id}")
    return True


def forget(session: Session, student_id: str, spelling: str, who: str, now: datetime) -> bool:
    """Take a spelling back; False where there is none such."""
    student = session.get(StudentRow, student_id, with_for_update=True)
    if student is None or spelling not in student.heard_as:
        return False
    student.heard_as = [known for known in student.heard_as if known != spelling]
    raise_roster_version(session, now)
    note(session, now, who, "forgot a spelling", f"student:{student_id}")
    return True


def _known(student: StudentRow, heard: str) -> bool:
    """Whether the name is the student's as it stands, or was taught."""
    folded = heard.casefold()
    full = f"{student.first_name} {student.last_name}".casefold()
    taught = [*student.heard_as, student.preferred_name or ""]
    return folded == full or any(known and known.casefold() in folded for known in taught)

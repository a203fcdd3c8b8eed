"""Students who are no longer in the school's files, and whom no record names.

Who left stays while a report, a release or somebody at the desk names them. The others go a month
after: until then the next import puts right one that was cut short.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from school.people import StudentRow
from school.pickups import Pickup
from school.releases import Release
from school.reports import Report
from school.retention import AT_ONCE, prove

RECORDS = (Report, Release, Pickup)  # that name a student
KEPT_FOR = timedelta(days=30)


def forget_leavers(session: Session, now: datetime) -> int:
    """Delete some of the students who left long enough ago, with their contacts if any are left.

    Args:
        session: to write in.
        now: the time. Aware.

    Returns:
        How many went; call again until there are none.
    """
    before = now - KEPT_FOR
    named = or_(
        *(
            select(record.student_id).where(record.student_id == StudentRow.student_id).exists()
            for record in RECORDS
        )
    )
    chosen = session.scalars(
        select(StudentRow.student_id).where(StudentRow.left_at < before, ~named).limit(AT_ONCE)
    ).all()
    session.execute(delete(StudentRow).where(StudentRow.student_id.in_(chosen)))
    prove(session, now, "students", len(chosen), before)
    return len(chosen)

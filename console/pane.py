"""The list beside a report: those around it, in the order of the list that it was opened from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from console import lookups, words
from console.access import reader
from console.chosen import Chosen
from console.lookups import Beside
from console.office import Office
from console.report_view import flag_badge, reason_shown
from console.searches import searched
from console.words import Badge
from school import holds
from school.report_facts import WAITING
from school.reports import Flag, Status

BEFORE = 5
SHOWN = 24
HARMLESS = {Flag.LATE_REPORT}  # says when it came in, and asks nothing
SAID_BY_THE_NAME = {Flag.STUDENT_NOT_MATCHED}  # "Which student?" stands in its place


@dataclass(frozen=True, slots=True)
class PaneLine:
    """One report in the list beside another."""

    id: int
    url: str
    student: str | None
    as_heard: str | None
    grade: int | None
    reason: str
    at: datetime
    status: Badge | None  # None where it waits, as the list says
    asks: Badge | None  # the first question it leaves open
    more: int  # questions besides
    held_by: str | None


def pane(session: Session, office: Office, chosen: Chosen, here: int) -> tuple[PaneLine, ...]:
    """The lines around this report."""
    held = holds.open_now(session, office.clock())
    rows = lookups.around(session, searched(chosen, office), here, BEFORE, SHOWN)
    return tuple(_line(row, chosen, office, held) for row in rows)


def _line(row: Beside, chosen: Chosen, office: Office, held: Mapping[int, str]) -> PaneLine:
    waiting = row.status in WAITING
    asking = [code for code in row.flags if code not in HARMLESS | SAID_BY_THE_NAME]
    flags = [flag_badge(code) for code in asking] if waiting else []
    who = held.get(row.id)
    return PaneLine(
        id=row.id,
        url=chosen.to_report(row.id),
        student=f"{row.first_name} {row.last_name}".strip() if row.first_name else None,
        as_heard=row.as_heard,
        grade=row.grade,
        reason=reason_shown(row.reason_category, row.excused, office.reader()),
        at=row.created_at,
        status=None if row.status == Status.PENDING else words.STATUSES[Status(row.status)],
        asks=flags[0] if flags else None,
        more=max(0, len(flags) - 1),
        held_by=who if who != reader().email else None,
    )

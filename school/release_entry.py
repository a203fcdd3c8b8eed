"""What the desk enters about a release, and whether each field of it can be.

Who may leave, and with whom, is decided by `school.release_rules`; `school.releases` keeps it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from school.days import SchoolTime
from school.dismissal_file import Dismissal
from school.release_rules import Asked, NotReleased

SLOW_CLOCK = timedelta(minutes=2)  # a desk's clock may be ahead of ours by this much
LONGEST_SIGNATURE = 20_000
SIGNATURE = re.compile(r"M[0-9]{1,4} [0-9]{1,4}( [ML][0-9]{1,4} [0-9]{1,4})*")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who stands at the desk, when, and the school's rules. `seen`: the mark of the page."""

    who: str
    now: datetime
    time: SchoolTime
    rules: Dismissal
    admin: bool = False
    seen: str | None = None

    @property
    def today(self) -> date:
        """The day at the school."""
        return self.time.local(self.now).date()


@dataclass(frozen=True, slots=True)
class Leaving:
    """What the desk enters when a student leaves."""

    form_key: str
    student_id: str
    asked: Asked
    reason: str
    left_at: time | None = None  # of today; None: now
    expected_back: time | None = None
    relationship: str = ""  # of somebody not on the form
    texted: bool = False
    swiped: bool = False
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the desk enters when a student stays."""

    form_key: str
    student_id: str
    person: str
    reason: str
    details: str = ""


def time_out(typed: time | None, desk: Desk) -> datetime:
    """The moment that a time of today names; now, where none is typed.

    Raises:
        NotReleased: it lies ahead, or the clocks jumped over it.
    """
    if typed is None:
        return desk.now
    moment = datetime.combine(desk.today, typed, desk.time.zone)
    found = moment.astimezone(UTC)
    if found.astimezone(desk.time.zone).time() != typed:
        raise NotReleased("The clocks went forward over that time today. Enter another.", "at")
    if found > desk.now + SLOW_CLOCK:
        now = desk.time.local(desk.now)
        raise NotReleased(
            f"That time is still ahead: it is {now:%H:%M}. Enter the time at which it happened.",
            "at",
        )
    return min(found, desk.now)


def back_time(typed: time | None, left_at: datetime, desk: Desk) -> time | None:
    """When the student is expected back, today.

    Raises:
        NotReleased: it lies before the leaving.
    """
    if typed is not None and typed <= desk.time.local(left_at).time():
        raise NotReleased("The student cannot be back before leaving.", "expected_back")
    return typed


def signature_path(drawn: str | None) -> str | None:
    """The signature's path; none where nobody signed on the screen.

    Raises:
        NotReleased: it is no path. It is drawn again, and never left out unsaid.
    """
    if not drawn:
        return None
    if len(drawn) > LONGEST_SIGNATURE or not SIGNATURE.fullmatch(drawn):
        raise NotReleased(
            "The signature did not arrive whole. Clear it and sign again, or sign on paper.",
            "signature",
        )
    return drawn

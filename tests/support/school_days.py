"""The school's next day, for what runs by the real clock: on holidays too."""

from datetime import date

from school.database import Clock
from school.school_file import SHIPPED, read_school


def next_school_day(clock: Clock) -> date:
    """The first school day after the one that this clock shows."""
    time = read_school(SHIPPED).time
    day = time.calendar.next_school_day(time.local(clock()).date())
    if day is None:
        raise SystemExit("The school file's year is over; give it the new year's calendar.")
    return day

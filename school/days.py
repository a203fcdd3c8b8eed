"""The school's own time: office hours, cut-off and quiet hours, in its time zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.reading.calendar import SchoolCalendar


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day until another, the end not included; past midnight where it is less."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        """Whether the time of day lies within."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class SchoolTime:
    """The zone, the calendar, and what holds at which hour. Moments come in aware."""

    zone: ZoneInfo
    calendar: SchoolCalendar
    office_hours: Mapping[int, Hours]  # by weekday, Monday is 0
    cut_off: time
    quiet: Hours
    deadline: time = time(10)  # by then who reported is in the district's system

    def local(self, moment: datetime) -> datetime:
        """The moment in the school's zone."""
        return moment.astimezone(self.zone)

    def office_open(self, moment: datetime) -> bool:
        """Whether somebody answers at the office."""
        local = self.local(moment)
        hours = self.office_hours.get(local.weekday())
        return (
            hours is not None
            and self.calendar.is_school_day(local.date())
            and hours.holds(local.time())
        )

    def after_cut_off(self, moment: datetime, days: tuple[date, ...]) -> bool:
        """Whether a report made now comes late for the first of these days."""
        local = self.local(moment)
        first = min(days, default=None)
        if first is None:
            return False
        return first < local.date() or (first == local.date() and local.time() >= self.cut_off)

    def not_quiet(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it falls into (aware, in the zone)."""
        local = self.local(moment)
        if not self.quiet.holds(local.time()):
            return moment
        end = datetime.combine(local.date(), self.quiet.end, self.zone)
        return end if end > local else end + timedelta(days=1)

"""What the staff's pages share: the records, the school, its people, and the time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from console import words
from console.access import reader
from console.report_view import Reader
from flows.catalogue import Speaker
from flows.reading.message import Background
from flows.school_facts import Localized
from ivr.rosters import RosterCache
from school.closings import OpenSchool
from school.database import Clock, Database
from school.school_file import School
from school.staff import Role

DECIDES = (Role.ATTENDANCE, Role.ADMIN)
"""Who decides reports; the front desk reads who is absent."""


@dataclass(frozen=True, slots=True)
class Office:
    """One school's office."""

    database: Database
    clock: Clock
    open_school: OpenSchool
    rosters: RosterCache
    speakers: Mapping[str, Speaker]

    @property
    def school(self) -> School:
        """The school as it is open now."""
        return self.open_school.get()

    def now(self) -> datetime:
        """The time at the school."""
        return self.clock().astimezone(self.school.time.zone)

    def today(self) -> date:
        """The day at the school."""
        return self.now().date()

    def reader(self) -> Reader:
        """Who reads this page, and when."""
        return Reader(self.school.facts, self.now(), reader().sees_health)

    def background(self, at: datetime) -> Background:
        """What a message that came then is read against."""
        phrases = {
            reason.code: tuple(p for said in reason.phrases.values() for p in said)
            for reason in self.school.facts.reasons
            if reason.phrases
        }
        now = at.astimezone(self.school.time.zone)
        return Background(self.rosters.get(), self.school.time.calendar, now, phrases)

    def grades(self) -> tuple[int, ...]:
        """The grades there are."""
        return tuple(sorted({s.grade for s in self.rosters.get().students.values()}))

    def reasons(self) -> dict[str, str]:
        """The reasons of the school's list in English words, by code."""
        return {reason.code: _in_english(reason.words) for reason in self.school.facts.reasons}


def _in_english(said: Localized) -> str:
    return words.upper_first(said.get("en") or next(iter(said.values())))

"""A clock that stands still until it is told to go on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

A_SCHOOL_MORNING = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)  # a Tuesday, 6:45 in Chicago


@dataclass
class StandingClock:
    """Gives the same time until `go_on`."""

    now: datetime = A_SCHOOL_MORNING

    def __call__(self) -> datetime:
        """The time now."""
        return self.now

    def go_on(self, minutes: float = 0, seconds: float = 0) -> datetime:
        """So much later it is now."""
        self.now += timedelta(minutes=minutes, seconds=seconds)
        return self.now

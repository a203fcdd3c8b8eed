"""The roster in memory, read anew when its version in the database changes."""

from datetime import datetime, timedelta
from threading import Lock

from flows.reading.message import prepare
from flows.reading.roster import Roster
from school.database import Clock, Database
from school.people import load_roster, roster_version

LOOK_AGAIN = timedelta(seconds=2)  # an import is seen this soon; a query less for most turns


class RosterCache:
    """One roster for all turns of a process; immutable, so a running turn keeps its own."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = Lock()
        self._roster: Roster | None = None
        self._looked_at: datetime | None = None

    def get(self) -> Roster:
        """The roster as of two seconds ago at the most."""
        now = self._clock()
        roster, looked_at = self._roster, self._looked_at
        if roster is not None and looked_at is not None and now - looked_at < LOOK_AGAIN:
            return roster
        with self._lock:
            return self._look(now)

    def _look(self, now: datetime) -> Roster:
        with self._database.reading() as session:
            if self._roster is None or roster_version(session) != self._roster.version:
                roster = load_roster(session)
                prepare(roster)
                self._roster = roster
        self._looked_at = now
        return self._roster

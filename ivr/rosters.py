"""The roster in memory, read anew when its version in the database changes."""

from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from flows.reading.message import prepare
from flows.reading.roster import Roster
from school.database import Clock, Database
from school.people import load_roster, roster_version

AT_ONCE = timedelta()
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
        """The roster as of two seconds ago at the most; after an import, once it is read.

        A district's is read for seconds, and no family waits for it: they keep the old one.
        """
        now = self._clock()
        roster, looked_at = self._roster, self._looked_at
        # A clock that was put back shows a time before the last look.
        if roster is not None and looked_at is not None and AT_ONCE <= now - looked_at < LOOK_AGAIN:
            return roster
        if not self._lock.acquire(blocking=roster is None) and roster is not None:
            return roster
        try:
            return self._look(now)
        finally:
            self._lock.release()

    def read_ahead(self) -> None:
        """Have it read before the first family calls, if the database can be asked just now."""
        with suppress(SQLAlchemyError):
            self.get()

    def _look(self, now: datetime) -> Roster:
        with self._database.reading() as session:
            if self._roster is None or roster_version(session) != self._roster.version:
                roster = load_roster(session)
                prepare(roster)
                self._roster = roster
        self._looked_at = now
        return self._roster

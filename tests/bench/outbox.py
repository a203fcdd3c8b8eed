"""How many messages a second the outbox takes in, and sends when the carrier answers at once.

The rest of the time is the carrier's: about a tenth of a second a message.
"""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from time import perf_counter

from school.database import Database
from school.dispatch import BATCH, dispatch_due
from school.migrations import upgrade
from school.outbox import Kind, Letter, queue
from school.sending import Outgoing, Receipt
from tests.support.postgresql import postgresql

MESSAGES = 5_000
TO_A_REPORT = 3  # queued in one transaction, as a report's notices are


class Instant:
    """A carrier that takes everything at once."""

    def send(self, message: Outgoing) -> str:
        """Taken."""
        return f"SM{message.uuid}"

    def find(self, message: Outgoing, since: datetime) -> Sequence[str]:
        """Nothing is ever in doubt."""
        raise NotImplementedError

    def status(self, kind: Kind, provider_id: str) -> Receipt | None:
        """Nothing is asked."""
        raise NotImplementedError


def measure(messages: int = MESSAGES) -> None:
    """Print the figures for SQLite and PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        _measure("SQLite", f"sqlite:///{Path(name) / 'line.sqlite3'}", messages, workers=1)
    for workers in (1, 4):
        with postgresql() as url:
            _measure("PostgreSQL", url, messages, workers)


def _measure(name: str, url: str, messages: int, workers: int) -> None:
    database = Database(url)
    upgrade(database.engine)
    begun = perf_counter()
    _queue(database, messages)
    queued = perf_counter()
    threads = [Thread(target=_work, args=(database,)) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = perf_counter()
    database.close()
    print(
        f"outbox  {name:<10}  {workers} worker{'s' if workers > 1 else ' '}"
        f"  queued {messages / (queued - begun):7,.0f}/s"
        f"  claimed and recorded {messages / (sent - queued):7,.0f}/s, {BATCH} at a time"
    )


def _queue(database: Database, messages: int) -> None:
    now = datetime.now(UTC)
    for first in range(0, messages, TO_A_REPORT):
        with database.begin() as session:
            for number in range(first, min(first + TO_A_REPORT, messages)):
                phone = f"+1312555{number % 10_000:04}"
                queue(session, Letter(f"report:{number}", phone, "en", "We have your report."), now)


def _work(database: Database) -> None:
    while dispatch_due(database, Instant(), lambda: datetime.now(UTC)):
        pass

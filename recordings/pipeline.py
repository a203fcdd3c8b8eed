"""The worker's jobs with recordings, put together.

Received, fetched, transcribed, drafted, settled: each step is claimed by a lease, so any number
of workers may take them, and a crash at any point is taken up where it happened.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import time, timedelta

from recordings.drafting import Drafter
from recordings.fetching import Fetcher
from recordings.retention import Keeper
from recordings.steps import Step, run
from recordings.strays import LATELY, LOOK_BACK, adopt, find_strays
from recordings.transcribing import Writer
from recordings.voicemails import Kind
from school.dispatch import Stopping
from school.schedule import Daily, Every

PURGE_AT = time(2, 30)  # when nobody leaves messages


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What the steps need, and their pace."""

    fetcher: Fetcher
    writer: Writer
    drafter: Drafter
    keeper: Keeper
    language: str  # of a message that nothing else tells of: the school's first
    own_numbers: Collection[str]
    record_calls: bool = False

    def jobs(self, stopping: Stopping) -> tuple[Every | Daily, ...]:
        """The jobs of one worker. Each runs in its own thread, so none waits for another."""
        fetcher = self.fetcher
        database, clock = fetcher.database, fetcher.clock

        def step(which: Step) -> Callable[[], object]:
            return lambda: run(database, clock, which, stopping)

        return (
            Every("fetch", 2, step(fetcher.fetching)),
            Every("transcribe", 2, step(self.writer.transcribing)),
            Every("draft", 2, step(self.drafter.drafting)),
            Every("settle", 30, step(fetcher.settling)),
            Every("voicemails", 30, lambda: adopt(database, clock, self.language)),
            Every("strays", 120, lambda: self._find_strays(LATELY)),
            Every("old strays", 3600, lambda: self._find_strays(LOOK_BACK)),
            Daily("purge recordings", PURGE_AT, lambda: self.keeper.purge(stopping)),
        )

    def _find_strays(self, look_back: timedelta) -> int:
        fetcher = self.fetcher
        kinds = tuple(Kind) if self.record_calls else (Kind.MESSAGE,)
        return find_strays(
            fetcher.database, fetcher.carrier, fetcher.clock, self.own_numbers, kinds, look_back
        )

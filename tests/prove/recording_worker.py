"""A worker for recordings that kills itself, as `kill -9` does, at any point of any step.

`python -m tests.prove.recording_worker JSON`. It forks a worker, and another one whenever that
dies, until every recording is settled. Time goes two hundred times as fast, so that leases end.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.gateway import Account, Gateway
from recordings.drafting import Drafter
from recordings.fetching import Fetcher
from recordings.steps import run
from recordings.stores import Folder
from recordings.strays import adopt
from recordings.transcribing import Writer
from recordings.transcription import Heard, Word
from recordings.vault import Vault
from recordings.voicemails import Voicemail, VoicemailState
from school.database import Database
from tests.recordings.parts import ROSTER, SCHOOL, SECRET

FASTER = 200
TEXT = "This is Elena Cuevas. Mariana and Marlene are sick and will be out today."


@dataclass(frozen=True)
class Work:
    """What the test hands over."""

    database: str
    folder: str
    carrier: str
    account: str
    token: str
    began: float
    danger: float  # how probable death is at each point
    seed: int
    until: float


class Reaper:
    """Ends this process without a word, now and then."""

    def __init__(self, chance: random.Random, danger: float) -> None:
        self._chance, self._danger = chance, danger

    def __call__(self) -> None:
        if self._chance.random() < self._danger:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, made: Any, *names: str) -> Any:
        """The same thing, with death before and after each of these methods."""
        for name in names:
            object.__setattr__(made, name, self._around(getattr(made, name)))
        return made

    def _around(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def dangerous(*args: Any, **kwargs: Any) -> Any:
            self()
            found = method(*args, **kwargs)
            self()
            return found

        return dangerous


class Mortal(Database):
    """A database whose user dies now and then just before a commit, and just after one."""

    def __init__(self, url: str, reaper: Reaper) -> None:
        super().__init__(url)
        self._reaper = reaper

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """See `Database.begin`."""
        with super().begin() as session:
            yield session
            self._reaper()
        self._reaper()


class Listener:
    """A transcriber that takes its time."""

    def transcribe(
        self, content: bytes, language: str | None = None, hints: Sequence[str] = ()
    ) -> Heard:
        """Always the same words."""
        time.sleep(0.05)
        assert content
        assert isinstance(hints, tuple)
        words = tuple(Word(word, n, n + 1, 0.9) for n, word in enumerate(TEXT.split()))
        return Heard(TEXT, language or "en", words, "listener", 7, 1)


def live(work: Work, number: int) -> None:
    """One worker's life."""
    reaper = Reaper(random.Random(work.seed * 1000 + number), work.danger)  # noqa: S311
    began = datetime.fromtimestamp(work.began, UTC)

    def clock() -> datetime:
        return began + FASTER * (datetime.now(UTC) - began)

    database = Mortal(work.database, reaper)
    account = Account(
        work.account, work.token, "+17735348600", SCHOOL.facts.languages, api_url=work.carrier
    )
    carrier = reaper.around(Gateway(account), "fetch_recording", "delete_recording")
    vault = reaper.around(Vault(Folder(Path(work.folder)), [SECRET]), "put", "get")
    listener = reaper.around(Listener(), "transcribe")

    def roster() -> Any:
        reaper()
        return ROSTER

    fetcher = Fetcher(database, clock, carrier, vault)
    steps = (
        fetcher.fetching,
        Writer(database, clock, vault, listener, roster).transcribing,
        Drafter(database, clock, lambda: SCHOOL, roster).drafting,
        fetcher.settling,
    )
    while time.time() < work.until:
        for step in steps:
            run(database, clock, step)
        adopt(database, clock, "en")
        with database.reading() as session:
            unsettled = Voicemail.state != VoicemailState.SETTLED
            if not session.scalar(select(func.count()).where(unsettled)):
                return
        time.sleep(0.05)
    sys.exit(1)


def main() -> None:
    """Fork lives until one of them has seen the end of the work; print how many died."""
    work = Work(**json.loads(sys.argv[1]))
    deaths = 0
    while True:
        child = os.fork()
        if child == 0:
            live(work, deaths)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            break
        deaths += 1
    print(deaths)  # noqa: T201  (the test reads it)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()

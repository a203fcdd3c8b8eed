"""One pass of one step: claim, work outside any transaction, write down what came of it.

A step is three things: which recordings it takes, how long its lease is, and what it does with
one. It answers with what is to be written down, or raises `Later`.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from recordings.claims import Claim, claim, in_hand, put_back, put_off
from recordings.voicemails import Trouble, Voicemail, VoicemailState
from school.database import Clock, Database
from school.dispatch import Stopping, never

log = logging.getLogger(__name__)

MOST_AT_ONCE = 200  # in one pass; the rest in the next
# Before the next attempt, by how many there were; the last one repeats.
PAUSES = tuple(timedelta(seconds=n) for n in (2, 4, 8, 15, 30, 60, 120, 300, 900, 1800, 3600))

WriteDown = Callable[[Session, Voicemail, datetime], None]
"""Writes what a step found out into the row, in one transaction."""


class Later(Exception):
    """The step cannot be done now."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Interrupted(Exception):
    """The worker is to end in the middle of a step: the recording is put back."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done with a recording that is in the state `takes`, to bring it to `gives`.

    `afterwards` runs once that is written down, with nothing depending on it.
    """

    name: str
    takes: VoicemailState
    gives: VoicemailState
    lease: timedelta
    do: Callable[[Claim], WriteDown]
    only: Callable[[datetime], tuple[ColumnElement[bool], ...]] = lambda _now: ()
    afterwards: Callable[[Claim], None] = lambda _claim: None


def run(database: Database, clock: Clock, step: Step, stopping: Stopping = never) -> int:
    """Take this step with every recording that is due for it.

    Returns:
        How many were taken up.
    """
    for taken in range(MOST_AT_ONCE):
        now = clock()
        claimed = (
            None if stopping() else claim(database, step.takes, step.lease, now, *step.only(now))
        )
        if claimed is None:
            return taken
        write_down = _do(step, claimed)
        with database.begin() as session:
            row = in_hand(session, claimed)
            if row is not None:
                write_down(session, row, clock())
        if row is not None and row.state == step.gives:
            step.afterwards(claimed)
    return MOST_AT_ONCE


def _do(step: Step, claimed: Claim) -> WriteDown:
    try:
        return step.do(claimed)
    except Later as later:
        trouble = later.trouble
    except Interrupted:
        return lambda _session, row, now: put_back(row, now)
    except Exception as error:  # noqa: BLE001  (a fault of ours must not hold up the others)
        log.error(  # noqa: TRY400  (a traceback may hold words of a family)
            "recording_step_broke",
            extra={"voicemail": claimed.id, "step": step.name, "error": type(error).__name__},
        )
        trouble = Trouble.BROKE
    log.info(
        "recording_put_off",
        extra={"voicemail": claimed.id, "step": step.name, "trouble": trouble},
    )
    return lambda _session, row, now: put_off(row, trouble, pause(claimed), now)


def pause(claimed: Claim) -> timedelta:
    """How long to wait before the next attempt."""
    return PAUSES[min(claimed.attempts, len(PAUSES)) - 1]

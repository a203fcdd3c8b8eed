"""A district's morning: families of a made-up school call and text, each from its own telephone.

Without time to think, for the rate, beside a bare app served by as many processes; with time to
think, for how many calls can be open at once. Workers send what is owed to families meanwhile. The
machine may be busy with other things, and then the ratios tell most.
"""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from threading import Event, Thread

from flask import Flask
from sqlalchemy import func, select

from console.services import now
from flows.scene import Channel
from ivr.conversations import Conversation
from ivr.simulator.rest_api import RestApi
from school.database import Database
from school.outbox import Message, MessageStatus
from school.reports import Report, Status
from tests.bench.families import Morning, play
from tests.bench.made_up import school
from tests.bench.servers import (
    TOKEN,
    Opponent,
    bare_server,
    line_server,
    megabytes,
    prepared,
    shown,
    workers,
)
from tests.support.carrier_api import ACCOUNT, TestNumbers
from tests.support.postgresql import postgresql_server
from tests.support.serving import serving

ports = count(18800)
ONE_SCHOOL = 2_000  # students
CALLERS, CALLS, ROUNDS = 8, 60, 5
TEXTS, STRANGERS = 0.2, 0.05  # of all families
AT_ONCE_IN_A_SCHOOL, AT_ONCE_IN_A_DISTRICT = 20, 1_500
THINK = (6.0, 14.0)  # seconds between two turns: a prompt is heard, and an answer given
LOOK_SECONDS = 2.0
EVERYTHING = 1_000_000


@dataclass(frozen=True)
class Line:
    """The line on one database: how many processes of each kind."""

    name: str
    url: str
    webs: int
    workers: int

    @contextmanager
    def running(self, carrier: str, folder: Path) -> Iterator[tuple[Opponent, list[int]]]:
        """The web processes at one address, and the ids of the workers."""
        web = line_server(self.name, self.url, next(ports), self.webs)
        with web as opponent, workers(self.url, carrier, self.workers, folder) as ids:
            yield opponent, ids


def measure() -> None:
    """Print rate, times, errors and memory; and many calls at once."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each of our own requests
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        api = RestApi(ACCOUNT, TOKEN, now, TestNumbers(), EVERYTHING, EVERYTHING)
        app = Flask("carrier")
        app.register_blueprint(api.blueprint())
        carrier = stack.enter_context(serving(app))
        server = stack.enter_context(postgresql_server())
        small = Line("SQLite", f"sqlite:///{folder / 'school.sqlite3'}", 1, 1)
        large = Line("PostgreSQL", server.url, 2, 2)
        for line in (small, large):
            prepared(line.url, school(ONE_SCHOOL))
            _rate(line, carrier, folder)
        _at_once(small, carrier, folder, AT_ONCE_IN_A_SCHOOL, rounds=4)
        _at_once(large, carrier, folder, AT_ONCE_IN_A_DISTRICT, rounds=3)


# --- how many turns a second --------------------------------------------------------------------


def _rate(line: Line, carrier: str, folder: Path) -> None:
    with (
        bare_server(next(ports), line.webs) as bare,
        line.running(carrier, folder) as (ours, ids),
    ):
        for round_ in range(ROUNDS + 1):
            for opponent in (bare, ours):
                seen = play(morning(opponent.address, ONE_SCHOOL, round_))
                if round_:  # the first one is to get warm
                    opponent.note(seen)
        print(
            f"\nA morning without time to think, {CALLERS} families at once, {line.name}, "
            f"{line.webs} web and {line.workers} worker (load average {os.getloadavg()[0]:.1f})"
        )
        _print_rates(bare, ours)
        held = ", ".join(f"{megabytes(pid):.0f}" for pid in ids)
        print(f"  memory of a worker {held} MB; {_left_over(line.url)}")


def morning(address: str, students: int, seed: int) -> Morning:
    """Families who do not think; some text, and some call from a number that is not on file."""
    return Morning(address, TOKEN, CALLERS, CALLS, students, TEXTS, STRANGERS, seed=seed)


def _print_rates(bare: Opponent, ours: Opponent) -> None:
    print(f"  {'':12}{'turns/s':>9}{'ratio':>8}{'errors':>8}{'MB':>6}   median/99th, ms")
    for opponent in (bare, ours):
        ratio = median(r / b for r, b in zip(opponent.rates, bare.rates, strict=True))
        kinds = "  ".join(f"{kind} {shown(times)}" for kind, times in opponent.times.items())
        print(
            f"  {opponent.name:12}{median(opponent.rates):9.0f}{ratio:8.2f}{opponent.failed:8}"
            f"{megabytes(opponent.pid):6.0f}   {kinds}"
        )
        for what, times in opponent.trouble.items():
            print(f"    {times} times: {what}")


def _left_over(url: str) -> str:
    """What came of the calls and texts, as the database has it."""
    database = Database(url)
    with database.reading() as session:
        conversations, reports, pending, waiting = (
            session.scalar(select(func.count()).select_from(table).where(*of)) or 0
            for table, of in (
                (Conversation, ()),
                (Report, ()),
                (Report, (Report.status == Status.PENDING,)),
                (Message, (Message.status == MessageStatus.QUEUED,)),
            )
        )
    database.close()
    return (
        f"{conversations} conversations, {reports} reports, of which {pending} pending; "
        f"{waiting} texts still to be sent"
    )


# --- how many calls at once ---------------------------------------------------------------------


def _at_once(line: Line, carrier: str, folder: Path, callers: int, rounds: int) -> None:
    """So many families call, think, and call again; some of the times are of all of them open."""
    with line.running(carrier, folder) as (ours, _), _counting(line.url) as most:
        thoughtful = Morning(
            ours.address, TOKEN, callers, rounds, ONE_SCHOOL, strangers=STRANGERS, think=THINK
        )
        seen = play(thoughtful)
        times = [one for some in seen.times.values() for one in some]
        print(
            f"\n{callers} calls at once, {line.name}, {THINK[0]:.0f} to {THINK[1]:.0f} s between "
            f"two turns (load average {os.getloadavg()[0]:.1f})\n  {max(most)} open at the most, "
            f"{seen.rate:.0f} turns/s, {sum(seen.failed.values())} errors, "
            f"median/99th {shown(times)} ms, {megabytes(ours.pid):.0f} MB"
        )
        hurried = play(Morning(ours.address, TOKEN, AT_ONCE_IN_A_SCHOOL, 20, ONE_SCHOOL))
        times = [one for some in hurried.times.values() for one in some]
        print(
            f"  {AT_ONCE_IN_A_SCHOOL} at once who do not think: {hurried.rate:.0f} turns/s, "
            f"{sum(hurried.failed.values())} errors, median/99th {shown(times)} ms"
        )


@contextmanager
def _counting(url: str) -> Iterator[list[int]]:
    """How many calls are open, looked at again and again."""
    database, end, found = Database(url), Event(), [0]
    open_ = select(func.count()).where(
        Conversation.closed_at.is_(None), Conversation.channel == Channel.PHONE
    )

    def look() -> None:
        while not end.wait(LOOK_SECONDS):
            with database.reading() as session:
                found.append(session.scalar(open_) or 0)

    thread = Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        end.set()
        thread.join()
        database.close()

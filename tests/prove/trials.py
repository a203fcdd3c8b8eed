"""The trials: one kind of trouble each, on a whole morning of calls, texts and messages."""

import logging
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from console.services import Services, now
from console.settings import Settings
from ivr.simulator.carrier import Carrier
from ivr.sweeping import close_abandoned
from school.database import Clock, Database
from school.dispatch import dispatch_due, look_for_doubtful, never
from school.schedule import Daily, Every, Stop, due_slot, run_guarded
from tests.prove.carrier import Rest, Wire
from tests.prove.checker import (
    wrong_calendar,
    wrong_messages,
    wrong_recordings,
    wrong_reports,
)
from tests.prove.clocks import FileClock
from tests.prove.disk import Disk, mounted
from tests.prove.families import REASONS, Families
from tests.prove.processes import PUBLIC, Line, environment, line, prepared
from tests.prove.troubles import (
    Trouble,
    clock_jumps,
    database_stops,
    disk_fills,
    kills,
    migration,
    night,
    quiet,
    restarts,
)
from tests.support.carrier_api import ACCOUNT, TOKEN
from tests.support.postgresql import PostgreSQL, postgresql_server
from tests.support.school_days import next_school_day
from tests.support.secrecy import told_in
from tests.support.serving import serving

CALLERS = 12
MINUTE = timedelta(minutes=1)
BAD_HOUR = [MINUTE] * 40
MEGABYTES = 48  # of the disk that is filled
SPRING = "2027-03-14T01:40:00-06:00"  # at two it is three
AUTUMN = "2026-11-01T01:40:00-05:00"  # at two it is one again


@dataclass
class Scene:
    """A trial while it goes on."""

    line: Line
    database: Database
    disk: Disk
    clock: FileClock
    server: PostgreSQL | None
    chance: random.Random
    faults: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Trial:
    """One kind of trouble: on which database, with how many processes, how much of it."""

    name: str
    calls: int
    trouble: Trouble
    postgresql: bool = False
    webs: int = 1
    workers: int = 1
    faulty_rest: float = 0.1
    small_disk: bool = False  # in a process of its own: see `alone`
    all_answered: bool = False  # no webhook may fail
    doors: bool = False  # the system keeps the sockets open, as the README's unit has it
    own_clock: bool = False  # all processes go by a clock that the trial sets
    begins: str | None = None  # what that clock and the carrier's show at first; None: the time now


@dataclass(frozen=True)
class Result:
    """What a trial came to; every line of `wrong` is something lost or doubled."""

    trial: Trial
    seconds: float
    said: int
    told: int  # families who were told that something went wrong, and what to do
    faults: Counter[str]
    wrong: list[str]


TRIALS = (
    Trial("callbacks doubled, lost, late, SQLite", 300, quiet, faulty_rest=0),
    Trial("the carrier's REST server fails, SQLite", 300, quiet, faulty_rest=0.4),
    Trial("kill -9 of web and worker, SQLite", 1000, kills),
    Trial("kill -9 of 3 webs, 3 workers, PostgreSQL", 1000, kills, True, 3, 3),
    Trial("database stopped and started, PostgreSQL", 300, database_stops, True, 2, 2),
    Trial("disk full, SQLite", 300, disk_fills, small_disk=True),
    Trial("clock jumps, PostgreSQL", 300, clock_jumps, True, 2, 2, own_clock=True),
    Trial("the night of spring, SQLite", 300, night, own_clock=True, begins=SPRING),
    Trial("the night of autumn, PostgreSQL", 300, night, True, 3, 3, own_clock=True, begins=AUTUMN),
    Trial("restarts, one web, SQLite", 300, restarts, all_answered=True, doors=True),
    Trial("rolling restarts, PostgreSQL", 500, restarts, True, 2, 2, all_answered=True, doors=True),
    Trial("a migration under load, SQLite", 300, migration, all_answered=True),
    Trial("a migration under load, PostgreSQL", 300, migration, True, 2, 2, all_answered=True),
)


def run(trial: Trial, seed: int, first_port: int) -> Result:
    """A morning with this trouble, then the count."""
    chance = random.Random(seed)  # noqa: S311  (chance, not secrets)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each of our own requests
    logging.getLogger().addHandler(logging.NullHandler())  # what fails while it settles is meant to
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        data = folder / "data"
        data.mkdir()
        if trial.small_disk:
            stack.enter_context(mounted(data, MEGABYTES))
        server = stack.enter_context(postgresql_server()) if trial.postgresql else None
        clock = FileClock(folder / "clock")
        clock.put(datetime.fromisoformat(trial.begins).astimezone(UTC) if trial.begins else now())
        real = clock if trial.begins else now  # and not what a jump has made of it
        ahead = Ahead(real)
        rest = Rest(chance, trial.faulty_rest, ahead)
        rest_address = stack.enter_context(serving(rest.app()))
        url = server.url if server else f"sqlite:///{data / 'line.sqlite3'}"
        environ = environment(url, data, rest_address)
        database = prepared(url, real)
        stack.callback(database.close)
        program = clock.program() if trial.own_clock else ("-m", "app")
        with line(
            environ,
            folder,
            first_port,
            trial.webs,
            trial.workers,
            doors=trial.doors,
            program=program,
        ) as running:
            scene = Scene(running, database, Disk(data), clock, server, chance)
            wire = Wire(running.addresses, chance)
            carrier = Carrier(wire.post, PUBLIC, TOKEN, ACCOUNT, on_recording=rest.record)
            rest.network.tell = carrier.send
            families = Families(carrier, next_school_day(real), chance, rest.dialled)
            with _going_on(trial.trouble, scene):
                families.morning(trial.calls, CALLERS)
                wire.finish()
            rest.network.finish()
        services = Services(Settings.from_env(environ), ahead, database)
        due = _due(services, real) if trial.begins else set()
        # What was queued while a clock was fast is due when the right one has come so far.
        _settle(services, ahead, BAD_HOUR * 3 if trial.own_clock else BAD_HOUR)
        rest.mend()
        _settle(services, ahead, (timedelta(hours=10), *BAD_HOUR))  # past a night's quiet hours
        with database.reading() as session:
            wrong = wrong_reports(session, families.said)
            wrong += wrong_messages(session, rest.sent(), rest.network.delivered)
            wrong += wrong_recordings(session, services.vault, rest.left, rest.api.sounds)
        log = "".join(path.read_text("utf-8") for path in folder.glob("*.log"))
        wrong += [f"the log tells of {word}" for word in sorted(told_in(log, REASONS, (TOKEN,)))]
        wrong += wrong_calendar(running.calendar(), due)
        if wire.different:
            wrong.append(f"{wire.different} webhooks were answered in two ways")
        if wire.failed and trial.all_answered:
            wrong.append(f"{wire.failed} webhooks failed")
        faults = scene.faults + rest.faults + wire.counts + rest.network.counts
        told = sum(said.fell_back for said in families.said)
        return Result(trial, time.monotonic() - began, len(families.said), told, faults, wrong)


@contextmanager
def _going_on(trouble: Trouble, scene: Scene) -> Iterator[None]:
    """The trouble, until the block ends; what it broke is whole again then."""
    end = Event()
    thread = Thread(target=trouble, args=(scene, end))
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


class Ahead:
    """A clock that can be told to run ahead of another one."""

    def __init__(self, clock: Clock) -> None:
        self.by, self._clock = timedelta(), clock

    def __call__(self) -> datetime:
        """The time it shows."""
        return self._clock() + self.by


def _due(services: Services, clock: Clock) -> set[tuple[str, str]]:
    """The calendar jobs whose time has come on the day that this clock shows."""
    local = clock().astimezone(services.school.time.zone)
    daily = [job for job in services.jobs(Stop()) if isinstance(job, Daily)]
    return {(job.name, slot) for job in daily if (slot := due_slot(job, local)) is not None}


def _settle(services: Services, clock: Ahead, steps: Iterable[timedelta]) -> None:
    """What the worker would do in the time that follows, with a clock that runs ahead."""
    database, gateway = services.database, services.gateway()
    recordings = [job for job in services.pipeline(gateway).jobs(never) if isinstance(job, Every)]
    for step in steps:
        clock.by += step
        look_for_doubtful(database, gateway, clock)
        dispatch_due(database, gateway, clock)
        close_abandoned(services.taker)
        for job in recordings:
            run_guarded(job.name, job.run)
    gateway.close()

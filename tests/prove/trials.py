"""The trials: one kind of trouble each, on a whole morning of calls, texts and messages."""

import io
import logging
import random
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread

from console.services import Services, now
from console.settings import Settings
from ivr.simulator.carrier import Carrier
from ivr.sweeping import close_abandoned
from school.database import Database
from school.dispatch import dispatch_due, look_for_doubtful
from school.school_file import SHIPPED, read_school
from tests.prove.carrier import Rest, Wire
from tests.prove.checker import lost_reports, wrong_messages
from tests.prove.families import Families
from tests.prove.processes import PUBLIC, Line, environment, line, prepared
from tests.support.carrier_api import ACCOUNT, TOKEN, serving
from tests.support.postgresql import PostgreSQL, postgresql_server

Trouble = Callable[["Scene", Event], None]
CALLERS = 12
MINUTE = timedelta(minutes=1)
SETTLING = (*[MINUTE] * 40, timedelta(hours=10), *[MINUTE] * 40)  # past the quiet hours of a night


@dataclass
class Scene:
    """A trial while it goes on."""

    line: Line
    server: PostgreSQL | None
    chance: random.Random
    faults: dict[str, int] = field(default_factory=dict)

    def count(self, fault: str, times: int = 1) -> None:
        """Note that something was broken on purpose."""
        self.faults[fault] = self.faults.get(fault, 0) + times


@dataclass(frozen=True)
class Trial:
    """One kind of trouble: on which database, with how many processes, how much of it."""

    name: str
    calls: int
    trouble: Trouble
    postgresql: bool = False
    webs: int = 1
    workers: int = 1
    faulty_rest: float = 0.0


@dataclass(frozen=True)
class Result:
    """What a trial came to; every line of `wrong` is something lost or doubled."""

    trial: Trial
    seconds: float
    said: int
    faults: dict[str, int]
    wrong: list[str]


def quiet(_scene: Scene, end: Event) -> None:
    """No trouble of ours."""
    end.wait()


def kills(scene: Scene, end: Event) -> None:
    """`kill -9` of a web process or a worker, at random moments."""
    scene.count("kill -9", scene.line.kill_now_and_then(end, (2.0, 8.0), scene.chance))


def database_stops(scene: Scene, end: Event) -> None:
    """PostgreSQL is shut down at once, stays away, and comes back."""
    server = scene.server
    if server is None:
        raise ValueError("This trial is for PostgreSQL.")
    while not end.wait(scene.chance.uniform(3, 9)):
        server.stop_at_once()
        scene.count("database stopped")
        end.wait(scene.chance.uniform(1, 3))
        server.start()


TRIALS = (
    Trial("doubled webhooks, lost callbacks, SQLite", 300, quiet),
    Trial("kill -9 of web and worker, SQLite", 1000, kills, faulty_rest=0.1),
    Trial(
        "kill -9, three webs and three workers, PostgreSQL",
        1000,
        kills,
        postgresql=True,
        webs=3,
        workers=3,
        faulty_rest=0.1,
    ),
    Trial(
        "PostgreSQL stopped and started",
        300,
        database_stops,
        postgresql=True,
        webs=2,
        workers=2,
        faulty_rest=0.1,
    ),
)


def run(trial: Trial, seed: int, first_port: int) -> Result:
    """A morning with this trouble, then the count."""
    chance = random.Random(seed)  # noqa: S311  (chance, not secrets)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each of our own requests
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        server = stack.enter_context(postgresql_server()) if trial.postgresql else None
        url = server.url if server else f"sqlite:///{folder / 'line.sqlite3'}"
        database = prepared(url)
        stack.callback(database.close)
        rest = Rest(chance, trial.faulty_rest)
        environ = environment(url, folder, stack.enter_context(serving(rest.app())))
        with line(environ, folder, first_port, trial.webs, trial.workers) as running:
            scene = Scene(running, server, chance)
            wire = Wire(running.addresses, chance)
            families = Families(_carrier(wire, rest), next_school_day(), chance)
            with _going_on(trial.trouble, scene):
                families.morning(trial.calls, CALLERS)
        _settle(Settings.from_env(environ), database)
        with database.reading() as session:
            wrong = lost_reports(session, families.said)
            wrong += wrong_messages(session, [*rest.api.messages, *rest.api.calls])
        if wire.different:
            wrong.append(f"{wire.different} webhooks were answered in two ways")
        scene.faults |= dict(rest.faults) | {"sent twice": wire.twins, "sent again": wire.retries}
        return Result(trial, time.monotonic() - began, len(families.said), scene.faults, wrong)


def next_school_day() -> date:
    """The school's next day after today, so that the proof runs on holidays too."""
    time = read_school(SHIPPED).time
    day = time.calendar.next_school_day(time.local(now()).date())
    if day is None:
        raise SystemExit("The school file's year is over; give it the new year's calendar.")
    return day


def _carrier(wire: Wire, rest: Rest) -> Carrier:
    sound = _silence(7)

    def recorded(sid: str, call_sid: str, seconds: int) -> None:
        rest.api.record(sid, call_sid, seconds, sound)

    return Carrier(wire.post, PUBLIC, TOKEN, ACCOUNT, on_recording=recorded)


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


def _settle(settings: Settings, database: Database) -> None:
    """What the worker would do in the hours that follow, with a clock that runs ahead."""
    ahead = timedelta()

    def clock() -> datetime:
        return now() + ahead

    services = Services(settings, clock, database)
    gateway = services.gateway()
    for step in SETTLING:
        ahead += step
        look_for_doubtful(database, gateway, clock)
        dispatch_due(database, gateway, clock)
        close_abandoned(services.taker)
    gateway.close()


def _silence(seconds: int) -> bytes:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(2 * 8000 * seconds))
    return sound.getvalue()

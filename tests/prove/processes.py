"""The line's own processes, started as an operator would, killed, and started again."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import httpx

from school.database import Clock, Database
from school.migrations import upgrade
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, read_folder
from tests.support.carrier_api import ACCOUNT, TOKEN

PUBLIC = "http://line.example.org"
# What systemd does for a service whose socket it keeps.
HANDED_OVER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); "
    "os.environ |= {'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '1'}; "
    "os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
)
LOOK_SECONDS = 0.05
GRACE_SECONDS = 20  # to end
START_SECONDS = 60  # on a machine that is very busy


@dataclass
class Supervised:
    """One process that is started again whenever it ends, as systemd would."""

    words: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    door: socket.socket | None = None  # that stays open while it is restarted
    program: tuple[str, ...] = ("-m", "app")
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    _end: Event = field(default_factory=Event)
    _thread: Thread | None = None

    def start(self) -> None:
        """Start it, and watch over it."""
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """SIGKILL to it and all its children at once."""
        process = self.process
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    def kill_a_child(self) -> bool:
        """SIGKILL to one of its children; False when it has none."""
        process = self.process
        if process is None or process.poll() is not None:
            return False
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        for child in children[:1]:
            os.kill(int(child), signal.SIGKILL)
        return bool(children)

    def restart(self) -> None:
        """Ask it to end, as an operator does who installs a new version, until it has."""
        process = self.process
        if process is not None and process.poll() is None:
            process.terminate()
            process.wait(GRACE_SECONDS)

    def end(self) -> None:
        """End it for good."""
        self._end.set()
        if self._thread is not None:
            self._thread.join()
        process = self.process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                process.wait()

    def _command(self) -> list[str]:
        program = [*self.program, *self.words]
        return (
            program if self.door is None else ["-c", HANDED_OVER, f"{self.door.fileno()}", *program]
        )

    def _watch(self) -> None:
        with self.log.open("ab") as log:
            while not self._end.is_set():
                if self.process is None or self.process.poll() is not None:
                    self.process = subprocess.Popen(  # noqa: S603  (our own program)
                        [sys.executable, *self._command()],
                        env=self.environ,
                        pass_fds=() if self.door is None else (self.door.fileno(),),
                        stdout=log,
                        stderr=log,
                        start_new_session=True,  # a group of its own, which can be killed whole
                    )
                    self.starts += 1
                self._end.wait(LOOK_SECONDS)


@dataclass
class Line:
    """Some web processes and some workers on one database."""

    webs: list[Supervised]
    workers: list[Supervised]
    addresses: list[str]

    def calendar(self) -> Iterator[tuple[str, str]]:
        """The calendar jobs that the workers have begun, by their logs: each with its day."""
        for worker in self.workers:
            for line in worker.log.read_text().splitlines():
                if '"calendar_job_begun"' in line:
                    told = json.loads(line)
                    yield told["job"], told["slot"]

    def restart_one_by_one(self) -> int:
        """Restart each process when the one before is back; how many."""
        for web, address in zip(self.webs, self.addresses, strict=True):
            web.restart()
            wait_for(address)
        for worker in self.workers:
            worker.restart()
        return len(self.webs) + len(self.workers)

    def kill_now_and_then(
        self, end: Event, between: tuple[float, float], chance: random.Random
    ) -> int:
        """Kill one process after another at random moments, until the end; how many.

        Of the web server, every other time only the process that answers, which it replaces. Some
        are killed again while they start; most get as far as to answer, however long that takes
        on a busy machine, for a line that is always down answers no family.
        """
        kills = 0
        while not end.wait(chance.uniform(*between)):
            victim = chance.choice([*self.webs, *self.workers])
            if chance.random() < 0.5 or not victim.kill_a_child():
                victim.kill()
            kills += 1
            if chance.random() < 0.7:
                for address in self.addresses:
                    wait_for(address)
        return kills


def wait_for(address: str) -> None:
    """Wait until a web process answers here."""
    for _ in range(int(START_SECONDS / LOOK_SECONDS)):
        with suppress(httpx.HTTPError):
            if httpx.get(f"{address}/healthz").is_success:
                return
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"Nothing answers at {address}.")


def environment(database_url: str, folder: Path, carrier: str) -> dict[str, str]:
    """The settings of every process of a trial."""
    return os.environ | {
        "ABSENCE_LINE_DATA_DIR": str(folder),
        "ABSENCE_LINE_DATABASE_URL": database_url,
        "ABSENCE_LINE_PUBLIC_URL": PUBLIC,
        "ABSENCE_LINE_SECRET_KEY": "a key of the proof, which is long enough",
        "ABSENCE_LINE_LOG_LEVEL": "info",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_API_URL": carrier,
    }


def prepared(url: str, clock: Clock) -> Database:
    """The database with the newest schema and the demo school's roster, imported at that time."""
    database = Database(url)
    upgrade(database.engine)
    with database.begin() as session:
        import_roster(session, read_folder(DEMO_FOLDER), clock())
    return database


@contextmanager
def line(
    environ: Mapping[str, str],
    folder: Path,
    first_port: int,
    webs: int,
    workers: int,
    *,
    doors: bool = False,
    program: tuple[str, ...] = ("-m", "app"),
) -> Iterator[Line]:
    """The line while the block runs; its logs lie in the folder.

    `doors`: the sockets it listens at are ours, and stay open whatever becomes of it. `program`:
    what Python is to run for the `absence-line` command.
    """
    ports = range(first_port, first_port + webs)
    open_ = [socket.create_server(("127.0.0.1", port)) if doors else None for port in ports]
    running = Line(
        [
            Supervised(
                ("web", "--port", str(port)), environ, folder / f"web-{port}.log", door, program
            )
            for port, door in zip(ports, open_, strict=True)
        ],
        [
            Supervised(("worker",), environ, folder / f"worker-{n}.log", program=program)
            for n in range(workers)
        ],
        [f"http://127.0.0.1:{port}" for port in ports],
    )
    everything = [*running.webs, *running.workers]
    for one in everything:
        one.start()
    try:
        for address in running.addresses:
            wait_for(address)
        yield running
    finally:
        for one in everything:
            one.end()
        for door in open_:
            if door is not None:
                door.close()

"""What is measured: the line's own web and worker processes, and the bare app served alike."""

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles

import httpx

from console.server import WEB_OPTIONS, Server
from console.services import now
from school.database import Database
from school.migrations import upgrade
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, RosterFolder, read_folder
from school.school_file import SHIPPED
from tests.bench.bare import bare_app
from tests.bench.families import Seen

TOKEN = "token-of-the-benchmark"
TICKS = os.sysconf("SC_CLK_TCK")
MOST_IN_ALL, A_DISTRICTS = re.compile("most_in_all = [0-9]+"), "most_in_all = 200000"
MOST_WAITED = 600  # looks, a fifth of a second apart


@dataclass
class Opponent:
    """A server under load, and what it has shown so far."""

    name: str
    address: str
    pid: int
    rates: list[float] = field(default_factory=list)
    times: dict[str, list[float]] = field(default_factory=dict)
    trouble: Counter[str] = field(default_factory=Counter)

    def note(self, seen: Seen) -> None:
        """Keep what families saw of it."""
        self.rates.append(seen.rate)
        self.trouble.update(seen.failed)
        for kind, times in seen.times.items():
            self.times.setdefault(kind, []).extend(times)

    @property
    def failed(self) -> int:
        """How many calls and texts came to no end."""
        return self.trouble.total()

    @property
    def all_times(self) -> list[float]:
        """Of every kind of request, in seconds."""
        return [one for times in self.times.values() for one in times]


def shown(times: list[float]) -> str:
    """The median and the 99th percentile, in milliseconds."""
    return f"{median(times) * 1e3:.1f}/{quantiles(times, n=100)[98] * 1e3:.1f}"


@contextmanager
def bare_server(port: int, processes: int = 1) -> Iterator[Opponent]:
    """The bare app, served like ours."""
    process = get_context("spawn").Process(target=_serve_bare, args=(port, processes))
    process.start()
    try:
        yield _ready("bare app", port, process.pid or 0)
    finally:
        process.terminate()
        process.join(10)


def _serve_bare(port: int, processes: int) -> None:
    options = {"bind": f"127.0.0.1:{port}", "workers": processes}
    Server(lambda: bare_app(TOKEN), WEB_OPTIONS | options).run()


def prepared(url: str, roster: RosterFolder | None = None) -> None:
    """Make the newest schema and this roster; without one, the demo school's."""
    database = Database(url)
    upgrade(database.engine)
    with database.begin() as session:
        import_roster(session, roster or read_folder(DEMO_FOLDER), now())
    database.close()


@contextmanager
def line_server(name: str, url: str, port: int, processes: int = 1) -> Iterator[Opponent]:
    """`absence-line web` on this database; a new one gets the demo school's roster."""
    if not _has_a_roster(url):
        prepared(url)
    with _running(url, "web", "--port", str(port), "--workers", str(processes)) as pid:
        yield _ready(name, port, pid)


@contextmanager
def workers(url: str, carrier: str, number: int, folder: Path) -> Iterator[list[int]]:
    """So many `absence-line worker`, which send through this carrier; their ids."""
    (folder / SHIPPED.name).write_text(MOST_IN_ALL.sub(A_DISTRICTS, SHIPPED.read_text("utf-8")))
    more = {
        "ABSENCE_LINE_SCHOOL": str(folder / SHIPPED.name),
        "TWILIO_ACCOUNT_SID": "AC" + "5" * 32,
        "TWILIO_API_URL": carrier,
        "ABSENCE_LINE_DATA_DIR": str(folder),
    }
    if not number:
        yield []
        return
    with _running(url, "worker", **more) as pid, workers(url, carrier, number - 1, folder) as rest:
        yield [pid, *rest]


@contextmanager
def _running(url: str, *words: str, **more: str) -> Iterator[int]:
    environ = os.environ | {
        "ABSENCE_LINE_DATABASE_URL": url,
        "ABSENCE_LINE_SECRET_KEY": "a key of the benchmark, long enough for one",
        "ABSENCE_LINE_LOG_LEVEL": "warning",
        "TWILIO_AUTH_TOKEN": TOKEN,
        **more,
    }
    process = subprocess.Popen([sys.executable, "-m", "app", *words], env=environ)  # noqa: S603  (our own program)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(15)


def _has_a_roster(url: str) -> bool:
    database = Database(url)
    try:
        return database.schema_version() is not None
    finally:
        database.close()


def _ready(name: str, port: int, pid: int) -> Opponent:
    address = f"http://127.0.0.1:{port}"
    for _ in range(MOST_WAITED):
        try:
            httpx.get(address + "/readyz", timeout=2)
            break
        except httpx.TransportError:
            time.sleep(0.2)
    return Opponent(name, address, pid)


def megabytes(parent: int) -> float:
    """The resident memory of the largest process under this one, or its own without any."""
    sizes = [
        int(line.split()[1]) / 1024
        for pid in _children(parent) or [parent]
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]
    return max(sizes, default=0.0)


def processor_seconds(parent: int) -> float:
    """The time that the processes under this one have had of a processor."""
    return sum(_ticks(pid, 11, 13) for pid in _children(parent)) / TICKS + (
        _ticks(parent, 11, 15) / TICKS  # its own, and that of those which have ended
    )


def _children(parent: int) -> list[int]:
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in found]


def _ticks(pid: int, first: int, last: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[first:last])

"""What a turn costs: whole calls against the real web process, beside a bare app.

Both are served by the same server with the same options, on the same machine, in the same run,
in turn, several times over, because the machine may be busy with other things: read the ratio.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from console.server import WEB_OPTIONS, Server
from console.services import now
from school.database import Database
from school.migrations import upgrade
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, read_folder
from tests.bench.bare import bare_app
from tests.support.postgresql import postgresql

TOKEN = "token-of-the-benchmark"
CALLERS = 8
CALLS = 60  # of each caller in a round
ROUNDS = 5
KINDS = ("begin", "menu", "sentence", "yes", "status")
PORT = 18650


@dataclass
class Opponent:
    """A server under load, and what it has shown so far."""

    name: str
    address: str
    pid: int
    rates: list[float]
    times: dict[str, list[float]]


def measure() -> None:
    """Print the rate, the times and the memory, on SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        bare = stack.enter_context(bare_server(PORT))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {
            "SQLite": f"sqlite:///{folder / 'bench.sqlite3'}",
            "PostgreSQL": stack.enter_context(postgresql()),
        }
        lines = [
            stack.enter_context(line_server(name, url, PORT + n))
            for n, (name, url) in enumerate(urls.items(), 1)
        ]
        for round_ in range(ROUNDS + 1):
            for opponent in (bare, *lines):
                _play(opponent, counted=round_ > 0)
        _print(bare, lines)


def _play(opponent: Opponent, *, counted: bool) -> None:
    command = [sys.executable, "-m", "tests.bench.families", opponent.address, TOKEN]
    done = subprocess.run(  # noqa: S603  (our own program)
        [*command, str(CALLERS), str(CALLS)], capture_output=True, text=True, check=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    if counted:
        opponent.rates.append(result["rate"])
        for kind, times in result["times"].items():
            opponent.times.setdefault(kind, []).extend(times)


def _print(bare: Opponent, lines: list[Opponent]) -> None:
    print(f"\nTurns of whole calls, {CALLERS} callers at once, {ROUNDS} rounds")
    print(f"  {'':12}{'turns/s':>9}{'ratio':>8}{'MB':>6}   median and 99th percentile in ms")
    for opponent in (bare, *lines):
        ratio = median(r / b for r, b in zip(opponent.rates, bare.rates, strict=True))
        shown = "  ".join(
            f"{kind} {median(times) * 1e3:.1f}/{quantiles(times, n=100)[98] * 1e3:.1f}"
            for kind, times in opponent.times.items()
        )
        print(
            f"  {opponent.name:12}{median(opponent.rates):9.0f}{ratio:8.2f}"
            f"{megabytes(opponent.pid):6.0f}   {shown}"
        )


@contextmanager
def bare_server(port: int) -> Iterator[Opponent]:
    """The bare app, served like ours."""
    process = get_context("spawn").Process(target=_serve_bare, args=(port,))
    process.start()
    try:
        yield _ready("bare app", port, process.pid or 0)
    finally:
        process.terminate()
        process.join(10)


def _serve_bare(port: int) -> None:
    Server(lambda: bare_app(TOKEN), WEB_OPTIONS | {"bind": f"127.0.0.1:{port}"}).run()


@contextmanager
def line_server(name: str, url: str, port: int) -> Iterator[Opponent]:
    """`absence-line web` on a fresh database with the demo school's roster."""
    database = Database(url)
    upgrade(database.engine)
    with database.begin() as session:
        import_roster(session, read_folder(DEMO_FOLDER), now())
    database.close()
    environ = os.environ | {
        "ABSENCE_LINE_DATABASE_URL": url,
        "ABSENCE_LINE_SECRET_KEY": "a key of the benchmark, long enough for one",
        "ABSENCE_LINE_LOG_LEVEL": "warning",
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    command = [sys.executable, "-m", "app", "web", "--port", str(port)]
    process = subprocess.Popen(command, env=environ)  # noqa: S603  (our own program)
    try:
        yield _ready(name, port, process.pid)
    finally:
        process.terminate()
        process.wait(15)


def _ready(name: str, port: int, pid: int) -> Opponent:
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            httpx.get(address + "/readyz", timeout=2)
            break
        except httpx.TransportError:
            time.sleep(0.2)
    return Opponent(name, address, pid, [], {})


def megabytes(parent: int) -> float:
    """The resident memory of the parent's only worker."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    sizes = [
        int(line.split()[1]) / 1024
        for child in children
        for line in Path(f"/proc/{child}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    ]
    return max(sizes, default=0.0)

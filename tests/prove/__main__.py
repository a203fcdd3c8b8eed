"""`make prove`: mornings with real processes and real faults, and a table of what was lost."""

import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from random import SystemRandom

from rich.console import Console
from rich.table import Table

from tests.prove.alone import run_alone
from tests.prove.trials import TRIALS, Result, Trial, run

PORTS = (20_000, 30_000)  # of which some in a row are taken: two proofs may run at once
AT_ONCE = 2  # trials: much of each is waiting, for a restart, a late callback, a line that is down
MOST_SHOWN = 20


def main(names: list[str]) -> int:
    """Run the trials whose names hold one of these words, or all; 1 where something was lost."""
    seed, first_port = SystemRandom().randrange(1 << 32), SystemRandom().randrange(*PORTS)
    began = time.monotonic()
    chosen = [t for t in TRIALS if not names or any(name in t.name for name in names)]
    console = Console(width=140)
    results = tried(chosen, seed, first_port, console)
    for result in results:
        for wrong in result.wrong[:MOST_SHOWN]:
            console.print(f"{result.trial.name}: {wrong}")
    console.print(table(results, seed))
    minutes, busy = (time.monotonic() - began) / 60, os.getloadavg()[2]
    console.print(
        f"{datetime.now(UTC):%Y-%m-%d}, {minutes:.0f} minutes, {machine()}, load average {busy:.1f}"
    )
    return int(any(result.wrong for result in results))


def tried(trials: Sequence[Trial], seed: int, first_port: int, console: Console) -> list[Result]:
    """What came of each, in their order; the long ones begin, each in a process of its own."""
    fresh = multiprocessing.get_context("spawn")
    numbered = sorted(enumerate(trials), key=lambda it: -it[1].calls)
    with ProcessPoolExecutor(AT_ONCE, fresh, max_tasks_per_child=1) as pool:
        running = {
            pool.submit(run_alone if trial.small_disk else run, trial, seed + n, port): n
            for n, trial in numbered
            for port in [first_port + 10 * n]
        }
        done: dict[int, Result] = {}
        for future in as_completed(running):
            result = done[running[future]] = future.result()
            console.print(f"{result.trial.name}: {len(result.wrong)} lost or doubled")
    return [done[n] for n in range(len(trials))]


def machine() -> str:
    """What it runs on."""
    kind, cores = platform.machine(), os.cpu_count()
    return f"{cores} cores of {kind}, {platform.system()}, Python {platform.python_version()}"


def table(results: list[Result], seed: int) -> Table:
    """What was tried, and what was lost."""
    shown = Table(title=f"Mornings with trouble (seed {seed})")
    for heading in (
        "trial",
        "calls and texts",
        "faults",
        "told to leave a message",
        "seconds",
        "lost or doubled",
    ):
        shown.add_column(heading, justify="left" if heading in ("trial", "faults") else "right")
    for result in results:
        faults = ", ".join(f"{count} {fault}" for fault, count in sorted(result.faults.items()))
        shown.add_row(
            result.trial.name,
            str(result.said),
            faults,
            str(result.told),
            f"{result.seconds:.0f}",
            str(len(result.wrong)),
        )
    return shown


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

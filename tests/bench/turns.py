"""What a turn costs: whole calls against the real web process, beside a bare app.

Both are served by the same server with the same options, on the same machine, in the same run,
in turn, several times over, because the machine may be busy with other things: read the ratio.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from tests.bench.families import Morning, play
from tests.bench.servers import TOKEN, Opponent, bare_server, line_server, megabytes, shown
from tests.support.postgresql import postgresql

CALLERS = 8
CALLS = 60  # of each caller in a round
ROUNDS = 5
PORT = 18650


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
    seen = play(Morning(opponent.address, TOKEN, CALLERS, CALLS))
    if seen.failed:
        raise SystemExit(f"{opponent.name}: {seen.failed}")
    if counted:
        opponent.note(seen)


def _print(bare: Opponent, lines: list[Opponent]) -> None:
    print(f"\nTurns of whole calls, {CALLERS} callers at once, {ROUNDS} rounds")
    print(f"  {'':12}{'turns/s':>9}{'ratio':>8}{'MB':>6}   median and 99th percentile in ms")
    for opponent in (bare, *lines):
        ratio = median(r / b for r, b in zip(opponent.rates, bare.rates, strict=True))
        kinds = "  ".join(f"{kind} {shown(times)}" for kind, times in opponent.times.items())
        print(
            f"  {opponent.name:12}{median(opponent.rates):9.0f}{ratio:8.2f}"
            f"{megabytes(opponent.pid):6.0f}   {kinds}"
        )

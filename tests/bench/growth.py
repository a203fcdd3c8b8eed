"""What a turn costs as the school grows, and the years behind it.

Families of a made-up school call and text without time to think. The cost is the processor's time,
which the other work of a shared machine changes least; the ratio is to the smallest, in each round.
"""

import tempfile
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from statistics import median

from tests.bench.families import play
from tests.bench.made_up import school
from tests.bench.morning import ONE_SCHOOL, ROUNDS, morning
from tests.bench.servers import (
    Opponent,
    line_server,
    megabytes,
    prepared,
    processor_seconds,
    shown,
)
from tests.bench.years import add_years
from tests.support.postgresql import PostgreSQL, postgresql_server

ports = count(18850)
DISTRICT, YEARS = 100_000, 1_000_000  # students, reports


def measure() -> None:
    """Print it on SQLite and on PostgreSQL, of the web process and the database server."""
    for kind in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            lines = []
            for students, reports in ((ONE_SCHOOL, 0), (DISTRICT, 0), (DISTRICT, YEARS)):
                name = f"{students:,} and {reports:,}"
                server = stack.enter_context(postgresql_server()) if kind != "SQLite" else None
                url = server.url if server else f"sqlite:///{folder / name}"
                prepared(url, school(students))
                add_years(url, students, reports)
                web = stack.enter_context(line_server(name, url, next(ports)))
                lines.append((web, students, server))
            print(f"\nThe cost of a turn, {kind}, by students and earlier reports")
            _print_costs(lines)


def _print_costs(lines: list[tuple[Opponent, int, PostgreSQL | None]]) -> None:
    costs: dict[str, list[float]] = {web.name: [] for web, *_ in lines}
    for round_ in range(ROUNDS + 1):
        for web, students, server in lines:
            before = _spent(web, server)
            seen = play(morning(web.address, students, round_))
            if round_:
                costs[web.name].append((_spent(web, server) - before) / seen.requests * 1e3)
                web.note(seen)
    first = costs[lines[0][0].name]
    print(f"  {'':24}{'ms of processor':>16}{'ratio':>8}{'errors':>8}{'MB':>6}   median/99th, ms")
    for web, *_ in lines:
        ratio = median(a / b for a, b in zip(costs[web.name], first, strict=True))
        print(
            f"  {web.name:24}{median(costs[web.name]):16.2f}{ratio:8.2f}{web.failed:8}"
            f"{megabytes(web.pid):6.0f}   {shown(web.all_times)}"
        )
        for what, times in web.trouble.items():
            print(f"    {times} times: {what}")


def _spent(web: Opponent, server: PostgreSQL | None) -> float:
    """Seconds of a processor so far: the web's, and the database server's."""
    return processor_seconds(web.pid) + (processor_seconds(server.pid) if server else 0.0)

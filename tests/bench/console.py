"""The clerk's morning in a real browser: 300 reports wait, one key confirms and opens the next.

The real web process serves it, on SQLite and on PostgreSQL. A list's time is the browser's own,
from the address to the page being drawn; a confirmation's and an arrival's are those of who drives
the browser, from the key to the next report being drawn, with the driver's own way there and back.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from console.services import now
from school.database import Database
from school.migrations import upgrade
from tests.bench.servers import line_server, megabytes
from tests.console import morning
from tests.console.parts import ATTENDANCE, PASSWORD, add_accounts
from tests.support.browser import chromium, opened
from tests.support.postgresql import postgresql

WAITING = 300
OPENED = 12
CONFIRMED = 60
ARRIVALS = 5
PORT = 18680
WIDTH = 1280
DRAWN = """() => new Promise(
    done => requestAnimationFrame(() => setTimeout(() => done(performance.now())))
)"""


@dataclass
class Times:
    """What was measured on one kind of database, in milliseconds."""

    name: str
    bare: list[float] = field(default_factory=list)
    listed: list[float] = field(default_factory=list)
    confirmed: list[float] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    megabytes: float = 0.0


def measure() -> None:
    """Print the times to list, to confirm and open the next, and for a new report to appear."""
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        folder = Path(stack.enter_context(TemporaryDirectory()))
        urls = {
            "SQLite": f"sqlite:///{folder / 'bench.sqlite3'}",
            "PostgreSQL": stack.enter_context(postgresql()),
        }
        print(f"\nThe console in a browser, {WAITING} reports waiting")
        names = "".join(f"{name:>14}" for name in ("bare page", "list", "confirm", "new report"))
        print(f"  {'':12}{names}{'MB':>7}   median/95th, ms")
        for n, (name, url) in enumerate(urls.items()):
            _print(_morning(browser, name, url, PORT + n))


def _morning(browser: Browser, name: str, url: str, port: int) -> Times:
    database, times = Database(url), Times(name)
    upgrade(database.engine)
    with database.begin() as session:
        add_accounts(session, now())
        morning.add_demo_roster(session, now())
        morning.add_reports(session, now(), WAITING, complete=True)
    with line_server(name, url, port) as server, opened(browser, WIDTH, "light") as page:
        address = server.address
        page.goto(f"{address}/staff/sign-in")
        page.get_by_label("E-mail address").fill(ATTENDANCE)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        _list(page, address, times)
        _confirm(page, address, times)
        _arrive(page, address, database, times)
        times.megabytes = megabytes(server.pid)
    database.close()
    return times


def _list(page: Page, address: str, times: Times) -> None:
    for _ in range(OPENED):
        page.goto(f"{address}/healthz")  # a page of one word: what the browser itself takes
        times.bare.append(page.evaluate(DRAWN))
        page.goto(f"{address}/staff/")
        times.listed.append(page.evaluate(DRAWN))


def _confirm(page: Page, address: str, times: Times) -> None:
    """From the key to the next report drawn."""
    page.goto(f"{address}/staff/")
    page.keyboard.press("Enter")
    page.wait_for_selector("form.entry")
    for _ in range(CONFIRMED):
        before = page.url
        began = time.perf_counter()
        page.keyboard.press("Enter")
        page.wait_for_url(_another_than(before))
        page.wait_for_selector("form.entry")
        page.evaluate(DRAWN)
        times.confirmed.append((time.perf_counter() - began) * 1e3)


def _another_than(before: str) -> Callable[[str], bool]:
    return lambda url: url != before


def _arrive(page: Page, address: str, database: Database, times: Times) -> None:
    page.goto(f"{address}/staff/?language=pl")
    for n in range(ARRIVALS):
        with database.begin() as session:
            number = morning.add_another(session, now(), 2 * WAITING + n, language="pl")
        began = time.perf_counter()
        page.wait_for_selector(f"#report-{number}")
        times.arrived.append((time.perf_counter() - began) * 1e3)


def _print(times: Times) -> None:
    cells = [_cell(of) for of in (times.bare, times.listed, times.confirmed, times.arrived)]
    print(f"  {times.name:12}{''.join(f'{cell:>14}' for cell in cells)}{times.megabytes:7.0f}")


def _cell(measured: list[float]) -> str:
    return f"{median(measured):.0f}/{quantiles(measured, n=20)[18]:.0f}"

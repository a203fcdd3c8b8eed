"""How long an import takes and how much memory, on SQLite and PostgreSQL, in a process of its own.

Three imports for each size: the first one, the same files again, and the next school year, in
which every student is a grade higher and every contact's number has changed.
"""

import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from school.database import Database
from school.migrations import upgrade
from school.roster import import_roster
from school.roster_files import CONTACT_COLUMNS, CONTACTS, ROSTER, STUDENT_COLUMNS, read_folder
from tests.support.postgresql import postgresql

NOW = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)
FIRST_NAMES = ("Ana", "Andrés", "Mei", "Oksana", "Daniel", "Lorena", "Tomasz", "Amira", "Minh")
LAST_NAMES = ("Lopez", "De León", "Nowak", "Chen", "Shevchenko", "Haddad", "Nguyen", "Cuevas")
RELATIONSHIPS = ("mother", "father", "grandmother", "stepfather", "guardian")
LANGUAGES = ("en", "es", "pl", "zh", "uk")
AREA_CODES = (312, 773, 872, 331, 630, 224, 847, 708)
FIRST_ID = 60_000_000


def measure(sizes: Iterable[int] = (2_000, 100_000)) -> None:
    """Print the figures for schools of these sizes, each student with two contacts."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for year in ("this", "next"):
                write_folder(folder / year, size, next_year=year == "next")
            _in_a_child(folder, f"sqlite:///{folder / 'line.sqlite3'}", size)
            with postgresql() as url:
                _in_a_child(folder, url, size)


def write_folder(folder: Path, students: int, *, next_year: bool = False) -> None:
    """A made-up school with two contacts for each student."""
    folder.mkdir(parents=True)
    _write(folder / ROSTER, STUDENT_COLUMNS, (_student(n, next_year) for n in range(students)))
    contacts = (_contact(n, next_year) for n in range(2 * students))
    _write(folder / CONTACTS, CONTACT_COLUMNS, contacts)


def import_three_times(folder: Path, url: str) -> Iterator[tuple[str, float, int]]:
    """What was imported, the seconds it took, and the most memory so far in MB."""
    database = Database(url)
    upgrade(database.engine)
    for what, year in (("first", "this"), ("again", "this"), ("next year", "next")):
        begun = time.perf_counter()
        _import(database, folder / year)
        yield what, time.perf_counter() - begun, _most_megabytes()
    database.close()


def _import(database: Database, folder: Path) -> None:
    files = read_folder(folder, NOW.date())
    with database.begin() as session:
        import_roster(session, files, NOW)


def _in_a_child(folder: Path, url: str, size: int) -> None:
    kind = url.partition(":")[0].partition("+")[0]
    print(f"Roster import, {size:,} students and {2 * size:,} contacts, {kind}:", flush=True)
    subprocess.run([sys.executable, "-m", __name__, folder, url], check=True)  # noqa: S603  (our own module)


def _student(n: int, next_year: bool) -> tuple[object, ...]:
    first, last = FIRST_NAMES[n % len(FIRST_NAMES)], LAST_NAMES[n // 7 % len(LAST_NAMES)]
    grade = 9 + n % 3
    born = date(2021, 9, 1) - timedelta(days=365 * grade + n % 365)
    return FIRST_ID + n, first, f"{last} {n}", "", grade + next_year, born


def _contact(n: int, next_year: bool) -> tuple[object, ...]:
    area = AREA_CODES[(n + next_year) % len(AREA_CODES)]
    return (
        f"K{n:06}",
        FIRST_ID + n // 2,
        f"{FIRST_NAMES[n % 5]} {LAST_NAMES[n // 14 % len(LAST_NAMES)]}",
        RELATIONSHIPS[n % len(RELATIONSHIPS)],
        f"({area}) 555-01{n % 100:02}",
        f"contact{n}@example.org",
        LANGUAGES[n % len(LANGUAGES)],
        "true",
        1 + n % 2,
    )


def _write(path: Path, columns: Iterable[str], rows: Iterable[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def _most_megabytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # Linux counts in KB


if __name__ == "__main__":
    for what, seconds, megabytes in import_three_times(Path(sys.argv[1]), sys.argv[2]):
        print(f"  {what:10} {seconds:6.2f} s   {megabytes:4} MB at most", flush=True)

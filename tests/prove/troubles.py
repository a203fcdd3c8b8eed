"""What goes wrong in a trial, until its end; what was broken is whole again then."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from threading import Event
from time import sleep
from typing import Protocol

from console.services import now
from school.database import VERSIONS, Database, newest_migration
from school.migrations import upgrade
from school.school_file import SHIPPED, read_school
from tests.prove.clocks import FileClock
from tests.prove.disk import Disk
from tests.prove.processes import Line
from tests.support.postgresql import PostgreSQL

NIGHT_PACE = 150.0
MORNING = time(4)
# The steps that migrations are made of: a column with and without a value, an index, and a
# constraint, for which SQLite copies the table.
NEXT_MIGRATION = """
    import sqlalchemy as sa
    from alembic import op

    revision = "9999"
    down_revision = "{newest}"

    def upgrade() -> None:
        op.add_column("reports", sa.Column("proof", sa.String(20)))
        op.add_column("turns", sa.Column("proof", sa.Integer(), server_default="0"))
        op.create_index("ix_messages_proof", "messages", ["to_phone", "created_at"])
        with op.batch_alter_table("messages") as messages:
            messages.add_column(sa.Column("proof", sa.Boolean(), server_default=sa.false()))
            messages.create_check_constraint("proof", "attempts >= 0")
"""


class Scene(Protocol):
    """What a trouble may lay hands on."""

    line: Line
    database: Database
    disk: Disk
    clock: FileClock
    server: PostgreSQL | None
    chance: random.Random
    faults: Counter[str]


Trouble = Callable[[Scene, Event], None]


def quiet(_scene: Scene, end: Event) -> None:
    """No trouble of ours."""
    end.wait()


def kills(scene: Scene, end: Event) -> None:
    """`kill -9` of a web process or a worker, at random moments."""
    scene.faults["kill -9"] += scene.line.kill_now_and_then(end, (0.5, 2.5), scene.chance)


def database_stops(scene: Scene, end: Event) -> None:
    """PostgreSQL is shut down at once, stays away, and comes back."""
    server = scene.server
    if server is None:
        raise ValueError("This trouble is for PostgreSQL.")
    while not end.wait(scene.chance.uniform(1, 4)):
        server.stop_at_once()
        scene.faults["database stopped"] += 1
        end.wait(scene.chance.uniform(1, 3))
        server.start()


def disk_fills(scene: Scene, end: Event) -> None:
    """There is no room for a single byte more, for some seconds."""
    while not end.wait(scene.chance.uniform(1, 3)):
        scene.disk.fill()
        scene.faults["disk full"] += 1
        end.wait(scene.chance.uniform(1, 3))
        scene.disk.make_room()


def clock_jumps(scene: Scene, end: Event) -> None:
    """The machine's clock is put forward and back, by as much as an hour and a half; then right."""
    while not end.wait(scene.chance.uniform(0.5, 2)):
        minutes = scene.chance.choice((-90, -20, -2, 0, 2, 20, 90))
        scene.clock.put(now() + timedelta(minutes=minutes))
        scene.faults["clock put forward or back"] += 1
    scene.clock.put(now())


def night(scene: Scene, end: Event) -> None:
    """A night in which the clocks are changed goes by, much faster than it would."""
    zone = read_school(SHIPPED).time.zone
    evening = scene.clock().astimezone(zone)
    morning = datetime.combine(evening.date(), MORNING, zone)
    scene.faults["change of the clocks"] += evening.utcoffset() != morning.utcoffset()
    scene.clock.put(scene.clock(), NIGHT_PACE)
    end.wait()
    while scene.clock() < morning:
        sleep(0.5)
    scene.clock.put(scene.clock())


def restarts(scene: Scene, end: Event) -> None:
    """One process after another is restarted, as for a new version."""
    while not end.wait(2):
        scene.faults["restart"] += scene.line.restart_one_by_one()


def migration(scene: Scene, end: Event) -> None:
    """The schema goes on to a migration that the running processes do not know."""
    end.wait(4)
    with TemporaryDirectory() as folder:
        step = dedent(NEXT_MIGRATION.format(newest=newest_migration()))
        (Path(folder) / "9999_proof.py").write_text(step)
        upgrade(scene.database.engine, (VERSIONS, Path(folder)))
    scene.faults["migration"] += 1
    end.wait()

"""What is kept of a family, walked through the schema: no new table or column can be forgotten.

Every table gets a row of each of two families. What one of them is handed, what is left of it
when it is erased, and what is left when every time is over, is compared with what is written here.
A new column stands in none of these lists: whoever adds it decides what becomes of it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.family import Family, erase, export, of_number, of_student
from console.services import Services
from recordings.pictures import Picture
from recordings.voicemails import Voicemail
from school.database import Base, Database
from school.schedule import Stop
from tests.support.clock import StandingClock
from tests.support.filled import Filler, texts
from tests.support.line import settings

NOT_OF_FAMILIES = {
    "api_tokens": "a name for another system",
    "audit": "names staff and numbers of records",
    "closings": "days without school",
    "holds": "which of the staff has a report open",
    "preferences": "settings",
    "roster_version": "a number",
    "scheduled_runs": "jobs",
    "staff": "accounts",
    "workers": "processes",
}
NOT_KNOWN_BY_NUMBER = {"students", "pickups"}
"""Tables that hold no telephone number: what concerns one student alone."""

NOT_KNOWN_BY_STUDENT = {"numbers"}

RECORD = {
    "contacts": "contact_id custody email language name phone relationship student_id",
    "decisions": "after before kind who why",
    "messages": "contact_id kind language provider_id uuid",
    "pictures": "kind media_sid message_sid sha256",
    "releases": "contact_id form_key outcome person reason recorded_by relationship returned_by "
    "signature student_id told undone_by undone_why why",
    "report_days": "entered_by",
    "reports": "channel flags language message_sid origin partial_kind reason_category "
    "recording_sid reference relationship status student_id verification",
    "students": "first_name heard_as last_name preferred_name student_id",
    "voicemails": "kind recording_sid sha256 trouble",
}
"""What is left whatever goes: the roster, which is the district's; the attendance record and who
decided it; the dismissal log; that something was sent or left, by codes, ids and checksums."""

TODAY = {"pickups": "fields kept_by person student_id"}  # who waits at the desk
WISHES = {"numbers": "language phone"}
CALLER = {
    "messages": "dedupe_key to_phone",
    "pictures": "from_phone",
    "reports": "from_phone reporter_name",
    "voicemails": "from_phone",
}
"""Who it was: stays with the record, and goes when the family asks."""


def joined(*lists: dict[str, str]) -> dict[str, set[str]]:
    """The columns of all these lists, by table."""
    tables = {table for one in lists for table in one}
    return {table: {c for one in lists for c in one.get(table, "").split()} for table in tables}


@dataclass
class Kept:
    """Two families in every table, with sound and a photo of each."""

    services: Services
    ours: Filler
    others: Filler

    @property
    def database(self) -> Database:
        return self.services.database

    def files(self, family: Filler) -> list[str]:
        """The names of its sound and its photo in the vault."""
        with self.database.reading() as session:
            sound = session.get_one(Voicemail, family.made["voicemails"]["id"])
            photo = session.get_one(Picture, family.made["pictures"]["id"])
            return [sound.in_vault, photo.in_vault]

    def left(self, family: Filler) -> dict[str, set[str]]:
        """The columns that still tell of it, by table."""
        found: dict[str, set[str]] = {}
        with self.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                for row in session.execute(select(table)):
                    for column, value in row._asdict().items():
                        if table.name not in NOT_OF_FAMILIES and self._of(family, value):
                            found.setdefault(table.name, set()).add(column)
        return found

    @staticmethod
    def _of(family: Filler, value: Any) -> bool:
        own = re.compile(rf"{family.mark}\w+|{re.escape(family.phone)}")
        return any(own.fullmatch(text) for text in texts(value))


def filler(mark: str, phone: str, clock: StandingClock) -> Filler:
    facts = {name: f"{mark}{name}" for name in ("reporter_name", "student_id", "relationship")}
    snapshot = {"status": f"{mark}status", "facts": facts}
    call = f"CA{mark}"
    examples = {
        "call_sid": call,
        "conversations.provider_id": call,
        "decisions.after": snapshot,
        "decisions.before": snapshot,
        "messages.status": "delivered",
        "numbers.opted_out_at": None,
        "pictures.state": "kept",
        "releases.told": [{"name": f"{mark}told", "phone": phone}],
        "roster_version.id": ord(mark),
        "voicemails.purged_at": None,
        "voicemails.state": "settled",
    }
    return Filler(mark, phone, clock(), examples)


@pytest.fixture
def kept(database: Database, clock: StandingClock, tmp_path: Path) -> Kept:
    services = Services(settings(ABSENCE_LINE_RECORDINGS=str(tmp_path)), clock, database)
    ours, others = (filler(mark, f"+1312555010{n}", clock) for n, mark in enumerate("QZ"))
    with database.begin() as session:
        for family in (ours, others):
            family.fill(session.connection(), Base.metadata)
    made = Kept(services, ours, others)
    for family in (ours, others):
        for name in made.files(family):
            services.vault.put(name, b"sound or photo")
    return made


def by_number(session: Session, kept: Kept) -> Family:
    return of_number(session, kept.ours.phone)


def by_student(session: Session, kept: Kept) -> Family:
    return of_student(session, kept.ours.made["students"]["student_id"])


Found = Callable[[Session, Kept], Family]


@pytest.mark.parametrize(
    ("found", "unknown"),
    [(by_number, NOT_KNOWN_BY_NUMBER), (by_student, NOT_KNOWN_BY_STUDENT)],
)
def test_a_family_is_handed_its_row_of_every_table_and_nobody_elses(
    kept: Kept, found: Found, unknown: set[str]
) -> None:
    with kept.database.reading() as session:
        held = export(session, found(session, kept))
    of_families = set(Base.metadata.tables) - set(NOT_OF_FAMILIES)
    assert {table for table, rows in held.items() if rows} == of_families - unknown
    assert {table: len(rows) for table, rows in held.items() if len(rows) > 1} == {}
    for table, rows in held.items():
        assert all(set(row) == set(Base.metadata.tables[table].columns.keys()) for row in rows)
    assert f'"{kept.others.mark}' not in json.dumps(held)
    assert kept.others.phone not in json.dumps(held)


@pytest.mark.parametrize(
    ("found", "stays"),
    [(by_number, joined(RECORD, TODAY)), (by_student, joined(RECORD, TODAY, WISHES))],
)
def test_of_an_erased_family_nothing_is_left_but_the_record(
    kept: Kept, found: Found, stays: dict[str, set[str]]
) -> None:
    before = kept.left(kept.others)
    deleted: list[str] = []
    with kept.database.begin() as session:
        erase(session, found(session, kept), deleted.append, "operator", kept.services.clock())
    assert kept.left(kept.ours) == stays
    assert kept.left(kept.others) == before
    assert deleted == kept.files(kept.ours)


def test_when_every_time_is_over_nothing_is_left_but_the_record_and_whose_it_is(
    kept: Kept, clock: StandingClock
) -> None:
    retention = kept.services.school.retention
    clock.now += timedelta(days=max(retention.recordings, retention.conversations) + 1)
    nightly = {"retention", "old_pictures", "purge recordings"}
    jobs = [job for job in kept.services.jobs(Stop()) if job.name in nightly]
    assert {job.name for job in jobs} == nightly
    files = kept.files(kept.ours)
    for job in jobs:
        job.run()
    assert kept.left(kept.ours) == joined(RECORD, WISHES, CALLER)
    for name in files:
        with pytest.raises(FileNotFoundError):
            kept.services.vault.get(name)


def test_a_day_before_its_time_is_over_everything_is_there(
    kept: Kept, clock: StandingClock
) -> None:
    before, retention = kept.left(kept.ours), kept.services.school.retention
    clock.now += timedelta(days=min(retention.texts, retention.recordings) - 1)
    for job in kept.services.jobs(Stop()):
        if job.name in {"retention", "old_pictures", "purge recordings"}:
            job.run()
    del before["pickups"]  # who waited that day
    assert kept.left(kept.ours) == before


def test_a_message_without_a_call_is_known_by_its_number(kept: Kept) -> None:
    """The carrier's record told the number, and no call of ours stands behind it."""
    with kept.database.begin() as session:
        session.get_one(Voicemail, kept.ours.made["voicemails"]["id"]).call_sid = None
    with kept.database.reading() as session:
        held = export(session, by_number(session, kept))
    assert len(held["voicemails"]) == len(held["transcripts"]) == 1

"""A backup comes back whole, on either database, and a damaged one does not come back at all."""

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from recordings.stores import Folder
from recordings.vault import UnknownKey, Vault
from school.backup import BackupUnusable, back_up, inspect, restore
from school.database import Base, Database
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.filled import Filler
from tests.support.line import KEIKOS_MOTHER, STRANGER, WholeLine

Rows = dict[str, list[tuple[Any, ...]]]


def all_rows(database: Database) -> Rows:
    with database.reading() as session:
        return {
            table.name: [
                tuple(r) for r in session.execute(select(table).order_by(*table.primary_key))
            ]
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    folder = tmp_path / "recordings"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "sealed").write_bytes(bytes(range(256)) * 40)
    return folder


@pytest.fixture
def used(line: WholeLine) -> Database:
    """A database with a morning in it, and a row in every table besides."""
    call = line.call(KEIKOS_MOTHER)
    call.says("Keiko has a fever and won't be in today.")
    call.says("Yes.")
    call.hangs_up()
    line.text("Keiko is out tomorrow, dentist", KEIKOS_MOTHER)
    others = Filler("Q", STRANGER, A_SCHOOL_MORNING, {"roster_version.id": 2})
    with line.services.database.begin() as session:
        others.fill(session.connection(), Base.metadata)
    return line.services.database


def test_everything_comes_back_on_sqlite(
    used: Database, recordings: Path, empty_sqlite: Database, tmp_path: Path
) -> None:
    comes_back(used, recordings, empty_sqlite, tmp_path)


def test_everything_comes_back_on_postgresql(
    used: Database, recordings: Path, empty_postgresql: Database, tmp_path: Path
) -> None:
    comes_back(used, recordings, empty_postgresql, tmp_path)


def comes_back(used: Database, recordings: Path, new: Database, tmp_path: Path) -> None:
    made = back_up(used, recordings, tmp_path / "backup", A_SCHOOL_MORNING)
    restored = restore(new, tmp_path / "new", tmp_path / "backup")

    assert restored == made
    assert made.rows["reports"] == 3
    assert all(made.rows.values()), "a table without a row would prove nothing"
    assert made.files == 1
    assert all_rows(new) == all_rows(used)
    sealed = tmp_path / "new" / "ab" / "sealed"
    assert sealed.read_bytes() == (recordings / "ab" / "sealed").read_bytes()
    assert sealed.stat().st_mode & 0o777 == 0o600


def test_what_was_sealed_comes_back_sealed_and_opens_with_its_key_alone(
    used: Database, empty_sqlite: Database, tmp_path: Path
) -> None:
    key, sound = "the key of the tests, long enough for one", bytes(range(256)) * 400
    Vault(Folder(tmp_path / "old"), [key]).put("ab/sound", sound)
    backup = tmp_path / "backup"
    back_up(used, tmp_path / "old", backup, A_SCHOOL_MORNING)
    plain = gzip.decompress(backup.read_bytes())
    assert key.encode() not in plain
    assert sound[:512] not in plain

    restore(empty_sqlite, tmp_path / "new", backup)

    assert Vault(Folder(tmp_path / "new"), [key]).get("ab/sound") == sound
    with pytest.raises(UnknownKey):
        Vault(Folder(tmp_path / "new"), ["another key of the tests, as long as it"]).get("ab/sound")


def test_what_comes_next_is_numbered_behind_what_came_back(
    used: Database, recordings: Path, empty_postgresql: Database, tmp_path: Path
) -> None:
    back_up(used, recordings, tmp_path / "backup", A_SCHOOL_MORNING)
    restore(empty_postgresql, tmp_path / "new", tmp_path / "backup")
    reports = Base.metadata.tables["reports"]
    with empty_postgresql.begin() as session:
        highest = session.scalar(select(reports.c.id).order_by(reports.c.id.desc()))
        row = session.execute(select(reports).where(reports.c.id == highest)).one()._asdict()
        new = row | {"reference": "ZZZZ", "origin": "new"}
        del new["id"]
        made = session.scalar(insert(reports).values(**new).returning(reports.c.id))
    assert made > highest


def test_a_backup_is_its_owners_alone_and_overwrites_nothing(
    sqlite: Database, tmp_path: Path
) -> None:
    target = tmp_path / "backup"
    back_up(sqlite, tmp_path / "none", target, A_SCHOOL_MORNING)
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BackupUnusable, match="File exists"):
        back_up(sqlite, tmp_path / "none", target, A_SCHOOL_MORNING)


def test_a_place_in_use_is_not_overwritten(sqlite: Database, tmp_path: Path) -> None:
    back_up(sqlite, tmp_path / "none", tmp_path / "backup", A_SCHOOL_MORNING)
    with pytest.raises(BackupUnusable, match="in use"):
        restore(sqlite, tmp_path / "new", tmp_path / "backup")


def test_recordings_in_use_are_not_overwritten(
    sqlite: Database, empty_sqlite: Database, recordings: Path, tmp_path: Path
) -> None:
    back_up(sqlite, recordings, tmp_path / "backup", A_SCHOOL_MORNING)
    with pytest.raises(BackupUnusable, match="not empty"):
        restore(empty_sqlite, recordings, tmp_path / "backup")


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_byte_other(content: bytes) -> bytes:
    plain = bytearray(gzip.decompress(content))
    plain[plain.index(bytes(range(256))) + 7] ^= 1  # within the recording
    return gzip.compress(bytes(plain))


def no_archive(_: bytes) -> bytes:
    return b"Dear clerk, here is the backup."


def without_manifest(content: bytes) -> bytes:
    out = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as old,
        tarfile.open(fileobj=out, mode="w:gz") as new,
    ):
        for member in old:
            if member.name != "manifest.json":
                new.addfile(member, old.extractfile(member))
    return out.getvalue()


@pytest.mark.parametrize("damage", [cut_short, one_byte_other, no_archive, without_manifest])
def test_a_damaged_backup_changes_nothing(
    sqlite: Database,
    empty_sqlite: Database,
    recordings: Path,
    tmp_path: Path,
    damage: Callable[[bytes], bytes],
) -> None:
    backup = tmp_path / "backup"
    back_up(sqlite, recordings, backup, A_SCHOOL_MORNING)
    backup.write_bytes(damage(backup.read_bytes()))

    with pytest.raises(BackupUnusable, match="damaged"):
        restore(empty_sqlite, tmp_path / "new", backup)

    assert empty_sqlite.schema_version() is None
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "name",
    ["files/../../secret-key", "/etc/absence-line/secret", "files//etc/absence-line/secret"],
)
def test_a_backup_puts_no_file_outside_its_folder(
    empty_sqlite: Database, tmp_path: Path, name: str
) -> None:
    backup = tmp_path / "backup"
    with tarfile.open(backup, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())

    with pytest.raises(BackupUnusable, match="outside its folder"):
        restore(empty_sqlite, tmp_path / "new", backup)
    assert empty_sqlite.schema_version() is None


def test_what_fails_half_way_leaves_an_empty_place_to_try_again(
    sqlite: Database, empty_sqlite: Database, recordings: Path, tmp_path: Path
) -> None:
    (recordings / ("n" * 200)).mkdir()
    (recordings / ("n" * 200) / ("n" * 200)).write_bytes(b"sealed")
    back_up(sqlite, recordings, tmp_path / "backup", A_SCHOOL_MORNING)
    too_deep = tmp_path
    while len(str(too_deep)) < 3600:  # a path may have 4096 letters
        too_deep /= "d" * 200
    too_deep.mkdir(parents=True)

    with pytest.raises(BackupUnusable, match="cannot be written: File name too long"):
        restore(empty_sqlite, too_deep / ("n" * 200), tmp_path / "backup")

    assert empty_sqlite.schema_version() is None
    assert not any(too_deep.iterdir())
    restore(empty_sqlite, tmp_path / "new", tmp_path / "backup")
    assert all_rows(empty_sqlite) == all_rows(sqlite)


def test_without_recordings_there_is_a_backup_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    made = back_up(database, tmp_path / "none", tmp_path / "backup", A_SCHOOL_MORNING)
    assert inspect(tmp_path / "backup") == made
    assert made.files == 0

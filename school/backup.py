"""A backup: everything the database holds and every sealed recording, in one file; and back.

The rows are written as data and not in a database's own format, so that what was on SQLite can
come back on PostgreSQL. They are read in one transaction: the backup is of one moment, while the
line goes on. A backup is of one schema: the version that made it brings it back, and may be
upgraded then.
"""

import hashlib
import io
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO, Any

import msgspec
from sqlalchemy import (
    JSON,
    Connection,
    MetaData,
    Table,
    TypeDecorator,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.types import TypeEngine

from school.database import Base, Database, newest_migration
from school.migrations import upgrade

ROWS_AT_ONCE = 1_000
BLOCK = 1 << 20  # bytes read at once
MANIFEST = "manifest.json"
ROWS, FILES = "rows/", "files/"

Archive = tarfile.TarFile


class BackupUnusable(Exception):
    """The backup cannot be made or brought back; the sentence says why and what to do."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds: rows by table, and the SHA-256 of each member by its name."""

    schema: str
    made_at: datetime
    rows: dict[str, int]
    digests: dict[str, str]

    @property
    def files(self) -> int:
        """How many recordings and papers there are."""
        return sum(name.startswith(FILES) for name in self.digests)


def back_up(database: Database, folder: Path, target: Path, now: datetime) -> Manifest:
    """Write everything into one new file that only its owner may read.

    Args:
        database: at the newest migration.
        folder: the sealed recordings; it may be missing.
        target: the file to write.
        now: the time it is made, which the manifest holds.

    Raises:
        BackupUnusable: the file is there already, or cannot be written.
        DatabaseUnreachable, WrongSchema: see `Database.check`.
    """
    database.check()
    rows: dict[str, int] = {}
    digests: dict[str, str] = {}
    with _new_archive(target) as archive:
        # The rows first: a recording kept since is no harm, a row without its recording would be.
        with database.reading() as session:
            snapshot = session.connection(execution_options=_one_moment(database))
            for table in Base.metadata.sorted_tables:
                with TemporaryFile() as lines:
                    rows[table.name] = _write_rows(snapshot, table, lines)
                    digests[_rows_of(table)] = _add(archive, _rows_of(table), lines)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            name = f"{FILES}{path.relative_to(folder)}"
            with path.open("rb") as content:
                digests[name] = _add(archive, name, content)
        manifest = Manifest(newest_migration(), now, rows, digests)
        _add(archive, MANIFEST, io.BytesIO(msgspec.json.encode(manifest)))
    return manifest


def restore(database: Database, folder: Path, source: Path) -> Manifest:
    """Bring a backup into a new place; all or nothing.

    Args:
        database: without a schema; it gets one.
        folder: where the recordings go; missing or empty.
        source: the backup.

    Raises:
        BackupUnusable: the place is not new, the backup is damaged or of another version.
        DatabaseUnreachable: see `Database.check`.
    """
    if database.schema_version() is not None:
        raise BackupUnusable("The database is in use. A backup comes back into an empty one only.")
    if folder.exists() and any(folder.iterdir()):
        raise BackupUnusable(f"{folder} is not empty. A backup comes back into a new place only.")
    manifest = inspect(source)
    try:
        _bring_back(database, folder, source)
    except BaseException:
        _leave_as_it_was(database, folder)
        raise
    return manifest


def _bring_back(database: Database, folder: Path, source: Path) -> None:
    upgrade(database.engine)
    tables = {_rows_of(table): table for table in Base.metadata.sorted_tables}
    with database.begin() as session, _open(source) as archive:
        connection = session.connection()
        for table in reversed(tables.values()):
            connection.execute(delete(table))  # what a migration put there by itself
        for member, content in _members(archive):
            if member in tables:
                _read_rows(connection, tables[member], content)
            elif member.startswith(FILES):
                _keep(folder, member.removeprefix(FILES), content)
        for table in tables.values():
            _number_on(connection, table)


def _leave_as_it_was(database: Database, folder: Path) -> None:
    """Empty again, so that the same can be tried once more."""
    shutil.rmtree(folder, ignore_errors=True)
    found = MetaData()
    found.reflect(database.engine)
    found.drop_all(database.engine)


def inspect(source: Path) -> Manifest:
    """What a backup holds, once it is certain that it is whole.

    Raises:
        BackupUnusable: it is damaged, incomplete, or of another version.
    """
    digests: dict[str, str] = {}
    found: Manifest | None = None
    with _open(source) as archive:
        for name, content in _members(archive):
            if _leads_out(name):
                raise BackupUnusable(f"{source} names a file outside its folder: {name}.")
            if name == MANIFEST:
                found = msgspec.json.decode(content.read(), type=Manifest)
            else:
                digests[name] = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # a member reads like a file
    if found is None or found.digests != digests:
        raise BackupUnusable(f"{source} is damaged or incomplete. Take an earlier backup.")
    if found.schema != newest_migration():
        raise BackupUnusable(
            f"{source} is of migration {found.schema}, and this version is at "
            f"{newest_migration()}. Restore it with the version that made it, then upgrade."
        )
    return found


def _leads_out(name: str) -> bool:
    """Whether a member's name leads out of the folder that the recordings come back into."""
    paths = (PurePosixPath(name), PurePosixPath(name.removeprefix(FILES)))
    return any(path.is_absolute() or ".." in path.parts for path in paths)


def _rows_of(table: Table) -> str:
    return f"{ROWS}{table.name}.jsonl"


def _one_moment(database: Database) -> Mapping[str, str]:
    """The option that makes all queries of a transaction see one moment; SQLite's always do."""
    sqlite = database.engine.dialect.name == "sqlite"
    return {} if sqlite else {"isolation_level": "REPEATABLE READ"}


def _write_rows(connection: Connection, table: Table, lines: IO[bytes]) -> int:
    count = 0
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=ROWS_AT_ONCE)
    for row in connection.execute(query):
        lines.write(msgspec.json.encode(row._asdict()) + b"\n")
        count += 1
    lines.seek(0)
    return count


def _read_rows(connection: Connection, table: Table, lines: Iterable[bytes]) -> None:
    kinds = {column.name: _kind(column.type) for column in table.columns}

    def values(line: bytes) -> dict[str, Any]:
        row = msgspec.json.decode(line)
        return {name: msgspec.convert(row[name], kind) for name, kind in kinds.items()}

    left = iter(lines)
    while chunk := [values(line) for line in islice(left, ROWS_AT_ONCE)]:
        connection.execute(insert(table), chunk)


def _kind(stored_as: TypeEngine[Any]) -> Any:
    """What values of a column are in Python; JSON columns hold any."""
    if isinstance(stored_as, TypeDecorator):
        stored_as = stored_as.impl_instance
    return Any if isinstance(stored_as, JSON) else stored_as.python_type | None


def _number_on(connection: Connection, table: Table) -> None:
    """Let new rows be numbered behind the highest; PostgreSQL does not look by itself."""
    column = table.autoincrement_column
    if column is None or connection.dialect.name == "sqlite":
        return
    highest = connection.scalar(select(func.max(column)))
    sequence = func.pg_get_serial_sequence(table.name, column.name)
    if highest is not None and connection.scalar(select(sequence)):
        connection.execute(select(func.setval(sequence, highest)))


def _add(archive: Archive, name: str, content: IO[bytes]) -> str:
    """Put the content into the archive; its SHA-256."""
    member = tarfile.TarInfo(name)
    member.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # IO reads like a file
    content.seek(0)
    archive.addfile(member, content)
    return digest


def _keep(folder: Path, name: str, content: IO[bytes]) -> None:
    target = folder / name
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.touch(mode=0o600)
        with target.open("wb") as file:
            while block := content.read(BLOCK):
                file.write(block)
    except OSError as error:
        raise BackupUnusable(f"{folder} cannot be written: {error.strerror}.") from error


def _members(archive: Archive) -> Iterator[tuple[str, IO[bytes]]]:
    """The plain files of the archive, in order."""
    for member in archive:
        content = archive.extractfile(member)
        if content is None:
            raise BackupUnusable(f"The backup holds something that is no file: {member.name}.")
        yield member.name, content


@contextmanager
def _new_archive(target: Path) -> Iterator[Archive]:
    try:
        target.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise BackupUnusable(f"{target} cannot be written: {error.strerror}.") from error
    try:
        with tarfile.open(target, "w:gz") as archive:
            yield archive
    except BaseException:
        target.unlink()  # half a backup is worse than none
        raise


@contextmanager
def _open(source: Path) -> Iterator[Archive]:
    try:
        with tarfile.open(source, "r:gz") as archive:
            yield archive
    except (tarfile.TarError, OSError, EOFError, msgspec.MsgspecError) as error:
        raise BackupUnusable(f"{source} is no backup, or is damaged.") from error

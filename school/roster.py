"""The import of a roster: what the files say becomes what the database has, all or nothing.

A student who is in the files no longer has left: the row stays, for the reports made before, and
the contacts go. Who comes back is found again, with the spellings that staff taught. A refused
row changes nothing: what is there under its id stays as it was, so that a slip of the pen in a
birth date takes no family off the line.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import Executable, Table, bindparam, delete, insert, select, text, update
from sqlalchemy.orm import Session

from flows.reading.roster import Student
from school.audit import note
from school.csv_rows import Progress
from school.people import ContactRow, StudentRow, raise_roster_version
from school.roster_changes import Difference, ImportSummary, Known, compare
from school.roster_files import (
    CONTACT_COLUMNS,
    CONTACTS,
    LIMIT_COLUMNS,
    ROSTER,
    STUDENT_COLUMNS,
    ListedContact,
    RosterFolder,
    unwatched,
)

ROWS_AT_ONCE = 2_000
MOST_DROPPED = 5  # per cent: more is rather half a file than a year's leavers

Parameters = dict[str, Any]
Items = Iterable[Student] | Iterable[ListedContact]
Step = tuple[Executable, Iterable[Parameters]]


class TooManyDropped(Exception):
    """So many students are missing that the files are hardly whole; the sentence says it."""


def import_roster(
    session: Session,
    folder: RosterFolder,
    now: datetime,
    *,
    allow_drop: bool = False,
    progress: Progress = unwatched,
    who: str = "line",
) -> ImportSummary:
    """Make the roster in the database that of the folder, in the caller's transaction.

    For a dry run, the caller rolls back. `who` imports it: "line" stands for the command line.

    Raises:
        TooManyDropped: more than 5 % of the students are missing, and `allow_drop` is not given.
    """
    _one_import_at_a_time(session)
    students = _students(session, folder)
    _guard(students, allow_drop=allow_drop)
    contacts = _contacts(session, folder, frozenset(students.dropped))
    summary = ImportSummary(students, contacts, folder.refused, folder.notes)
    done = 0
    contact_steps = _contact_steps(contacts, _contact_columns(folder))
    for statement, rows in (*_student_steps(students, now), *contact_steps):
        for some in _batches(rows):
            session.execute(statement, some)
            done += len(some)
            progress("database", done, summary.size)
    if summary.size:
        raise_roster_version(session, now)
        note(session, now, who, "imported roster", "roster", " ".join(summary.totals()))
    return summary


def _one_import_at_a_time(session: Session) -> None:
    """Let a second import wait for the first one; readers and reports go on.

    SQLite needs nothing: every transaction that may write waits for the others there.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE students, contacts IN SHARE ROW EXCLUSIVE MODE"))


def _students(session: Session, folder: RosterFolder) -> Difference[Student]:
    refused = {row.key for row in folder.refused if row.file == ROSTER}
    return compare(
        _known(session, _table(StudentRow), STUDENT_COLUMNS),
        {student.student_id: student for student in folder.students},
        STUDENT_COLUMNS[1:],
        spared=lambda row: row.key in refused,
    )


def _contacts(
    session: Session, folder: RosterFolder, leaving: frozenset[str]
) -> Difference[ListedContact]:
    refused = {row.key for row in folder.refused if row.file == CONTACTS}
    at = CONTACT_COLUMNS.index("student_id") - 1
    columns = _contact_columns(folder)
    return compare(
        _known(session, _table(ContactRow), columns),
        {contact.contact_id: contact for contact in folder.contacts},
        columns[1:],
        spared=lambda row: row.key in refused and row.values[at] not in leaving,
    )


def _known(session: Session, table: Table, columns: Sequence[str]) -> Iterator[Known]:
    """The table's rows, a batch at a time in memory."""
    has_left = "left_at" in table.c
    chosen = [table.c[column] for column in columns] + ([table.c.left_at] if has_left else [])
    query = select(*chosen).execution_options(yield_per=ROWS_AT_ONCE)
    for key, *values in session.execute(query):
        left = has_left and values.pop() is not None
        yield Known(key, tuple(values), left)


def _guard(students: Difference[Student], *, allow_drop: bool) -> None:
    dropped, before = len(students.dropped), students.before
    if dropped * 100 > before * MOST_DROPPED and not allow_drop:
        raise TooManyDropped(
            f"{dropped} of {before} students are missing in {ROSTER}, which is more than "
            f"{MOST_DROPPED} %: nothing was changed. If they have all left, import with "
            "--allow-drop."
        )


def _student_steps(students: Difference[Student], now: datetime) -> Iterator[Step]:
    table = _table(StudentRow)
    change = update(table).where(table.c.student_id == bindparam("key"))
    changed = (student for student, _ in students.changed)
    yield insert(table), _whole_rows(students.added, STUDENT_COLUMNS, heard_as=[])
    yield change, _new_values(changed, STUDENT_COLUMNS)
    yield change, _new_values(students.returned, STUDENT_COLUMNS, left_at=None)
    yield change, ({"key": key, "left_at": now} for key in students.dropped)


def _contact_columns(folder: RosterFolder) -> Sequence[str]:
    """The columns that the file speaks of; what it does not have stays as it is."""
    return (*CONTACT_COLUMNS, *folder.limits)


def _contact_steps(contacts: Difference[ListedContact], columns: Sequence[str]) -> Iterator[Step]:
    table = _table(ContactRow)
    this_one = table.c.contact_id == bindparam("key")
    changed = (contact for contact, _ in contacts.changed)
    yield delete(table).where(this_one), ({"key": key} for key in contacts.dropped)
    yield update(table).where(this_one), _new_values(changed, columns)
    yield insert(table), _whole_rows(contacts.added, (*CONTACT_COLUMNS, *LIMIT_COLUMNS))


def _whole_rows(items: Items, columns: Sequence[str], **more: object) -> Iterator[Parameters]:
    values_of = attrgetter(*columns)
    for item in items:
        yield {**dict(zip(columns, values_of(item), strict=True)), **more}


def _new_values(items: Items, columns: Sequence[str], **more: object) -> Iterator[Parameters]:
    """The values of each item, with its id as the key that the update looks for."""
    for row in _whole_rows(items, columns, **more):
        yield {"key": row.pop(columns[0]), **row}


def _batches(rows: Iterable[Parameters]) -> Iterator[list[Parameters]]:
    source = iter(rows)
    while some := list(islice(source, ROWS_AT_ONCE)):
        yield some


def _table(row: type[StudentRow] | type[ContactRow]) -> Table:
    return cast(Table, row.__table__)

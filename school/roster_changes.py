"""What an import would change: the files against the database, and in sentences. No database here.

A row of the database that its file lacks is dropped; one that its file has and that was refused
is kept as it is.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from flows.reading.roster import Student
from school.roster_files import ListedContact, RefusedRow

Item = TypeVar("Item", Student, ListedContact)


class Known(NamedTuple):
    """A row of the database: its id, its values in the order of the file's columns."""

    key: str
    values: tuple[Any, ...]
    left: bool = False  # a student who left before


@dataclass(slots=True)
class Difference(Generic[Item]):
    """How a file differs from its table."""

    added: list[Item] = field(default_factory=list)
    returned: list[Item] = field(default_factory=list)  # students who had left
    changed: list[tuple[Item, tuple[str, ...]]] = field(default_factory=list)  # with the columns
    dropped: list[str] = field(default_factory=list)  # ids
    kept: int = 0  # because their row was refused
    unchanged: int = 0

    @property
    def before(self) -> int:
        """How many there were before, those who had left not counted."""
        return len(self.changed) + len(self.dropped) + self.kept + self.unchanged

    @property
    def size(self) -> int:
        """How many rows have to be written."""
        return len(self.added) + len(self.returned) + len(self.changed) + len(self.dropped)

    def counts(self) -> str:
        """The figures in words."""
        return (
            f"{len(self.added) + len(self.returned)} added, {len(self.changed)} changed, "
            f"{len(self.dropped)} left out, {self.unchanged} unchanged"
        )


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import did, or would do."""

    students: Difference[Student]
    contacts: Difference[ListedContact]
    refused: Sequence[RefusedRow]
    notes: Sequence[str]

    @property
    def size(self) -> int:
        """How many rows have to be written; 0 when the files say what is there already."""
        return self.students.size + self.contacts.size

    def additions_and_changes(self) -> Iterator[str]:
        """A line for every row that is new or different. Ids only: a listing may be kept."""
        for student in self.students.added:
            yield f"Student {student.student_id}: added."
        for student in self.students.returned:
            yield f"Student {student.student_id}: added again, after having left."
        for student, columns in self.students.changed:
            yield f"Student {student.student_id}: changed {', '.join(columns)}."
        for contact in self.contacts.added:
            yield f"Contact {contact.contact_id} of student {contact.student_id}: added."
        for contact, columns in self.contacts.changed:
            yield (
                f"Contact {contact.contact_id} of student {contact.student_id}: "
                f"changed {', '.join(columns)}."
            )

    def left_out(self) -> Iterator[str]:
        """A line for every row that is not taken or no longer there, and why."""
        yield from self.notes
        for row in self.refused:
            yield str(row)
        for key in self.students.dropped:
            yield f"Student {key}: left out, being in roster.csv no longer; the reports stay."
        for key in self.contacts.dropped:
            yield f"Contact {key}: left out, being in contacts.csv no longer."

    def totals(self) -> Iterator[str]:
        """The figures in three lines at most."""
        yield f"Students: {self.students.counts()}."
        yield f"Contacts: {self.contacts.counts()}."
        if self.refused:
            kept = self.students.kept + self.contacts.kept
            yield f"Refused rows: {len(self.refused)}; {kept} of them are kept as they were before."


def compare(
    known: Iterable[Known],
    wanted: dict[str, Item],
    columns: Sequence[str],
    spared: Callable[[Known], bool],
) -> Difference[Item]:
    """The difference between a table and its file.

    Args:
        known: the rows of the table, one after the other.
        wanted: the rows of the file by id; empty afterwards.
        columns: the columns after the id; the items have attributes of the same names.
        spared: whether a row that the file lacks is kept nevertheless.
    """
    difference: Difference[Item] = Difference()
    values_of = attrgetter(*columns)
    for row in known:
        item = wanted.pop(row.key, None)
        if item is None:
            _note_missing(difference, row, spared)
        elif row.left:
            difference.returned.append(item)
        elif (values := values_of(item)) == row.values:
            difference.unchanged += 1
        else:
            pairs = zip(columns, values, row.values, strict=True)
            difference.changed.append((item, tuple(c for c, new, old in pairs if new != old)))
    difference.added.extend(wanted.values())
    wanted.clear()
    return difference


def _note_missing(
    difference: Difference[Item], row: Known, spared: Callable[[Known], bool]
) -> None:
    if row.left:
        return
    if spared(row):
        difference.kept += 1
    else:
        difference.dropped.append(row.key)

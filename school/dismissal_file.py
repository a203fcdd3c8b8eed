"""The tables of the school file for the dismissal desk, and for notes that a family owes.

They have defaults, so that a school file without them is still a whole one.
"""

from datetime import time
from typing import Annotated

from msgspec import Meta, Struct

from flows.reading.values import Relationship

Code = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
SchoolDays = Annotated[int, Meta(ge=0, le=60)]
ClockTime = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


COLUMNS = (
    "day",
    "student_id",
    "student",
    "first_name",
    "last_name",
    "grade",
    "left_at",
    "outcome",
    "person",
    "relationship",
    "id_seen",
    "texted",
    "swiped",
    "reason",
    "reason_code",
    "expected_back",
    "returned_at",
    "recorded_by",
    "recorded_at",
    "why",
)
"""What a column of the log may hold: see school.release_log."""


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the reasons that the desk chooses from."""

    code: Code
    words: str


class LogColumn(Struct, frozen=True, forbid_unknown_fields=True):
    """One column of the dismissal log: what is in it, and what the school calls it."""

    holds: str  # one of COLUMNS
    heading: str


class Dismissal(Struct, frozen=True, forbid_unknown_fields=True):
    """The school's own part of the rules for leaving early."""

    # Who counts as a parent or guardian, of those on the emergency form.
    parents: tuple[Relationship, ...] = (
        Relationship.MOTHER,
        Relationship.FATHER,
        Relationship.STEPPARENT,
        Relationship.GUARDIAN,
    )
    reasons: tuple[Choice, ...] = (
        Choice("appointment", "Medical or dental appointment"),
        Choice("illness", "Illness"),
        Choice("family", "Family matter"),
        Choice("school", "School event"),
        Choice("other", "Another reason"),
    )
    log: tuple[LogColumn, ...] = (
        LogColumn("day", "Date"),
        LogColumn("student_id", "Student ID"),
        LogColumn("student", "Student"),
        LogColumn("grade", "Grade"),
        LogColumn("left_at", "Time out"),
        LogColumn("outcome", "Outcome"),
        LogColumn("person", "With"),
        LogColumn("relationship", "Relationship"),
        LogColumn("id_seen", "ID seen"),
        LogColumn("reason", "Reason"),
        LogColumn("expected_back", "Expected back"),
        LogColumn("returned_at", "Time back"),
        LogColumn("recorded_by", "Entered by"),
        LogColumn("recorded_at", "Entered at"),
        LogColumn("why", "Remarks"),
    )

    def reason(self, code: str) -> str | None:
        """The words of this reason; None for an unknown one."""
        return next((choice.words for choice in self.reasons if choice.code == code), None)


class Notes(Struct, frozen=True, forbid_unknown_fields=True):
    """When a note that a family owes is due, and when the family is reminded."""

    due_after: SchoolDays = 3  # school days after the last day of the absence
    remind_before: SchoolDays = 1  # school days before it is due; on the day itself in any case
    remind_at: ClockTime = "07:00"

    @property
    def at(self) -> time:
        """The time of day of the reminders."""
        return time.fromisoformat(self.remind_at)


def unknown_columns(dismissal: Dismissal) -> str:
    """The columns of the log that nothing is known of, in words; empty for none."""
    return " and ".join(column.holds for column in dismissal.log if column.holds not in COLUMNS)

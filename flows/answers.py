"""The report form: one typed field for each fact, None while it is not known."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from flows.events import Words
from flows.reading.values import PartialDay, Relationship, Slot

WHO_CALLS = (Slot.CALLER_NAME, Slot.RELATIONSHIP)


class StudentAnswer(Struct, frozen=True):
    """Who is absent: what the family said or keyed, and whom that was found to be.

    `student_id` is None while nobody on the roster fits for certain; the report is taken all
    the same. `letters`, `birthday` and `number` are keys the caller pressed.
    """

    student_id: str | None = None
    as_said: Words | None = None
    letters: str | None = None
    birthday: str | None = None
    number: str | None = None
    settled: bool = False  # nothing more will be asked about who it is

    @property
    def told(self) -> bool:
        """Whether the family told who it is, rather than the calling number."""
        return bool(self.as_said or self.letters or self.number)


class Answers(Struct, frozen=True):
    """What is known of one report so far; several students share the facts of one sentence."""

    students: tuple[StudentAnswer, ...] = ()
    days: tuple[date, ...] = ()
    open_end: bool = False
    partial_day: PartialDay | None = None
    reason: str | None = None
    reason_said: Words | None = None
    caller_name: Words | None = None
    relationship: Relationship | None = None
    declined: tuple[Slot, ...] = ()  # facts the family could not or would not give
    unsure: bool = False  # a fact was read with little certainty

    @property
    def student_ids(self) -> tuple[str, ...]:
        """The students found so far."""
        return tuple(s.student_id for s in self.students if s.student_id)

    def next_of_caller(self) -> "Answers":
        """A new form of the same caller, who is not asked again who calls."""
        return Answers(
            caller_name=self.caller_name,
            relationship=self.relationship,
            declined=tuple(slot for slot in self.declined if slot in WHO_CALLS),
        )

    def like(self, other: "Answers") -> "Answers":
        """This form, and what it does not tell of its students as another tells it of its own."""
        own = self if self.days else replace(self, days=other.days, open_end=other.open_end)
        if own.reason is None:
            own = replace(own, reason=other.reason, reason_said=other.reason_said)
        if own.caller_name is None and own.relationship is None:
            own = replace(own, caller_name=other.caller_name, relationship=other.relationship)
        return replace(own, declined=other.declined)

    @property
    def empty(self) -> bool:
        """Whether nothing has been said about an absence yet."""
        return not (self.students or self.days or self.reason or self.partial_day)

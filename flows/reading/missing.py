"""What must still be asked, by what a message wants."""

from collections.abc import Iterator

from flows.reading.findings import Understood
from flows.reading.values import Intent, Part, Reading, Slot


def missing(reading: Reading) -> tuple[Slot, ...]:
    """The facts still to be asked for, in the order of asking."""
    match reading.intent.value:
        case Intent.REPORT_ABSENCE | Intent.LATE_ARRIVAL:
            return tuple(_of_report(reading))
        case Intent.CANCEL_REPORT:
            return tuple(_of_students(reading)) + tuple(_of_days(reading))
        case Intent.STATUS_QUERY:
            return tuple(_of_students(reading))
        case _:
            return ()


def _of_report(reading: Reading) -> Iterator[Slot]:
    yield from _of_students(reading)
    yield from _of_days(reading)
    partial = reading.partial_day
    if partial and partial.kind is Part.LATE and partial.at is None:
        yield Slot.TIME
    if not isinstance(reading.reason, Understood):
        yield Slot.REASON
    if not isinstance(reading.relationship, Understood):
        yield Slot.RELATIONSHIP
    if not isinstance(reading.caller_name, Understood):
        yield Slot.CALLER_NAME


def _of_students(reading: Reading) -> Iterator[Slot]:
    students = reading.students
    if not isinstance(students, Understood) or students.value.unplaced:
        yield Slot.STUDENT


def _of_days(reading: Reading) -> Iterator[Slot]:
    days = reading.days
    if not isinstance(days, Understood):
        yield Slot.DATES
    elif days.value.open_end:
        yield Slot.END_DATE

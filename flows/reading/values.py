"""The values a message can hold. Their meanings are the labelling rules of the samples."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from flows.events import Words
from flows.reading.findings import Finding, Understood


class Intent(StrEnum):
    """What a message wants."""

    REPORT_ABSENCE = "report_absence"
    LATE_ARRIVAL = "late_arrival"
    EARLY_DISMISSAL = "early_dismissal"
    CANCEL_REPORT = "cancel_report"
    STATUS_QUERY = "status_query"
    SPEAK_TO_OFFICE = "speak_to_office"
    PORTAL_HELP = "portal_help"
    OPT_OUT = "opt_out"
    HELP = "help"
    OTHER = "other"


class Relationship(StrEnum):
    """What the caller is to the student."""

    MOTHER = "mother"
    FATHER = "father"
    GUARDIAN = "guardian"
    GRANDPARENT = "grandparent"
    STEPPARENT = "stepparent"
    AUNT_UNCLE = "aunt_uncle"
    SIBLING = "sibling"
    SELF = "self"
    OTHER = "other"
    UNKNOWN = "unknown"


class Slot(StrEnum):
    """A fact that can be asked for."""

    STUDENT = "student"
    DATES = "dates"
    END_DATE = "end_date"
    TIME = "time"
    REASON = "reason"
    RELATIONSHIP = "relationship"
    CALLER_NAME = "caller_name"


class Part(StrEnum):
    """Which part of the day is missed."""

    LATE = "late"  # comes in later
    EARLY = "early"  # leaves before the end


@dataclass(frozen=True, slots=True)
class PartialDay:
    """A late arrival or an early leaving; `at` is the school's local time, None when not said."""

    kind: Part
    at: time | None = None


class DayTrouble(StrEnum):
    """Why days that were said cannot be taken."""

    NO_SCHOOL = "no_school"  # nothing but days off
    NO_SUCH_DAY = "no_such_day"  # 30 February
    WEEKDAY_DIFFERS = "weekday_differs"  # "Tuesday the 3rd", and the 3rd is a Thursday
    OUT_OF_RANGE = "out_of_range"  # outside this school year


@dataclass(frozen=True, slots=True)
class DaysRead:
    """School days in order. `open_end`: it goes on after them, nobody said how long."""

    days: tuple[date, ...]
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class StudentsRead:
    """The students found. `unplaced`: others were named too, and are nobody or not certain."""

    student_ids: tuple[str, ...]
    unplaced: tuple[Words, ...] = ()
    as_said: tuple[Words | None, ...] = ()  # beside each id: the words that named it


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, read. Every finding carries the words it came from.

    `day_trouble` says why days were said and not taken, with `trouble_days` the ones meant.
    `reason_words` are the family's own words for the reason, kept whole for staff.
    `caller_on_file` is the name in full of a caller whom the contact list or the roster knows; a
    plain string, so that it cannot be spoken.
    `missing` lists what must still be asked, by the rules of the labelled samples.
    """

    intent: Understood[Intent]
    students: Finding[StudentsRead]
    days: Finding[DaysRead]
    partial_day: PartialDay | None
    reason: Finding[str]
    relationship: Finding[Relationship]
    caller_name: Finding[Words]
    missing: tuple[Slot, ...]
    day_trouble: DayTrouble | None = None
    trouble_days: tuple[date, ...] = ()
    reason_words: Words | None = None
    caller_on_file: str | None = None

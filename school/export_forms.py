"""The forms in which other systems want the day's reports, as the school file describes them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

Delimiter = Annotated[str, Meta(min_length=1, max_length=1)]


class Shows(StrEnum):
    """What a column may show."""

    STUDENT_ID = "student_id"
    LAST_NAME = "last_name"
    FIRST_NAME = "first_name"
    NAME = "name"
    GRADE = "grade"
    DATE = "date"
    CODE = "code"
    REASON = "reason"
    EXCUSED = "excused"
    LATE_TIME = "late_time"
    NOTE_DUE = "note_due"
    REPORTER = "reporter"
    RELATIONSHIP = "relationship"
    PHONE = "phone"
    CHANNEL = "channel"
    CALLED_AT = "called_at"
    REFERENCE = "reference"
    ENTERED = "entered"
    EMPTY = "empty"


class Quoting(StrEnum):
    """Which cells stand in quotation marks."""

    MINIMAL = "minimal"
    ALL = "all"
    NONE = "none"


class Column(Struct, frozen=True, forbid_unknown_fields=True):
    """One column: its name on top, and what it shows."""

    header: str
    shows: Shows


class Export(Struct, frozen=True, forbid_unknown_fields=True):
    """One form that another system wants."""

    name: str
    columns: Annotated[tuple[Column, ...], Meta(min_length=1)]
    delimiter: Delimiter = ","
    quoting: Quoting = Quoting.MINIMAL
    header: bool = True
    date_form: str = "%m/%d/%Y"
    time_form: str = "%H:%M"
    late_code: str = ""
    codes: Mapping[str, str] = {}  # of reasons; one that is not named shows as it is

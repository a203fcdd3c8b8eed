"""`calendar.json` beside a roster: the school year that `absence-line interpret` reads against."""

from codecs import BOM_UTF8
from datetime import date, timedelta
from pathlib import Path

import msgspec

from flows.reading.calendar import SchoolCalendar
from school.csv_rows import FileUnreadable

LONGEST_YEAR = timedelta(days=500)  # a slip in a year's digits, found before days are counted


class _File(msgspec.Struct):
    first_day: date
    last_day: date
    no_school: dict[date, str] = {}


def read_calendar(path: Path) -> SchoolCalendar | None:
    """The calendar; None where there is no such file.

    Raises:
        FileUnreadable: it is no calendar.
    """
    try:
        found = msgspec.json.decode(path.read_bytes().removeprefix(BOM_UTF8), type=_File)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileUnreadable(f"{path} cannot be opened: {error.strerror}.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path.name} is no calendar: {error}.") from error
    if not timedelta(0) <= found.last_day - found.first_day <= LONGEST_YEAR:
        raise FileUnreadable(
            f"{path.name}: the school year cannot go from {found.first_day} to {found.last_day}."
        )
    return SchoolCalendar(found.first_day, found.last_day, found.no_school)

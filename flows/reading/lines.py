"""Messages as JSON lines: one line in, one line out, as `absence-line interpret` prints them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flows.events import Words
from flows.reading.findings import Understood
from flows.reading.message import Background, Manner, Message, interpret
from flows.reading.reasons import UNKNOWN
from flows.reading.values import Reading, Relationship

Line = Mapping[str, Any]
"""One parsed JSON line: id, channel, lang, text, from_phone and, where it differs, now."""


def interpret_line(line: Line, background: Background) -> dict[str, Any]:
    """Read one line's message.

    Args:
        line: `id`, `channel` (speech or sms), `lang`, `text`, `from_phone` (E.164 or null), and
            `now` (ISO 8601 with an offset) where the line has a moment of its own.
        background: roster, calendar, and the moment for lines without one.

    Returns:
        The output line: id, intent, student_ids, dates, partial_day, reason_category,
        relationship, caller_name, missing.
    """
    return as_output(str(line["id"]), read_line(line, background))


def read_line(line: Line, background: Background) -> Reading:
    """Read one line's message; with its findings and not yet as output."""
    message = Message(
        Words(str(line["text"])), Manner(line["channel"]), str(line["lang"]), line.get("from_phone")
    )
    return interpret(message, _at_its_moment(line, background))


def _at_its_moment(line: Line, background: Background) -> Background:
    if not line.get("now"):
        return background
    now = datetime.fromisoformat(str(line["now"])).astimezone(background.now.tzinfo)
    return Background(background.roster, background.calendar, now, background.reasons)


def as_output(line_id: str, reading: Reading) -> dict[str, Any]:
    """A reading as the output line has it: what is not certain is left out and in `missing`."""
    students, days = reading.students, reading.days
    return {
        "id": line_id,
        "intent": reading.intent.value.value,
        "student_ids": list(students.value.student_ids) if isinstance(students, Understood) else [],
        "dates": _iso(days.value.days) if isinstance(days, Understood) else [],
        "partial_day": _partial_day(reading),
        "reason_category": _reason(reading),
        "relationship": _relationship(reading),
        "caller_name": _caller_name(reading),
        "missing": [slot.value for slot in reading.missing],
    }


def _iso(days: Iterable[date]) -> list[str]:
    return [day.isoformat() for day in days]


def _reason(reading: Reading) -> str:
    return reading.reason.value if isinstance(reading.reason, Understood) else UNKNOWN


def _partial_day(reading: Reading) -> dict[str, str | None] | None:
    partial = reading.partial_day
    if partial is None:
        return None
    return {"kind": partial.kind.value, "time": f"{partial.at:%H:%M}" if partial.at else None}


def _relationship(reading: Reading) -> str:
    found = reading.relationship
    value = found.value if isinstance(found, Understood) else Relationship.UNKNOWN
    return value.value


def _caller_name(reading: Reading) -> str | None:
    """The name on file of a caller whom the school knows; else as said, written as names are."""
    if not isinstance(reading.caller_name, Understood):
        return None
    name = reading.caller_on_file or reading.caller_name.value
    return name.title() if name.islower() else name

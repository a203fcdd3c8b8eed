"""Notices of the dismissal desk, and reminders of notes: for contacts on file, in their language.

`flows.desk_wording` has the words; `flows.catalogue.Speaker.write` puts them into a language.
"""

from collections.abc import Mapping
from datetime import date, time

from flows import desk_wording as wording
from flows.school_facts import SchoolFacts
from flows.turn import Clock, Days, Line, NamesOnFile, Notice, Sayable

Values = Mapping[str, Sayable | NamesOnFile]


def signed_out(name: str, at: time, back: time | None, school: SchoolFacts) -> Notice:
    """A student of 18 went out alone."""
    return Notice(wording.SIGNED_OUT, {**_about(name, school), **_times(at, back)})


def picked_up(
    name: str, collector: str, at: time, back: time | None, school: SchoolFacts
) -> Notice:
    """Somebody collected the student; `collector`: the name on file, or the one an admin wrote."""
    by = NamesOnFile((collector,))
    about = _about(name, school)
    return Notice(wording.PICKED_UP, {**about, "collector": by, **_times(at, back)})


def release_undone(name: str, at: time, school: SchoolFacts) -> Notice:
    """What was told of this student was entered by mistake."""
    return Notice(wording.RELEASE_UNDONE, {**_about(name, school), "time": Clock(at)})


def note_reminder(name: str, days: tuple[date, ...], due: date, school: SchoolFacts) -> Notice:
    """The note that excuses these days is not in yet."""
    when = {"days": Days(days), "due": Days((due,))}
    return Notice(wording.NOTE_REMINDER, {**_about(name, school), **when})


def _about(name: str, school: SchoolFacts) -> Values:
    return {"school": school.name, "number": school.phone, "student": NamesOnFile((name,))}


def _times(at: time, back: time | None) -> Values:
    expected = (
        Line(wording.NOT_BACK) if back is None else Line(wording.BACK_AT, {"time": Clock(back)})
    )
    return {"time": Clock(at), "back": expected}

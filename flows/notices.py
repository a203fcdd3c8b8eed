"""The texts that follow a report: to whoever made it, and to the student's other contacts.

Short, so that one part carries them where the language allows. No reason is given: a text may be
read on a screen that others see.
"""

from dataclasses import dataclass
from datetime import date

from flows import letter_wording, wording
from flows.answers import Answers
from flows.readback import students_as_said
from flows.reading.values import Part, PartialDay
from flows.school_facts import SchoolFacts
from flows.turn import Clock, Days, Line, NamesOnFile, Notice, Sayable, Spelled


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says and which codes it got. `names`: on file, where they may be told."""

    answers: Answers
    references: tuple[str, ...]
    names: NamesOnFile | None


def confirmation(told: Told, school: SchoolFacts) -> Notice:
    """To the number the report came from: what is on record, and how to put it right."""
    return Notice(
        letter_wording.CONFIRMATION,
        {
            "school": school.name,
            "student": told.names or students_as_said(told.answers),
            "absent": absent(told.answers.days, told.answers.partial_day),
            "reference": Spelled(", ".join(told.references)),
        },
    )


def notice(told: Told, names: NamesOnFile, school: SchoolFacts) -> Notice:
    """To another contact, who will know if it was the student posing as a parent."""
    return Notice(
        letter_wording.NOTICE,
        {
            "school": school.name,
            "number": school.phone,
            "student": names,
            "absent": absent(told.answers.days, told.answers.partial_day),
        },
    )


def notice_withdrawn(names: NamesOnFile, answers: Answers, school: SchoolFacts) -> Notice:
    """To a contact who had been told of a report: it was withdrawn."""
    return Notice(
        letter_wording.NOTICE_WITHDRAWN,
        {
            "school": school.name,
            "student": names,
            "absent": absent(answers.days, answers.partial_day),
        },
    )


def dismissal_steps(school: SchoolFacts) -> Notice:
    """To somebody who asked for a student to leave early."""
    return Notice(wording.DISMISSAL_STEPS, {"school": school.name})


def absent(days: tuple[date, ...], part: PartialDay | None) -> Line:
    """How it goes on after the name: "absent today", "late today, 9:30"."""
    values: dict[str, Sayable] = {"days": Days(days)}
    if part is None or part.kind is Part.EARLY:
        return Line(letter_wording.ABSENT, values)
    if part.at is None:
        return Line(letter_wording.LATE, values)
    return Line(letter_wording.LATE_AT, values | {"time": Clock(part.at)})

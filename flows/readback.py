"""The form in words: only what this family said, and school data."""

from datetime import date

from flows import wording
from flows.answers import Answers, StudentAnswer
from flows.events import Words
from flows.reading.values import DayTrouble, Part, Reading, Relationship
from flows.scene import Scene
from flows.turn import All, Clock, Days, Line, Sayable

LONGEST_SAID_AGAIN = 80  # characters: six seconds for the ear, half a text


def read_back(answers: Answers, scene: Scene) -> tuple[Line, ...]:
    """What was understood, fact by fact."""
    return (absence(answers), *reason(answers, scene), *_caller(answers), *_open_end(answers))


def absence(answers: Answers) -> Line:
    """Who is absent or late, and when."""
    values: dict[str, Sayable] = {
        "students": students_as_said(answers),
        "days": Days(answers.days),
    }
    part = answers.partial_day
    if part is None or part.kind is Part.EARLY:
        return Line(wording.READ_ABSENT, values)
    if part.at is None:
        return Line(wording.READ_LATE, values)
    return Line(wording.READ_LATE_AT, values | {"time": Clock(part.at)})


def students_as_said(answers: Answers) -> Sayable:
    """The students in the caller's own words; "your student" where no name was said."""
    said: list[Sayable] = []
    for student in answers.students:
        words = _student(student, answers)
        if words not in said:
            said.append(words)
    return All(tuple(said))


def reason(answers: Answers, scene: Scene) -> tuple[Line, ...]:
    """The reason in the school's words; in the family's own where the school has none for it."""
    known = scene.school.reason(answers.reason) if answers.reason else None
    if answers.reason_said and not (known and known.excused):
        # "Another reason" says nothing; what it is, the family has said.
        return (Line(wording.READ_REASON, {"reason": in_short(answers.reason_said)}),)
    if known is None:
        return (Line(wording.READ_NO_REASON),)
    return (Line(wording.READ_REASON, {"reason": known.words}),)


def in_short(words: Words) -> Words:
    """The words as they are said again: all of a name or a reason, but not of a speech.

    The report keeps them whole.
    """
    if len(words) <= LONGEST_SAID_AGAIN:
        return words
    beginning = words[:LONGEST_SAID_AGAIN]
    return Words(f"{beginning.rpartition(' ')[0] or beginning} ...")


def day_trouble(reading: Reading, scene: Scene) -> tuple[Line, ...]:
    """Why days that were said cannot be taken; nothing where there is no trouble."""
    match reading.day_trouble:
        case None:
            return ()
        case DayTrouble.NO_SCHOOL:
            return no_school(reading.trouble_days, scene)
        case trouble:
            return (Line(wording.DAY_TROUBLE[trouble]),)


def no_school(days: tuple[date, ...], scene: Scene) -> tuple[Line, ...]:
    """That these days have no school, and the name of the holiday if they share one."""
    names = {id(name): name for day in days if (name := scene.school.days_off.get(day))}
    said = Line(wording.DAY_TROUBLE[DayTrouble.NO_SCHOOL], {"days": Days(days)})
    if len(names) != 1 or not days:
        return (said,)
    return (said, Line(wording.HOLIDAY, {"name": next(iter(names.values()))}))


def _student(student: StudentAnswer, answers: Answers) -> Sayable:
    if student.as_said:
        return in_short(student.as_said)
    if student.told:
        return Line(wording.KEYED_STUDENT)
    return Line(wording.YOUR_STUDENT if len(answers.students) == 1 else wording.YOUR_STUDENTS)


def _caller(answers: Answers) -> tuple[Line, ...]:
    name, relationship = answers.caller_name, answers.relationship
    if relationship is Relationship.SELF:
        return (Line(wording.READ_SELF),)
    said = Line(wording.RELATIONSHIPS[relationship]) if relationship else None
    if name and said:
        return (Line(wording.READ_CALLER, {"name": in_short(name), "relationship": said}),)
    if name:
        return (Line(wording.READ_CALLER_NAME, {"name": in_short(name)}),)
    return (Line(wording.READ_RELATIONSHIP, {"relationship": said}),) if said else ()


def _open_end(answers: Answers) -> tuple[Line, ...]:
    return (Line(wording.READ_OPEN_END),) if answers.open_end else ()

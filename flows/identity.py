"""Which student is meant, and when enough has been asked.

A caller whose number is on file says a first name, or nothing where only one student is linked.
Anybody else gives two facts: the name and the first letters of the last name, or letters and
birthday; or the student number alone. What is asked depends on what was given and never on
whether the roster holds such a name, so that a stranger learns nothing by trying names.
"""

from collections.abc import Iterable
from dataclasses import replace as with_changes

from msgspec.structs import replace

from flows.answers import Answers, StudentAnswer
from flows.events import Words
from flows.keypad import born_on, spells_first_name, spells_last_name, with_last_name
from flows.reading.findings import Understood
from flows.reading.message import Message, interpret
from flows.reading.roster import Contact, Roster, Student
from flows.reading.values import Slot
from flows.scene import Channel, Scene
from flows.turn import Step

LONGEST_LETTERS = 4  # more keys than this are a student number
FULL_NAME = 2  # a first and a last name, at least


def on_file_student(scene: Scene) -> tuple[StudentAnswer, ...]:
    """The only student this number is on file for, as the answer to "who?"; else nobody."""
    match scene.linked:
        case (student,):
            return (StudentAnswer(student_id=student.student_id, settled=True),)
        case _:
            return ()


def student_step(answers: Answers) -> Step | None:
    """The question that is still open about who is absent, if any."""
    if not answers.students:
        return Step.STUDENT
    return None if unsettled(answers) is None else Step.STUDENT_CHECK


def unsettled(answers: Answers) -> StudentAnswer | None:
    """The first student about whom a second fact is wanted."""
    return next((student for student in answers.students if not student.settled), None)


def named(found: str | None, words: Words | None, scene: Scene) -> StudentAnswer:
    """A student named in words; `found` is whom the readers took it for, if certain."""
    linked = {student.student_id for student in scene.linked}
    enough = found in linked if scene.channel is Channel.PHONE else _typed_in_full(words)
    return StudentAnswer(
        student_id=found, as_said=words, settled=found in linked or enough or words is None
    )


def keyed(answer: StudentAnswer, keys: str, scene: Scene) -> StudentAnswer:
    """The answer with letters, a student number or a birthday added from the keypad."""
    if len(keys) > LONGEST_LETTERS:
        return resolve(replace(answer, number=keys, settled=True), scene)
    if answer.letters:
        return resolve(replace(answer, birthday=keys, settled=True), scene)
    answer = replace(answer, letters=keys)
    linked = _only(s for s in scene.linked if _spelled(s, keys))
    if linked:
        return replace(answer, student_id=linked.student_id, settled=True)
    return resolve(replace(answer, settled=answer.as_said is not None), scene)


def said(answer: StudentAnswer, words: Words, scene: Scene) -> StudentAnswer:
    """The answer with a second fact in words: the name after letters, or more of the name.

    The first full name is the one kept and read back.
    """
    before = answer.as_said
    together = words if before is None else Words(f"{before} {words}")
    found = resolve(replace(answer, as_said=together, settled=True), scene)
    return replace(found, as_said=_full_name(before, words))


def _full_name(before: Words | None, words: Words) -> Words:
    """Of what was said first and then, the full name; both together, where each is half of it."""
    if before is None or (_in_full(words) and not _in_full(before)):
        return words
    return before if _in_full(before) else Words(f"{before} {words}")


def _in_full(name: Words) -> bool:
    """Whether it is a first and a last name, and not one that is spelled letter by letter."""
    pieces = name.split()
    return len(pieces) >= FULL_NAME and any(len(piece) > 1 for piece in pieces)


def resolve(answer: StudentAnswer, scene: Scene) -> StudentAnswer:
    """Find the student by all facts given; nobody when they fit none, or more than one.

    One whom the first sentence told from a namesake, by the grade say, stays if the keys agree.
    """
    pool = candidates(answer, scene)
    if answer.letters and any(student.student_id == answer.student_id for student in pool):
        return answer
    words = answer.as_said
    found = _only(pool) if words is None else _named_among(words, pool, scene)
    return replace(answer, student_id=found.student_id if found else None)


def candidates(answer: StudentAnswer, scene: Scene) -> tuple[Student, ...]:
    """The students whom the keyed facts leave; everybody while nothing was keyed."""
    if answer.number:
        student = scene.roster.students.get(answer.number)
        return (student,) if student else ()
    if answer.letters is None:
        return tuple(scene.roster.students.values())
    pool = with_last_name(scene.roster, answer.letters)
    return tuple(s for s in pool if not answer.birthday or born_on(s, answer.birthday))


def _named_among(words: Words, pool: tuple[Student, ...], scene: Scene) -> Student | None:
    """The one student of the pool whom these words name.

    The pool is read as one family's, because a second fact already points to it: a first name
    is then enough, as it is for a parent's own number.
    """
    if len(pool) == len(scene.roster.students):
        roster, phone = scene.roster, scene.phone
    else:
        phone = "the second fact"
        roster = Roster(pool, (_points_to(student, phone) for student in pool))
    message = Message(words, scene.channel.manner, scene.language, phone)
    reading = interpret(message, with_changes(scene.background, roster=roster), Slot.STUDENT)
    match reading.students:
        case Understood(value) if len(value.student_ids) == 1 and any(value.as_said):
            return roster.students[value.student_ids[0]]
        case _:
            return None


def _points_to(student: Student, phone: str) -> Contact:
    return Contact("", student.student_id, "", "other", phone, "", on_emergency_form=False, order=1)


def _only(students: Iterable[Student]) -> Student | None:
    found = tuple(students)
    return found[0] if len(found) == 1 else None


def _spelled(student: Student, keys: str) -> bool:
    return spells_first_name(student, keys) or spells_last_name(student, keys)


def _typed_in_full(words: Words | None) -> bool:
    return words is not None and len(words.split()) >= FULL_NAME

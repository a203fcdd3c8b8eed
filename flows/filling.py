"""A reading into the form: every fact listens to every sentence.

A fact that is still open takes what was said; one that is known keeps it, unless it is the one
just asked for, or the family is correcting the read-back.
"""

from msgspec.structs import replace

from flows.answers import Answers, StudentAnswer
from flows.events import Words
from flows.identity import named, on_file_student, said, unsettled
from flows.reading.findings import Finding, NotUnderstood, Source, Understood, Unsure
from flows.reading.values import DaysRead, Intent, Reading, Relationship, Slot, StudentsRead
from flows.scene import Scene
from flows.turn import Step

SURE_ENOUGH = 0.8  # below this, staff are told that a fact was read with little certainty
REPORTS = {Intent.REPORT_ABSENCE, Intent.LATE_ARRIVAL, Intent.EARLY_DISMISSAL}

ASKED: dict[Step, Slot] = {
    Step.STUDENT: Slot.STUDENT,
    Step.STUDENT_CHECK: Slot.STUDENT,
    Step.DATES: Slot.DATES,
    Step.DAY_KEYS: Slot.DATES,
    Step.TIME: Slot.TIME,
    Step.REASON: Slot.REASON,
    Step.CALLER: Slot.CALLER_NAME,
}


def asked_slot(step: Step, answers: Answers) -> Slot | None:
    """The fact that this step asks for; none where it asks for no single one."""
    if step is Step.CALLER and answers.caller_name:
        return Slot.RELATIONSHIP
    return ASKED.get(step)


def fill(answers: Answers, reading: Reading, scene: Scene, asked: Slot | None) -> Answers:
    """The form with what this reading adds to it."""
    out_of_the_blue = asked is None and reading.intent.value in REPORTS
    told = any(student.told for student in answers.students)
    if _wants(Slot.STUDENT, told, asked):
        strangers = asked is Slot.STUDENT or not scene.linked or _surely_reports(reading)
        describes = out_of_the_blue or asked is Slot.STUDENT
        students = _students(
            reading.students,
            scene,
            described=describes,
            out_of_the_blue=out_of_the_blue,
            strangers=strangers,
        )
        answers = replace(answers, students=students or answers.students)
    if _wants(Slot.DATES, answers.days, asked):
        means_today = out_of_the_blue and _means_now(reading)
        answers = _with_days(answers, reading.days, assume=means_today)
    if reading.partial_day is not None and _wants(Slot.TIME, answers.partial_day, asked):
        answers = replace(answers, partial_day=reading.partial_day)
    if _wants(Slot.REASON, answers.reason, asked):
        answers = _with_reason(answers, reading)
    return _with_caller(answers, reading)


def overwrite(answers: Answers, reading: Reading, scene: Scene, *, strangers: bool) -> Answers:
    """The form corrected: whatever this reading says in words takes the place of what was there.

    `strangers`: whether a name that nobody has is a correction too, or only noise.
    """
    students = _students(
        reading.students, scene, described=False, out_of_the_blue=False, strangers=strangers
    )
    answers = replace(answers, students=students or answers.students)
    answers = _with_days(answers, reading.days, assume=False)
    answers = replace(answers, partial_day=reading.partial_day or answers.partial_day)
    return _with_caller(_with_reason(answers, reading), reading)


def add_second_fact(answers: Answers, words: Words, scene: Scene) -> Answers:
    """The form with words taken as the second fact about the student who is not settled yet."""
    waiting = unsettled(answers)
    return (
        answers if waiting is None else put_student(answers, waiting, said(waiting, words, scene))
    )


def with_second_fact(before: Answers, after: Answers, reading: Reading, scene: Scene) -> Answers:
    """The form after a sentence in which the student's name was said again, or its other half.

    That is a second fact, so it is not asked for once more.
    """
    name, one = reading.students.evidence, len(before.students) == len(after.students) == 1
    if not name or not one or unsettled(before) is None or unsettled(after) is None:
        return after
    return replace(after, students=add_second_fact(before, name, scene).students)


def put_student(answers: Answers, old: StudentAnswer, new: StudentAnswer) -> Answers:
    """The form with one student's answer exchanged."""
    return replace(answers, students=tuple(new if s is old else s for s in answers.students))


def student_ids_said(reading: Reading) -> tuple[str, ...]:
    """The students this reading names and the roster knows."""
    match reading.students:
        case Understood(value, source=Source.SAID):
            return value.student_ids
        case _:
            return ()


def _surely_reports(reading: Reading) -> bool:
    return reading.intent.value in REPORTS and reading.intent.probability >= SURE_ENOUGH


def _means_now(reading: Reading) -> bool:
    """Whether no day means today: "he is sick" does, "I want to report an absence" does not."""
    if reading.intent.value is not Intent.REPORT_ABSENCE:
        return True
    students = reading.students
    named = isinstance(students, Understood) and students.source is Source.SAID
    return named or isinstance(reading.reason, Understood)


def _wants(slot: Slot, known: object, asked: Slot | None) -> bool:
    return not known or asked is slot


def _students(
    finding: Finding[StudentsRead],
    scene: Scene,
    *,
    described: bool,
    out_of_the_blue: bool,
    strangers: bool,
) -> tuple[StudentAnswer, ...]:
    """The students a finding names, or describes among the caller's own: "both of my girls".

    `strangers`: whether an unknown name is taken for one. Noise sounds like a name nobody has,
    and must not push aside the student a number is known for.
    """
    match finding:
        case Understood(value, source=Source.SAID):
            pairs = zip(value.student_ids, value.as_said, strict=True)
            found = tuple(named(student_id, words, scene) for student_id, words in pairs)
            return found + tuple(named(None, words, scene) for words in value.unplaced)
        case Understood(value) if described and len(scene.linked) > 1:
            return tuple(StudentAnswer(student_id=i, settled=True) for i in value.student_ids)
        case Understood() if out_of_the_blue:
            return on_file_student(scene)
        case Unsure(evidence=words) | NotUnderstood(evidence=words) if words and strangers:
            return () if _one_of_the_family(finding, scene) else (named(None, words, scene),)
        case _:
            return ()


def _one_of_the_family(finding: Finding[StudentsRead], scene: Scene) -> bool:
    """Whether it is one of the caller's own and only the name is missing ("one of the boys")."""
    return isinstance(finding, Unsure) and bool(scene.linked)


def _with_days(answers: Answers, finding: Finding[DaysRead], *, assume: bool) -> Answers:
    match finding:
        case Understood(value, source=source) if value.days and (source is Source.SAID or assume):
            return replace(
                answers, days=value.days, open_end=value.open_end, unsure=_unsure(answers, finding)
            )
        case _:
            return answers


def _with_reason(answers: Answers, reading: Reading) -> Answers:
    match reading.reason:
        case Understood(code):
            return replace(
                answers,
                reason=code,
                reason_said=reading.reason_words,
                unsure=_unsure(answers, reading.reason),
            )
        case _:
            return answers


def _with_caller(answers: Answers, reading: Reading) -> Answers:
    name, relationship = reading.caller_name, reading.relationship
    if isinstance(name, Understood) and name.source is Source.SAID:
        answers = replace(answers, caller_name=name.value)
    if isinstance(relationship, Understood) and relationship.source is Source.SAID:
        known = relationship.value is not Relationship.UNKNOWN
        answers = replace(answers, relationship=relationship.value if known else None)
    return answers


def _unsure(answers: Answers, finding: Understood[object]) -> bool:
    return answers.unsure or finding.probability < SURE_ENOUGH

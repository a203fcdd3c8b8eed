"""The form: which fact is still open, and in which order they are asked."""

from flows.answers import Answers
from flows.identity import student_step
from flows.reading.values import Part, Relationship, Slot
from flows.scene import Channel, Scene
from flows.turn import Step


def next_step(answers: Answers, scene: Scene) -> Step:
    """The question to ask next; CONFIRM when nothing is missing any more."""
    return (
        student_step(answers)
        or (Step.DATES if not answers.days else None)
        or (Step.TIME if _time_missing(answers) else None)
        or (Step.REASON if _missing(answers, Slot.REASON, answers.reason) else None)
        or (Step.CALLER if caller_missing(answers, scene) else None)
        or Step.CONFIRM
    )


def caller_missing(answers: Answers, scene: Scene) -> bool:
    """Whether it is still to be asked who reports this.

    The number tells it where the file names one person for all these students. A student who
    reports for himself has given his name already.
    """
    if answers.relationship is Relationship.SELF or on_file(answers, scene):
        return False
    return _missing(answers, Slot.CALLER_NAME, answers.caller_name) or _missing(
        answers, Slot.RELATIONSHIP, answers.relationship
    )


def on_file(answers: Answers, scene: Scene) -> bool:
    """Whether the file tells who calls, and the caller has not said to be somebody else."""
    if len(answers.student_ids) != len(answers.students):
        return False
    name, relationship = answers.caller_name, answers.relationship
    return scene.caller_on_file(answers.student_ids, name, relationship) is not None


def reads_back(scene: Scene) -> bool:
    """Whether the form is read back before it is filed: a call is, a text shows what was read."""
    return scene.channel is Channel.PHONE


def _time_missing(answers: Answers) -> bool:
    part = answers.partial_day
    return (
        part is not None
        and part.kind is Part.LATE
        and part.at is None
        and Slot.TIME not in answers.declined
    )


def _missing(answers: Answers, slot: Slot, value: object) -> bool:
    return value is None and slot not in answers.declined

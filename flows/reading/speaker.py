"""Whether the student is speaking: "I'm sick and not coming in", "it's Devonte, calling out"."""

from flows.reading.callers import CallerSaid
from flows.reading.language import Marked
from flows.reading.values import Relationship

PARENTS = {"mother", "father", "parent", "guardian", "grandparent", "stepparent"}


def student_speaks(marked: Marked, caller: CallerSaid) -> bool:
    """Whether the words are the student's own; any age, any telephone."""
    if caller.relationship is Relationship.SELF:
        return True
    if caller.relationship is not None or caller.parent:
        return False
    if not marked.has("cue", "first_person"):
        return False
    return not _of_somebody_else(marked) or _of_my_parent(marked)


def _of_somebody_else(marked: Marked) -> bool:
    """Whether a child is talked about: he, she, my son."""
    return any(
        marked.class_at(index, "student_pronoun")
        or (marked.class_at(index, "child") and marked.class_at(index - 1, "my"))
        for index in range(len(marked))
    )


def _of_my_parent(marked: Marked) -> bool:
    """For "My mom says she thinks I have a fever": the parent is the one talked about."""
    return any(
        marked.class_at(index, "my")
        and (kin := marked.class_at(index + 1, "kin"))
        and kin.value in PARENTS
        for index in range(len(marked))
    )

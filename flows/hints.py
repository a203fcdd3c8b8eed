"""What the recogniser should expect to hear: names first, then the words of absence.

With the right names as hints, the exact name is in 94 % of transcripts instead of 12 %. A list
that lacks the student makes the recogniser write a sibling's name, so it holds every linked one.
"""

from flows.identity import candidates, unsettled
from flows.reading.roster import Student
from flows.scene import Scene
from flows.turn import State

MOST = 400  # the carrier takes 500 entries of 100 characters; the words of absence follow
LONGEST = 100


def names_to_expect(state: State, scene: Scene) -> tuple[str, ...]:
    """The names likely on this question: all linked students, or those the keyed letters leave."""
    waiting = unsettled(state.answers)
    students = scene.linked
    if waiting is not None and waiting.letters:
        students = (*students, *candidates(waiting, scene))
    names = dict.fromkeys(name for student in students for name in _names(student))
    return tuple(names)[:MOST]


def _names(student: Student) -> tuple[str, ...]:
    full = f"{student.first_name} {student.last_name}".strip()
    names = (full, student.first_name, student.preferred_name or "", *student.heard_as)
    # A comma separates entries.
    return tuple(name.replace(",", " ")[:LONGEST] for name in names if name)

"""What the words around some days make of them: missed, the day of coming back, or neither."""

from enum import Enum, auto

from flows.reading.cues import AWAY
from flows.reading.language import Marked
from flows.reading.phrases import Mark

FAR_LEFT, NEAR_RIGHT = 14, 3  # tokens
FARTHEST = {"fine": 3}  # "she is fine" is seldom said of a day further on
MOST_OF_CONDITION = 10
OCCASIONS = {"death", "medical", "religious_holiday", "military_funeral", "other_unexcused"}


class Role(Enum):
    """What a stretch of days is."""

    MISSED = auto()
    MISSED_PAST = auto()
    BACK = auto()
    PRESENT = auto()  # in school on that day
    EVENT = auto()  # an appointment, a funeral: the day missed, where none is said
    NOTHING = auto()  # when something else happened, or only might
    PLAIN = auto()


ROLES = {
    **dict.fromkeys(AWAY, Role.MISSED),
    "absent_past": Role.MISSED_PAST,
    "back": Role.BACK,
    "fine": Role.PRESENT,
    "told": Role.NOTHING,
    "told_away": Role.NOTHING,
    "elsewhere": Role.NOTHING,
    "began": Role.NOTHING,
    "maybe": Role.NOTHING,
    "if": Role.NOTHING,
    "event": Role.EVENT,
}


def role_of(marked: Marked, start: int, end: int) -> Role:
    """The role of the days said from token `start` up to `end`, by the cues nearest to them."""
    if any(0 <= start - m.end <= 1 for m in marked.table("cue") if m.meaning == "restate"):
        return Role.PLAIN
    left, right = _cue_before(marked, start), _cue_after(marked, end)
    if left and right and _belongs_to_next(marked, left, start, end, right):
        left = None
    if left and left.meaning in AWAY and _only_if(marked, left):
        return Role.NOTHING
    if left and left.meaning == "began" and _event_between(marked, left.end, start):
        return Role.EVENT
    if left and left.meaning == "back" and _of_a_relative(marked, left):
        return Role.EVENT
    cue = left or right
    if cue and cue.meaning == "absent" and _ends_past(marked, cue):
        return Role.MISSED_PAST
    return ROLES[cue.meaning] if cue else Role.PLAIN


def _cue_before(marked: Marked, start: int) -> Mark | None:
    sentences = marked.utterance.sentences
    before = [
        cue
        for cue in marked.table("cue")
        if cue.meaning in ROLES
        and cue.start < start
        and start - cue.end <= FARTHEST.get(cue.meaning, FAR_LEFT)
        and sentences[cue.start] == sentences[start]
    ]
    return before[-1] if before else None


def _cue_after(marked: Marked, end: int) -> Mark | None:
    """The next cue, if it is near; "since Mon. Back Thursday" are two things."""
    sentences = marked.utterance.sentences
    cue = next((c for c in marked.table("cue") if c.meaning in ROLES and c.start >= end), None)
    if cue is None or cue.start - end > NEAR_RIGHT or sentences[cue.start] != sentences[end - 1]:
        return None
    parted = clause_between(marked, end, cue.start) or _pause_between(marked, end, cue.start)
    return None if parted and cue.meaning == "back" else cue


def _belongs_to_next(marked: Marked, left: Mark, start: int, end: int, right: Mark) -> bool:
    """Whether another clause begins between the cue before and the days."""
    if clause_between(marked, left.end, start):
        return True
    return right.start == end and _pause_between(marked, left.end, start)


def _only_if(marked: Marked, away: Mark) -> bool:
    """Whether a condition leads up to it: "if she still has a fever I'll keep her home"."""
    ends = [m.end for m in marked.table("cue") if m.meaning == "if" and m.end <= away.start]
    if not ends or away.start - ends[-1] > MOST_OF_CONDITION:
        return False
    return not clause_between(marked, ends[-1], away.start)


def _of_a_relative(marked: Marked, back: Mark) -> bool:
    """Whether somebody else comes back: "her brother Javier gets back on Friday"."""
    return any(
        word.end == back.start or (word.end == back.start - 1 and word.end not in marked.names)
        for _, word in marked.class_words_of("kin")
    )


def _event_between(marked: Marked, first: int, after: int) -> bool:
    """Whether something that has its own day follows: "died, we're burying her on Friday"."""
    return any(
        first <= mark.start < after and mark.meaning in OCCASIONS for mark in marked.table("reason")
    )


def _ends_past(marked: Marked, cue: Mark) -> bool:
    """Whether a cue goes on from one of the past: "was out" and "out on Monday"."""
    past = (mark for mark in marked.table("cue") if mark.meaning == "absent_past")
    return any(mark.start <= cue.start < mark.end for mark in past)


def _pause_between(marked: Marked, first: int, last: int) -> bool:
    return any(marked.utterance.pause_before(index) for index in range(first, last + 1))


def clause_between(marked: Marked, first: int, after: int) -> bool:
    """Whether a word that begins a new clause stands between these tokens."""
    return any(first <= mark.start < after for mark in marked.table("clause"))

"""Keys pressed at each question: what they stand for, or None when they stand for nothing."""

from collections.abc import Callable
from datetime import date, time, timedelta

from msgspec.structs import replace

from flows.answers import Answers, StudentAnswer
from flows.filling import put_student
from flows.identity import keyed, unsettled
from flows.keypad import keyed_day
from flows.reading.values import DayTrouble, Part, PartialDay, Relationship, Slot
from flows.scene import Scene
from flows.turn import State, Step

FEWEST_LETTERS = 2  # "Wu" and "Li" are whole last names
MOST_DIGITS = 15  # no student number is longer, and no name is spelled so far
ONE_DAY, TWO_DAYS, CLOCK = 4, 8, 4  # digits: MMDD, MMDDMMDD, HHMM
AFTERNOON = 12
NOT_KNOWN = "9"  # the time of arrival
GO_ON = "1"  # without a name

RELATIONSHIP_KEYS = {
    "1": Relationship.MOTHER,
    "2": Relationship.FATHER,
    "3": Relationship.GUARDIAN,
    "4": Relationship.GRANDPARENT,
    "5": Relationship.OTHER,
    "6": Relationship.SELF,
}
CHANGE_KEYS = {"1": Slot.STUDENT, "2": Slot.DATES, "3": Slot.REASON, "4": Slot.CALLER_NAME}

Taken = State | tuple[date, ...] | DayTrouble | None
"""A new state; days without school; a day that cannot be taken; None for no match."""


def press(state: State, keys: str, scene: Scene) -> Taken:
    """What these keys mean at the open question."""
    take = AT.get(state.step)
    return take(replace(state, with_keys=_prefers_keys(state)), keys, scene) if take else None


def _prefers_keys(state: State) -> bool:
    """Whether to offer keys from now on: not to somebody who spoke and was asked for letters."""
    waiting = unsettled(state.answers)
    return waiting is None or waiting.as_said is None


def take_student(state: State, keys: str, scene: Scene) -> Taken:
    """The first letters of a name, or a student number."""
    if not keys.isdecimal() or not FEWEST_LETTERS <= len(keys) <= MOST_DIGITS:
        return None
    answer = unsettled(state.answers)
    if answer is None:
        new = keyed(StudentAnswer(), keys, scene)
        return _answered(state, replace(state.answers, students=(new,)))
    if answer.letters and len(keys) != ONE_DAY and len(keys) < TWO_DAYS:
        return None  # a birthday has four digits, a student number more
    return _answered(state, put_student(state.answers, answer, keyed(answer, keys, scene)))


def take_day(state: State, keys: str, scene: Scene) -> Taken:
    """Today or the next school day, tomorrow, another day by its number, or late today."""
    match keys:
        case "1":
            return _days(state, (scene.nearest_day or scene.today,), scene)
        case "2":
            return _days(state, (scene.today + timedelta(days=1),), scene)
        case "3":
            return replace(state, step=Step.DAY_KEYS, misses=0)
        case "4":
            late = replace(state.answers, partial_day=PartialDay(Part.LATE))
            return _days(replace(state, answers=late), (scene.today,), scene)
        case _:
            return None


def take_day_keys(state: State, keys: str, scene: Scene) -> Taken:
    """MMDD, or MMDDMMDD for the first and the last day."""
    if not keys.isdecimal() or len(keys) not in (ONE_DAY, TWO_DAYS):
        return None
    first = keyed_day(keys[:ONE_DAY], scene.calendar)
    last = keyed_day(keys[-ONE_DAY:], scene.calendar)
    if first is None or last is None:
        return DayTrouble.NO_SUCH_DAY
    if last < first:
        return None
    return _days(state, (first, last), scene)


def take_time(state: State, keys: str, _scene: Scene) -> Taken:
    """HHMM; a small hour is in the afternoon, as in speech."""
    part = state.answers.partial_day
    if keys == NOT_KNOWN:
        return _answered(state, decline(state.answers, Slot.TIME))
    if part is None or not keys.isdecimal() or len(keys) != CLOCK:
        return None
    hour, minute = int(keys[:2]), int(keys[2:])
    if hour in range(1, 7):
        hour += AFTERNOON
    try:
        at = time(hour, minute)
    except ValueError:
        return None
    return _answered(state, replace(state.answers, partial_day=PartialDay(part.kind, at)))


def take_reason(state: State, keys: str, scene: Scene) -> Taken:
    """The school's digit for a reason."""
    reason = scene.school.reason_by_key(keys)
    if reason is None:
        return None
    return _answered(state, replace(state.answers, reason=reason.code, reason_said=None))


def take_caller(state: State, keys: str, _scene: Scene) -> Taken:
    """What the caller is to the student; a name cannot be keyed, so it is not asked again."""
    answers = decline(state.answers, Slot.CALLER_NAME)
    if answers.relationship is not None:
        return _answered(state, answers) if keys == GO_ON else None
    relationship = RELATIONSHIP_KEYS.get(keys)
    if relationship is None:
        return None
    return _answered(state, replace(answers, relationship=relationship))


def decline(answers: Answers, slot: Slot) -> Answers:
    """The form with a fact that the family cannot or will not give."""
    return replace(answers, declined=(*answers.declined, slot))


def _answered(state: State, answers: Answers) -> State:
    return replace(state, answers=answers, misses=0, opened=True)


def _days(state: State, span: tuple[date, ...], scene: Scene) -> Taken:
    """The school days of a span; where it has none, the span itself, to be told so."""
    days = scene.calendar.school_days(span[0], span[-1])
    return _answered(state, replace(state.answers, days=days)) if days else tuple(sorted(set(span)))


AT: dict[Step, Callable[[State, str, Scene], Taken]] = {
    Step.STUDENT: take_student,
    Step.STUDENT_CHECK: take_student,
    Step.DATES: take_day,
    Step.DAY_KEYS: take_day_keys,
    Step.TIME: take_time,
    Step.REASON: take_reason,
    Step.CALLER: take_caller,
}

"""What each step asks, in the wording for this attempt, and what it listens for."""

from msgspec.structs import replace

from flows import wording
from flows.answers import Answers
from flows.events import KnownReport
from flows.hints import names_to_expect
from flows.identity import unsettled
from flows.readback import read_back
from flows.reading.values import Slot
from flows.scene import Channel, Scene
from flows.turn import (
    Days,
    HangUp,
    Line,
    Listen,
    Next,
    Prompt,
    Sayable,
    Spelled,
    State,
    Step,
    Turn,
)

WITH_KEYS = 3  # the attempt whose wording offers the keys
ONE_KEY = {Step.DATES: 1, Step.CONFIRM: 1, Step.CHANGE: 1, Step.ANOTHER: 1, Step.REASON: 1}
PATIENCE = {Step.MENU: 5, Step.ANOTHER: 4, Step.STUDENT: 6}
CHOICES = 5  # reports offered for withdrawal
# Nothing is asked there, and still a request may come that the carrier held back.
NOTHING_ASKED = {Step.OVER, Step.MESSAGE, Step.OFFICE, Step.STATUS, Step.ANSWERING}


def ask(state: State, scene: Scene, *before: Line) -> Turn:
    """The turn that asks the open question; `before` is said first. Where none is: goodbye."""
    if state.step in NOTHING_ASKED:
        bye = (Line(wording.GOODBYE),) if scene.channel is Channel.PHONE else ()
        return Turn(replace(state, step=Step.OVER), (*before, *bye))
    return Turn(state, (*before, *question(state, scene)), listen(state, scene))


def question(state: State, scene: Scene) -> tuple[Line, ...]:
    """The lines of the open question."""
    attempt = attempt_of(state)
    match state.step:
        case Step.MENU:
            return menu(state, scene)
        case Step.CONFIRM:
            return (*read_back(state.answers, scene), Line(wording.CONFIRM, attempt=attempt))
        case Step.REASON if attempt >= WITH_KEYS:
            return (Line(wording.ASK_REASON, attempt=attempt), *_reason_keys(scene))
        case Step.WITHDRAW:
            return _withdrawal(state, attempt, scene)
        case Step.NOTE:
            return (Line(wording.NOTE_FOR_WHICH), *_choices(state, scene))
        case Step.FILED:
            return ()
        case Step.DATES if scene.day_off and scene.nearest_day:
            ask_days = wording.ASK_DATES_ON_DAY_OFF if state.opened else wording.ASK_ALL_ON_DAY_OFF
            return (Line(ask_days, {"day": Days((scene.nearest_day,))}, attempt),)
        case Step.ANOTHER:
            return (Line(wording.ASK_ANOTHER),) if scene.channel is Channel.PHONE else ()
        case _:
            return (Line(_prompt(state, scene), attempt=attempt),)


def attempt_of(state: State) -> int:
    """Which wording is due: the first, the second, or the one that offers the keys."""
    if state.with_keys and state.step is not Step.CONFIRM:
        return WITH_KEYS
    return min(state.misses + 1, WITH_KEYS)


def menu(state: State, scene: Scene) -> tuple[Line, ...]:
    """The other languages, each in its own, then the choices of the school's menu."""
    offers = tuple(
        Line(wording.SCHOOL_SAYS, {"words": language.offer}, language=code)
        for code, language in scene.school.spoken.items()
        if code != state.language and language.offer
    )
    items = (Line(wording.SCHOOL_SAYS, {"words": item.offer}) for item in scene.school.menu)
    return (*offers, *items)


def listen(state: State, scene: Scene) -> Next:
    """What to wait for on the open question."""
    if scene.channel is Channel.SMS:
        return Listen() if state.step is not Step.ANOTHER else HangUp()
    names = names_to_expect(state, scene)
    keys = 1 if state.step in (Step.MENU, Step.WITHDRAW) else ONE_KEY.get(state.step)
    if state.step is Step.CALLER and Slot.RELATIONSHIP not in state.answers.declined:
        keys = 1
    return Listen(keys=keys, hints=names, seconds=PATIENCE.get(state.step, 5))


def _prompt(state: State, scene: Scene) -> Prompt:
    """The prompt of a step that asks for one fact."""
    family = bool(scene.linked)
    answers = state.answers
    match state.step:
        case Step.STUDENT if not state.opened:
            return wording.ASK_ALL if family else wording.ASK_ALL_OF_STRANGER
        case Step.STUDENT:
            return wording.ASK_STUDENT if family else wording.ASK_STUDENT_OF_STRANGER
        case Step.STUDENT_CHECK:
            waiting = unsettled(answers)
            keyed = waiting is not None and waiting.letters
            return wording.ASK_NAME_OR_BIRTHDAY if keyed else wording.ASK_LETTERS
        case Step.DATES:
            return wording.ASK_DATES if state.opened else wording.ASK_ALL_OF_ONE
        case Step.CALLER:
            return _caller_prompt(answers)
        case step:
            return PROMPTS[step]


PROMPTS = {
    Step.DAY_KEYS: wording.ASK_DAY_KEYS,
    Step.TIME: wording.ASK_TIME,
    Step.REASON: wording.ASK_REASON,
    Step.CHANGE: wording.ASK_CHANGE,
}


def _caller_prompt(answers: Answers) -> Prompt:
    if answers.caller_name:
        return wording.ASK_RELATIONSHIP
    return wording.ASK_CALLER_NAME if answers.relationship else wording.ASK_CALLER


def _reason_keys(scene: Scene) -> tuple[Line, ...]:
    return tuple(
        Line(wording.KEY_FOR, {"what": reason.words, "key": Spelled(reason.key)})
        for reason in scene.school.reasons
    )


def _withdrawal(state: State, attempt: int, scene: Scene) -> tuple[Line, ...]:
    match state.recalled[:CHOICES]:
        case (report,):
            return (Line(wording.ASK_WITHDRAW, {"days": Days(report.days)}, attempt),)
        case _:
            return (Line(wording.ASK_WITHDRAW_WHICH, attempt=attempt), *_choices(state, scene))


def _choices(state: State, scene: Scene) -> tuple[Line, ...]:
    return tuple(_choice(report, n, scene) for n, report in enumerate(state.recalled[:CHOICES], 1))


def _choice(report: KnownReport, number: int, scene: Scene) -> Line:
    values: dict[str, Sayable] = {"days": Days(report.days), "key": Spelled(str(number))}
    if scene.channel is Channel.SMS and report.student:
        return Line(wording.WITHDRAW_CHOICE_OF, values | {"student": report.student})
    return Line(wording.WITHDRAW_CHOICE, values | {"reference": Spelled(report.reference)})

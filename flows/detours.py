"""What families want besides reporting: to leave early, a person, help, an answer."""

from collections.abc import Callable

from msgspec.structs import replace

from flows import wording
from flows.filling import fill, student_ids_said
from flows.moves import anything_else, help_line, inform, over, recall_to_withdraw, to_person
from flows.reading.findings import Source, Understood
from flows.reading.values import Intent, Part, PartialDay, Reading
from flows.scene import Channel, Scene
from flows.turn import DismissalAsked, HangUp, Line, OptedOut, RecallWanted, State, Step, Turn


def detour(state: State, reading: Reading, scene: Scene) -> Turn | None:
    """The turn for an intent that is no report; None for a report, or for nothing clear."""
    take = DETOURS.get(reading.intent.value)
    return take(state, reading, scene) if take else None


def leave_early(state: State, reading: Reading, scene: Scene) -> Turn:
    """Refused by telephone and by text, whoever asks; what was asked is kept for the desk."""
    answers = fill(state.answers, reading, scene, asked=None)
    early = reading.partial_day or answers.partial_day
    answers = replace(answers, partial_day=PartialDay(Part.EARLY, early.at if early else None))
    return Turn(replace(state, answers=answers), outcome=DismissalAsked(answers))


def withdraw(state: State, reading: Reading, scene: Scene) -> Turn:
    """First, which reports there are; days and names that were said choose among them."""
    match reading.days:
        case Understood(value, source=Source.SAID):
            days = value.days
        case _:
            days = ()
    return recall_to_withdraw(state, scene, days, student_ids_said(reading))


def status(state: State, _reading: Reading, _scene: Scene) -> Turn:
    """First, which reports there are."""
    return Turn(replace(state, step=Step.STATUS), outcome=RecallWanted())


def person(state: State, _reading: Reading, scene: Scene) -> Turn:
    """Somebody at the office."""
    return to_person(state, scene)


def portal(state: State, _reading: Reading, scene: Scene) -> Turn:
    """How to get into the parent portal."""
    school = scene.school
    words = school.portal_help if scene.channel is Channel.PHONE else school.portal_text
    return inform(state, scene, Line(wording.SCHOOL_SAYS, {"words": words}))


def how_it_works(state: State, _reading: Reading, scene: Scene) -> Turn:
    """How to report here."""
    return inform(state, scene, help_line(scene))


def opt_out(state: State, _reading: Reading, scene: Scene) -> Turn:
    """Nothing more is sent to this number, but one confirmation; what was begun is kept."""
    line = Line(wording.OPTED_OUT, {"school": scene.school.name})
    out = replace(state, texts_reach=False)
    if scene.channel is Channel.PHONE:
        return anything_else(out, scene, line, outcome=OptedOut())
    return Turn(over(out), (line,) if state.texts_reach else (), HangUp(), OptedOut())


DETOURS: dict[Intent, Callable[[State, Reading, Scene], Turn]] = {
    Intent.EARLY_DISMISSAL: leave_early,
    Intent.CANCEL_REPORT: withdraw,
    Intent.STATUS_QUERY: status,
    Intent.SPEAK_TO_OFFICE: person,
    Intent.PORTAL_HELP: portal,
    Intent.HELP: how_it_works,
    Intent.OPT_OUT: opt_out,
}

"""After a report: what was filed, how it stands, taking it back."""

from msgspec.structs import replace

from flows import wording
from flows.answers import Answers
from flows.events import KnownReport, Recalled
from flows.moves import about, anything_else, go_on
from flows.questions import CHOICES, ask
from flows.readback import absence, reason
from flows.reading.values import Part
from flows.scene import Channel, Scene
from flows.turn import (
    All,
    Days,
    Informed,
    Line,
    PastForm,
    Spelled,
    State,
    Step,
    Turn,
    WithdrawalWanted,
)

STATUSES_TOLD = 3  # more than three at once cannot be followed by ear
UNDECIDED = {"pending", "incomplete"}


def filed(state: State, references: tuple[str, ...], scene: Scene) -> Turn:
    """Thank the family and say what happens next; or say why nobody may leave early by call."""
    answers = state.answers
    after = replace(
        state,
        answers=answers.next_of_caller(),
        references=references,
        filings=state.filings + 1,
        last=answers,
        earlier=state.earlier if state.replaces else past_forms(state),
        replaces=(),
        put_aside=False,
    )
    part = answers.partial_day
    if part is not None and part.kind is Part.EARLY:
        return anything_else(after, scene, Line(wording.DISMISSAL))
    done = _done(state, references, scene)
    if state.later:
        return next_form(after, scene).after(done)
    return anything_else(after, scene, *done)


def past_forms(state: State) -> tuple[PastForm, ...]:
    """All forms that this conversation has filed; the last one stands at the end."""
    if state.last is None:
        return state.earlier
    return (*state.earlier, PastForm(state.last, state.references))


def next_form(state: State, scene: Scene) -> Turn:
    """The form of another student whom the same message told of."""
    answers, *later = state.later
    last = state.last or Answers()
    begun = replace(state, answers=answers.like(last), later=tuple(later), opened=True)
    return about(go_on(begun, scene), wording.NOW_ABOUT)


def recalled(state: State, event: Recalled, scene: Scene) -> Turn:
    """Answer "did it arrive?", or ask which report to take back."""
    reports = event.reports
    if state.step is Step.STATUS:
        return tell_status(state, reports, scene)
    if event.disputed:
        return disputed(state, scene)
    undecided = tuple(r for r in reports if r.status in UNDECIDED)[:CHOICES]
    if not undecided:
        if all(report.status == "cancelled" for report in reports):
            return tell_status(state, reports[:1], scene)
        return anything_else(state, scene, _too_late(scene), outcome=Informed())
    state = replace(state, recalled=undecided, misses=0)
    if scene.channel is Channel.SMS and len(undecided) == 1:
        return take_back(state, undecided[0])
    return ask(state, scene)


def choose(state: State, keys: str, scene: Scene) -> Turn | None:
    """A key at "withdraw it?" or "which one?"; None for a key that was not offered."""
    if len(state.recalled) == 1:
        decided = {"1": True, "2": False}.get(keys)
        return None if decided is None else answer_one(state, scene, take=decided)
    if not keys.isdecimal() or not 1 <= int(keys) <= len(state.recalled):
        return None
    return take_back(state, state.recalled[int(keys) - 1])


def disputed(state: State, scene: Scene) -> Turn:
    """A report that somebody else made, and this contact says is not true, is looked into."""
    line = Line(wording.DISPUTED, {"number": scene.school.phone})
    return anything_else(state, scene, line, outcome=Informed())


def answer_one(state: State, scene: Scene, *, take: bool) -> Turn:
    """Yes or no at "withdraw it?"."""
    if take:
        return take_back(state, state.recalled[0])
    return anything_else(state, scene, Line(wording.KEPT), outcome=Informed())


def take_back(state: State, *reports: KnownReport) -> Turn:
    """Ask the school to withdraw these; the answer is `Withdrawn`."""
    references = tuple(report.reference for report in reports)
    return Turn(replace(state, recalled=reports), outcome=WithdrawalWanted(references))


def withdrawn(state: State, *, done: bool, scene: Scene) -> Turn:
    """Say whether it was withdrawn."""
    line = _withdrawn(state.recalled) if done else _too_late(scene)
    state = replace(state, recalled=(), last=None)
    return anything_else(state, scene, line, outcome=Informed())


def _withdrawn(reports: tuple[KnownReport, ...]) -> Line:
    codes = All(tuple(Spelled(report.reference) for report in reports))
    if len(reports) > 1:
        return Line(wording.WITHDRAWN_ALL, {"references": codes})
    days = Days(reports[0].days)
    return Line(wording.WITHDRAWN, {"reference": codes, "days": days})


def _done(state: State, references: tuple[str, ...], scene: Scene) -> tuple[Line, ...]:
    codes = All(tuple(Spelled(code) for code in references))
    answers = state.answers
    note = _note_needed(answers, scene)
    if scene.channel is Channel.PHONE:
        done = (Line(wording.DONE, {"references": codes}), *note)
        return (*done, Line(wording.TEXT_FOLLOWS)) if state.texts_reach else done
    summary = Line(
        wording.SUMMARY, {"absence": absence(answers), "reason": reason(answers, scene)[0]}
    )
    done = (Line(wording.DONE_BY_TEXT, {"references": codes, "summary": summary}), *note)
    first = (Line(wording.CHANGED),) if state.replaces else ()
    if state.put_aside:
        first = (Line(wording.KEPT_ASIDE),)
    if scene.school.text_counts:
        return (*first, *done)
    return (*first, *done, Line(wording.TEXT_IS_EARLY_NOTICE, {"number": scene.school.phone}))


def _note_needed(answers: Answers, scene: Scene) -> tuple[Line, ...]:
    """That the school's rule for this reason asks for a note, where it does."""
    known = scene.school.reason(answers.reason) if answers.reason else None
    return (Line(wording.NOTE_NEEDED),) if known and known.note_required else ()


def tell_status(state: State, reports: tuple[KnownReport, ...], scene: Scene) -> Turn:
    """How the last reports stand."""
    lines = [_status(report) for report in reports[:STATUSES_TOLD]]
    lines = lines or [Line(wording.NOTHING_FOUND)]
    return anything_else(state, scene, *lines, outcome=Informed())


def _status(report: KnownReport) -> Line:
    return Line(
        wording.STATUS_OF,
        {
            "reference": Spelled(report.reference),
            "days": Days(report.days),
            "status": Line(wording.STATUSES[report.status]),
        },
    )


def _too_late(scene: Scene) -> Line:
    return Line(wording.TOO_LATE_TO_WITHDRAW, {"number": scene.school.phone})

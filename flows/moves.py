"""The moves a conversation is made of: ask, go on, miss, hand over, end."""

from datetime import date

from msgspec.structs import replace

from flows import wording
from flows.form import next_step, reads_back
from flows.identity import on_file_student
from flows.questions import ask
from flows.scene import Channel, Scene
from flows.turn import (
    All,
    CallOffice,
    HangUp,
    Informed,
    Line,
    Listen,
    OptedOut,
    Outcome,
    Prompt,
    RecallWanted,
    Reported,
    SetAside,
    State,
    Step,
    TakeMessage,
    Turn,
)

MOST_MISSES = 3  # twice the question again, with keys the second time; then a message


def go_on(state: State, scene: Scene, *before: Line) -> Turn:
    """Ask for the next missing fact; when none is missing, read back, or file a text's report."""
    step = next_step(state.answers, scene)
    state = replace(state, step=step, misses=0)
    if step is Step.CONFIRM and not reads_back(scene):
        return file_report(state)
    return ask(state, scene, *before)


def file_report(state: State) -> Turn:
    """Hand the full form to the school; the answer is `Filed`."""
    return Turn(state, outcome=Reported(state.answers, state.replaces))


def begin_form(state: State, scene: Scene, *before: Line) -> Turn:
    """Start the report form afresh; who calls is kept from the one before."""
    answers = replace(state.answers.next_of_caller(), students=on_file_student(scene))
    return go_on(replace(state, answers=answers, later=(), opened=False), scene, *before)


def missed(state: State, scene: Scene, *why: Line) -> Turn:
    """Silence or nonsense: the question again, then with its keys, then a message is taken."""
    state = replace(state, misses=state.misses + 1)
    if state.misses < MOST_MISSES:
        return ask(state, scene, *why)
    if scene.channel is Channel.PHONE:
        return take_message(state, *why)
    number = {"number": scene.school.phone}
    return Turn(over(state), (Line(wording.A_PERSON_WILL_READ, number),))


def recall_to_withdraw(
    state: State, scene: Scene, days: tuple[date, ...] = (), student_ids: tuple[str, ...] = ()
) -> Turn:
    """Take back what a family just wrote, where its form is not full yet; else ask for its reports.

    A form that puts a report right is given up for the report itself.
    """
    if scene.channel is Channel.PHONE:
        wanted = RecallWanted(days, student_ids)
    elif state.answers.empty or state.replaces or days or student_ids:
        wanted = RecallWanted(days, student_ids, disputes=True)
        if state.replaces:
            state = replace(state, answers=state.answers.next_of_caller(), replaces=())
    else:
        return Turn(state, outcome=SetAside(state.answers, withdrawn=True))
    return Turn(replace(state, step=Step.WITHDRAW), outcome=wanted)


def take_message(state: State, *before: Line) -> Turn:
    """Record a message; the notice that it is recorded comes first, as Illinois law wants it."""
    lines = (*before, Line(wording.LEAVE_MESSAGE))
    return Turn(replace(state, step=Step.MESSAGE), lines, TakeMessage())


def to_person(state: State, scene: Scene) -> Turn:
    """Connect with the office while it is open; else its hours, and a message."""
    hours = {"hours": scene.school.office_hours}
    if scene.channel is Channel.SMS:
        line = Line(wording.CALL_THE_OFFICE, {"number": scene.school.phone, **hours})
        return Turn(over(state), (line,), HangUp(), Informed())
    if scene.office_open:
        return Turn(replace(state, step=Step.OFFICE), (Line(wording.CALLING_OFFICE),), CallOffice())
    return take_message(state, Line(wording.OFFICE_CLOSED, hours))


def anything_else(state: State, scene: Scene, *lines: Line, outcome: Outcome | None = None) -> Turn:
    """Say the lines, then wait for one more report; texts without a report end here."""
    if scene.channel is Channel.SMS:
        if state.last is None:
            return Turn(over(state), lines, HangUp(), outcome)
        # An exchange that has a report waits for what may follow it.
        return Turn(replace(state, step=Step.FILED, misses=0), lines, Listen(), outcome)
    turn = ask(replace(state, step=Step.ANOTHER, misses=0), scene, *lines)
    return Turn(turn.state, turn.lines, turn.next, outcome)


def inform(state: State, scene: Scene, line: Line) -> Turn:
    """Say what was asked for, then the open question again; a text that asked only this ends."""
    if scene.channel is Channel.SMS and state.answers.empty:
        return anything_else(state, scene, line, outcome=Informed())
    turn = ask(state, scene, line)
    return Turn(turn.state, turn.lines, turn.next, Informed())


def help_line(scene: Scene) -> Line:
    """How to report here, and what else can be asked for."""
    return Line(wording.HELP, {"school": scene.school.name, "number": scene.school.phone})


def goodbye(state: State, *before: Line) -> Turn:
    """End the call."""
    return Turn(over(state), (*before, Line(wording.GOODBYE)))


def about(turn: Turn, prompt: Prompt) -> Turn:
    """The turn with a word before its question: of which of several students it is asked."""
    words = [student.as_said for student in turn.state.answers.students if student.as_said]
    if not turn.lines or not words:
        return turn
    return turn.after((Line(prompt, {"student": All(tuple(words))}),))


def may_be_heard(turn: Turn) -> bool:
    """Whether this turn's lines may go out as a text: an opt-out is still confirmed."""
    return turn.state.texts_reach or isinstance(turn.outcome, OptedOut)


def unheard(turn: Turn) -> Turn:
    """The turn for a number that may get no texts: nothing is said, and nothing stays open."""
    return Turn(over(turn.state), (), HangUp())


def over(state: State) -> State:
    """The state after the end."""
    return replace(state, step=Step.OVER)

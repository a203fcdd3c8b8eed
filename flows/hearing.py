"""Words, spoken or typed, at each question."""

from msgspec.structs import replace

from flows import wording
from flows.afterwards import answer_one, choose, take_back
from flows.answers import Answers
from flows.detours import detour, leave_early
from flows.events import Words
from flows.filling import (
    add_second_fact,
    asked_slot,
    fill,
    overwrite,
    put_student,
    student_ids_said,
    with_second_fact,
)
from flows.identity import unsettled
from flows.moves import about, begin_form, file_report, go_on, goodbye, missed
from flows.pressing import decline
from flows.questions import ask
from flows.readback import day_trouble
from flows.reading.findings import Source, Understood
from flows.reading.language import language
from flows.reading.message import Message, interpret
from flows.reading.replies import (
    Answer,
    Command,
    read_answer,
    read_command,
    read_courtesy,
    read_fact,
)
from flows.reading.values import Intent, Reading, Slot
from flows.scene import Channel, Scene
from flows.tellings import tellings
from flows.turn import Line, SetAside, State, Step, Turn

ENOUGH_WORDS = 2  # of a reason that fits no category: kept as said after a second try


def hear(state: State, words: Words, scene: Scene) -> Turn:
    """The turn that follows from words at the open question."""
    match state.step:
        case Step.CONFIRM:
            return at_confirm(state, words, scene)
        case Step.CHANGE:
            return at_change(state, words, scene)
        case Step.WITHDRAW:
            return at_withdraw(state, words, scene)
        case Step.ANOTHER:
            return at_another(state, words, scene)
        case _:
            return at_form(state, words, scene)


def at_form(state: State, words: Words, scene: Scene) -> Turn:
    """Fill the form with whatever this says; ask for what is still missing."""
    if state.step is Step.STUDENT_CHECK and _no_name(words, state.language):
        return missed(state, scene, Line(wording.NOT_UNDERSTOOD))
    asked = asked_slot(state.step, state.answers) if state.opened else None
    reading = read(state, words, scene, asked)
    if begins_another(state, reading, scene):
        return Turn(replace(state, waiting=words), outcome=SetAside(state.answers))
    first, *rest = each_telling(state, words, reading, scene)
    if rest:
        return one_after_the_other(state, first, rest, scene)
    answers = fill(with_brothers(state, reading, scene), reading, scene, asked)
    if state.step is Step.STUDENT_CHECK:
        answers = with_second_fact(state.answers, answers, reading, scene)
    if _leaves_the_form(reading, asked, answered=answers != state.answers):
        aside = detour(state, reading, scene)
        if aside is not None:
            return aside
    if answers == state.answers:
        answers = bare_answer(state, words, scene)
    trouble = day_trouble(reading, scene)
    if answers != state.answers:
        spoken = replace(state, answers=answers, opened=True, with_keys=False)
        return go_on(spoken, scene, *trouble)
    if state.step is Step.MENU and reports(reading):
        return begin_form(state, scene)
    return missed(state, scene, *(trouble or (Line(wording.NOT_UNDERSTOOD),)))


def each_telling(state: State, words: Words, reading: Reading, scene: Scene) -> tuple[Words, ...]:
    """The parts of a report that tell of different students different things; see `tellings`."""
    if not reports(reading) or any(student.told for student in state.answers.students):
        return (words,)
    marked = language(state.language).read(words)
    first, *rest = tellings(marked, reading, lambda part: read(state, part, scene, None))
    if not rest:
        return (words,)
    (second,) = rest
    return first, *each_telling(state, second, read(state, second, scene, None), scene)


def one_after_the_other(state: State, first: Words, rest: list[Words], scene: Scene) -> Turn:
    """The form of the first telling now; those of the rest wait until it is filed."""
    later = (fill(Answers(), read(state, words, scene, None), scene, None) for words in rest)
    turn = at_form(replace(state, later=(*later, *state.later)), first, scene)
    return about(turn, wording.FIRST_ABOUT)


def begins_another(state: State, reading: Reading, scene: Scene) -> bool:
    """Whether a text tells of another student's absence, day and all, before this one's is full."""
    said = set(student_ids_said(reading))
    of_others = said == _others(state, reading, scene) and bool(said)
    return of_others and isinstance(reading.days, Understood) and reading.days.source is Source.SAID


def with_brothers(state: State, reading: Reading, scene: Scene) -> Answers:
    """The form with the students added who are named while something else was asked."""
    others = _others(state, reading, scene)
    if not others:
        return state.answers
    named = fill(Answers(), reading, scene, Slot.STUDENT).students
    added = tuple(student for student in named if student.student_id in others)
    return replace(state.answers, students=(*state.answers.students, *added))


def _others(state: State, reading: Reading, scene: Scene) -> set[str]:
    """The students a text names besides those of the form that is being filled."""
    known = state.answers.student_ids
    if scene.channel is Channel.PHONE or not known or not reports(reading):
        return set()
    return set(student_ids_said(reading)) - set(known)


def bare_answer(state: State, words: Words, scene: Scene) -> Answers:
    """The form with words that make no sentence: as the answer to just what was asked."""
    answers = state.answers
    match state.step:
        case Step.MENU:
            return answers
        case Step.STUDENT_CHECK:
            return second_fact(state, words, scene)
        case Step.DATES if state.opened and scene.day_off and _agrees(words, state.language):
            return replace(answers, days=(scene.nearest_day,) if scene.nearest_day else ())
        case Step.TIME if read_command(words, state.language) is Command.DONT_KNOW:
            return decline(answers, Slot.TIME)
        case Step.REASON if state.misses and len(words.split()) >= ENOUGH_WORDS:
            return replace(decline(answers, Slot.REASON), reason_said=words)
        case _ if state.opened:
            return answers
        case step:
            asked = asked_slot(step, answers)
            return fill(answers, read(state, words, scene, asked), scene, asked)


def second_fact(state: State, words: Words, scene: Scene) -> Answers:
    """The form with more about the student; with no more, where the family knows no more."""
    waiting = unsettled(state.answers)
    if waiting and read_command(words, state.language) is Command.DONT_KNOW:
        return put_student(state.answers, waiting, replace(waiting, settled=True))
    return add_second_fact(state.answers, words, scene)


def _agrees(words: Words, language: str) -> bool:
    return read_answer(words, language) is Answer.YES


def _no_name(words: Words, language: str) -> bool:
    """Whether this is a yes, a no, thanks or a mere sound."""
    return read_courtesy(words, language) or read_answer(words, language) is Answer.NO


def at_confirm(state: State, words: Words, scene: Scene) -> Turn:
    """Yes files it; a correction is read back again; a bare no asks what is wrong."""
    answer = read_answer(words, state.language)
    if answer is Answer.YES:
        return file_report(state)
    reading = read(state, words, scene, None)
    if reading.intent.value is Intent.EARLY_DISMISSAL:
        return leave_early(state, reading, scene)
    corrected = correct(state, words, reading, scene, strangers=answer is Answer.NO)
    if corrected != state.answers:
        return go_on(replace(state, answers=corrected), scene)
    trouble = day_trouble(reading, scene)
    if trouble:
        return ask(reopen(state, Slot.DATES), scene, *trouble)
    fact = read_fact(words, state.language)
    if fact is not None:
        return ask(reopen(state, fact), scene)
    if answer is Answer.NO:
        return ask(replace(state, step=Step.CHANGE, misses=0), scene)
    return detour(state, reading, scene) or missed(state, scene, Line(wording.NOT_UNDERSTOOD))


def at_change(state: State, words: Words, scene: Scene) -> Turn:
    """Which fact is wrong, or at once what is right instead."""
    fact = read_fact(words, state.language)
    reading = read(state, words, scene, None)
    if reading.intent.value is Intent.EARLY_DISMISSAL:
        return leave_early(state, reading, scene)
    corrected = correct(state, words, reading, scene, strangers=True)
    if corrected != state.answers:
        return go_on(replace(state, answers=corrected), scene)
    if fact is not None:
        return ask(reopen(state, fact), scene)
    return detour(state, reading, scene) or missed(state, scene, Line(wording.NOT_UNDERSTOOD))


def correct(
    state: State, words: Words, reading: Reading, scene: Scene, *, strangers: bool
) -> Answers:
    """The form with what this says in place of what was there; a bare time or day counts too.

    `strangers`: whether a name that nobody has is a correction too.
    """
    before = state.answers
    late = before.partial_day is not None
    for asked in (None, Slot.TIME, Slot.DATES) if late else (None, Slot.DATES):
        said = reading if asked is None else read(state, words, scene, asked)
        corrected = overwrite(before, said, scene, strangers=strangers)
        if corrected != before:
            return corrected
    return before


def at_withdraw(state: State, words: Words, scene: Scene) -> Turn:
    """Yes or no for one report; a number among several."""
    answer = read_answer(words, state.language)
    if answer is not None and len(state.recalled) == 1:
        return answer_one(state, scene, take=answer is Answer.YES)
    if answer is Answer.NO:
        return answer_one(state, scene, take=False)
    if read_command(words, state.language) is Command.ALL:
        return take_back(state, *state.recalled)
    chosen = choose(state, words.strip(" ."), scene)
    return chosen or missed(state, scene, Line(wording.NOT_UNDERSTOOD))


def at_another(state: State, words: Words, scene: Scene) -> Turn:
    """One more report, in a word or in a sentence; anything else ends the call."""
    command, answer = read_command(words, state.language), read_answer(words, state.language)
    if command is Command.DONE:
        return goodbye(state)
    if command is Command.ANOTHER or answer is Answer.YES:
        return begin_form(state, scene)
    if answer is Answer.NO:
        return goodbye(state)
    reading = read(state, words, scene, None)
    if reports(reading):
        fresh = begin_form(state, scene).state
        return at_form(replace(fresh, opened=False), words, scene)
    return detour(state, reading, scene) or goodbye(state)


def reopen(state: State, slot: Slot) -> State:
    """The form with one fact taken out, and its question open."""
    answers = _without(state.answers, slot)
    step = QUESTION_OF.get(slot, Step.DATES)
    return replace(state, answers=answers, step=step, misses=0, opened=True)


def read(state: State, words: Words, scene: Scene, asked: Slot | None) -> Reading:
    """Read these words as this conversation's language and number make them to be read."""
    message = Message(words, scene.channel.manner, state.language, scene.phone)
    return interpret(message, scene.background, asked)


def reports(reading: Reading) -> bool:
    """Whether somebody reports an absence or a late arrival."""
    return reading.intent.value in (Intent.REPORT_ABSENCE, Intent.LATE_ARRIVAL)


def _leaves_the_form(reading: Reading, asked: Slot | None, *, answered: bool) -> bool:
    """Whether these words want something else.

    A bare answer to a question can sound like many things, so it counts as the answer; but a
    wish to leave early is never overheard.
    """
    return asked is None or not answered or reading.intent.value is Intent.EARLY_DISMISSAL


QUESTION_OF = {
    Slot.STUDENT: Step.STUDENT,
    Slot.REASON: Step.REASON,
    Slot.CALLER_NAME: Step.CALLER,
    Slot.RELATIONSHIP: Step.CALLER,
}


def _without(answers: Answers, slot: Slot) -> Answers:
    match slot:
        case Slot.STUDENT:
            return replace(answers, students=())
        case Slot.REASON:
            return replace(answers, reason=None, reason_said=None)
        case Slot.CALLER_NAME | Slot.RELATIONSHIP:
            return replace(answers, caller_name=None, relationship=None, declined=())
        case _:
            return replace(answers, days=(), open_end=False, partial_day=None)

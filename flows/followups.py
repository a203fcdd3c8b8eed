"""Texts after a report: putting it right, adding to it, thanks, and "that is not true".

An exchange stays open for some hours after its report, so that "sorry, I meant tomorrow" and "and
her brother too" need not say everything again. What was filed is never changed: a correction
withdraws it and files the right one, and staff see both.
"""

from msgspec.structs import replace

from flows import wording
from flows.afterwards import disputed, past_forms, tell_status
from flows.answers import Answers, StudentAnswer
from flows.commands import courtesy
from flows.detours import detour, status, withdraw
from flows.events import Recalled, Texted, Words
from flows.filling import overwrite, student_ids_said
from flows.hearing import at_form, correct, read, reopen, reports
from flows.moves import anything_else, begin_form, go_on, missed, over
from flows.questions import CHOICES, ask
from flows.reading.findings import Source, Understood
from flows.reading.replies import (
    Command,
    Objection,
    read_addition,
    read_command,
    read_courtesy,
    read_fact,
    read_greeting,
    read_objections,
)
from flows.reading.values import Intent, Reading, Slot
from flows.scene import Scene
from flows.turn import (
    HangUp,
    Informed,
    Line,
    Listen,
    NoteFor,
    RecallWanted,
    Remarked,
    Spelled,
    State,
    Step,
    Turn,
)

SURE = 0.9  # of a report that is not taken for an objection to another one


def first_text(state: State, words: Words, scene: Scene) -> Turn:
    """The text that begins an exchange: a report, thanks, or an objection to what we wrote."""
    answering = replace(state, step=Step.ANSWERING, waiting=words)
    if read_greeting(words, state.language):
        return begin_form(state, scene)
    reading = read(state, words, scene, None)
    if reading.intent.value is Intent.CANCEL_REPORT:
        return at_form(state, words, scene)
    if words and read_courtesy(words, state.language):
        return Turn(answering, outcome=RecallWanted())
    against = read_objections(words, state.language)
    if against and not plainly_reports(reading, against):
        return Turn(answering, outcome=RecallWanted(disputes=True))
    turn = at_form(state, words, scene)
    # What tells of no absence may still answer what this number was told of.
    unplaced = words and turn.state.misses
    return Turn(answering, outcome=RecallWanted(remarks=True)) if unplaced else turn


def plainly_reports(reading: Reading, against: frozenset[Objection]) -> bool:
    """Whether a text tells of an absence, whatever in it sounds like an objection."""
    if not reports(reading) or reading.intent.probability < SURE:
        return False
    if Objection.PRESENT in against:
        return isinstance(reading.reason, Understood)
    return told(reading)


def after_filing(state: State, words: Words, scene: Scene) -> Turn:
    """A text after the report it belongs to."""
    reading, against = read(state, words, scene, None), read_objections(words, state.language)
    state = turned_to(state, reading)
    takes_back = reading.intent.value is Intent.CANCEL_REPORT
    if words and courtesy(words, state.language, scene) and not takes_back:
        return Turn(state, (), Listen())
    if takes_back or (Objection.PRESENT in against and not plainly_reports(reading, against)):
        return back_at_school(state, reading, scene)
    wish = None if reports(reading) else detour(state, reading, scene)
    if wish is not None:
        return wish
    if read_command(words, state.language) is Command.SIBLING:
        return for_sibling(state, scene)
    further = further_days(state, words, scene)
    if further is not None:
        return file_also(state, words, further, scene, others=False)
    if Objection.CHANGE in against:
        return put_right(state, words, reading, scene)
    return more(state, words, reading, scene)


def turned_to(state: State, reading: Reading) -> State:
    """The exchange with the form as its last that tells of the student who is named now."""
    said, last = set(student_ids_said(reading)), state.last or Answers()
    if not said or said & set(last.student_ids):
        return state
    meant = [form for form in state.earlier if said <= set(form.answers.student_ids)]
    if not meant:
        return state
    others = tuple(form for form in past_forms(state) if form is not meant[-1])
    return replace(state, last=meant[-1].answers, references=meant[-1].references, earlier=others)


def back_at_school(state: State, reading: Reading, scene: Scene) -> Turn:
    """The last report is taken back; or shortened, where that is said of some of its days only."""
    last, there = state.last, set(said_days(reading))
    if last is not None and last.partial_day is None and not student_ids_other(reading, last):
        left = tuple(day for day in last.days if day not in there)
        if there and left == last.days:  # "she will be back on Monday"
            return status(state, reading, scene)
        if there and left:
            return go_on(replace(of_last(state), answers=replace(last, days=left)), scene)
    return withdraw(state, reading, scene)


def for_sibling(state: State, scene: Scene) -> Turn:
    """The same report for a brother or sister: the only one there is, or whom the family names."""
    last = state.last or Answers()
    others = [s for s in scene.linked if s.student_id not in last.student_ids]
    found = tuple(StudentAnswer(student_id=s.student_id, settled=True) for s in others)
    answers = replace(last, students=found if len(found) == 1 else ())
    return go_on(replace(state, answers=answers, opened=True), scene)


def further_days(state: State, words: Words, scene: Scene) -> Reading | None:
    """The reading of "and tomorrow", which adds days to those of the last report."""
    if not read_addition(words, state.language):
        return None
    reading = read(state, words, scene, Slot.DATES)
    last, days = state.last or Answers(), set(said_days(reading))
    adds = days and not days <= set(last.days) and not student_ids_other(reading, last)
    return reading if adds and not isinstance(reading.reason, Understood) else None


def student_ids_other(reading: Reading, last: Answers) -> bool:
    """Whether students are named who are not in the last report."""
    return not set(student_ids_said(reading)) <= set(last.student_ids)


def put_right(state: State, words: Words, reading: Reading, scene: Scene) -> Turn:
    """The last report as it should have been; or the question what should be different."""
    wrong = of_last(state)
    right = correct(wrong, words, reading, scene, strangers=True)
    if not says_the_same(right, wrong.answers):
        return go_on(replace(wrong, answers=right), scene)
    fact = read_fact(words, state.language)
    if fact is not None:
        return ask(reopen(wrong, fact), scene)
    return ask(replace(wrong, step=Step.CHANGE, misses=0), scene)


def more(state: State, words: Words, reading: Reading, scene: Scene) -> Turn:
    """What a text without an objection adds: a brother, a day, a reason; or a report of its own."""
    last = state.last or Answers()
    if not reports(reading):
        reading = named_only(state, words, reading, scene)
    others = set(student_ids_said(reading)) - set(last.student_ids)
    if others or (names_somebody(reading) and reports(reading)):
        if isinstance(reading.reason, Understood):
            fresh = begin_form(state, scene).state
            return at_form(replace(fresh, opened=False), words, scene)
        return file_also(state, words, reading, scene, others=True)
    days = said_days(reading)
    if days and not set(days) <= set(last.days) and reports(reading):
        return file_also(state, words, reading, scene, others=False)
    wrong = of_last(state)
    right = correct(wrong, words, reading, scene, strangers=False)
    # Whatever else is told may sound like a reason; one that was given stays until it is denied.
    given = last.reason is not None and right.reason != last.reason
    if not given and not says_the_same(right, last):
        return go_on(replace(wrong, answers=right), scene)
    if student_ids_said(reading) and not given:  # said again, to be sure: it is told how it stands
        return status(state, reading, scene)
    number = {"number": scene.school.phone}
    line = Line(wording.A_PERSON_WILL_READ, number)
    return Turn(state, (line,), Listen(), Remarked())


def named_only(state: State, words: Words, reading: Reading, scene: Scene) -> Reading:
    """The reading of "and Marlene too", which says nothing but a name; else as it was."""
    named = read(state, words, scene, Slot.STUDENT)
    linked = {student.student_id for student in scene.linked}
    return named if set(student_ids_said(named)) & linked else reading


def file_also(state: State, words: Words, reading: Reading, scene: Scene, *, others: bool) -> Turn:
    """One more report like the last: for a brother, or for a further day."""
    last = state.last or Answers()
    like = replace(last, students=()) if others else last
    answers = overwrite(like, reading, scene, strangers=True)
    if not answers.students:
        fresh = begin_form(state, scene).state
        return at_form(replace(fresh, opened=False), words, scene)
    return go_on(replace(state, answers=answers, opened=True), scene)


def of_last(state: State) -> State:
    """The form as it was filed last, to be filed anew in its place."""
    return replace(state, answers=state.last or Answers(), replaces=state.references, opened=True)


def answered(state: State, event: Recalled, scene: Scene) -> Turn:
    """A first text sounds like an answer to what we wrote; `event` tells what that can be."""
    words, state = state.waiting or Words(""), replace(state, waiting=None, step=Step.STUDENT)
    if read_courtesy(words, state.language):
        if event.reports or event.written_to:
            return Turn(over(state), (), HangUp(), Informed())
        return at_form(state, words, scene)
    if event.disputed:
        return disputed(state, scene)
    if event.remarked:
        number = {"number": scene.school.phone}
        line = Line(wording.A_PERSON_WILL_READ, number)
        return Turn(over(state), (line,), HangUp(), Informed())
    against = read_objections(words, state.language)
    if Objection.PRESENT in against and not event.reports:
        return tell_status(state, (), scene)
    if event.reports and against:
        status = tell_status(state, event.reports[:1], scene)
        lines = (*status.lines, Line(wording.HOW_TO_CHANGE))
        return Turn(status.state, lines, status.next, status.outcome)
    return at_form(state, words, scene)


def resumed(state: State, scene: Scene) -> Turn:
    """The form that was not full is kept; now to the report that came in between."""
    words = state.waiting or Words("")
    after = replace(state, waiting=None, filings=state.filings + 1, put_aside=True)
    fresh = begin_form(replace(after, answers=Answers()), scene).state
    turn = at_form(replace(fresh, opened=False), words, scene)
    if not turn.lines:  # it is full at once: what follows tells of it
        return turn
    lines = (Line(wording.KEPT_ASIDE), *turn.lines)
    return Turn(replace(turn.state, put_aside=False), lines, turn.next, turn.outcome)


def dropped(state: State, scene: Scene) -> Turn:
    """What the family wrote and took back before it was all is kept as withdrawn."""
    after = replace(state, answers=state.answers.next_of_caller(), filings=state.filings + 1)
    return anything_else(after, scene, Line(wording.DROPPED), outcome=Informed())


def photographed(state: State, text: Texted, scene: Scene) -> Turn | None:
    """A text with attachments: which report they are for; None where its words go first.

    The photos of an unfinished form go with its report when it is filed.
    """
    if not text.media:
        line = Line(wording.NOTE_NOT_TAKEN)
        if text.words:
            return None
        return anything_else(state, scene, line, outcome=Informed())
    if not state.answers.empty:
        return None if text.words else ask(state, scene, Line(wording.NOTE_THANKS))
    waiting = replace(state, step=Step.NOTE, waiting=text.words)
    return Turn(waiting, outcome=RecallWanted(notes=True))


def note_found(state: State, event: Recalled, scene: Scene) -> Turn:
    """Which reports a photo may belong to; words that tell of an absence make a new one."""
    words, reports_ = state.waiting or Words(""), event.reports[:CHOICES]
    before = replace(state, waiting=None, step=Step.STUDENT if state.last is None else Step.FILED)
    reading = read(before, words, scene, None)
    days = set(said_days(reading))
    if days and not isinstance(reading.reason, Understood):  # "her note for Tuesday"
        of_these = tuple(report for report in reports_ if days & set(report.days))
        days, reports_ = (set(), of_these) if of_these else (days, reports_)
    if words and reports(reading) and (days or not reports_):
        return at_form(begin_form(before, scene).state, words, scene)
    match reports_:
        case ():
            fresh = begin_form(before, scene).state
            asking = replace(fresh, opened=True)
            return Turn(asking, (Line(wording.NOTE_FOR_WHOM),), Listen())
        case (report,):
            return note_goes(before, report.reference, scene)
        case _:
            asked = replace(before, step=Step.NOTE, recalled=reports_, misses=0)
            return ask(asked, scene)


def note_goes(state: State, reference: str, scene: Scene) -> Turn:
    """The photo goes with this report."""
    line = Line(wording.NOTE_KEPT, {"references": Spelled(reference)})
    return anything_else(replace(state, recalled=()), scene, line, outcome=NoteFor((reference,)))


def at_note(state: State, words: Words, scene: Scene) -> Turn:
    """The number of one report among several."""
    choice = words.strip(" .#")
    if choice.isdecimal() and 1 <= int(choice) <= len(state.recalled):
        return note_goes(state, state.recalled[int(choice) - 1].reference, scene)
    return missed(state, scene, Line(wording.KEY_NOT_OFFERED))


def says_the_same(one: Answers, other: Answers) -> bool:
    """Whether two forms tell the same, whatever words named the student."""
    if one.student_ids != other.student_ids or len(one.students) != len(one.student_ids):
        return one == other
    return replace(one, students=()) == replace(other, students=())


def told(reading: Reading) -> bool:
    """Whether a text tells of an absence by itself: why, or when."""
    return isinstance(reading.reason, Understood) or bool(said_days(reading))


def said_days(reading: Reading) -> tuple[object, ...]:
    """The days that were said."""
    match reading.days:
        case Understood(value, source=Source.SAID):
            return value.days
        case _:
            return ()


def names_somebody(reading: Reading) -> bool:
    """Whether somebody is named whom nobody here knows."""
    students = reading.students
    if isinstance(students, Understood):
        return students.source is Source.SAID and bool(students.value.unplaced)
    return bool(students.evidence)

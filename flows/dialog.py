"""The conversation: `advance(state, event, scene) -> Turn`, a pure function.

The order within a turn: commands that hold anywhere, then the open question's own keys or words,
with every fact of the form listening to the words. Silence and nonsense have wordings of their
own and one counter.
"""

from msgspec.structs import replace

from flows import wording
from flows.afterwards import choose, filed, recalled, withdrawn
from flows.commands import PERSON_KEY, carriers_word, courtesy, obey, obey_keys, offered
from flows.events import (
    Aside,
    Began,
    Event,
    Filed,
    FromFamily,
    Heard,
    MessageLeft,
    OfficeAnswered,
    OfficeMissed,
    Pressed,
    Recalled,
    Silence,
    Texted,
    Withdrawn,
    Words,
)
from flows.followups import (
    after_filing,
    answered,
    at_note,
    dropped,
    first_text,
    note_found,
    photographed,
    resumed,
)
from flows.hearing import hear, read, reopen
from flows.moves import (
    begin_form,
    file_report,
    go_on,
    goodbye,
    inform,
    missed,
    over,
    take_message,
    to_person,
)
from flows.pressing import CHANGE_KEYS, CLOCK, press
from flows.questions import ask
from flows.readback import no_school
from flows.reading.replies import (
    command_language,
    guess_language,
    read_command,
    read_language,
)
from flows.reading.values import DayTrouble, Intent
from flows.scene import Channel, Scene
from flows.school_facts import MenuAction
from flows.turn import HangUp, Informed, Line, MessageTaken, State, Step, Turn

HOUR = 2  # digits, at most
DAY_OF_MONTH = 2  # digits; one alone is a key
LONGEST_MINUTES = 10  # a report takes one or two; a line that is held blocks another family


def advance(state: State, event: Event, scene: Scene) -> Turn:
    """What follows from one event.

    Args:
        state: where the conversation stands; `opening_state` for a new one.
        event: what happened.
        scene: all that may be known of this moment.

    Returns:
        The new state, the lines to say, what to wait for, and an outcome that the caller carries
        out. `Reported`, `SetAside`, `DismissalAsked`, `RecallWanted` and `WithdrawalWanted` are
        answered with an event of the school, which is advanced with the turn's state at once.
    """
    match event:
        case Filed(references=references):
            return filed(state, references, scene)
        case Aside():
            return dropped(state, scene) if state.waiting is None else resumed(state, scene)
        case Recalled() if state.step is Step.NOTE:
            return note_found(state, event, scene)
        case Recalled() if state.step is Step.ANSWERING:
            return answered(state, event, scene)
        case Recalled():
            return recalled(state, event, scene)
        case Withdrawn(done=done):
            return withdrawn(state, done=done, scene=scene)
        case MessageLeft():
            return message_left(state, event)
        case OfficeAnswered():
            return Turn(over(state), outcome=Informed())
        case OfficeMissed():
            return take_message(state, Line(wording.OFFICE_BUSY))
        case _:
            return from_family(state, event, scene)


def from_family(state: State, event: FromFamily, scene: Scene) -> Turn:
    """What follows from what the family does; a call that became too long ends politely."""
    if scene.minutes > LONGEST_MINUTES and scene.channel is Channel.PHONE:
        return Turn(over(state), (Line(wording.TOO_LONG),))
    match event:
        case Began():
            return ask(state, scene, Line(wording.GREETING, {"school": scene.school.name}))
        case Silence():
            return silence(state, scene)
        case Pressed(keys=keys):
            return pressed(state, keys, scene)
        case Heard(words=words):
            return worded(state, words, scene)
        case Texted():
            return texted(state, event, scene)


def opening_state(scene: Scene, *, texts_reach: bool = True, carrier_holds: bool = False) -> State:
    """Where a conversation begins: a call at the menu, a text in the form."""
    step = Step.MENU if scene.channel is Channel.PHONE else Step.STUDENT
    language = scene.language if scene.language in offered(scene) else scene.school.first_language
    return State(language=language, step=step, texts_reach=texts_reach, carrier_holds=carrier_holds)


def begin_again(scene: Scene) -> Turn:
    """The form from the start, for a conversation whose state another version kept."""
    state = replace(opening_state(scene), unread=True)
    return begin_form(state, scene, Line(wording.START_AGAIN))


def silence(state: State, scene: Scene) -> Turn:
    """Nothing came. After a report that is goodbye; elsewhere it is a miss."""
    match state.step:
        case Step.ANOTHER | Step.OVER:
            return goodbye(state)
        case Step.MESSAGE:
            return Turn(over(state), (Line(wording.NO_MESSAGE),))
        case _:
            return missed(state, scene, Line(wording.NOT_HEARD))


def pressed(state: State, keys: str, scene: Scene) -> Turn:
    """Keys at the open question."""
    turn = obey_keys(state, keys, scene)
    if turn is not None:
        return turn
    match state.step:
        case Step.MENU:
            turn = menu_key(state, keys, scene)
        case Step.CONFIRM:
            turn = confirm_key(state, keys, scene)
        case Step.CHANGE if keys in CHANGE_KEYS:
            turn = ask(reopen(replace(state, with_keys=True), CHANGE_KEYS[keys]), scene)
        case Step.WITHDRAW:
            turn = choose(state, keys, scene)
        case Step.ANOTHER:
            turn = begin_form(state, scene) if keys == "3" else goodbye(state)
        case _:
            turn = form_key(state, keys, scene)
    return turn or missed(state, scene, Line(wording.KEY_NOT_OFFERED))


def menu_key(state: State, keys: str, scene: Scene) -> Turn | None:
    """A choice of the school's menu."""
    item = next((item for item in scene.school.menu if item.key == keys), None)
    match item.does if item else None:
        case MenuAction.ATTENDANCE:
            return begin_form(state, scene)
        case MenuAction.OFFICE:
            return to_person(state, scene)
        case MenuAction.PORTAL:
            words = scene.school.portal_help
        case MenuAction.HOURS:
            words = scene.school.office_hours
        case None:
            return None
    return inform(state, scene, Line(wording.SCHOOL_SAYS, {"words": words}))


def confirm_key(state: State, keys: str, scene: Scene) -> Turn | None:
    """1 files it, 2 asks what is wrong."""
    if keys == "1":
        return file_report(state)
    if keys == "2":
        return ask(replace(state, step=Step.CHANGE, misses=0, with_keys=True), scene)
    return None


def form_key(state: State, keys: str, scene: Scene) -> Turn | None:
    """A fact by keys."""
    match press(state, keys, scene):
        case State(step=Step.DAY_KEYS) as waiting if state.step is Step.DATES:
            return ask(waiting, scene)
        case State() as taken:
            return go_on(taken, scene)
        case tuple() as days:
            return missed(state, scene, *no_school(days, scene))
        case DayTrouble() as trouble:
            return missed(state, scene, Line(wording.DAY_TROUBLE[trouble]))
        case None:
            return None


def worded(state: State, words: Words, scene: Scene) -> Turn:
    """Words at the open question, or after it; digits in a text are keys."""
    turn = obey(state, words, scene)
    if turn is not None:
        return turn
    if state.step is Step.NOTE:
        return at_note(state, words, scene)
    if state.step is Step.FILED:
        return after_filing(state, words, scene)
    if scene.channel is Channel.SMS and words.strip().isdecimal():
        return numbered(state, words, scene)
    if begins_exchange(state, scene):
        return first_text(state, words, scene)
    return hear(state, words, scene)


def numbered(state: State, words: Words, scene: Scene) -> Turn:
    """A text that is a number: a choice, unless an hour or a day of the month was asked for."""
    digits = words.strip()
    if digits == PERSON_KEY:
        return pressed(state, digits, scene)
    match state.step:
        case Step.TIME if len(digits) <= HOUR:
            return hear(state, words, scene)
        case Step.TIME:
            return pressed(state, digits.zfill(CLOCK), scene)
        case Step.DATES if len(digits) == DAY_OF_MONTH:
            return hear(state, words, scene)
        case _:
            return pressed(state, digits, scene)


def texted(state: State, text: Texted, scene: Scene) -> Turn:
    """A text: the carrier's own words first, then in the language it is plainly written in."""
    turn = carriers_word(state, text, scene)
    if turn is not None:
        return turn
    if state.step is Step.OVER:  # the text before this one ended the exchange at the same moment
        opening = opening_state(
            scene, texts_reach=state.texts_reach, carrier_holds=state.carrier_holds
        )
        state = replace(opening, language=state.language, filings=state.filings + 1)
    state = replace(state, language=language_of(state, text.words, scene))
    photos = photographed(state, text, scene) if text.pictures else None
    return photos or worded(state, text.words, scene)


def language_of(state: State, words: Words, scene: Scene) -> str:
    """The language a text is plainly written in; that of the exchange where it is not plain.

    Neither thanks nor a wish for another language, in whatever language, changes it by itself.
    """
    own, languages = state.language, offered(scene)
    if read_language(words, languages) or (state.filings and courtesy(words, own, scene)):
        return own
    if read_command(words, own) is not None:
        return own
    found = guess_language(words, languages) or command_language(words, languages)
    return found or opt_out_in(state, words, scene) or own


def opt_out_in(state: State, words: Words, scene: Scene) -> str | None:
    """The language in which these words ask for no more texts; too few to tell it otherwise."""
    if not state.answers.empty:
        return None
    readings = (
        (code, read(replace(state, language=code), words, scene, None))
        for code in dict.fromkeys((state.language, *offered(scene)))
    )
    return next((code for code, r in readings if r.intent.value is Intent.OPT_OUT), None)


def begins_exchange(state: State, scene: Scene) -> bool:
    """Whether this is the first text of an exchange."""
    new = not state.opened and not state.misses and not state.filings and state.answers.empty
    return scene.channel is Channel.SMS and state.step is Step.STUDENT and new


def message_left(state: State, message: MessageLeft) -> Turn:
    """The message is kept; an empty one is no message, and the call is still on record."""
    if message.seconds == 0:
        return Turn(over(state), (Line(wording.NO_MESSAGE),))
    taken = MessageTaken(state.answers, message.recording_sid, message.seconds)
    return Turn(over(state), (Line(wording.MESSAGE_KEPT),), HangUp(), taken)

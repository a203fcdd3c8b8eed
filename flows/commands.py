"""Commands that hold at any question: repeat, help, start over, a person, another language."""

from msgspec.structs import replace

from flows import wording
from flows.events import Texted, Words
from flows.moves import begin_form, help_line, inform, recall_to_withdraw, to_person
from flows.questions import ask
from flows.reading.replies import Command, read_answer, read_command, read_courtesy, read_language
from flows.scene import Channel, Scene
from flows.turn import (
    HangUp,
    Informed,
    Line,
    Listen,
    OptedIn,
    OptedOut,
    RecallWanted,
    State,
    Step,
    Turn,
)

REPEAT_KEY = "*"
PERSON_KEY = "0"

# Words the carrier acts upon and answers by itself; it still forwards them. We keep what they
# mean and say nothing, or the family would get two answers.
CARRIER_STOPS = {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
CARRIER_STARTS = {"start", "unstop"}
CARRIER_HELPS = {"help", "info"}


def obey(state: State, words: Words, scene: Scene) -> Turn | None:
    """The turn for words that are a command as a whole; None when they are none."""
    language = read_language(words, offered(scene))
    if language is not None and language != state.language:
        return change_language(state, language, scene)
    match _command(words, state, scene):
        case Command.REPEAT if state.step is not Step.FILED:
            return ask(state, scene)
        case Command.HELP:
            return inform(state, scene, help_line(scene))
        case Command.START_OVER:
            return begin_form(replace(state, misses=0), scene, Line(wording.RESTART))
        case Command.PERSON:
            return to_person(state, scene)
        case Command.UNDO:
            return recall_to_withdraw(state, scene)
        case Command.STATUS | Command.REPEAT:  # nothing is asked after a report: how it stands
            return Turn(replace(state, step=Step.STATUS), outcome=RecallWanted())
        case _:
            return None


def obey_keys(state: State, keys: str, scene: Scene) -> Turn | None:
    """Star repeats, 0 is a person, a language's key at the menu changes to it."""
    if keys == REPEAT_KEY:
        return ask(state, scene)
    if keys == PERSON_KEY:
        return to_person(state, scene)
    if state.step is Step.MENU:
        for code, language in scene.school.spoken.items():
            if language.key == keys:
                return change_language(state, code, scene)
    return None


def offered(scene: Scene) -> tuple[str, ...]:
    """The languages of this channel: some are written and not spoken."""
    school = scene.school
    return tuple(school.languages if scene.channel is Channel.SMS else school.spoken)


def courtesy(words: Words, language: str, scene: Scene) -> bool:
    """Whether this is thanks or agreement; in another language where it says nothing in this."""
    if read_courtesy(words, language):
        return True
    says = read_answer(words, language) or read_command(words, language)
    return not says and any(read_courtesy(words, other) for other in offered(scene))


def change_language(state: State, language: str, scene: Scene) -> Turn:
    """Go on in another language, with the open question."""
    return ask(replace(state, language=language), scene, Line(wording.NEW_LANGUAGE))


def carriers_word(state: State, text: Texted, scene: Scene) -> Turn | None:
    """The turn for a text that the carrier acts upon and answers by itself; None for any other.

    Which words those are can be changed at the carrier, which then says what it took a text for.
    """
    word = text.words.strip(" .!").casefold()
    # Only after its own opt-out does the carrier take "yes" for "texts again, please".
    starts = CARRIER_STARTS | {"yes"} if state.carrier_holds else CARRIER_STARTS
    if text.keyword == "stop" or word in CARRIER_STOPS:
        out = replace(state, step=Step.OVER, texts_reach=False, carrier_holds=True)
        return Turn(out, (), HangUp(), OptedOut(by_carrier=True))
    if text.keyword == "start" or word in starts:
        return opt_in(state, scene)
    if text.keyword == "help" or word in CARRIER_HELPS:
        if state.last is None and state.answers.empty:
            return Turn(replace(state, step=Step.OVER), (), HangUp(), Informed())
        return Turn(state, (), Listen())
    return None


def opt_in(state: State, scene: Scene) -> Turn:
    """Texts again; said by us where the carrier knew of no opt-out."""
    again = replace(state, step=Step.OVER, texts_reach=True, carrier_holds=False)
    unsaid = not (state.texts_reach or state.carrier_holds)
    line = Line(wording.OPTED_IN, {"school": scene.school.name})
    return Turn(again, (line,) if unsaid else (), HangUp(), OptedIn())


def _command(words: Words, state: State, scene: Scene) -> Command | None:
    """The command these words are; in a text in any language, whatever else is written in it."""
    others = scene.school.languages if scene.channel is Channel.SMS else ()
    found = (read_command(words, language) for language in (state.language, *others))
    return next((command for command in found if command is not None), None)

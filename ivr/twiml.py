"""A turn as TwiML. Words become attributes and text here; nothing else writes XML."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Gather, VoiceResponse

from flows import wording
from flows.catalogue import Speaker
from flows.scene import Channel
from flows.school_facts import SchoolFacts
from flows.texting import thrifty
from flows.turn import CallOffice, HangUp, Line, Listen, TakeMessage, Turn

# What XML 1.0 forbids: the SDK writes it raw, and the carrier then cannot parse the document.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

LONGEST_MESSAGE = 90  # seconds of a recording; the carrier's default is an hour
MESSAGE_SILENCE = 6  # seconds that end a recording
# Shorter than the time after which the office's own voicemail would answer.
DIAL_SECONDS = 18
LONGEST_TEXT = 1600  # characters the carrier takes
FIRST_ANSWER = 1  # the number of the turn that answers the greeting
# Callbacks are not retried by default, and a lost one stays lost.
RETRIED = "#rc=3&rp=all"


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses a reply names. `turn` takes the number of the turn it leads to."""

    turn: Callable[[int], str]
    recorded: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Renderer:
    """Turns turns into the carrier's markup, in each language the school speaks."""

    speakers: Mapping[str, Speaker]
    school: SchoolFacts
    office: str  # E.164
    record_calls: bool = False

    def voice(self, turn: Turn, number: int, addresses: Addresses, today: date) -> str:
        """The TwiML of a call's turn.

        Args:
            turn: what to say and what to do next.
            number: of the turn that the answer will be.
            addresses: where the answer goes.
            today: the school's day, for "today" and "tomorrow".
        """
        response = VoiceResponse()
        if self.record_calls and number == FIRST_ANSWER:
            self._record_call(response, turn, addresses, today)
        then = addresses.turn(number)
        match turn.next:
            case Listen() as listen:
                gather = self._gather(turn, listen, then)
                self._say_all(gather, turn, today)
                response.append(gather)
                # Reached only if a gather without input falls through all the same.
                response.redirect(then, method="POST")
            case CallOffice():
                self._say_all(response, turn, today)
                dial = response.dial(action=then, method="POST", timeout=DIAL_SECONDS)
                dial.number(self.office)
            case TakeMessage():
                self._say_all(response, turn, today)
                response.record(
                    action=then,
                    method="POST",
                    max_length=LONGEST_MESSAGE,
                    timeout=MESSAGE_SILENCE,
                    finish_on_key="#",  # the default is any key
                    trim="do-not-trim",
                    recording_status_callback=addresses.recorded() + RETRIED,
                    recording_status_callback_event="completed absent",
                )
                response.redirect(then, method="POST")
            case HangUp():
                self._say_all(response, turn, today)
                response.hangup()
        return str(response)

    def text(self, turn: Turn, today: date) -> str:
        """The TwiML that answers a text; an empty one where nothing is to be said."""
        response = MessagingResponse()
        words = self.words(turn, Channel.SMS, today)
        if words:
            response.message(thrifty(words)[:LONGEST_TEXT])
        return str(response)

    def words(self, turn: Turn, channel: Channel, today: date) -> str:
        """All that a turn says, as one text."""
        return " ".join(self._say(line, turn, channel, today) for line in turn.lines)

    def _record_call(
        self, response: VoiceResponse, turn: Turn, addresses: Addresses, today: date
    ) -> None:
        """Say that the call is recorded, in every language, and only then begin.

        The caller's own voice alone: what the line says stands in its turns.
        """
        for code in self.school.spoken:
            notice = Line(wording.CALL_RECORDED, language=code)
            self._say_in(response, code, [self._say(notice, turn, Channel.PHONE, today)])
        start = response.start()
        start.recording(
            track="inbound",
            channels="mono",
            trim="do-not-trim",
            recording_status_callback=f"{addresses.recorded()}?of=call{RETRIED}",
            recording_status_callback_event="completed absent",
        )

    def _gather(self, turn: Turn, listen: Listen, action: str) -> Gather:
        language = self.school.languages[turn.state.language]
        keys = {"num_digits": listen.keys} if listen.keys else {}
        return Gather(
            input="dtmf speech" if listen.speech else "dtmf",
            action=action,
            method="POST",
            timeout=listen.seconds,
            speech_timeout="auto",
            language=language.speech,
            hints=self._hints(turn, listen),
            profanity_filter=False,  # it would write a name such as Dick as D***
            action_on_empty_result=True,
            finish_on_key="#",
            **keys,
        )

    def _hints(self, turn: Turn, listen: Listen) -> str:
        words = self.speakers[turn.state.language].template(Line(wording.HINT_WORDS), Channel.PHONE)
        return clean(", ".join((*listen.hints, words)))

    def _say_all(self, parent: VoiceResponse | Gather, turn: Turn, today: date) -> None:
        """One Say for lines of the same language on end: one breath, and fewer elements."""
        run: list[str] = []
        spoken = turn.state.language
        for line in turn.lines:
            language = line.language or turn.state.language
            if language != spoken and run:
                self._say_in(parent, spoken, run)
                run = []
            spoken = language
            run.append(self._say(line, turn, Channel.PHONE, today))
        if run:
            self._say_in(parent, spoken, run)

    def _say_in(self, parent: VoiceResponse | Gather, language: str, words: list[str]) -> None:
        voice = self.school.languages[language]
        parent.say(" ".join(words), voice=voice.voice, language=voice.speech)

    def _say(self, line: Line, turn: Turn, channel: Channel, today: date) -> str:
        speaker = self.speakers[line.language or turn.state.language]
        words = clean(speaker.say(line, channel, today))
        return words[:1].upper() + words[1:]


def clean(text: str) -> str:
    """The text without characters that no XML document may hold."""
    return NOT_XML.sub(" ", text)

"""A telephone in a visitor's hand: one number, one call at a time, and what was said in it."""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from secrets import token_hex
from threading import RLock

from ivr.simulator.carrier import Call, Carrier, Spoken, WebhookFailed
from ivr.simulator.errands import Later
from ivr.simulator.subscribers import Ring
from school.database import Clock

WITHHELD = "anonymous"  # how the carrier names such a caller
MOST_HANDSETS = 50  # the one least lately used is hung up and forgotten
MOST_ENTRIES = 400  # of what was said
LEFT_OPEN = timedelta(minutes=5)  # without anybody doing anything: then the call is ended
LONGEST_WORDS = 2000
LONGEST_RECORDING = 90
KEYS = set("0123456789*#")

LINE, FAMILY, KEY, NOTE = "line", "family", "key", "note"


class Mistake(Exception):
    """What the visitor wants cannot be done; the sentence says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something said in a call: by the line, by the family, in keys, or a note of what happened."""

    n: int
    who: str
    says: tuple[Spoken, ...]


class Handset:
    """One visitor's telephone. Every method but `look` may raise `Mistake`."""

    def __init__(
        self,
        carrier: Carrier,
        school: str,
        clock: Clock,
        later: Later,
        sounds: dict[str, bytes] | None = None,
    ) -> None:
        """Args: `sounds` takes what visitors really said, by the recording's id."""
        self.lock = RLock()
        self.number: str | None = None  # None: withheld
        self.call: Call | None = None
        self.began_at = clock()
        self.entries: deque[Entry] = deque(maxlen=MOST_ENTRIES)
        self._carrier, self._school, self._clock, self._later = carrier, school, clock, later
        self._sounds = {} if sounds is None else sounds
        self._acted_at = clock()
        self._places = count(1)

    @property
    def in_call(self) -> bool:
        """Whether a call is open."""
        return self.call is not None and not self.call.over

    def choose(self, number: str | None) -> None:
        """Hold the telephone with this number (E.164), or one that withholds it."""
        with self.lock:
            if self.in_call:
                raise Mistake("A call is open. Hang up before you change the telephone.")
            if number != self.number:
                self.number, self.call = number, None
                self.entries.clear()

    def dial(self) -> None:
        """Call the school."""
        with self.lock:
            if self.in_call:
                raise Mistake("A call is open already.")
            self.entries.clear()
            self.call = call = Call(self._carrier, self.number or WITHHELD, self._school, {})
            self.began_at = self._acted_at = self._clock()
            self._play(call, call.begin)
            self._look_later(call)

    def say(self, words: str) -> None:
        """Speak at the open question."""
        with self.lock:
            call = self._waiting_for("Gather", "say something")
            words = words.strip()
            if not words:
                raise Mistake("Type or say a few words first.")
            if len(words) > LONGEST_WORDS:
                raise Mistake(f"Nobody says more than {LONGEST_WORDS} characters in one breath.")
            language = call.waiting.get("language", "") if call.waiting is not None else ""
            self._write(FAMILY, words, language)
            self._play(call, lambda: call.says(words))

    def press(self, keys: str) -> None:
        """Press keys at the open question."""
        with self.lock:
            call = self._waiting_for("Gather", "press keys")
            if not keys or len(keys) > LONGEST_WORDS or not set(keys) <= KEYS:
                raise Mistake("A telephone has the keys 0 to 9, * and #.")
            self._write(KEY, keys)
            self._play(call, lambda: call.presses(keys))

    def keep_silent(self) -> None:
        """Let the time run out at the open question."""
        with self.lock:
            call = self._waiting_for("Gather", "keep silent")
            self._write(NOTE, "You say nothing.")
            self._play(call, call.keeps_silent)

    def leave_message(self, seconds: int, sound: bytes | None = None) -> None:
        """Speak so long after the beep, and press #. `sound`: what the carrier recorded."""
        with self.lock:
            call = self._waiting_for("Record", "leave a message")
            length = _length(seconds)
            sid = "RE" + token_hex(16)
            if sound is not None:
                self._sounds[sid] = sound
            self._write(NOTE, f"You leave a message of {_seconds(length)}.")
            self._play(call, lambda: call.leaves_message(length, sid=sid))

    def record_language(self) -> str:
        """The language in which the line asked for the message."""
        with self.lock:
            call = self._waiting_for("Record", "leave a message")
            return call.latest[-1].language if call.latest else ""

    def office(self, *, answers: bool) -> None:
        """Somebody at the office takes the call, or nobody does."""
        with self.lock:
            call = self._waiting_for("Dial", "speak with the office")
            self._write(NOTE, "The office answers." if answers else "Nobody answers.")
            self._play(call, call.office_answers if answers else call.office_misses)

    def hang_up(self, seconds: int = 0) -> None:
        """Put the receiver down, wherever the call stands; after so many seconds of a message."""
        with self.lock:
            call = self.call
            if call is None or call.over:
                return
            if call.waiting is not None and call.waiting.tag == "Record":
                length = _length(seconds)
                self._write(NOTE, f"You leave a message of {_seconds(length)}, and hang up.")
                call.leaves_message(length, hangs_up=True)
            else:
                self._write(NOTE, "You hang up.")
                call.hangs_up()

    def take(self, ring: Ring) -> None:
        """The school called, and this telephone was answered: its words, and then it is over."""
        with self.lock:
            self._write(NOTE, "The school calls. You answer.")
            self._append(LINE, ring.says)
            self._write(NOTE, "The call is over.")

    def _waiting_for(self, verb: str, what: str) -> Call:
        """The open call, where it waits for this."""
        call = self.call
        if call is None or call.over:
            raise Mistake("No call is open. Press Call first.")
        if call.waiting is None or call.waiting.tag != verb:
            raise Mistake(f"The line is not waiting for that: you cannot {what} now.")
        self._acted_at = self._clock()
        return call

    def _play(self, call: Call, act: Callable[[], object]) -> None:
        """Do this, and write down what the line says to it."""
        before = len(call.heard)
        try:
            act()
        except WebhookFailed as failure:
            # The real carrier would ask its fallback address, and end the call without one.
            self._write(NOTE, f"{failure} The carrier ends the call.")
            call.hangs_up()
            return
        self._append(LINE, tuple(call.heard[before:]))
        if call.over:
            self._write(NOTE, "The line hangs up.")

    def _look_later(self, call: Call) -> None:
        """End the call when nobody does anything any more."""
        self._later(LEFT_OPEN.total_seconds(), lambda: self._look(call))

    def _look(self, call: Call) -> None:
        with self.lock:
            if call.over:
                return
            if self._clock() - self._acted_at < LEFT_OPEN:
                self._look_later(call)
                return
            self._write(NOTE, "The call was left open for five minutes. The carrier ends it.")
            call.hangs_up()

    def _write(self, who: str, words: str, language: str = "") -> None:
        self._append(who, (Spoken(words, language, ""),))

    def _append(self, who: str, says: tuple[Spoken, ...]) -> None:
        if says:
            self.entries.append(Entry(next(self._places), who, says))


def _seconds(length: int) -> str:
    return "1 second" if length == 1 else f"{length} seconds"


def _length(seconds: int) -> int:
    if not 0 <= seconds <= LONGEST_RECORDING:
        raise Mistake(f"A message has 0 to {LONGEST_RECORDING} seconds.")
    return seconds


class Handsets:
    """The visitors' telephones, by the name each browser tab has given its own."""

    def __init__(self, make: Callable[[], Handset]) -> None:
        self._make = make
        self._handsets: OrderedDict[str, Handset] = OrderedDict()
        self._lock = RLock()

    def get(self, name: str) -> Handset:
        """This visitor's telephone; a new one for a name that was not seen lately."""
        with self._lock:
            handset = self._handsets.get(name) or self._make()
            self._handsets[name] = handset
            self._handsets.move_to_end(name)
            forgotten = None
            if len(self._handsets) > MOST_HANDSETS:
                _, forgotten = self._handsets.popitem(last=False)
        if forgotten is not None:
            forgotten.hang_up()
        return handset

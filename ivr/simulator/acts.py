"""What visitors want done with their telephones, and how it is done.

Texts and photos go out through the network, all else through the telephone itself.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
from msgspec import Struct
from werkzeug.exceptions import NotFound

from ivr.simulator.handset import LONGEST_WORDS, Handset, Handsets, Mistake
from ivr.simulator.network import Network
from ivr.simulator.rest_api import LONGEST_TEXT, RestApi
from ivr.simulator.sound import NotWave, length_of, spoken
from school.numbers import parse

MOST_PHOTOS = 50
TAB = re.compile(r"[0-9a-f-]{32,36}")


class Wish(Struct, frozen=True):
    """What a visitor wants done; each act takes what it needs of it."""

    words: str = ""
    keys: str = ""
    number: str | None = None
    seconds: int = 0
    yes: bool = False

    @staticmethod
    def read(body: bytes) -> "Wish":
        """The wish that a request brings."""
        try:
            return msgspec.json.decode(body, type=Wish)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Mistake("The page sent what cannot be read. Load it anew.") from None


Act = Callable[[Handset, Wish], object]


@dataclass(frozen=True, slots=True)
class Acts:
    """All that a visitor can do; the page calls each by its name."""

    handsets: Handsets
    network: Network
    api: RestApi
    # What visitors sent, for the page to show: the carrier's copy is deleted once it is fetched.
    album: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def handset(self, tab: str) -> Handset:
        """The telephone of this browser tab."""
        if TAB.fullmatch(tab) is None:
            raise NotFound
        return self.handsets.get(tab)

    def named(self, name: str) -> Act:
        """What the page calls by this name."""
        acts: dict[str, Act] = {
            "choose": lambda handset, wish: handset.choose(_number(wish.number)),
            "call": lambda handset, _: handset.dial(),
            "say": lambda handset, wish: handset.say(wish.words),
            "press": lambda handset, wish: handset.press(wish.keys),
            "silence": lambda handset, _: handset.keep_silent(),
            "message": leave_message,
            "office": lambda handset, wish: handset.office(answers=wish.yes),
            "hang-up": lambda handset, wish: handset.hang_up(wish.seconds),
            "text": lambda handset, wish: self.text(own_number(handset), wish.words),
            "landline": lambda handset, wish: self.network.mark(
                own_number(handset), landline=wish.yes
            ),
            "answer": self.answer,
        }
        if name not in acts:
            raise NotFound
        return acts[name]

    def text(self, number: str, words: str) -> None:
        """Send a text from this number."""
        words = words.strip()
        if not words:
            raise Mistake("Type the text first.")
        if len(words) > LONGEST_TEXT:
            raise Mistake(f"A text has {LONGEST_TEXT} characters at most.")
        if self.network.is_landline(number):
            raise Mistake("This telephone is marked as a landline: it cannot text.")
        self.network.write(number, words)

    def photograph(self, number: str, content: bytes, kind: str) -> None:
        """Send a photo, or another file, from this number."""
        if not content:
            raise Mistake("Choose a file first.")
        if self.network.is_landline(number):
            raise Mistake("This telephone is marked as a landline: it cannot text.")
        sid = self.api.attach(content, kind)
        self.album[sid] = (content, kind)
        while len(self.album) > MOST_PHOTOS:
            del self.album[next(iter(self.album))]
        self.network.write(number, "", (sid, kind))

    def answer(self, handset: Handset, wish: Wish) -> None:
        """Take the call that is ringing, or refuse it."""
        number = own_number(handset)
        if wish.yes and handset.in_call:
            raise Mistake("A call is open. Hang up before you take another.")
        if not wish.yes:
            self.network.decline(number)
        elif ring := self.network.answer(number):
            handset.take(ring)


def _number(written: str | None) -> str | None:
    return parse(written) if written is not None else None


def own_number(handset: Handset) -> str:
    """The number that its texts come from."""
    if handset.number is None:
        raise Mistake("A telephone that withholds its number cannot text.")
    return handset.number


def leave_message(handset: Handset, wish: Wish) -> None:
    """Leave a message: one that is spoken for the visitor where words are typed, else a tone."""
    words = wish.words.strip()[:LONGEST_WORDS]
    sound = spoken(words, handset.record_language()) if words else None
    if words and sound is None:
        raise Mistake("Nothing here can read that out. Record the message, or take a sound file.")
    if sound is None:
        handset.leave_message(wish.seconds)
    else:
        handset.leave_message(length_of(sound), sound)


def leave_sound(handset: Handset, content: bytes) -> None:
    """Leave a message that the visitor recorded, or has in a file."""
    try:
        handset.leave_message(length_of(content), content)
    except NotWave:
        raise Mistake("This is no WAV file. Record the message, or take another file.") from None

"""The page that plays telephone and texts in the browser, and the addresses its scripts ask.

For the demo only: without it none of these addresses exist. Each browser tab has a telephone of
its own, named by the tab; what it does is answered with all that the page shows.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import msgspec
from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from msgspec import Struct
from werkzeug.exceptions import NotFound

from ivr.rosters import RosterCache
from ivr.simulator.carrier import Carrier, WebhookFailed
from ivr.simulator.contacts import Directory
from ivr.simulator.errands import Errands, Later
from ivr.simulator.handset import LONGEST_WORDS, Handset, Handsets, Mistake
from ivr.simulator.network import Network
from ivr.simulator.rest_api import LONGEST_TEXT, RestApi
from ivr.simulator.sound import NotWave, length_of, spoken, synthesiser, tone
from ivr.simulator.window import Window, in_words
from school.database import Clock, Database
from school.numbers import NumberError, parse
from school.school_file import School

PREFIX = "/simulator"
KEYPAD = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"),
    ("4", "GHI"), ("5", "JKL"), ("6", "MNO"),
    ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"),
    ("*", ""), ("0", ""), ("#", ""),
)  # fmt: skip
LARGEST_PHOTO = 5_000_000  # bytes; the carrier takes no more
MOST_PHOTOS = 50
SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}
LARGEST_SOUND = 20_000_000  # bytes: ninety seconds as a browser records them
TAB = re.compile(r"[0-9a-f-]{32,36}")


@dataclass(frozen=True, slots=True)
class Simulator:
    """What the demo's app serves: the page, and the carrier's REST server for its worker."""

    pages: Blueprint
    rest_api: Blueprint


def blueprints(
    carrier: Carrier,
    school: School,
    rosters: RosterCache,
    database: Database,
    clock: Clock,
    later: Later | None = None,
) -> Simulator:
    """The simulator of one school's line.

    Args:
        carrier: calls the line's webhooks.
        school: whose line it is.
        rosters: whose telephones there are.
        database: where the line keeps what it has understood.
        clock: the time now.
        later: does something after some seconds; a thread of its own if it is not given.
    """
    later = later or Errands().later
    network = Network(carrier, school.phone, later, clock)
    api = RestApi(carrier.account_sid, carrier.auth_token, clock, network)

    sounds: dict[str, bytes] = {}  # of the messages that visitors really spoke

    def recorded(sid: str, call_sid: str, seconds: int) -> None:
        api.record(sid, call_sid, seconds, sounds.pop(sid, b"") or tone(seconds))

    carrier = replace(carrier, on_recording=recorded)
    directory = Directory(rosters.get)
    handsets = Handsets(lambda: _handset(carrier, school, directory, clock, later, sounds))
    window = Window(network, directory, school, database, clock)
    pages = _pages(Desk(handsets, network, api), window, directory, school)
    return Simulator(pages, api.blueprint(f"{PREFIX}/api"))


class Wish(Struct, frozen=True):
    """What a visitor wants done; each act takes what it needs of it."""

    words: str = ""
    keys: str = ""
    number: str | None = None
    seconds: int = 0
    yes: bool = False

    @staticmethod
    def read() -> "Wish":
        """The wish that this request brings."""
        try:
            return msgspec.json.decode(request.get_data(), type=Wish)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Mistake("The page sent what cannot be read. Load it anew.") from None


Act = Callable[[Handset, Wish], object]


@dataclass(frozen=True, slots=True)
class Desk:
    """Does what visitors want with their telephones."""

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

    def act(self, name: str) -> Act:
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
            "text": lambda handset, wish: self.text(_own(handset), wish.words),
            "landline": lambda handset, wish: self.network.mark(_own(handset), landline=wish.yes),
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
        number = _own(handset)
        if wish.yes and handset.in_call:
            raise Mistake("A call is open. Hang up before you take another.")
        if not wish.yes:
            self.network.decline(number)
        elif ring := self.network.answer(number):
            handset.take(ring)


def _number(written: str | None) -> str | None:
    return parse(written) if written is not None else None


def _own(handset: Handset) -> str:
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


def _handset(
    carrier: Carrier,
    school: School,
    directory: Directory,
    clock: Clock,
    later: Later,
    sounds: dict[str, bytes],
) -> Handset:
    """A telephone to begin with: of somebody on file, so that Call works at once."""
    handset = Handset(carrier, school.phone, clock, later, sounds)
    somebody = directory.first(school.facts.first_language)
    handset.choose(somebody.number if somebody else None)
    return handset


def _pages(desk: Desk, window: Window, directory: Directory, school: School) -> Blueprint:
    pages = Blueprint(
        "simulator",
        __name__,
        url_prefix=PREFIX,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )

    @pages.get("")
    def page() -> str:
        return render_template(
            "simulator/page.html",
            phone=school.phone,
            keys=KEYPAD,
            longest_text=LONGEST_TEXT,
            reads_aloud=synthesiser() is not None,
        )

    @pages.get("/contacts")
    def contacts() -> Response:
        found = directory.search(request.args.get("q", "")[:100])
        return jsonify([in_words(person) for person in found])

    @pages.get("/handsets/<tab>")
    def look(tab: str) -> Response:
        return jsonify(window.shows(desk.handset(tab)))

    @pages.post("/handsets/<tab>/<act>")
    def do(tab: str, act: str) -> Response:
        handset = desk.handset(tab)
        desk.act(act)(handset, Wish.read())
        return jsonify(window.shows(handset))

    @pages.post("/handsets/<tab>/recording")
    def record(tab: str) -> Response:
        request.max_content_length = LARGEST_SOUND
        handset = desk.handset(tab)
        leave_sound(handset, request.get_data())
        return jsonify(window.shows(handset))

    @pages.errorhandler(Mistake)
    @pages.errorhandler(NumberError)
    @pages.errorhandler(WebhookFailed)
    def _mistaken(error: Exception) -> ResponseReturnValue:
        return jsonify(error=str(error)), 409

    @pages.errorhandler(CSRFError)
    def _stale(_error: CSRFError) -> ResponseReturnValue:
        """Signing in to the staff's pages begins another session, with another form token."""
        return jsonify(error="The page was open for too long.", token=generate_csrf()), 403

    _add_photos(pages, desk, window)
    return pages


def _add_photos(pages: Blueprint, desk: Desk, window: Window) -> None:
    """The addresses of photos: to send one, and to see it in the thread."""

    @pages.post("/handsets/<tab>/photo")
    def photograph(tab: str) -> Response:
        request.max_content_length = LARGEST_PHOTO
        handset = desk.handset(tab)
        kind = request.headers.get("Content-Type", "application/octet-stream")
        desk.photograph(_own(handset), request.get_data(), kind)
        return jsonify(window.shows(handset))

    @pages.get("/photos/<sid>")
    def photo(sid: str) -> Response:
        content, kind = desk.album.get(sid, (b"", ""))
        if kind not in SHOWN:
            raise NotFound
        return Response(content, mimetype=kind)

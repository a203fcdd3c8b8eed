"""The page that plays telephone and texts in the browser, and the addresses its scripts ask.

For the demo only: without it none of these addresses exist. Each browser tab has a telephone of
its own, named by the tab; what it does is answered with all that the page shows.
"""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import NotFound, RequestEntityTooLarge

from ivr.rosters import RosterCache
from ivr.simulator.acts import Acts, Wish, leave_sound, own_number
from ivr.simulator.carrier import Carrier, WebhookFailed
from ivr.simulator.contacts import Directory
from ivr.simulator.errands import Errands, Later
from ivr.simulator.handset import Handset, Handsets, Mistake
from ivr.simulator.network import Network
from ivr.simulator.rest_api import LONGEST_TEXT, RestApi
from ivr.simulator.sound import synthesiser, tone
from ivr.simulator.window import Window, in_words
from school.database import Clock, Database
from school.numbers import NumberError
from school.school_file import School

PREFIX = "/simulator"
KEYPAD = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"),
    ("4", "GHI"), ("5", "JKL"), ("6", "MNO"),
    ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"),
    ("*", ""), ("0", ""), ("#", ""),
)  # fmt: skip
LARGEST_PHOTO = 5_000_000  # bytes; the carrier takes no more
SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}
LARGEST_SOUND = 20_000_000  # bytes: ninety seconds as a browser records them
LARGEST = {"simulator.photograph": LARGEST_PHOTO, "simulator.record": LARGEST_SOUND}


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
    pages = _pages(Acts(handsets, network, api), window, directory, school)
    return Simulator(pages, api.blueprint(f"{PREFIX}/api"))


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


def _pages(acts: Acts, window: Window, directory: Directory, school: School) -> Blueprint:
    pages = Blueprint(
        "simulator",
        __name__,
        url_prefix=PREFIX,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )

    @pages.url_value_preprocessor
    def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        # Not in the view: the body is looked at for the form's token before that.
        request.max_content_length = LARGEST.get(endpoint or "", request.max_content_length)

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
        return jsonify(window.shows(acts.handset(tab)))

    @pages.post("/handsets/<tab>/<act>")
    def do(tab: str, act: str) -> Response:
        handset = acts.handset(tab)
        acts.named(act)(handset, Wish.read(request.get_data()))
        return jsonify(window.shows(handset))

    @pages.post("/handsets/<tab>/recording")
    def record(tab: str) -> Response:
        handset = acts.handset(tab)
        leave_sound(handset, request.get_data())
        return jsonify(window.shows(handset))

    @pages.errorhandler(Mistake)
    @pages.errorhandler(NumberError)
    @pages.errorhandler(WebhookFailed)
    def _mistaken(error: Exception) -> ResponseReturnValue:
        return jsonify(error=str(error)), 409

    @pages.errorhandler(RequestEntityTooLarge)
    def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
        return jsonify(error="This file is too large: the carrier would not take it."), 413

    @pages.errorhandler(CSRFError)
    def _stale(_error: CSRFError) -> ResponseReturnValue:
        """Signing in to the staff's pages begins another session, with another form token."""
        return jsonify(error="The page was open for too long.", token=generate_csrf()), 403

    _add_photos(pages, acts, window)
    return pages


def _add_photos(pages: Blueprint, acts: Acts, window: Window) -> None:
    """The addresses of photos: to send one, and to see it in the thread."""

    @pages.post("/handsets/<tab>/photo")
    def photograph(tab: str) -> Response:
        handset = acts.handset(tab)
        kind = request.headers.get("Content-Type", "application/octet-stream")
        acts.photograph(own_number(handset), request.get_data(), kind)
        return jsonify(window.shows(handset))

    @pages.get("/photos/<sid>")
    def photo(sid: str) -> Response:
        content, kind = acts.album.get(sid, (b"", ""))
        if kind not in SHOWN:
            raise NotFound
        return Response(content, mimetype=kind)

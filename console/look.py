"""How every page looks: the base page, the macros, the stylesheet, and values in one form.

Templates of any room extend `base.html` and import `macros.html`; the stylesheet is theirs too.
"""

from collections.abc import Mapping
from datetime import datetime, time
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, request

from console import words
from console.access import SEES_HEALTH
from console.office import DECIDES
from flows.school_facts import SchoolFacts
from school.database import Clock
from school.numbers import shown
from school.staff import Role

STATIC = Path(__file__).parent / "static"
ONE_YEAR = 31_536_000  # seconds
EVERYBODY = frozenset(Role)
PAGES: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("worklist.reports", "Reports", EVERYBODY),
    ("desk.home", "Desk", EVERYBODY),
    ("by_hand.form", "By hand", frozenset(DECIDES)),
    ("out.sheet", "Out", frozenset(DECIDES)),
    ("messages.messages", "Messages", EVERYBODY),
    ("recorded.recordings", "Recordings", SEES_HEALTH),
    ("statistics.figures", "Figures", SEES_HEALTH),
    ("roster.people", "Roster", frozenset(DECIDES)),
    ("school_year.calendar", "Calendar", EVERYBODY),
    ("audit.lines", "Audit", frozenset({Role.ADMIN})),
    ("accounts.all_accounts", "Accounts", frozenset({Role.ADMIN})),
)
"""The pages of the navigation: endpoint, words, and whom they are open to."""


def pages_for(role: Role) -> list[tuple[str, str]]:
    """The pages this role may open."""
    return [(endpoint, said) for endpoint, said, roles in PAGES if role in roles]


@cache
def _version(filename: str) -> str:
    """Changes with what is in the file."""
    path = STATIC / filename
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def _combine(first: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    return {**first, **more}


def blueprint(clock: Clock, school: SchoolFacts, zone: ZoneInfo) -> Blueprint:
    """Templates, static files under /assets, and the filters that templates share."""
    assets = Blueprint(
        "look",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/assets",
    )

    @assets.app_url_defaults
    def _with_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "look.static":
            values.setdefault("v", _version(values["filename"]))

    @assets.after_request
    def _kept(response: Response) -> Response:
        # Six files are asked for by every page; by their version they are fetched once.
        if response.status_code == HTTPStatus.OK and "v" in request.args:
            response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
        return response

    @assets.app_context_processor
    def _for_every_page() -> dict[str, object]:
        # The account that the guard found; a page that nobody guards does not ask for one.
        return {"school": school, "account": g.get("account"), "pages_for": pages_for}

    @assets.app_template_filter("moment")
    def _moment(at: datetime) -> str:
        return words.moment(at.astimezone(zone), clock().astimezone(zone))

    @assets.app_template_filter("short_moment")
    def _short_moment(at: datetime) -> str:
        here, today = at.astimezone(zone), clock().astimezone(zone).date()
        return words.clock(here.timetz()) if here.date() == today else words.day(here.date(), today)

    @assets.app_template_filter("clock")
    def _clock(at: datetime | time) -> str:
        return words.clock(at.timetz() if isinstance(at, datetime) else at)

    assets.add_app_template_filter(_combine, "combine")
    assets.add_app_template_filter(shown, "phone")
    return assets

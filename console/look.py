"""How every page looks: the base page, the macros, the stylesheet, and values in one form.

Templates of any room extend `base.html` and import `macros.html`; the stylesheet is theirs too.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, g

from console import words
from flows.school_facts import SchoolFacts
from school.database import Clock
from school.numbers import shown


def blueprint(clock: Clock, school: SchoolFacts, zone: ZoneInfo) -> Blueprint:
    """Templates, static files under /assets, and the filters that templates share."""
    assets = Blueprint(
        "look",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/assets",
    )

    @assets.app_context_processor
    def _for_every_page() -> dict[str, object]:
        # The account that the guard found; a page that nobody guards does not ask for one.
        return {"school": school, "account": g.get("account")}

    @assets.app_template_filter("moment")
    def _moment(at: datetime) -> str:
        return words.moment(at.astimezone(zone), clock().astimezone(zone))

    assets.add_app_template_filter(words.reference, "reference")
    assets.add_app_template_filter(shown, "phone")
    return assets

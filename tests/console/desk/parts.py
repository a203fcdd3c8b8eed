"""What the tests of the desk's pages share: reading a page, and what came in by the line."""

import re
from datetime import date, time
from html import unescape
from uuid import uuid4

from school.database import Database
from school.reports import Draft, Flag, ReportChannel, Status, Verification, write
from tests.support.clock import StandingClock
from tests.support.dismissals import GABY

NEIGHBOR = {
    "who": "other",
    "name": "Nora Fields",
    "relationship": "neighbor",
    "why": "Mother on the phone from the hospital; known to Mr. Ortiz.",
    "id_seen": "yes",
    "reason": "family",
}


def words(html: str) -> str:
    """The page's words, as they are read."""
    body = re.sub(r"<(script|style|title).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r" ([,.])", r"\1", " ".join(unescape(body).split()))


def section(html: str, heading: str) -> str:
    """The words of the section with this id at its heading."""
    found = re.search(rf'<section[^>]*aria-labelledby="{heading}".*?</section>', html, re.DOTALL)
    return words(found[0]) if found else ""


def reported(database: Database, clock: StandingClock, **facts: object) -> int:
    """A report for today."""
    draft: dict[str, object] = {
        "origin": f"test:{uuid4()}",
        "status": Status.PENDING,
        "channel": ReportChannel.PHONE,
        "language": "en",
        "verification": Verification.LISTED,
        "from_phone": "+13315550111",
        "student_id": GABY,
        "days": (date(2026, 11, 24),),
        "reason_category": "illness",
        "reason_text": "a broken heart",
        "reporter_name": "Alicia Villa",
        "relationship": "mother",
        **facts,
    }
    with database.begin() as session:
        return write(session, Draft(**draft), clock()).id  # type: ignore[arg-type]  # a test's dict


def wish(database: Database, clock: StandingClock, **facts: object) -> int:
    """Somebody asked on the line for an early dismissal."""
    early = {
        "partial_kind": "early",
        "partial_time": time(13, 0),
        "flags": (Flag.EARLY_DISMISSAL_REQUEST,),
    }
    return reported(database, clock, **{**early, **facts})

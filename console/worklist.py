"""The list of reports, and one report with all its facts.

Plain pages: deciding a report, hearing its recording and the keys of the worklist build on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import msgspec
from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from console import lookups, words
from console.access import reader, signed_in
from console.lookups import MOST_ID, Wanted
from console.report_view import Reader, message_view, report_view, reports_in_words
from flows.school_facts import SchoolFacts
from school.audit import note
from school.database import Clock, Database
from school.reports import Status

PAGE = 50
WAITING = "waiting"
ALL = "all"

CHOICES: Mapping[str, tuple[str, tuple[Status, ...]]] = {
    WAITING: ("Waiting for you", (Status.PENDING, Status.INCOMPLETE)),
    ALL: ("All reports", ()),
    **{
        status: (words.STATUSES[status].words, (status,))
        for status in Status
        if status != Status.PENDING  # they are most of what waits
    },
}
"""What may be chosen to be shown: words, and the statuses they stand for."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list shows, as it was chosen; an error stands beside what was typed."""

    status: str = WAITING
    day: date | None = None
    typed_day: str = ""
    older: int | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> Wanted:
        """The reports it stands for."""
        return Wanted(statuses=CHOICES[self.status][1], day=self.day)

    @property
    def words(self) -> str:
        """The choice in words."""
        return CHOICES[self.status][0]

    def url(self, older: int | None = None) -> str:
        """The address of this list, or of the page after the report `older`."""
        return url_for(
            "worklist.reports", status=self.status, day=self.typed_day or None, older=older
        )


def blueprint(database: Database, clock: Clock, school: SchoolFacts, zone: ZoneInfo) -> Blueprint:
    """The pages; `zone` is the school's."""
    pages = Blueprint("worklist", __name__, url_prefix="/staff")

    def reads_now() -> Reader:
        return Reader(school, clock().astimezone(zone), reader().sees_health)

    @pages.get("/")
    @signed_in()
    def reports() -> ResponseReturnValue:
        chosen = _filter(request.args)
        with database.reading() as session:
            rows = lookups.newest(session, chosen.wanted, PAGE + 1, chosen.older)
            page = rows[:PAGE]
            shown = reports_in_words(page, reads_now())
            total = lookups.how_many(session, chosen.wanted)
            last = lookups.last_came_in(session)
        next_page = chosen.url(older=page[-1][0].id) if len(rows) > PAGE else None
        html = render_template(
            "reports.html",
            reports=shown,
            total=total,
            last=last,
            chosen=chosen,
            choices={code: said for code, (said, _) in CHOICES.items()},
            next_page=next_page,
        )
        return html, 400 if chosen.errors else 200

    @pages.get(f"/reports/<int(max={MOST_ID}):report_id>")
    @signed_in()
    def report(report_id: int) -> ResponseReturnValue:
        now, who = clock(), reader().email
        with database.begin() as session:
            found = lookups.one_report(session, report_id)
            if found is None:
                abort(404)
            note(session, now, who, "saw report", f"report:{report_id}")
            shown = report_view(*found, reads_now())
            messages = [
                message_view(message, contact, reads_now())
                for message, contact in lookups.messages_for(session, report_id)
            ]
        return render_template("report.html", report=shown, messages=messages)

    return pages


def _filter(args: MultiDict[str, str]) -> Filter:
    """What was chosen. A day that is none is said beside the field; it narrows nothing."""
    status = args.get("status", WAITING)
    if status not in CHOICES:
        status = WAITING
    older = min(args.get("older", MOST_ID, type=int), MOST_ID) if "older" in args else None
    typed = args.get("day", "").strip()
    if not typed:
        return Filter(status, older=older)
    try:
        return Filter(status, msgspec.convert(typed, date), typed, older)
    except msgspec.ValidationError:
        wrong = f"{typed} is not a day. Write it as year, month, day: 2026-11-24."
        return Filter(status, typed_day=typed, errors={"day": wrong})

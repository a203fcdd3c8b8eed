"""The list of reports: what waits first, with the morning's figures on top.

It keeps itself up to date by server-sent events. Each stream says what is new, from two indexed
counts, and ends; the browser opens the next a second later, with the last word it had. One held
open for every clerk would tie up the few threads that also answer telephone calls.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console import at_once, lookups, words
from console import chosen as choices
from console.access import reader, signed_in
from console.at_once import certain
from console.chosen import CHOICES, Chosen
from console.lookups import MOST_ID, Row
from console.office import DECIDES, Office
from console.pane import pane
from console.report_view import ReportView, report_view
from console.searches import searched
from console.today import today, token
from school import holds
from school.report_facts import WAITING, snapshot
from school.reports import Flag, ReportChannel

PAGE = 100
FEW = 2  # from so many on, certain reports of one reason are offered together
AGAIN = 1_000  # milliseconds after which the browser asks for news once more


@dataclass(frozen=True, slots=True)
class Line:
    """One report in the list."""

    report: ReportView
    url: str
    waiting: bool
    certain: bool  # may be confirmed with others at once
    mark: str
    reason: str
    held_by: str | None


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff."""
    pages = Blueprint("worklist", __name__, url_prefix="/staff")
    database = office.database

    @pages.get("/")
    @signed_in()
    def reports() -> ResponseReturnValue:
        chosen = choices.read(request.args)
        wanted = searched(chosen, office)
        with database.reading() as session:
            now_token = token(session, office.clock())
            rows = lookups.listed(session, wanted, PAGE + 1, chosen.after)
            lines = _lines(session, rows[:PAGE], chosen, office)
            total = len(rows) if _all_of_it(rows, chosen) else lookups.how_many(session, wanted)
            figures = today(session, office)
            last = lookups.last_came_in(session) if not rows else None
        html = render_template(
            "reports.html",
            lines=lines,
            total=total,
            last=last,
            figures=figures,
            token=now_token,
            chosen=chosen,
            alike=_alike(lines),
            any_certain=any(line.certain for line in lines),
            may_decide=reader().role in DECIDES,
            options=_options(office),
            next_page=chosen.url(after=rows[PAGE - 1][0].id) if len(rows) > PAGE else None,
        )
        return html, 400 if chosen.errors else 200

    @pages.get("/news")
    @signed_in()
    def news() -> ResponseReturnValue:
        with database.reading() as session:
            now_token = token(session, office.clock())
        known = request.headers.get("Last-Event-ID", request.args.get("since"))
        said = "" if known == now_token else f"id: {now_token}\ndata: {now_token}\n"
        return Response(f"retry: {AGAIN}\n{said}\n", mimetype="text/event-stream")

    @pages.get(f"/beside/<int(max={MOST_ID}):report_id>")
    @signed_in()
    def beside(report_id: int) -> ResponseReturnValue:
        """The list beside a report as it is now, for the page that shows it."""
        chosen = choices.read(request.args)
        with database.reading() as session:
            lines = pane(session, office, chosen, report_id)
        return render_template("_pane.html", pane=lines, here=report_id)

    at_once.add_to(pages, office)
    return pages


def _all_of_it(rows: Sequence[Row], chosen: Chosen) -> bool:
    return len(rows) <= PAGE and chosen.after is None


def _lines(
    session: Session, rows: Sequence[Row], chosen: Chosen, office: Office
) -> tuple[Line, ...]:
    now, reads, me = office.clock(), office.reader(), reader().email
    held = holds.open_now(session, now)
    return tuple(
        Line(
            report=report_view(report, student, reads),
            url=chosen.to_report(report.id),
            waiting=report.status in WAITING,
            certain=certain(report) and held.get(report.id, me) == me,
            mark=snapshot(report).mark if report.status in WAITING else "",
            reason=report.reason_category,
            held_by=held[report.id] if held.get(report.id, me) != me else None,
        )
        for report, student in rows
    )


def _alike(lines: tuple[Line, ...]) -> dict[str, tuple[str, int]]:
    """Reasons that several certain reports share: code to words and number."""
    counted = Counter((line.reason, line.report.reason) for line in lines if line.certain)
    return {code: (said, n) for (code, said), n in counted.most_common() if n >= FEW}


def _options(office: Office) -> dict[str, dict[str, str]]:
    """What each filter offers: value to words."""
    languages = office.school.facts.languages
    return {
        "status": {code: said for code, (said, _) in CHOICES.items()},
        "channel": {"": "Any", **{str(c): words.CHANNELS[c] for c in ReportChannel}},
        "flag": {"": "Any", **{str(f): words.FLAGS[f].words for f in Flag}},
        "grade": {"": "Any", **{str(g): f"Grade {g}" for g in office.grades()}},
        "language": {"": "Any", **{code: words.language(code) for code in languages}},
    }

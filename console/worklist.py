"""The list of reports: what waits first, with the morning's figures on top.

It keeps itself up to date by server-sent events. Each stream says what is new, from two indexed
counts, and ends; the browser opens the next a second later, with the last word it had. One held
open for every clerk would tie up the few threads that also answer telephone calls.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import chosen as choices
from console import lookups, words
from console.access import reader, signed_in
from console.chosen import CHOICES, Chosen
from console.entry_acts import confirmed
from console.lookups import MOST_ID, Row
from console.office import DECIDES, Office
from console.pane import HARMLESS, pane
from console.report_view import ReportView, report_view
from console.searches import searched
from console.today import today, token
from school import decisions, holds
from school.decisions import Change, Deed, NotDone
from school.report_facts import WAITING, facts_of, snapshot, unfit
from school.reports import Flag, Report, ReportChannel, Verification

PAGE = 100
MOST_AT_ONCE = 200
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

    @pages.post("/confirm")
    @signed_in(*DECIDES)
    def confirm_all() -> ResponseReturnValue:
        chosen = choices.read(request.args)
        marks = dict(_marked(request.form.getlist("report")[:MOST_AT_ONCE]))
        try:
            done, left = _confirm(office, marks)
        except NotDone as error:
            flash(str(error))
            return redirect(chosen.url(), code=303)
        said = f"{len(done)} confirmed."
        if left:
            said += f" {len(left)} not: they were decided, changed or opened by somebody meanwhile."
        flash(said, f"undo:{','.join(map(str, done))}" if done else "message")
        return redirect(chosen.url(), code=303)

    @pages.post("/undo")
    @signed_in(*DECIDES)
    def undo_all() -> ResponseReturnValue:
        numbers = [int(n) for n in request.form.get("reports", "").split(",") if _is_number(n)]
        undone = [n for n in numbers[:MOST_AT_ONCE] if _undo(office, n)]
        if not undone:
            flash("There is nothing to undo: ten minutes have passed, or it was changed since.")
            return redirect(Chosen().url(), code=303)
        flash("Undone." if len(undone) == 1 else f"{len(undone)} undone.")
        only = Chosen().to_report(undone[0])
        return redirect(only if len(undone) == 1 else Chosen().url(), code=303)

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


def certain(report: Report) -> bool:
    """Whether it may be confirmed with others unseen: from a number on file, nothing to ask."""
    return (
        report.status in WAITING
        and report.verification == Verification.LISTED
        and not set(report.flags) - HARMLESS
        and not unfit(facts_of(report))
    )


def _alike(lines: tuple[Line, ...]) -> dict[str, tuple[str, int]]:
    """Reasons that several certain reports share: code to words and number."""
    counted = Counter((line.reason, line.report.reason) for line in lines if line.certain)
    return {code: (said, n) for (code, said), n in counted.most_common() if n >= FEW}


def _confirm(office: Office, marks: dict[int, str]) -> tuple[list[int], list[int]]:
    """Confirm those that nobody has touched since; the numbers of those done and those left.

    Raises:
        NotDone: they are not of one reason, or one is not certain.
    """
    now, who = office.clock(), reader().email
    done, left = [], []
    with office.database.begin() as session:
        rows = session.scalars(
            select(Report).where(Report.id.in_(marks)).order_by(Report.id).with_for_update()
        ).all()
        if not rows:
            raise NotDone("Tick the reports first.")
        if len({row.reason_category for row in rows}) > 1:
            raise NotDone("Confirm reports of one reason at a time.")
        for row in rows:
            if not certain(row):
                left.append(row.id)
                continue
            try:
                deed = Deed(who, now, marks[row.id])
                confirmed(session, office, row, Change(facts_of(row)), deed)
                done.append(row.id)
            except NotDone:
                left.append(row.id)
    return done, left


def _undo(office: Office, number: int) -> bool:
    with office.database.begin() as session:
        report = decisions.locked(session, number)
        if report is None:
            return False
        try:
            decisions.undo(session, report, Deed(reader().email, office.clock()))
        except NotDone:
            return False
    return True


def _marked(values: list[str]) -> list[tuple[int, str]]:
    pairs = (value.partition(":") for value in values)
    return [(int(number), mark) for number, _, mark in pairs if _is_number(number)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= MOST_ID


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

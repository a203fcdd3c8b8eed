"""A report that came on paper or at the window, entered by staff.

What is sent twice is written once: the form carries the name of what it will write.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from console import entry_form, near, words
from console.access import reader, signed_in
from console.entry_acts import confirmed
from console.entry_form import EXCUSES, PARTS, Rules, Typed, Unreadable
from console.entry_rules import rule_of, rules_of
from console.office import DECIDES, Office
from console.pictures import uploaded
from recordings.scans import NotKept, keep_scan, kind_of_scan
from recordings.vault import Vault
from school.decisions import Change, Deed, Kind, Lacking, Overtaken, remark
from school.report_facts import Facts, facts_of, unfit
from school.reports import Draft, Flag, Report, ReportChannel, Status, Verification, write

CAME = {
    str(ReportChannel.NOTE): "A signed note",
    str(ReportChannel.STAFF): "At the window, or by a call to the office",
    str(ReportChannel.WEB): "The portal’s online form",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What the report was entered from."""

    channel: ReportChannel
    origin: str
    scan: bytes  # empty without one
    note: bool  # a signed note is in


ORIGIN = re.compile(r"staff:[A-Za-z0-9_-]{16,32}")


def blueprint(office: Office, vault: Callable[[], Vault]) -> Blueprint:
    """The page under /staff/by-hand. `vault`: opened when a scan comes with a report."""
    pages = Blueprint("by_hand", __name__, url_prefix="/staff/by-hand")

    @pages.get("/")
    @signed_in(*DECIDES)
    def form() -> ResponseReturnValue:
        typed = Typed(days="today", reason="illness")
        return _page(office, typed, {}, f"staff:{secrets.token_urlsafe(16)}")

    @pages.post("/")
    @signed_in(*DECIDES)
    def enter() -> ResponseReturnValue:
        return _enter(office, vault)

    return pages


def _enter(office: Office, vault: Callable[[], Vault]) -> ResponseReturnValue:
    """Write down what was sent, or say beside each field what is missing."""
    typed, scan = entry_form.typed(request.form), uploaded()
    origin, channel = request.form.get("origin", ""), request.form.get("channel", "")
    facts, errors = _facts(typed, rules_of(office))
    if not ORIGIN.fullmatch(origin):
        origin = f"staff:{secrets.token_urlsafe(16)}"
        errors["channel"] = "This page was open for too long. Look it over, and enter it again."
    if channel not in CAME:
        errors["channel"] = "Choose how it came in."
    report = None
    try:
        if scan:
            kind_of_scan(scan)
        if not errors:
            paper = Paper(ReportChannel(channel), origin, scan, typed.note)
            report = _write(office, facts, paper, vault)
    except NotKept as error:
        errors["scan"] = str(error)
    if errors:
        if scan and "scan" not in errors:
            errors["scan"] = "Choose the scan once more: a browser does not keep it."
        return _page(office, typed, errors, origin), 400
    if report is None:
        flash("It was entered before, and decided since. Look at it as it stands.")
        return redirect(url_for("by_hand.form"), code=303)
    said = f"Entered and confirmed: {report.reference}."
    if Flag.POSSIBLE_DUPLICATE not in report.flags:
        flash(said)
        return redirect(url_for("by_hand.form"), code=303)
    flash(f"{said} The student was reported for such a day before: join the two, or leave both.")
    return redirect(url_for("entry.report", report_id=report.id), code=303)


def _facts(typed: Typed, rules: Rules) -> tuple[Facts, dict[str, str]]:
    """The facts, or a sentence for each field that is missing or cannot be read."""
    try:
        facts = entry_form.read(typed, Typed(), Facts(), rules)
    except Unreadable as error:
        return Facts(), dict(error.fields)
    return facts, unfit(facts)


def _write(office: Office, facts: Facts, paper: Paper, vault: Callable[[], Vault]) -> Report | None:
    """Write the report and accept it: a person has seen the paper already.

    Raises:
        NotKept: the scan could not be kept; nothing is written.
    """
    now, who = office.clock(), reader().email
    reason = office.school.facts.reason(facts.reason_category)
    draft = Draft(
        origin=paper.origin,
        status=Status.PENDING,
        channel=paper.channel,
        language=office.school.facts.first_language,
        verification=Verification.LISTED,  # who wrote it was seen, or the note was signed
        from_phone=None,
        student_id=facts.student_id,
        days=facts.days,
        partial_kind=facts.partial_kind,
        partial_time=facts.partial_time,
        reason_category=facts.reason_category,
        excused=facts.excused,
        note_required=reason.note_required if reason else False,
        reporter_name=facts.reporter_name,
        relationship=facts.relationship,
    )
    try:
        with office.database.begin() as session:
            report = write(session, draft, now)
            if paper.scan:
                keep_scan(session, vault(), report.id, paper.scan, now)
            if report.status == Status.CONFIRMED:
                return report  # the form was sent twice
            remark(session, report, Kind.ENTERED, paper.channel, Deed(who, now))
            note = paper.note or paper.channel == ReportChannel.NOTE
            accepted = Change(_with_note(report, note=note))
            confirmed(session, office, report, accepted, Deed(who, now))
    except (Overtaken, Lacking):
        return None
    return report


def _with_note(report: Report, *, note: bool) -> Facts:
    report.note_received = note
    return facts_of(report)


def _page(office: Office, typed: Typed, errors: dict[str, str], origin: str) -> str:
    roster = office.rosters.get()
    some = () if near.named(roster, typed.student) else near.near(roster, typed.student)
    return render_template(
        "by_hand.html",
        typed=typed,
        errors=errors,
        origin=origin,
        channel=request.form.get("channel", str(ReportChannel.NOTE)),
        came=CAME,
        candidates=[near.label(student) for student in some],
        parts={code: said for code, said in PARTS.items() if code != "early"},
        excuses=EXCUSES,
        reasons=office.reasons(),
        rules={code: rule_of(code, office) for code in office.reasons()},
        relationships=words.RELATIONSHIPS,
    )

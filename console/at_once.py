"""Certain reports of one reason are confirmed at once, and what was confirmed is undone at once."""

from flask import Blueprint, flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from console import chosen as choices
from console.access import reader, signed_in
from console.chosen import Chosen
from console.entry_acts import confirmed
from console.lookups import MOST_ID
from console.office import DECIDES, Office
from console.pane import HARMLESS
from school import decisions
from school.decisions import Change, Deed, NotDone
from school.report_facts import WAITING, facts_of, unfit
from school.reports import Report, Verification

MOST_AT_ONCE = 200


def certain(report: Report) -> bool:
    """Whether it may be confirmed with others unseen: from a number on file, nothing to ask."""
    return (
        report.status in WAITING
        and report.verification == Verification.LISTED
        and not set(report.flags) - HARMLESS
        and not unfit(facts_of(report))
    )


def add_to(pages: Blueprint, office: Office) -> None:
    """The two addresses, beside the list's."""

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

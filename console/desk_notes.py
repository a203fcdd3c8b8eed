"""Notes that families owe, /desk/notes: what is due, what has lapsed, and entering what came in.

The front desk takes notes in. That an absence is not excused after all is decided by the
attendance office alone, one absence at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console import words
from console.access import reader, signed_in
from console.lookups import MOST_ID
from console.office import DECIDES, Office
from console.report_view import full_name
from console.words import Badge, Tone
from school import decisions, notes_due
from school.decisions import Deed, Overtaken
from school.notes_due import Owed, Proof, State
from school.report_facts import snapshot
from school.reports import Report

Act = Callable[[Session, Report, Deed], object]

REPORT = f"/notes/<int(max={MOST_ID}):report_id>"

STATES = {
    State.OPEN: Badge("Due", Tone.PLAIN),
    State.TODAY: Badge("Due today", Tone.ATTENTION),
    State.LAPSED: Badge("Lapsed", Tone.TROUBLE, "The day is over, and no note is in."),
}
PROOFS = {
    Proof.PAPER: "On paper, seen by me",
    Proof.SCAN: "As a scan",
    Proof.PHOTO: "As a photo by text",
}


@dataclass(frozen=True, slots=True)
class OwedView:
    """One note that is not in yet. Why the student is absent is left out: see `report_view`."""

    report_id: int
    student: str
    student_id: str
    grade: int
    days: tuple[str, ...]
    due: str
    state: Badge
    lapsed: bool
    mark: str


def blueprint(office: Office) -> Blueprint:
    """The pages."""
    pages = Blueprint("desk_notes", __name__, url_prefix="/desk")

    @pages.get("/notes")
    @signed_in()
    def notes() -> ResponseReturnValue:
        with office.database.reading() as session:
            found = notes_due.owed(session, office.today(), office.school)
            shown = [_view(note, office) for note in found]
        return render_template(
            "desk/notes.html",
            notes=shown,
            lapsed=sum(note.lapsed for note in shown),
            proofs=PROOFS,
            decides=reader().role in DECIDES,
        )

    @pages.post(f"{REPORT}/in")
    @signed_in()
    def note_in(report_id: int) -> ResponseReturnValue:
        proof = request.form.get("proof", "")
        if proof not in tuple(Proof):
            abort(400)
        return _change(report_id, lambda s, r, d: notes_due.receive(s, r, Proof(proof), d), "in")

    @pages.post(f"{REPORT}/unexcused")
    @signed_in(*DECIDES)
    def unexcused(report_id: int) -> ResponseReturnValue:
        return _change(
            report_id,
            lambda s, r, d: notes_due.leave_unexcused(s, r, office.school, d),
            "unexcused",
        )

    def _change(report_id: int, act: Act, what: str) -> ResponseReturnValue:
        deed = Deed(reader().email, office.clock(), request.form.get("seen"))
        try:
            with office.database.begin() as session:
                report = decisions.locked(session, report_id) or abort(404)
                if not report.note_required:
                    abort(404)
                done = act(session, report, deed)
        except Overtaken as overtaken:
            flash(str(overtaken))
        else:
            flash(SAID[what] if done else "That was entered before.")
        return redirect(url_for("desk_notes.notes"), code=303)

    return pages


SAID = {
    "in": "Entered: the note is in.",
    "unexcused": "Entered: the absence is unexcused.",
}


def _view(note: Owed, office: Office) -> OwedView:
    today = office.today()
    return OwedView(
        report_id=note.report.id,
        student=full_name(note.student),
        student_id=note.student.student_id,
        grade=note.student.grade,
        days=words.days(note.report.dates, today),
        due=words.day(note.due, today),
        state=STATES[note.state],
        lapsed=note.state is State.LAPSED,
        mark=snapshot(note.report).mark,
    )

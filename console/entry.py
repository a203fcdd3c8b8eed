"""One report on its page, and what staff do with it there.

Every act checks what its writer saw: an act on something that has changed meanwhile changes
nothing, says so, and keeps what was typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from console import chosen as choices
from console import entry_form, lookups, near, words
from console.access import reader, signed_in
from console.chosen import Chosen
from console.entry_acts import Act, Acts
from console.entry_form import EXCUSES, PARTS, Typed, Unreadable
from console.entry_history import CALL_OUTCOMES, WHY_NOT_CHOICES
from console.entry_rules import rule_of
from console.entry_view import Entry, entry
from console.lookups import MOST_ID
from console.office import DECIDES, Office
from console.pane import PaneLine, pane
from console.searches import searched
from console.today import token
from school import decisions, holds
from school.audit import note
from school.decisions import Deed, Lacking, NotDone, Overtaken
from school.holds import Held
from school.report_facts import WAITING
from school.reports import Report

ADDRESS = f"/reports/<int(max={MOST_ID}):report_id>"


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with an act: sentences by field, or one for the whole page."""

    status: int
    problem: str = ""
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screen:
    """Shows reports, and carries out acts on them."""

    office: Office

    def show(
        self, report_id: int, typed: Typed | None = None, trouble: Trouble | None = None
    ) -> ResponseReturnValue:
        """The page. Seeing it is noted, and the report is held for whoever may decide it."""
        office, chosen = self.office, choices.read(request.args)
        now, who = office.clock(), reader()
        with office.database.begin() as session:
            row = lookups.one_report(session, report_id)
            if row is None:
                abort(404)
            held: Held | None = None
            if who.role in DECIDES and row[0].status in WAITING:
                held = holds.take(session, report_id, who.email, now)
            note(session, now, who.email, "saw report", f"report:{report_id}")
            view = entry(session, office, row, chosen, held, typed)
            lines = pane(session, office, chosen, report_id)
            news = token(session, now)
        trouble = trouble or Trouble(200)
        return self._page(view, chosen, trouble, lines, news), trouble.status

    def does(self, report_id: int, act: Act, said: str = "") -> ResponseReturnValue:
        """Carry out an act and go on to the next report, or say why not."""
        typed = entry_form.typed(request.form) if "days" in request.form else None
        trouble = self._try(report_id, act)
        if trouble is not None:
            return self.show(report_id, typed, trouble)
        if said:
            flash(said, f"undo:{report_id}")
        return self._on(report_id)

    def stays(self, report_id: int, act: Act, said: str) -> ResponseReturnValue:
        """Carry out an act and stay, or say why not."""
        typed = entry_form.typed(request.form) if "days" in request.form else None
        trouble = self._try(report_id, act)
        if trouble is not None:
            return self.show(report_id, typed, trouble)
        flash(said)
        return redirect(choices.read(request.args).to_report(report_id), code=303)

    def _try(self, report_id: int, act: Act) -> Trouble | None:
        office = self.office
        deed = Deed(reader().email, office.clock(), request.form.get("seen"))
        try:
            with office.database.begin() as session:
                report = decisions.locked(session, report_id)
                if report is None:
                    abort(404)
                act(session, report, deed)
        except (Lacking, Unreadable) as error:
            return Trouble(400, fields=dict(error.fields))
        except Overtaken as error:
            return Trouble(409, str(error))
        except NotDone as error:
            return Trouble(400, str(error))
        return None

    def _on(self, report_id: int) -> ResponseReturnValue:
        """To the next report of the list that nobody else has open; to the list after the last."""
        office, chosen = self.office, choices.read(request.args)
        with office.database.reading() as session:
            taken = holds.of_others(session, reader().email, office.clock())
            following = lookups.next_waiting(session, searched(chosen, office), report_id, taken)
        where = chosen.url() if following is None else chosen.to_report(following)
        return redirect(where, code=303)

    def _page(
        self, view: Entry, chosen: Chosen, trouble: Trouble, lines: Sequence[PaneLine], news: str
    ) -> str:
        reasons = self.office.reasons()
        if view.typed.reason not in reasons:  # none was said, or the school's list has changed
            reasons = {view.typed.reason: view.report.reason, **reasons}
        return render_template(
            "entry.html",
            entry=view,
            report=view.report,
            chosen=chosen,
            trouble=trouble,
            pane=lines,
            here=view.report.id,
            token=news,
            may_decide=reader().role in DECIDES,
            parts=PARTS,
            excuses=EXCUSES,
            reasons=reasons,
            rules={code: rule_of(code, self.office) for code in reasons},
            relationships=words.RELATIONSHIPS,
            why_not=WHY_NOT_CHOICES,
            outcomes=CALL_OUTCOMES,
        )


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff/reports."""
    pages = Blueprint("entry", __name__, url_prefix="/staff")
    screen, acts = Screen(office), Acts(office)

    @pages.get(ADDRESS)
    @signed_in()
    def report(report_id: int) -> ResponseReturnValue:
        return screen.show(report_id)

    @pages.get("/students")
    @signed_in()
    def students() -> ResponseReturnValue:
        found = near.near(office.rosters.get(), request.args.get("q", "")[:100])
        return jsonify([near.label(student) for student in found])

    @pages.post(f"{ADDRESS}/keep")
    @signed_in(*DECIDES)
    def keep(report_id: int) -> ResponseReturnValue:
        with office.database.begin() as session:
            if session.get(Report, report_id) is None:
                abort(404)
            holds.renew(session, report_id, reader().email, office.clock())
        return Response(status=204)

    @pages.post(f"{ADDRESS}/note")
    @signed_in()
    def note_in(report_id: int) -> ResponseReturnValue:
        return screen.stays(report_id, decisions.note_received, "The note is in.")

    _decided(pages, screen, acts)
    _put_right(pages, screen, acts)
    return pages


def _decided(pages: Blueprint, screen: Screen, acts: Acts) -> None:
    """What becomes of a report."""

    @pages.post(f"{ADDRESS}/confirm")
    @signed_in(*DECIDES)
    def confirm(report_id: int) -> ResponseReturnValue:
        return screen.does(report_id, acts.confirm, "Confirmed.")

    @pages.post(f"{ADDRESS}/reject")
    @signed_in(*DECIDES)
    def reject(report_id: int) -> ResponseReturnValue:
        return screen.does(report_id, acts.reject, "Not accepted.")

    @pages.post(f"{ADDRESS}/join/<int(max={MOST_ID}):other_id>")
    @signed_in(*DECIDES)
    def join(report_id: int, other_id: int) -> ResponseReturnValue:
        return screen.stays(report_id, acts.join(other_id), "Joined.")

    @pages.post(f"{ADDRESS}/undo")
    @signed_in(*DECIDES)
    def undo(report_id: int) -> ResponseReturnValue:
        return screen.stays(report_id, decisions.undo, "Undone. It stands as it did before.")


def _put_right(pages: Blueprint, screen: Screen, acts: Acts) -> None:
    """What is done before a report is decided."""

    @pages.post(f"{ADDRESS}/save")
    @signed_in(*DECIDES)
    def save(report_id: int) -> ResponseReturnValue:
        return screen.stays(report_id, acts.save, "Saved; nothing is decided yet.")

    @pages.post(f"{ADDRESS}/take")
    @signed_in(*DECIDES)
    def take(report_id: int) -> ResponseReturnValue:
        return screen.stays(report_id, acts.take, "It is yours now.")

    @pages.post(f"{ADDRESS}/ask")
    @signed_in(*DECIDES)
    def ask(report_id: int) -> ResponseReturnValue:
        return screen.stays(report_id, acts.ask, "The text is on its way.")

    @pages.post(f"{ADDRESS}/called")
    @signed_in(*DECIDES)
    def called(report_id: int) -> ResponseReturnValue:
        return screen.stays(report_id, acts.called, "Noted.")

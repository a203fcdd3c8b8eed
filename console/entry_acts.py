"""What staff do with a report, from what their form says.

Each act is a function of the report and of who does it when; the page that carries it out says
what went wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import abort, request
from sqlalchemy.orm import Session

from console import entry_form
from console.entry_history import CALL_OUTCOMES, WHY_NOT_CHOICES
from console.entry_rules import rules_of
from console.entry_view import fields_of
from console.letters import Post
from console.office import Office
from flows import letter_wording
from flows.reading.roster import Roster
from ivr.filing import contacts_with, verification
from school import decisions, holds
from school.audit import note
from school.decisions import Change, Deed, Kind, Lacking, NotDone
from school.preferences import TELL_CONFIRMED, preference
from school.report_facts import WAITING, Facts, facts_of
from school.reports import Report, Verification

Act = Callable[[Session, Report, Deed], object]


@dataclass(frozen=True, slots=True)
class Acts:
    """What the office does with a report."""

    office: Office

    def confirm(self, session: Session, report: Report, deed: Deed) -> None:
        """Accept it with the facts as the form has them."""
        confirmed(session, self.office, report, self._change(session, report), deed)

    def save(self, session: Session, report: Report, deed: Deed) -> None:
        """Correct its facts, and decide nothing."""
        change = self._change(session, report)
        decisions.correct(session, report, change, self.office.school.facts, deed)

    def reject(self, session: Session, report: Report, deed: Deed) -> None:
        """Do not accept it; the family is told why, where that was wanted and can be."""
        why = request.form.get("why", "")
        if why not in WHY_NOT_CHOICES:
            raise Lacking({"why": "Choose why it is not accepted."})
        told = "tell" in request.form and why in letter_wording.WHY_NOT
        tell = told and report.from_phone is not None
        done = decisions.reject(session, report, why, deed, told=tell)
        if tell:
            Post(session, self.office, report, done).tell_rejected(why)

    def join(self, other_id: int) -> Act:
        """Make one of this and the other: this goes on, unless it waits and the other does not."""

        def act(session: Session, report: Report, deed: Deed) -> None:
            other = decisions.locked(session, other_id)
            if other is None:
                abort(404)
            waits_alone = report.status in WAITING and other.status not in WAITING
            one, into = (report, other) if waits_alone else (other, report)
            decisions.join(session, one, into, self.office.school.facts, deed)

        return act

    def take(self, session: Session, report: Report, deed: Deed) -> None:
        """Take it over from whoever has it open."""
        holds.take_over(session, report.id, deed.who, deed.now)
        note(session, deed.now, deed.who, "took over report", f"report:{report.id}")

    def ask(self, session: Session, report: Report, deed: Deed) -> None:
        """Ask the family by text."""
        what = request.form.get("what", "")
        if what not in letter_wording.ASK_FAMILY:
            raise Lacking({"what": "Choose what to ask."})
        if decisions.lately(session, report, Kind.ASKED, what, deed.now):
            raise NotDone("The family was asked this a moment ago.")
        done = decisions.remark(session, report, Kind.ASKED, what, deed)
        if not Post(session, self.office, report, done).ask(what):
            raise NotDone("No text can go there: the number is withheld or wants none.")

    def called(self, session: Session, report: Report, deed: Deed) -> None:
        """Note what came of a call back."""
        outcome = request.form.get("outcome", "")
        if outcome not in CALL_OUTCOMES:
            raise Lacking({"outcome": "Choose what came of the call."})
        decisions.remark(session, report, Kind.CALLED, outcome, deed)

    def _change(self, session: Session, report: Report) -> Change:
        """The facts as the form has them, with what the number proves of that student.

        Raises:
            Unreadable: fields cannot be read.
        """
        office = self.office
        rules, facts = rules_of(office), facts_of(report)
        before = fields_of(session, facts, rules)
        new = entry_form.read(entry_form.typed(request.form), before, facts, rules)
        if new.student_id == report.student_id:
            return Change(new)
        return Change(new, proof(office, report, new, rules.roster))


def confirmed(session: Session, office: Office, report: Report, change: Change, deed: Deed) -> None:
    """Accept the report, and tell the family."""
    done = decisions.confirm(session, report, change, office.school.facts, deed)
    if preference(session, TELL_CONFIRMED):
        Post(session, office, report, done).tell_confirmed()


def proof(office: Office, report: Report, facts: Facts, roster: Roster) -> Verification:
    """What the number of this report proves of the student it has now."""
    student = roster.students.get(facts.student_id or "")
    contacts = contacts_with(student, report.from_phone, roster)
    return verification(student, contacts, report.from_phone, _day_of(office, report))


def _day_of(office: Office, report: Report) -> date:
    return office.school.time.local(report.created_at).date()

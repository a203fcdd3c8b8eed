"""The dismissal desk, /desk/: find a student, see who may collect them, and enter what happens.

The front desk, the attendance office and admins work here. What may be entered is decided by
`school.releases` and its rules; a page that was overtaken by another desk changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import msgspec
from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import desk_form, desk_notices, desk_view, desk_visits, desk_words, near
from console.access import reader, signed_in
from console.desk_form import Typed
from console.lookups import MOST_ID
from console.office import Office
from console.words import Badge
from school import pickups, release_letters, release_log, releases
from school.audit import note
from school.people import StudentRow
from school.release_entry import Desk
from school.release_letters import Post
from school.release_rules import NotReleased, age
from school.releases import Release
from school.staff import Role

MOST_FOUND = 12
MOST_LOOKED_AT = 400  # before those of another grade are left out
RELEASE = f"/releases/<int(max={MOST_ID}):release_id>"
STUDENT = "/students/<student_id>"


@dataclass(frozen=True, slots=True)
class Found:
    """A student who may be meant."""

    id: str
    name: str
    preferred: str | None
    grade: int
    badges: tuple[Badge, ...]


def blueprint(office: Office) -> Blueprint:
    """The desk's pages."""
    pages = Blueprint("desk", __name__, url_prefix="/desk")
    screen = Screen(office)
    for rule, view, methods in (
        ("/", screen.home, ["GET"]),
        (STUDENT, screen.student, ["GET"]),
        (f"{STUDENT}/release", screen.release, ["POST"]),
        (f"{STUDENT}/refuse", screen.refuse, ["POST"]),
        (f"{STUDENT}/wait", screen.wait, ["POST"]),
        (f"{STUDENT}/gone", screen.gone, ["POST"]),
        (RELEASE, screen.entered, ["GET"]),
        (f"{RELEASE}/notices", screen.notices, ["GET"]),
        (f"{RELEASE}/told", screen.told, ["POST"]),
        (f"{RELEASE}/back", screen.back, ["POST"]),
        (f"{RELEASE}/undo", screen.undo, ["POST"]),
        ("/going-on", screen.going_on, ["GET"]),
        ("/alerts", screen.alerts, ["GET"]),
        ("/log", screen.log, ["GET"]),
        ("/log.csv", screen.log_file, ["GET"]),
    ):
        pages.add_url_rule(rule, view.__name__, signed_in()(view), methods=methods)
    pages.app_context_processor(lambda: {"desk_alerts": screen.urgent})
    return pages


@dataclass(frozen=True, slots=True)
class Screen:
    """The pages, and what is entered on them."""

    office: Office

    def home(self) -> ResponseReturnValue:
        """Find a student; who is out; whom to expect."""
        office, typed = self.office, request.args.get("q", "").strip()[:100]
        grade = request.args.get("grade", type=int)
        with office.database.reading() as session:
            found, going_on = self._found(session, typed, grade), self._going_on(session)
        return render_template(
            "desk/home.html",
            typed=typed,
            grade=grade,
            grades=office.grades(),
            found=found,
            more=bool(typed) and len(found) == MOST_FOUND,
            **going_on,
        )

    def going_on(self) -> ResponseReturnValue:
        """Who waits, who is out and whom to expect, as it stands now: for the page's script."""
        with self.office.database.reading() as session:
            going_on = self._going_on(session)
        return render_template("desk/_going_on.html", **going_on)

    def alerts(self) -> ResponseReturnValue:
        """What cannot wait, as it stands now: for the page's script."""
        but = request.args.get("but", type=int)
        return render_template("desk/_alerts.html", **self.urgent(but))

    def urgent(self, but: int | None = None) -> dict[str, object]:
        """What cannot wait, on top of every page of the desk: families that no notice reaches."""
        office = self.office
        with office.database.reading() as session:
            return {
                "to_call": desk_notices.to_call(session, office, but),
                "waiting": desk_notices.waiting_notices(session, office.clock()),
            }

    def student(self, student_id: str) -> ResponseReturnValue:
        """Who may collect this student, and the form for it."""
        return self._student(student_id, None)

    def release(self, student_id: str) -> ResponseReturnValue:
        """The student leaves."""
        typed = desk_form.typed(request.form)
        office = self.office
        try:
            leaving = desk_form.leaving(typed, student_id)
            with office.database.begin() as session:
                row, new = releases.release(session, leaving, self._desk(typed.seen))
                pickups.end(session, student_id)
                if new:
                    release_letters.tell_of_leaving(session, row, self._post())
        except NotReleased as error:
            return self._not_done(student_id, typed, error, desk_form.blanks(typed))
        flash(f"{row.person} is entered." if not new else "Entered. Who has to know is being told.")
        return redirect(url_for("desk.entered", release_id=row.id), code=303)

    def refuse(self, student_id: str) -> ResponseReturnValue:
        """The student stays."""
        typed = desk_form.typed(request.form)
        try:
            with self.office.database.begin() as session:
                row = releases.refuse(session, desk_form.refusal(typed, student_id), self._desk())
                pickups.end(session, student_id)
        except NotReleased as error:
            return self._not_done(student_id, typed, error)
        flash("Entered. The student stays in school.")
        return redirect(url_for("desk.entered", release_id=row.id), code=303)

    def wait(self, student_id: str) -> ResponseReturnValue:
        """Somebody waits while the student is on the way: what was entered so far is kept."""
        typed = desk_form.typed(request.form)
        try:
            leaving = desk_form.leaving(typed, student_id)
            with self.office.database.begin() as session:
                row = pickups.keep(
                    session, leaving, desk_form.to_keep(typed), self._desk(typed.seen)
                )
        except NotReleased as error:
            return self._not_done(student_id, typed, error)
        flash(f"Kept: {row.person} waits. Go on with it from here when the student comes.")
        return redirect(url_for("desk.home"), code=303)

    def gone(self, student_id: str) -> ResponseReturnValue:
        """Who waited went away without the student."""
        with self.office.database.begin() as session:
            ended = pickups.end(session, student_id)
        flash("Entered: nobody waits any more." if ended else "Nobody was waiting.")
        return redirect(url_for("desk.student", student_id=student_id), code=303)

    def entered(self, release_id: int) -> ResponseReturnValue:
        """One entry: its facts, who is told, and coming back."""
        return self._entered(release_id)

    def notices(self, release_id: int) -> ResponseReturnValue:
        """Who is told, as it stands now: for the page's script."""
        with self.office.database.reading() as session:
            row = session.get(Release, release_id) or abort(404)
            told = desk_notices.notices(session, row, self.office)
        return render_template("desk/_notices.html", told=told)

    def told(self, release_id: int) -> ResponseReturnValue:
        """The desk told somebody whom the notice did not reach."""

        def act(session: Session, row: Release, desk: Desk) -> str:
            contact = request.form.get("contact", "")
            new = release_letters.told_by_hand(session, row, contact, desk.who, desk.now)
            return "Entered: they know." if new else "That was entered before."

        return self._change(release_id, act)

    def back(self, release_id: int) -> ResponseReturnValue:
        """The student is back."""

        def act(session: Session, row: Release, desk: Desk) -> str:
            at = desk_form.clock_time(request.form.get("at", "").strip(), "at")
            new = releases.come_back(session, row, at, desk)
            return "Entered: the student is back." if new else "The coming back was entered before."

        return self._change(release_id, act)

    def undo(self, release_id: int) -> ResponseReturnValue:
        """It was entered by mistake."""

        def act(session: Session, row: Release, desk: Desk) -> str:
            if releases.undo(session, row, request.form.get("undo", ""), desk):
                release_letters.tell_of_mistake(session, row, self._post())
                return "Taken back. Who was told of it is told that it was a mistake."
            return "It was taken back before."

        return self._change(release_id, act)

    def log(self) -> ResponseReturnValue:
        """The day's entries, to read and to print."""
        office = self.office
        day, wrong = self._day()
        with office.database.reading() as session:
            rows = desk_view.releases_of(session, office, day)
            headings, *lines = release_log.sheet(session, day, office.school)
        html = render_template(
            "desk/log.html",
            day=day,
            typed=request.args.get("day") or day.isoformat(),
            headings=headings,
            lines=lines,
            errors={"day": wrong} if wrong else {},
            rows=rows,
            out=[row for row in rows if row.is_out],
            now=office.clock(),
        )
        return html, 400 if wrong else 200

    def log_file(self) -> ResponseReturnValue:
        """The day's entries as CSV, in the school file's columns."""
        office = self.office
        day, wrong = self._day()
        if wrong:
            abort(400)
        with office.database.begin() as session:
            text = release_log.as_csv(release_log.sheet(session, day, office.school))
            note(session, office.clock(), reader().email, "exported dismissal log", f"day:{day}")
        name = f"dismissals-{day}.csv"
        return Response(
            text.encode("utf-8-sig"),  # spreadsheets take it for another code page otherwise
            mimetype="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _desk(self, seen: str | None = None) -> Desk:
        office, account = self.office, reader()
        return Desk(
            who=account.email,
            now=office.clock(),
            time=office.school.time,
            rules=office.school.dismissal,
            admin=account.role is Role.ADMIN,
            seen=seen,
        )

    def _post(self) -> Post:
        office = self.office
        return Post(office.school, office.speakers, office.clock())

    def _going_on(self, session: Session) -> dict[str, object]:
        office = self.office
        today = desk_view.releases_of(session, office, office.today())
        return {
            "pickups": desk_visits.pickups(session, office),
            "out": sorted((row for row in today if row.is_out), key=lambda row: not row.is_late),
            "visits": desk_visits.visits(session, office),
            "entered": any(row.left for row in today),
        }

    def _student(
        self, student_id: str, typed: Typed | None, status: int = 200
    ) -> ResponseReturnValue:
        """The student's page; without what was typed, with what was kept of it."""
        office = self.office
        with office.database.reading() as session:
            student = session.get(StudentRow, student_id) if student_id.isdecimal() else None
            if student is None or student.left_at is not None:
                abort(404)
            view = desk_view.student_view(session, office, student)
            begun = pickups.begun_on(session, office.today(), student_id)
            typed = typed or (desk_form.kept(begun[0].fields) if begun else desk_form.empty())
        html = render_template(
            "desk/student.html",
            student=view,
            typed=typed,
            reasons={choice.code: choice.words for choice in office.school.dismissal.reasons},
            refusals=releases.WHY_REFUSED,
            admin=reader().role is Role.ADMIN,
        )
        return html, status

    def _not_done(
        self,
        student_id: str,
        typed: Typed,
        error: NotReleased,
        blanks: Mapping[str, str] | None = None,
    ) -> ResponseReturnValue:
        """The page as it stands now, with what was typed and why nothing was done.

        A form anew, too: if this one was entered before, it can never be entered again.
        """
        errors = {**(blanks or {}), error.field: str(error)}
        return self._student(
            student_id, replace(typed, key=desk_form.new_key(), errors=errors), 409
        )

    def _entered(
        self, release_id: int, errors: dict[str, str] | None = None
    ) -> ResponseReturnValue:
        office = self.office
        with office.database.reading() as session:
            row = session.get(Release, release_id) or abort(404)
            student = session.get_one(StudentRow, row.student_id)
            view = desk_view.release_view(row, student, office)
            told = desk_notices.notices(session, row, office)
            today = row.day == office.today()
        html = render_template(
            "desk/release.html", row=view, told=told, errors=errors or {}, today=today
        )
        return html, 409 if errors else 200

    def _change(
        self, release_id: int, act: Callable[[Session, Release, Desk], str]
    ) -> ResponseReturnValue:
        try:
            with self.office.database.begin() as session:
                row = releases.locked(session, release_id) or abort(404)
                said = act(session, row, self._desk())
        except NotReleased as error:
            return self._entered(release_id, {error.field: str(error)})
        flash(said)
        return redirect(url_for("desk.entered", release_id=release_id), code=303)

    def _found(self, session: Session, typed: str, grade: int | None) -> Sequence[Found]:
        """The students this may mean; all of a grade, where only that was chosen."""
        roster, today = self.office.rosters.get(), self.office.today()
        if typed:
            students = [s for s in near.near(roster, typed, MOST_LOOKED_AT) if _in(s.grade, grade)]
            students = students[:MOST_FOUND]
        elif grade is not None:
            students = [s for s in roster.students.values() if s.grade == grade]
            students.sort(key=lambda s: (s.last_name, s.first_name))
        else:
            return ()
        ids = [student.student_id for student in students]
        reported = desk_view.reported_today(session, today, ids)
        out = session.scalars(
            select(Release.student_id).where(Release.day == today, releases.IS_OUT)
        ).all()
        return [
            Found(
                id=s.student_id,
                name=f"{s.first_name} {s.last_name}".strip(),
                preferred=s.preferred_name,
                grade=s.grade,
                badges=(
                    desk_words.AGES[age(s.birth_date, today)],
                    *((desk_words.OUT,) if s.student_id in out else ()),
                    *reported.get(s.student_id, ()),
                ),
            )
            for s in students
        ]

    def _day(self) -> tuple[date, str | None]:
        """The day chosen, today without one; and what is wrong with what was typed."""
        typed = request.args.get("day", "").strip()
        if not typed:
            return self.office.today(), None
        try:
            return msgspec.convert(typed, date), None
        except msgspec.ValidationError:
            wrong = f"{typed} is not a day. Write it as year, month, day: 2026-11-24."
            return self.office.today(), wrong


def _in(grade: int, wanted: int | None) -> bool:
    return wanted is None or grade == wanted

"""The roster: who is in it, spellings taught to the line, and an import shown before it is done.

The files travel in the form between the dry run and the import, packed and signed: what is
imported is what was shown, and no copy of a roster lies about on the server.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import func, select

from console import near, words
from console.access import reader, signed_in
from console.office import DECIDES, Office
from school import heard_as
from school.csv_rows import FileUnreadable
from school.people import ContactRow, RosterVersion, StudentRow
from school.roster import TooManyDropped, import_roster
from school.roster_changes import ImportSummary
from school.roster_files import CONTACTS, ROSTER, read_folder
from school.staff import Role

SALT = "roster-import"
SHOWN_FOR = 3600  # seconds after which the dry run must be done again
MOST_LINES = 200
MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import would do, in sentences."""

    totals: tuple[str, ...]
    left_out: tuple[str, ...]
    changes: tuple[str, ...]
    more: int  # lines that are not shown
    anything: bool


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff/roster."""
    pages = Blueprint("roster", __name__, url_prefix="/staff/roster")
    database, clock = office.database, office.clock

    @pages.get("/")
    @signed_in(*DECIDES)
    def people() -> ResponseReturnValue:
        return _page(office)

    @pages.post("/dry-run")
    @signed_in(Role.ADMIN)
    def dry_run() -> ResponseReturnValue:
        allow_drop = "allow_drop" in request.form
        try:
            files = {name: _text(name) for name in (ROSTER, CONTACTS)}
            summary = _import(office, files, allow_drop=allow_drop, really=False)
        except (FileUnreadable, TooManyDropped) as error:
            said = str(error).replace("import with --allow-drop", "tick the box below")
            return _page(office, {"roster": said}), 400
        packed = str(_signer().dumps({"files": files, "allow_drop": allow_drop}))
        return _page(office, difference=_in_sentences(summary), packed=packed)

    @pages.post("/import")
    @signed_in(Role.ADMIN)
    def import_files() -> ResponseReturnValue:
        try:
            packed = _signer().loads(request.form.get("packed", ""), max_age=SHOWN_FOR)
        except BadData:
            error = "The dry run is too old, or the page was changed. Choose the files once more."
            return _page(office, {"roster": error}), 400
        try:
            summary = _import(office, packed["files"], allow_drop=packed["allow_drop"], really=True)
        except (FileUnreadable, TooManyDropped) as failed:
            return _page(office, {"roster": str(failed)}), 400
        flash("Imported. " + " ".join(summary.totals()))
        return redirect(url_for("roster.people"), code=303)

    @pages.post("/heard-as")
    @signed_in(*DECIDES)
    def spellings() -> ResponseReturnValue:
        form, who = request.form, reader().email
        student, spelling = form.get("student", ""), form.get("spelling", "")
        change = heard_as.forget if "forget" in form else heard_as.teach
        with database.begin() as session:
            done = change(session, student, spelling, who, clock())
        said = "Forgotten." if "forget" in form else "The line knows it from now on."
        flash(said if done else "Nothing was changed.")
        return redirect(url_for("roster.people", q=form.get("q") or None), code=303)

    return pages


def _import(
    office: Office, files: dict[str, str], *, allow_drop: bool, really: bool
) -> ImportSummary:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files.items():
            (folder / file).write_text(text, "utf-8")
        read = read_folder(folder, office.today())
    with office.database.begin() as session:
        summary = import_roster(
            session, read, office.clock(), allow_drop=allow_drop, who=reader().email
        )
        if not really:
            session.rollback()
    return summary


def _text(name: str) -> str:
    """One uploaded file; spreadsheets on old computers do not write UTF-8."""
    found = request.files.get(name.partition(".")[0])
    content = found.read() if found else b""
    if not content:
        raise FileUnreadable(f"Choose {name}.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _in_sentences(summary: ImportSummary) -> Difference:
    changes, left_out = list(summary.additions_and_changes()), list(summary.left_out())
    more = max(0, len(changes) - MOST_LINES) + max(0, len(left_out) - MOST_LINES)
    return Difference(
        totals=tuple(summary.totals()),
        left_out=tuple(left_out[:MOST_LINES]),
        changes=tuple(changes[:MOST_LINES]),
        more=more,
        anything=summary.size > 0,
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key or ""), salt=SALT)


def _page(
    office: Office,
    errors: dict[str, str] | None = None,
    difference: Difference | None = None,
    packed: str = "",
) -> str:
    typed = request.args.get("q", "")[:100]
    found = near.near(office.rosters.get(), typed, MOST_FOUND)
    with office.database.reading() as session:
        here = select(func.count()).select_from(StudentRow).where(StudentRow.left_at.is_(None))
        students = session.scalar(here) or 0
        contacts = session.scalar(select(func.count()).select_from(ContactRow)) or 0
        changed = session.scalar(select(RosterVersion.changed_at))
        suggested = heard_as.corrections(session)
        on_file = session.scalars(
            select(ContactRow)
            .where(ContactRow.student_id.in_([s.student_id for s in found]))
            .order_by(ContactRow.order)
        ).all()
        taught = session.scalars(
            select(StudentRow).where(StudentRow.student_id.in_([s.student_id for s in found]))
        ).all()
    return render_template(
        "roster.html",
        errors=errors or {},
        difference=difference,
        packed=packed,
        typed=typed,
        found=[(s, [c for c in on_file if c.student_id == s.student_id]) for s in found],
        orders={"no_contact": words.NO_CONTACT, "custody": words.CUSTODY},
        heard_as={row.student_id: row.heard_as for row in taught},
        students=students,
        contacts=contacts,
        changed=changed,
        suggested=suggested,
        may_import=reader().role == Role.ADMIN,
    )

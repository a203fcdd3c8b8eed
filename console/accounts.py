"""The accounts of the school's staff, and the few settings that are safe to change here.

An account is closed, never deleted: the audit goes on naming it. The last admin cannot be closed
or given another role.
"""

import secrets

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from console import words
from console.access import reader, signed_in
from console.lookups import MOST_ID
from console.office import Office
from school.audit import note
from school.preferences import SECOND_FACTOR, TELL_CONFIRMED, prefer, preference
from school.staff import Role, Staff, StaffRefused, add_staff, change_password, hash_of

ROLES = {
    str(Role.ATTENDANCE): "Attendance: decides reports",
    str(Role.FRONT_DESK): "Front desk: sees who is absent, not why",
    str(Role.ADMIN): "Admin: all of it, accounts too",
}
SETTINGS = {
    SECOND_FACTOR: "Everybody signs in with a second factor, too",
    TELL_CONFIRMED: "A family gets a text when its report is confirmed",
}
RANDOM_BYTES = 18  # of a password that is handed over: 24 signs


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff/accounts."""
    pages = Blueprint("accounts", __name__, url_prefix="/staff/accounts")
    database, clock = office.database, office.clock

    @pages.get("/")
    @signed_in(Role.ADMIN)
    def all_accounts() -> ResponseReturnValue:
        return _page(office, {})

    @pages.post("/add")
    @signed_in(Role.ADMIN)
    def add() -> ResponseReturnValue:
        email, role = request.form.get("email", ""), request.form.get("role", "")
        password = secrets.token_urlsafe(RANDOM_BYTES)
        try:
            with database.begin() as session:
                staff = add_staff(session, email, role, password, clock(), reader().email)
        except StaffRefused as error:
            return _page(office, {"email": str(error)}, email), 400
        return _page(office, {}, made=(staff.email, password))

    @pages.post(f"/<int(max={MOST_ID}):staff_id>")
    @signed_in(Role.ADMIN)
    def change(staff_id: int) -> ResponseReturnValue:
        act, role = request.form.get("act", ""), request.form.get("role", "")
        if act == "password":
            return _new_password(office, staff_id)
        with database.begin() as session:
            staff = session.get(Staff, staff_id)
            if staff is None:
                abort(404)
            said = _changed(session, staff, act, role, office)
        flash(said)
        return redirect(url_for("accounts.all_accounts"), code=303)

    @pages.post("/settings")
    @signed_in(Role.ADMIN)
    def settings() -> ResponseReturnValue:
        now, who = clock(), reader().email
        with database.begin() as session:
            for name in SETTINGS:
                wanted = name in request.form
                if preference(session, name) != wanted:
                    prefer(session, name, wanted, who, now)
                    note(session, now, who, "changed setting", f"setting:{name}", str(wanted))
        flash("The settings are saved.")
        return redirect(url_for("accounts.all_accounts"), code=303)

    return pages


def _changed(session: Session, staff: Staff, act: str, role: str, office: Office) -> str:
    """Carry out a change; the sentence on it."""
    now, who = office.clock(), reader().email
    demoted = act == "close" or (act == "role" and role != Role.ADMIN)
    if demoted and staff.role == Role.ADMIN and _admins(session) == 1:
        return "This is the only admin: make another one first."
    if act == "close":
        staff.closed_at = now
        done = "closed account"
    elif act == "open":
        staff.closed_at, staff.failures, staff.locked_until = None, 0, None
        done = "opened account"
    elif act == "no-factor":
        staff.totp_secret = staff.totp_step = None
        done = "switched second factor off"
    elif act == "role" and role in ROLES:
        staff.role = role
        done = "changed role"
    else:
        abort(400)
    note(session, now, who, done, f"staff:{staff.id}", f"{staff.email}, {staff.role}")
    return f"Done: {done}, {staff.email}."


def _new_password(office: Office, staff_id: int) -> ResponseReturnValue:
    password = secrets.token_urlsafe(RANDOM_BYTES)
    password_hash = hash_of(password)
    with office.database.begin() as session:
        staff = session.get(Staff, staff_id)
        if staff is None:
            abort(404)
        change_password(staff, password_hash)
        who, now = reader().email, office.clock()
        note(session, now, who, "gave new password", f"staff:{staff.id}", staff.email)
    return _page(office, {}, made=(staff.email, password))


def _admins(session: Session) -> int:
    open_admins = select(func.count()).where(Staff.role == Role.ADMIN, Staff.closed_at.is_(None))
    return session.scalar(open_admins) or 0


def _page(
    office: Office,
    errors: dict[str, str],
    email: str = "",
    made: tuple[str, str] | None = None,
) -> str:
    with office.database.reading() as session:
        accounts = session.scalars(select(Staff).order_by(Staff.email)).all()
        chosen = {name: bool(preference(session, name)) for name in SETTINGS}
    return render_template(
        "accounts.html",
        accounts=accounts,
        roles=ROLES,
        settings=SETTINGS,
        chosen=chosen,
        errors=errors,
        email=email,
        made=made,
        facts=office.school,
        languages=[words.language(code) for code in office.school.facts.languages],
        now=office.clock(),
    )

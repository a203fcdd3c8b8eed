"""One's own account: another password, and the second factor."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from console import access
from console.access import reader, signed_in
from console.office import Office
from console.second_factor import fitting_step, new_secret, seal, square
from school.audit import note
from school.staff import Staff, StaffRefused, change_password, hash_of, verify_password

NOT_RIGHT = "This is not your password."
WRONG_CODE = "This code does not fit. Scan the square once more, and enter the newest code."


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff/account."""
    pages = Blueprint("own", __name__, url_prefix="/staff/account")

    @pages.get("/")
    @signed_in()
    def account() -> ResponseReturnValue:
        return _page(office, {})

    @pages.post("/password")
    @signed_in()
    def password() -> ResponseReturnValue:
        now, me = office.clock(), reader()
        old, new = request.form.get("old", ""), request.form.get("new", "")
        if verify_password(office.database, me.email, old, now) is None:
            return _page(office, {"old": NOT_RIGHT}), 400
        try:
            password_hash = hash_of(new)
        except StaffRefused as error:
            return _page(office, {"new": str(error)}), 400
        with office.database.begin() as writing:
            staff = writing.get_one(Staff, me.id)
            change_password(staff, password_hash)
            note(writing, now, me.email, "changed own password", f"staff:{me.id}")
        access.begin(staff, now)
        flash("Your password is changed. Everywhere else you are signed out.")
        return redirect(url_for("own.account"), code=303)

    @pages.post("/second-factor")
    @signed_in()
    def second_factor() -> ResponseReturnValue:
        now, me, secret = office.clock(), reader(), session.get("secret", "")
        step = fitting_step(secret, request.form.get("code", ""), now) if secret else None
        if step is None:
            return _page(office, {"code": WRONG_CODE}), 400
        with office.database.begin() as writing:
            staff = writing.get_one(Staff, me.id)
            staff.totp_secret, staff.totp_step = seal(secret), step
            note(writing, now, me.email, "set up second factor", f"staff:{me.id}")
        session.pop("secret")
        access.enrolled()
        flash("From now on you sign in with a code, too.")
        return redirect(url_for("own.account"), code=303)

    return pages


def _page(office: Office, errors: dict[str, str]) -> str:
    me = reader()
    with office.database.reading() as reading:
        enrolled = reading.get_one(Staff, me.id).totp_secret is not None
    if not enrolled and "secret" not in session:
        session["secret"] = new_secret()
    secret = "" if enrolled else session["secret"]
    return render_template(
        "own.html",
        errors=errors,
        enrolled=enrolled,
        secret=secret,
        square=square(secret, me.email, office.school.facts.name) if secret else "",
    )

"""Signing in and out: /staff/sign-in and /staff/sign-out.

Whether a password is right, and when an account is locked, is decided by `school.staff`.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from console import access, errors
from console.access import Account
from console.second_factor import renewed, right_code
from school.audit import note
from school.database import Clock, Database
from school.preferences import SECOND_FACTOR, preference
from school.staff import Role, Staff, count_failure, end_sessions, verify_password

LONGEST_ADDRESS = 254  # of an e-mail address, by its standard
LONGEST_PASSWORD = 1024

# One answer for an unknown address, a wrong password and a locked account: whoever tries
# addresses learns nothing.
REFUSED = "The e-mail address or the password is not right."
WRONG_CODE = "This code is not right, or was used before. Wait for the next one."
STALE = "This page was open for too long, and nothing was sent. Sign in once more."
OWN_PATH = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")


class Typed(NamedTuple):
    """What was typed into the form."""

    email: str
    password: str


def blueprint(database: Database, clock: Clock) -> Blueprint:
    """The pages; registering them also gives the app's guard its door."""
    pages = Blueprint("sign_in", __name__, url_prefix="/staff")
    pages.record_once(lambda state: access.install(state.app, access.Door(database, clock)))
    pages.register_error_handler(CSRFError, _stale)

    @pages.get("/sign-in")
    def sign_in() -> ResponseReturnValue:
        account = access.account_now()
        if account is not None:
            return redirect(own_path(request.args.get("next"), account.role), code=303)
        return _form()

    @pages.post("/sign-in")
    def signing_in() -> ResponseReturnValue:
        typed = Typed(request.form.get("email", "").strip(), request.form.get("password", ""))
        missing = _errors(typed)
        if missing:
            return _form(typed.email, missing), 400
        now = clock()
        staff = _let_in(database, typed, now)
        if staff is None:
            return _form(typed.email, {"email": REFUSED}), 403
        if staff.totp_secret is not None:
            access.half_in(staff, now)
            return redirect(url_for("sign_in.code", next=request.args.get("next")), code=303)
        _begin(database, staff, now)
        return redirect(own_path(request.args.get("next"), Role(staff.role)), code=303)

    @pages.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        account = access.account_now()
        if account is not None:
            _let_out(database, account, clock())
        access.end()
        flash("You are signed out.")
        return redirect(url_for("sign_in.sign_in"), code=303)

    _with_codes(pages, database, clock)
    return pages


def _with_codes(pages: Blueprint, database: Database, clock: Clock) -> None:
    """The second step, for accounts with a second factor."""

    @pages.get("/sign-in/code")
    def code() -> ResponseReturnValue:
        if access.half_in_now(clock()) is None:
            return redirect(url_for("sign_in.sign_in", next=request.args.get("next")), code=303)
        return render_template("code.html", errors={})

    @pages.post("/sign-in/code")
    def with_code() -> ResponseReturnValue:
        now = clock()
        staff_id = access.half_in_now(now)
        staff = _code_fits(database, staff_id, request.form.get("code", ""), now)
        if staff_id is None:
            return redirect(url_for("sign_in.sign_in", next=request.args.get("next")), code=303)
        if staff is None:
            return render_template("code.html", errors={"code": WRONG_CODE}), 403
        _begin(database, staff, now)
        return redirect(own_path(request.args.get("next"), Role(staff.role)), code=303)


def _stale(_error: CSRFError) -> ResponseReturnValue:
    if request.endpoint == "sign_in.signing_in":
        return _form(request.form.get("email", ""), {"email": STALE}), 400
    if access.account_now() is None:  # signed out already, in another window
        return redirect(url_for("sign_in.sign_in"), code=303)
    return errors.stale_page()


def _let_in(database: Database, typed: Typed, now: datetime) -> Staff | None:
    """Whoever this password lets in, if no second factor is asked for."""
    return verify_password(database, typed.email, typed.password, now)


def _code_fits(database: Database, staff_id: int | None, code: str, now: datetime) -> Staff | None:
    """Whoever this code lets in. A wrong one is counted as a wrong password is."""
    if staff_id is None:
        return None
    with database.begin() as session:
        staff = session.get(Staff, staff_id, with_for_update=True)
        if staff is None or not access.still_half_in(staff):
            return None
        if staff.locked_until is not None and now < staff.locked_until:
            return None
        step = right_code(staff, code, now)
        if step is None:
            count_failure(session, staff_id, now)
            return None
        staff.totp_step, staff.failures = step, 0
        staff.totp_secret = renewed(staff.totp_secret or "")
    return staff


def _begin(database: Database, staff: Staff, now: datetime) -> None:
    """Begin the session; where a second factor is required and missing, it is set up first."""
    with database.begin() as session:
        note(session, now, staff.email, "signed in", f"staff:{staff.id}")
        required = preference(session, SECOND_FACTOR)
    access.begin(staff, now, must_enrol=bool(required) and staff.totp_secret is None)


def _let_out(database: Database, account: Account, now: datetime) -> None:
    """End every session of the account: a copied cookie is worth nothing afterwards."""
    with database.begin() as session:
        end_sessions(session, account.id, now)
        note(session, now, account.email, "signed out", f"staff:{account.id}")


def own_path(wanted: str | None, role: Role) -> str:
    r"""The path to go on to: the one wanted if it is on this site, else the role's first page.

    The bare address of the staff's pages is no wish for one of them: it is what everybody is told.

    Browsers read a backslash as a slash and drop tabs and line ends, so `/\evil.example` and
    `/<tab>/evil.example` lead away as surely as `//evil.example`.
    """
    if wanted and OWN_PATH.fullmatch(wanted) and wanted != url_for("worklist.reports"):
        return wanted
    return access.first_page(role)


def _errors(typed: Typed) -> Mapping[str, str]:
    """What is missing, by field. An impossible address is left to the answer for all."""
    found = {}
    if not typed.email:
        found["email"] = "Enter your e-mail address."
    elif len(typed.email) > LONGEST_ADDRESS or not typed.email.isprintable():
        found["email"] = REFUSED
    if not typed.password:
        found["password"] = "Enter your password."  # noqa: S105  (a sentence, not a password)
    elif len(typed.password) > LONGEST_PASSWORD:
        found["email"] = REFUSED
    return found


def _form(email: str = "", problems: Mapping[str, str] | None = None) -> str:
    return render_template("sign_in.html", email=email, errors=problems or {})

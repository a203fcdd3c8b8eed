"""Who is signed in, for how long, and which views that opens.

A session is a signed cookie that holds no more than the account's number and three facts: when it
began, when it was last used, and a mark of the password. The account itself is read for every
request, so that a changed role holds at once, and a changed password or a removed account ends
every session.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from hashlib import sha256
from hmac import compare_digest
from typing import ParamSpec, cast

from flask import abort, current_app, flash, g, redirect, request, session, url_for
from flask.sansio.app import App
from flask.typing import ResponseReturnValue

from school.database import Clock, Database
from school.staff import Role, Staff

LONGEST_SESSION = timedelta(hours=8)  # a working day
LONGEST_IDLE = timedelta(minutes=60)
LONGEST_HALF_IN = timedelta(minutes=5)  # between password and code
SEEN_AGAIN = timedelta(minutes=1)  # a new cookie no more often than this

FIRST_PAGES = {Role.FRONT_DESK: "desk.home"}
"""Where a role's work is, if not in the list of reports."""

SEES_HEALTH = frozenset({Role.ATTENDANCE, Role.ADMIN})
"""Who needs the reason of an absence for their work. The front desk does not."""

TOO_LONG_IDLE = "You were signed out after an hour without activity. Sign in to go on."
TOO_LONG = "You were signed out at the end of the working day. Sign in to go on."
CHANGED = "Your account was changed. Sign in again."
ENROL = "Your school asks for a second factor. Set it up to go on."
SIGNED_OUT = "You were signed out. Sign in to go on."

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Account:
    """The person signed in."""

    id: int
    email: str
    role: Role

    @property
    def sees_health(self) -> bool:
        """Whether reasons and transcripts are shown to this person."""
        return self.role in SEES_HEALTH


@dataclass(frozen=True, slots=True)
class Door:
    """Where the accounts are, and the time: what the guard must be handed."""

    database: Database
    clock: Clock
    passive: frozenset[str] = frozenset(
        {"worklist.news", "entry.keep", "desk.alerts", "desk.going_on", "desk.notices"}
    )


def install(app: App, door: Door) -> None:
    """Give the app's guard its door."""
    app.extensions["door"] = door


def signed_in(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Open a view to signed-in staff of these roles, or of every role when none is named.

    Anybody else is sent to sign in, and comes back to the page that was asked for.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            account = account_now()
            if account is None:
                back = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("sign_in.sign_in", next=back), code=303)
            if session.get("enrol") and request.blueprint != "own":
                flash(ENROL)
                return redirect(url_for("own.account"), code=303)
            if roles and account.role not in roles:
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return guard


def reader() -> Account:
    """The person signed in, in a view that only signed-in staff reach."""
    return cast("Account", g.account)


def account_now() -> Account | None:
    """The person signed in, read anew for this request; a session that is over is ended."""
    if "account" not in g:
        g.account = _account()
    return cast("Account | None", g.account)


def half_in(staff: Staff, now: datetime) -> None:
    """The password was right; the code of the second factor is still to come."""
    session.clear()
    session["half"] = [staff.id, now.timestamp(), _mark(staff)]


def half_in_now(now: datetime) -> int | None:
    """Whose password was right a moment ago; `still_half_in` tells if it still is."""
    staff_id, at, _ = session.get("half") or (None, 0.0, "")
    fresh = now.timestamp() - at < LONGEST_HALF_IN.total_seconds()
    return cast("int", staff_id) if staff_id is not None and fresh else None


def still_half_in(staff: Staff) -> bool:
    """Whether the password has not been changed since, nor the account closed."""
    _, _, mark = session["half"]
    return compare_digest(mark, _mark(staff)) and staff.closed_at is None


def enrolled() -> None:
    """The second factor is set up: every page is open again."""
    session.pop("enrol", None)


def first_page(role: Role) -> str:
    """The page that somebody of this role begins with."""
    return url_for(FIRST_PAGES.get(role, "worklist.reports"))


def begin(staff: Staff, now: datetime, *, must_enrol: bool = False) -> None:
    """Begin a session. Everything from before is dropped, the form token included."""
    session.clear()
    if must_enrol:
        session["enrol"] = True
    session["staff"] = staff.id
    session["since"] = session["seen"] = now.timestamp()
    session["mark"] = _mark(staff)


def end() -> None:
    """End the session of this browser."""
    session.clear()
    g.account = None


def _account() -> Account | None:
    door = cast("Door", current_app.extensions["door"])
    if "staff" not in session:
        return None
    now = door.clock()
    over = _over(now)
    if over:
        _end(over)
        return None
    with door.database.reading() as reading:
        staff = reading.get(Staff, session["staff"])
    if staff is None or not compare_digest(session["mark"], _mark(staff)):
        _end(CHANGED)
        return None
    if _ended(staff):
        _end(SIGNED_OUT)
        return None
    if request.endpoint in door.passive:  # a page that looks after itself is no sign of life
        return _account_of(staff)
    if now.timestamp() - session["seen"] > SEEN_AGAIN.total_seconds():
        session["seen"] = now.timestamp()
    return _account_of(staff)


def _account_of(staff: Staff) -> Account:
    return Account(staff.id, staff.email, Role(staff.role))


def _ended(staff: Staff) -> bool:
    """Whether the account was closed, or signed out after this session began."""
    began = datetime.fromtimestamp(session["since"], UTC)
    signed_out = staff.sessions_from is not None and began < staff.sessions_from
    return signed_out or staff.closed_at is not None


def _over(now: datetime) -> str | None:
    if now.timestamp() - session["since"] >= LONGEST_SESSION.total_seconds():
        return TOO_LONG
    if now.timestamp() - session["seen"] >= LONGEST_IDLE.total_seconds():
        return TOO_LONG_IDLE
    return None


def _end(why: str) -> None:
    session.clear()
    flash(why)


def _mark(staff: Staff) -> str:
    """Changes with the password, and tells nothing about it: the hash is salted."""
    return sha256(staff.password_hash.encode()).hexdigest()[:16]

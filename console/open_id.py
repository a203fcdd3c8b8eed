"""Signing in with the school's Google or Microsoft account, by OpenID Connect.

Who it is, and with which second factor, the provider decides; which accounts there are and what
they may do is decided here: nobody gets an account by having one there. An account is known by
the provider's own name for a person. The first time, a verified e-mail address links the two, or
somebody signed in links their own account themselves; an address that is not verified links
nothing, for at some providers people choose it freely.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import access
from console.office import Office
from school.audit import note
from school.staff import Role, Staff

log = logging.getLogger(__name__)

SECONDS = 10  # that a provider may take
DISCOVERY = "/.well-known/openid-configuration"
LONGEST_SUBJECT = 500
FAILED = "Signing in with your school’s account did not work. Try again, or use your password."
NOBODY = "There is no account here for this person. Ask an admin of your school to add one."
TAKEN = "This school account is linked with another account here."


@dataclass(frozen=True, slots=True)
class Provider:
    """Where people of the school sign in, and what we are called there."""

    issuer: str
    client_id: str
    client_secret: str


def blueprint(office: Office, provider: Provider | None) -> Blueprint:
    """The addresses under /staff/sign-in/school; none without a provider."""
    pages = Blueprint("open_id", __name__, url_prefix="/staff/sign-in/school")
    pages.app_context_processor(lambda: {"school_accounts": provider is not None})
    if provider is None:
        return pages
    oauth = OAuth()
    oauth.register(
        "school",
        server_metadata_url=provider.issuer.rstrip("/") + DISCOVERY,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": SECONDS,
        },
    )
    pages.record_once(lambda state: oauth.init_app(state.app))

    @pages.get("/")
    def go() -> ResponseReturnValue:
        try:
            answer: ResponseReturnValue = oauth.school.authorize_redirect(
                url_for("open_id.back", _external=True)
            )
        except (AuthlibBaseError, RequestException) as error:
            return _failed(error)
        return answer

    @pages.get("/back")
    def back() -> ResponseReturnValue:
        try:
            claims: Mapping[str, object] = oauth.school.authorize_access_token()["userinfo"]
        except (AuthlibBaseError, JoseError, RequestException, KeyError) as error:
            return _failed(error)
        return _signed_in(office, claims)

    return pages


def _signed_in(office: Office, claims: Mapping[str, object]) -> ResponseReturnValue:
    now, subject = office.clock(), f"{claims.get('iss')} {claims.get('sub')}"
    me = access.account_now()
    with office.database.begin() as session:
        known = session.scalar(select(Staff).where(Staff.subject == subject).with_for_update())
        if me is not None:
            said = _link(session, session.get_one(Staff, me.id), known, subject)
            note(session, now, me.email, "linked school account", f"staff:{me.id}", said)
        else:
            known = known or _by_address(session, claims, subject)
            if known is not None and known.closed_at is None:
                note(session, now, known.email, "signed in", f"staff:{known.id}", "school account")
    if me is not None:
        flash(said)
        return redirect(url_for("own.account"), code=303)
    if known is None or known.closed_at is not None:
        flash(NOBODY)
        return redirect(url_for("sign_in.sign_in"), code=303)
    access.begin(known, now)
    return redirect(access.first_page(Role(known.role)), code=303)


def _link(session: Session, mine: Staff, known: Staff | None, subject: str) -> str:
    """Link the account of somebody signed in; the sentence on it."""
    if known is not None and known.id != mine.id:
        return TAKEN
    mine.subject = subject[:LONGEST_SUBJECT]
    session.flush()
    return "Your school account is linked: from now on you can sign in with it."


def _by_address(session: Session, claims: Mapping[str, object], subject: str) -> Staff | None:
    """The account of this verified address, linked from now on; None if it is linked already."""
    if claims.get("email_verified") is not True or len(subject) > LONGEST_SUBJECT:
        return None
    address = str(claims.get("email", "")).strip().lower()
    staff = session.scalar(select(Staff).where(Staff.email == address).with_for_update())
    if staff is None or staff.subject is not None:
        return None
    staff.subject = subject
    return staff


def _failed(error: Exception) -> ResponseReturnValue:
    log.warning("school_sign_in_failed", extra={"kind": type(error).__name__})
    flash(FAILED)
    return redirect(url_for("sign_in.sign_in"), code=303)

"""Accounts, roles, the second factor and the settings."""

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from console.second_factor import STEP
from school.audit import AuditLine
from school.database import Database
from school.preferences import SECOND_FACTOR, prefer
from school.staff import Staff
from tests.console.parts import ADMIN, ATTENDANCE, FRONT_DESK, NOW, PASSWORD, Visitor
from tests.support.clock import StandingClock

NEW = "a wholly new password"


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Browsers beside each other: none keeps its last request open."""
    return Visitor(app.test_client())


@pytest.fixture
def admin(visitor: Visitor) -> Visitor:
    visitor.signs_in(ADMIN)
    return visitor


def posts(visitor: Visitor, path: str, **form: str) -> str:
    data = {"csrf_token": visitor.token("/staff/account/"), **form}
    return visitor.client.post(path, data=data, follow_redirects=True).text


def number_of(database: Database, email: str) -> int:
    with database.reading() as session:
        return session.scalars(select(Staff.id).where(Staff.email == email)).one()


def audit(database: Database) -> list[str]:
    with database.reading() as session:
        return [line.did for line in session.scalars(select(AuditLine).order_by(AuditLine.id))]


def test_an_admin_adds_an_account_with_a_password_shown_once(
    admin: Visitor, app: Flask, filled: Database
) -> None:
    page = posts(admin, "/staff/accounts/add", email="new@school.example", role="front-desk")
    shown = re.search(r"<code>([^<]+)</code>", page)
    assert shown
    assert shown[1] not in admin.opens("/staff/accounts/").text
    other = app.test_client()
    assert Visitor(other).signs_in("new@school.example", shown[1]).status_code == 303
    assert "added account" in audit(filled)


def test_an_account_that_cannot_be_is_said_beside_the_field(admin: Visitor) -> None:
    page = posts(admin, "/staff/accounts/add", email="nonsense", role="admin")
    assert "nonsense is no e-mail address." in page
    assert 'value="nonsense"' in page


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(
    admin: Visitor, app: Flask, filled: Database
) -> None:
    path = f"/staff/accounts/{number_of(filled, ATTENDANCE)}"
    other = app.test_client()
    clerk = Visitor(other)
    clerk.signs_in()
    posts(admin, path, act="close")
    assert clerk.opens("/staff/").status_code == 303
    assert clerk.signs_in().status_code == 403
    posts(admin, path, act="open")
    assert clerk.signs_in().status_code == 303


def test_a_new_role_holds_at_once(admin: Visitor, app: Flask, filled: Database) -> None:
    other = app.test_client()
    clerk = Visitor(other)
    clerk.signs_in()
    path = f"/staff/accounts/{number_of(filled, ATTENDANCE)}"
    posts(admin, path, act="role", role="front-desk")
    assert clerk.opens("/staff/out/").status_code == 403


def test_the_last_admin_stays_one(admin: Visitor, filled: Database) -> None:
    path = f"/staff/accounts/{number_of(filled, ADMIN)}"
    for act in ({"act": "close"}, {"act": "role", "role": "attendance"}):
        assert "This is the only admin" in posts(admin, path, **act)
    assert admin.opens("/staff/accounts/").status_code == 200


@pytest.mark.parametrize("form", [{}, {"act": "role", "role": "king"}, {"act": "nonsense"}])
def test_an_act_that_is_none_changes_nothing(
    admin: Visitor, filled: Database, form: dict[str, str]
) -> None:
    path = f"/staff/accounts/{number_of(filled, ATTENDANCE)}"
    assert "could not be read" in posts(admin, path, **form)
    assert "There is nothing here" in posts(admin, "/staff/accounts/99", act="close")


@pytest.mark.parametrize("email", [ATTENDANCE, FRONT_DESK])
def test_accounts_are_for_admins(visitor: Visitor, email: str) -> None:
    visitor.signs_in(email)
    assert visitor.opens("/staff/accounts/").status_code == 403
    assert "not open to you" in posts(visitor, "/staff/accounts/add", email="x@y.example")


def test_one_changes_ones_own_password(clerk: Visitor, app: Flask) -> None:
    path = "/staff/account/password"
    assert "This is not your password." in posts(clerk, path, old="x", new=NEW)
    assert "12 characters or more" in posts(clerk, path, old=PASSWORD, new="short")
    other = app.test_client()
    elsewhere = Visitor(other)
    elsewhere.signs_in()
    assert "Your password is changed." in posts(clerk, path, old=PASSWORD, new=NEW)
    assert clerk.opens("/staff/").status_code == 200
    assert elsewhere.opens("/staff/").status_code == 303
    assert elsewhere.signs_in(password=NEW).status_code == 303


def enrols(visitor: Visitor, clock: StandingClock) -> pyotp.TOTP:
    """Scan the square; the app that shows the codes from now on."""
    shown = re.search(r"<code>([A-Z2-7]+)</code>", visitor.opens("/staff/account/").text)
    assert shown
    app = pyotp.TOTP(shown[1])
    assert "This code does not fit" in posts(visitor, "/staff/account/second-factor", code="000000")
    said = posts(visitor, "/staff/account/second-factor", code=app.at(clock()))
    assert "you sign in with a code, too" in said
    return app


def enters(visitor: Visitor, code: str) -> int:
    form = {"csrf_token": visitor.token("/staff/sign-in/code"), "code": code}
    return visitor.client.post("/staff/sign-in/code", data=form).status_code


def test_with_a_second_factor_the_password_alone_opens_nothing(
    clerk: Visitor, clock: StandingClock, filled: Database
) -> None:
    phone = enrols(clerk, clock)
    with filled.reading() as session:
        assert phone.secret not in str(session.scalars(select(Staff.totp_secret)).all())
    clerk.signs_out()
    clock.go_on(minutes=1)
    answer = clerk.signs_in()
    assert answer.location == "/staff/sign-in/code"
    assert clerk.opens("/staff/").status_code == 303
    assert enters(clerk, "123456") == 403
    code = phone.at(clock())
    assert enters(clerk, f"{code[:3]} {code[3:]}") == 303
    assert clerk.opens("/staff/").status_code == 200


def test_a_code_is_taken_once(clerk: Visitor, clock: StandingClock) -> None:
    phone = enrols(clerk, clock)
    clerk.signs_out()
    clock.go_on(minutes=1)
    clerk.signs_in()
    assert enters(clerk, phone.at(clock())) == 303
    clerk.signs_out()
    clock.go_on(seconds=1)
    clerk.signs_in()
    assert enters(clerk, phone.at(clock())) == 403
    assert enters(clerk, phone.at(clock() - timedelta(seconds=STEP))) == 403


def test_guessed_codes_lock_the_account(clerk: Visitor, clock: StandingClock) -> None:
    phone = enrols(clerk, clock)
    clerk.signs_out()
    clock.go_on(minutes=1)
    clerk.signs_in()
    for _ in range(5):
        enters(clerk, "000000")
    assert enters(clerk, phone.at(clock())) == 403


def test_between_password_and_code_five_minutes_may_pass(
    clerk: Visitor, clock: StandingClock
) -> None:
    phone = enrols(clerk, clock)
    clerk.signs_out()
    clock.go_on(minutes=1)
    clerk.signs_in()
    form = {"csrf_token": clerk.token("/staff/sign-in/code"), "code": phone.at(clock())}
    clock.go_on(minutes=5)
    answer = clerk.client.post("/staff/sign-in/code", data=form)
    assert answer.location == "/staff/sign-in"


def test_a_second_factor_outlives_a_change_of_the_secret_key_and_no_session_does(
    clerk: Visitor, app: Flask, clock: StandingClock
) -> None:
    phone = enrols(clerk, clock)
    old, app.secret_key = app.secret_key, "another key of the tests"
    app.config["OLD_SECRET_KEYS"] = (old,)
    assert clerk.opens("/staff/").status_code == 303
    for keys_before in ((old,), ()):  # sealed anew at the first sign-in, it needs the old no more
        app.config["OLD_SECRET_KEYS"] = keys_before
        clock.go_on(minutes=1)
        visitor = Visitor(app.test_client())
        visitor.signs_in()
        assert enters(visitor, phone.at(clock())) == 303
        assert visitor.opens("/staff/").status_code == 200


@pytest.mark.parametrize("act", ["password", "close"])
def test_who_is_half_in_stays_out_when_the_account_is_changed_meanwhile(
    clerk: Visitor, app: Flask, clock: StandingClock, filled: Database, act: str
) -> None:
    """A password that was found out is of no use once it is another one."""
    phone = enrols(clerk, clock)
    clerk.signs_out()
    clock.go_on(minutes=1)
    clerk.signs_in()
    admin = Visitor(app.test_client())
    admin.signs_in(ADMIN)
    posts(admin, f"/staff/accounts/{number_of(filled, ATTENDANCE)}", act=act)
    assert enters(clerk, phone.at(clock())) == 403
    assert clerk.opens("/staff/").status_code == 303


def test_a_school_may_ask_everybody_for_a_second_factor(
    visitor: Visitor, filled: Database, clock: StandingClock
) -> None:
    with filled.begin() as session:
        prefer(session, SECOND_FACTOR, True, ADMIN, NOW)
    visitor.signs_in()
    assert visitor.opens("/staff/").location == "/staff/account/"
    enrols(visitor, clock)
    assert visitor.opens("/staff/").status_code == 200


def test_an_admin_switches_a_lost_telephones_factor_off(
    clerk: Visitor, app: Flask, clock: StandingClock, filled: Database
) -> None:
    enrols(clerk, clock)
    other = app.test_client()
    admin = Visitor(other)
    admin.signs_in(ADMIN)
    posts(admin, f"/staff/accounts/{number_of(filled, ATTENDANCE)}", act="no-factor")
    clerk.signs_out()
    clock.go_on(seconds=1)
    assert clerk.signs_in().location == "/staff/"


def test_settings_are_kept_and_in_the_audit(admin: Visitor, filled: Database) -> None:
    page = posts(admin, "/staff/accounts/settings", tell_confirmed="yes")
    assert "The settings are saved." in page
    assert "changed setting" not in audit(filled)  # they were so before
    posts(admin, "/staff/accounts/settings")
    assert audit(filled).count("changed setting") == 1


def test_a_copied_cookie_is_worth_nothing_after_signing_out(
    clerk: Visitor, app: Flask, clock: StandingClock
) -> None:
    cookie = clerk.client.get_cookie("absence_line")
    assert cookie is not None
    clock.go_on(seconds=1)
    clerk.signs_out()
    thief = app.test_client()
    thief.set_cookie("absence_line", cookie.value)
    assert thief.get("/staff/").status_code == 303


def test_a_page_that_looks_after_itself_does_not_keep_anybody_signed_in(
    clerk: Visitor, clock: StandingClock
) -> None:
    for _ in range(7):
        clock.go_on(minutes=10)
        last = clerk.opens("/staff/news").status_code
    assert last == 303

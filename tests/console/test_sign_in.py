"""Signing in and out, and how long it lasts."""

from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import select

from school.audit import AuditLine
from school.database import Database
from school.staff import Staff
from tests.console.parts import ADMIN, ATTENDANCE, FRONT_DESK, PASSWORD, Visitor, console_app
from tests.support.clock import StandingClock


def test_the_right_password_leads_to_the_reports(visitor: Visitor) -> None:
    answer = visitor.signs_in()
    assert (answer.status_code, answer.location) == (303, "/staff/")
    assert visitor.opens("/staff/").status_code == 200


def test_the_address_may_be_written_in_any_case_and_with_spaces(visitor: Visitor) -> None:
    assert visitor.signs_in(email=f"  {ATTENDANCE.upper()} ").status_code == 303


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (ATTENDANCE, "a wrong password"),
        (ATTENDANCE, PASSWORD.upper()),
        ("nobody@school.example", PASSWORD),
        ("no address", PASSWORD),
        ("a\x00b@school.example", PASSWORD),
        (ATTENDANCE, "\x00"),
        ("a" * 300 + "@school.example", PASSWORD),
        (ATTENDANCE, "p" * 5_000),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ],
)
def test_everything_else_gets_the_same_answer(visitor: Visitor, email: str, password: str) -> None:
    answer = visitor.signs_in(email, password)
    assert answer.status_code in (400, 403)
    assert "The e-mail address or the password is not right." in answer.text
    assert visitor.opens("/staff/").status_code == 303


def test_an_unknown_address_takes_as_long_as_a_wrong_password(visitor: Visitor) -> None:
    def seconds(email: str) -> float:
        token = visitor.token()
        begun = perf_counter()
        visitor.client.post(
            "/staff/sign-in",
            data={"csrf_token": token, "email": email, "password": "a wrong password"},
        )
        return perf_counter() - begun

    seconds("nobody@school.example")  # the first use of the hasher is slower
    pairs = [(seconds("nobody@school.example"), seconds(ATTENDANCE)) for _ in range(4)]
    unknown, wrong = (min(times) for times in zip(*pairs, strict=True))  # the least disturbed
    assert 0.4 < unknown / wrong < 2.5  # without a hash it would be a twentieth


def test_what_was_typed_is_kept_and_the_password_is_not(visitor: Visitor) -> None:
    page = visitor.signs_in('"><script>alert(1)</script>', "a wrong password").text
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert "<script>" not in page
    assert "a wrong password" not in page


def test_an_empty_form_names_each_field_beside_it_and_on_top(visitor: Visitor) -> None:
    answer = visitor.signs_in("", "")
    assert answer.status_code == 400
    for field, sentence in (
        ("email", "Enter your e-mail address."),
        ("password", "Enter your password."),
    ):
        assert f'<a href="#{field}">{sentence}</a>' in answer.text
        assert f'id="{field}-error">{sentence}' in answer.text
    assert "2 things to put right" in answer.text
    assert "<title>Error: Sign in" in answer.text


def test_five_wrong_passwords_close_the_account_for_a_while(
    visitor: Visitor, clock: StandingClock
) -> None:
    for _ in range(5):
        visitor.signs_in(password="a wrong password")
    closed = visitor.signs_in()
    assert closed.status_code == 403
    clock.go_on(minutes=16)
    assert visitor.signs_in().status_code == 303


def test_a_locked_account_does_not_lock_the_others(visitor: Visitor) -> None:
    for _ in range(6):
        visitor.signs_in(password="a wrong password")
    assert visitor.signs_in(ADMIN).status_code == 303


def test_a_form_without_its_token_signs_nobody_in(visitor: Visitor) -> None:
    answer = visitor.client.post("/staff/sign-in", data={"email": ATTENDANCE, "password": PASSWORD})
    assert answer.status_code == 400
    assert "nothing was sent" in answer.text
    assert f'value="{ATTENDANCE}"' in answer.text
    assert visitor.opens("/staff/").status_code == 303


def test_a_token_of_another_browser_is_refused(app: Flask, visitor: Visitor) -> None:
    with app.test_client() as other:
        stolen = Visitor(other).token()
    visitor.token()
    answer = visitor.client.post(
        "/staff/sign-in", data={"csrf_token": stolen, "email": ATTENDANCE, "password": PASSWORD}
    )
    assert answer.status_code == 400


def test_a_token_from_before_signing_in_is_worth_nothing_after(visitor: Visitor) -> None:
    before = visitor.token()
    visitor.signs_in()
    answer = visitor.client.post("/staff/sign-out", data={"csrf_token": before})
    assert answer.status_code == 400
    assert visitor.opens("/staff/").status_code == 200


def test_an_old_page_signs_out_only_whoever_it_was_made_for(
    clerk: Visitor, clock: StandingClock
) -> None:
    old = clerk.token("/staff/")
    clock.go_on(minutes=61)
    clerk.opens("/staff/")  # the session ends
    answer = clerk.client.post("/staff/sign-out", data={"csrf_token": old})
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in")
    clerk.signs_in()
    answer = clerk.client.post("/staff/sign-out", data={"csrf_token": old})
    assert answer.status_code == 400
    assert "This page was open for too long" in answer.text
    assert clerk.opens("/staff/").status_code == 200


def test_nobody_is_signed_out_by_a_link_or_a_foreign_form(clerk: Visitor) -> None:
    assert clerk.opens("/staff/sign-out").status_code == 405
    assert clerk.client.post("/staff/sign-out").status_code == 400
    assert clerk.opens("/staff/").status_code == 200


def test_signing_out_ends_it(clerk: Visitor) -> None:
    answer = clerk.signs_out()
    assert (answer.status_code, answer.location) == (303, "/staff/sign-in")
    assert "You are signed out." in clerk.opens("/staff/sign-in").text
    assert clerk.opens("/staff/").status_code == 303


def test_signing_in_and_out_is_in_the_audit(clerk: Visitor, filled: Database) -> None:
    clerk.signs_out()
    with filled.reading() as session:
        deeds = [(line.who, line.did) for line in session.scalars(select(AuditLine))]
    assert deeds == [(ATTENDANCE, "signed in"), (ATTENDANCE, "signed out")]


@pytest.mark.parametrize(
    ("email", "first"), [(ATTENDANCE, "/staff/"), (ADMIN, "/staff/"), (FRONT_DESK, "/desk/")]
)
@pytest.mark.parametrize("asked", ["/staff/sign-in", "/staff/"])
def test_each_role_lands_where_its_work_is(
    visitor: Visitor, email: str, first: str, asked: str
) -> None:
    answer = visitor.opens(asked)
    form = answer.location if answer.status_code == 303 else asked
    assert visitor.signs_in(email, path=form).location == first
    assert visitor.opens("/staff/sign-in").location == first  # now signed in


def test_the_front_desk_still_comes_back_to_a_report_it_asked_for(visitor: Visitor) -> None:
    asked = visitor.opens("/staff/reports/1")
    assert visitor.signs_in(FRONT_DESK, path=asked.location).location == "/staff/reports/1"


def test_the_way_leads_back_to_the_page_that_was_asked_for(visitor: Visitor) -> None:
    asked = visitor.opens("/staff/?status=all&day=2026-11-24")
    assert asked.status_code == 303
    answer = visitor.signs_in(path=asked.location)
    assert answer.location == "/staff/?status=all&day=2026-11-24"


@pytest.mark.parametrize(
    "foreign",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "%20//evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "evil.example",
        "//[",
        "",
    ],
)
def test_no_way_leads_to_another_site(visitor: Visitor, foreign: str) -> None:
    path = f"/staff/sign-in?next={foreign}"
    assert visitor.signs_in(path=path).location == "/staff/"
    assert visitor.opens(path).location == "/staff/"  # now signed in


def test_an_hour_without_activity_ends_the_session(clerk: Visitor, clock: StandingClock) -> None:
    clock.go_on(minutes=60)
    answer = clerk.opens("/staff/")
    assert answer.status_code == 303
    assert "after an hour without activity" in clerk.opens(answer.location).text


def test_activity_keeps_it_for_a_working_day_and_no_longer(
    clerk: Visitor, clock: StandingClock
) -> None:
    for _ in range(9):
        clock.go_on(minutes=50)
        assert clerk.opens("/staff/").status_code == 200
    clock.go_on(minutes=31)
    answer = clerk.opens("/staff/")
    assert answer.status_code == 303
    assert "at the end of the working day" in clerk.opens(answer.location).text


def test_a_new_password_ends_the_sessions_of_the_old_one(clerk: Visitor, filled: Database) -> None:
    with filled.begin() as session:
        account = session.scalars(select(Staff).where(Staff.email == ATTENDANCE)).one()
        account.password_hash = "$argon2id$another"
    answer = clerk.opens("/staff/")
    assert answer.status_code == 303
    assert "Your account was changed." in clerk.opens(answer.location).text


def test_a_removed_account_is_out_at_once(clerk: Visitor, filled: Database) -> None:
    with filled.begin() as session:
        session.delete(session.scalars(select(Staff).where(Staff.email == ATTENDANCE)).one())
    assert clerk.opens("/staff/").status_code == 303


@pytest.mark.parametrize("cookie", ["", "nonsense", "eyJzdGFmZiI6MX0.aaaaaa.bbbbbbbbbbbbbbbbbb"])
def test_a_made_up_cookie_opens_nothing(app: Flask, cookie: str) -> None:
    with app.test_client() as client:
        client.set_cookie("absence_line", cookie)
        assert client.get("/staff/").status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(visitor: Visitor) -> None:
    cookie = visitor.signs_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_on_https_the_cookie_never_goes_without(filled: Database, clock: StandingClock) -> None:
    with console_app(filled, clock, https=True).test_client() as client:
        answer = client.get("/staff/sign-in", base_url="https://line.school.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"

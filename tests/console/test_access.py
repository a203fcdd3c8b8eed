"""Every address is signed in, token-guarded or named here as open."""

from collections.abc import Iterator

import pytest
from flask import Flask, abort
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from console.access import signed_in
from school.database import Database
from school.staff import Role
from tests.console.parts import (
    ADMIN,
    ATTENDANCE,
    FRONT_DESK,
    ROLES,
    Visitor,
    console_app,
)
from tests.support.clock import StandingClock

OPEN = {
    "sign_in.sign_in",  # the way in
    "sign_in.signing_in",
    "sign_in.code",  # its second step
    "sign_in.with_code",
    "sign_in.sign_out",  # the way out: a form token guards it
    "look.static",  # stylesheet and icon
    "health.alive",  # figures without a name in them, for the operator
    "health.ready",
    "health.metrics",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def ways_in(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted(set(METHODS) & set(rule.methods or ())):
            yield rule, method


def test_no_address_is_open_that_is_not_named(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False  # the guard alone must refuse
    tried = 0
    with app.test_client() as stranger:
        for rule, method in ways_in(app):
            if rule.endpoint in OPEN:
                continue
            path = rule.build(dict.fromkeys(rule.arguments, 1))
            assert path is not None
            answer = stranger.open(path[1], method=method)
            tried += 1
            if rule.rule.startswith("/api/"):
                assert answer.status_code == 401, rule
                assert answer.headers["WWW-Authenticate"].startswith("Bearer"), rule
            else:
                assert answer.status_code == 303, rule
                assert answer.location.startswith("/staff/sign-in"), rule
    assert tried >= 3
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= OPEN


def test_every_form_is_refused_without_its_token(app: Flask, clerk: Visitor) -> None:
    for rule, method in ways_in(app):
        if method != "GET":
            path = rule.build(dict.fromkeys(rule.arguments, 1))
            assert path is not None
            assert clerk.client.open(path[1], method=method).status_code == 400, rule


@pytest.fixture
def with_a_room_for_admins(filled: Database, clock: StandingClock) -> Iterator[Visitor]:
    app = console_app(filled, clock)

    @app.get("/staff/for-admins")
    @signed_in(Role.ADMIN)
    def accounts() -> ResponseReturnValue:
        return "accounts"

    @app.get("/staff/broken")
    @signed_in()
    def broken() -> ResponseReturnValue:
        abort(500)

    with app.test_client() as client:
        yield Visitor(client)


@pytest.mark.parametrize("email", [ATTENDANCE, FRONT_DESK])
def test_another_role_is_told_so_in_words(with_a_room_for_admins: Visitor, email: str) -> None:
    with_a_room_for_admins.signs_in(email)
    answer = with_a_room_for_admins.opens("/staff/for-admins")
    assert answer.status_code == 403
    assert "This page is not open to you" in answer.text


def test_the_role_named_comes_in(with_a_room_for_admins: Visitor) -> None:
    with_a_room_for_admins.signs_in(ADMIN)
    assert with_a_room_for_admins.opens("/staff/for-admins").text == "accounts"


def test_a_failure_is_a_page_with_words_and_no_traceback(with_a_room_for_admins: Visitor) -> None:
    with_a_room_for_admins.signs_in()
    answer = with_a_room_for_admins.opens("/staff/broken")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert "Traceback" not in answer.text


ADMINS = frozenset({Role.ADMIN})
DECIDERS = frozenset({Role.ADMIN, Role.ATTENDANCE})
EVERYBODY = frozenset(Role)
FOR_ALL = {
    "worklist.reports",
    "worklist.news",
    "worklist.beside",
    "entry.report",
    "entry.students",
    "entry.note_in",
    "school_year.calendar",
}
ROOMS = {
    "worklist": DECIDERS,
    "entry": DECIDERS,
    "out": DECIDERS,
    "by_hand": DECIDERS,
    "recorded": DECIDERS,
    "listening": DECIDERS,
    "pictures": DECIDERS,
    "statistics": DECIDERS,
    "roster": DECIDERS,
    "accounts": ADMINS,
    "audit": ADMINS,
    "own": EVERYBODY,
    "messages": EVERYBODY,
    "school_year": DECIDERS,
    "desk": EVERYBODY,
}
"""Whom each room is open to, but for what is open to all."""
ONLY_ADMINS = {"roster.dry_run", "roster.import_files"}


def whom(endpoint: str) -> frozenset[Role]:
    """The roles that an address is for; a room that is not named above fails the test."""
    if endpoint in FOR_ALL:
        return EVERYBODY
    return ADMINS if endpoint in ONLY_ADMINS else ROOMS[endpoint.partition(".")[0]]


@pytest.mark.parametrize("email", [ATTENDANCE, FRONT_DESK, ADMIN])
def test_every_address_refuses_the_wrong_role_and_only_it(
    app: Flask, visitor: Visitor, email: str
) -> None:
    visitor.signs_in(email)
    app.config["WTF_CSRF_ENABLED"] = False
    tried = 0
    for rule, method in ways_in(app):
        if rule.endpoint in OPEN or rule.rule.startswith(("/api/", "/desk/")):
            continue
        path = rule.build(dict.fromkeys(rule.arguments, 1))
        assert path is not None
        if rule.endpoint.startswith("own.") and method == "POST":
            continue  # would change the password that this test signs in with
        refused = visitor.client.open(path[1], method=method).status_code == 403
        assert refused == (ROLES[email] not in whom(rule.endpoint)), f"{method} {rule}"
        tried += 1
    assert tried > 30

"""Who may sign in, and which systems may read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from school.audit import AuditLine
from school.database import Database
from school.staff import (
    LOCKED_FOR,
    MOST_FAILURES,
    ApiToken,
    Role,
    Staff,
    StaffRefused,
    add_staff,
    add_token,
    remove_token,
    token_name,
    tokens,
    verify_password,
)

NOW = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)
CLERK = "clerk@example.org"
PASSWORD = "seven green chairs"
WRONG = "seven green tables"


@pytest.fixture
def clerk(database: Database) -> Database:
    with database.begin() as session:
        add_staff(session, CLERK, Role.ATTENDANCE, PASSWORD, NOW)
    return database


def signs_in(
    database: Database, password: str, now: datetime = NOW, email: str = CLERK
) -> Staff | None:
    return verify_password(database, email, password, now)


def test_the_right_password_opens_the_account(clerk: Database) -> None:
    staff = signs_in(clerk, PASSWORD)
    assert staff is not None
    assert (staff.email, staff.role) == (CLERK, "attendance")


def test_an_address_is_the_same_in_capitals_and_with_spaces(clerk: Database) -> None:
    assert signs_in(clerk, PASSWORD, email=" Clerk@Example.ORG ") is not None


def test_a_password_is_the_same_from_a_keyboard_that_composes_its_accents(
    database: Database,
) -> None:
    with database.begin() as session:
        add_staff(session, CLERK, Role.ADMIN, "contrase\u00f1a muy larga", NOW)
    assert signs_in(database, "contrasen\u0303a muy larga") is not None


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (CLERK, WRONG),
        (CLERK, ""),
        (CLERK, PASSWORD.upper()),
        (CLERK, "\ud83d\x00" * 20),
        ("nobody@example.org", PASSWORD),
        ("", PASSWORD),
        ("clerk@example.org\x00", PASSWORD),
    ],
)
def test_anything_else_opens_nothing(clerk: Database, email: str, password: str) -> None:
    assert signs_in(clerk, password, email=email) is None


def test_the_password_itself_is_not_kept(clerk: Database) -> None:
    with clerk.reading() as session:
        kept = session.scalars(select(Staff.password_hash)).one()
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(clerk: Database) -> None:
    for _ in range(MOST_FAILURES):
        assert signs_in(clerk, WRONG) is None
    assert signs_in(clerk, PASSWORD) is None
    assert signs_in(clerk, PASSWORD, NOW + LOCKED_FOR - timedelta(seconds=1)) is None
    assert signs_in(clerk, PASSWORD, NOW + LOCKED_FOR) is not None


def test_guesses_at_a_locked_account_do_not_lock_it_for_longer(clerk: Database) -> None:
    for _ in range(MOST_FAILURES * 3):
        signs_in(clerk, WRONG)
    assert signs_in(clerk, PASSWORD, NOW + LOCKED_FOR) is not None


def test_after_a_lock_five_more_guesses_are_needed_to_lock_again(clerk: Database) -> None:
    for _ in range(MOST_FAILURES):
        signs_in(clerk, WRONG)
    later = NOW + LOCKED_FOR
    assert signs_in(clerk, WRONG, later) is None
    assert signs_in(clerk, PASSWORD, later) is not None


def test_guesses_made_at_once_are_counted_one_by_one(clerk: Database) -> None:
    with ThreadPoolExecutor(MOST_FAILURES) as pool:
        list(pool.map(lambda _: signs_in(clerk, WRONG), range(MOST_FAILURES)))
    assert signs_in(clerk, PASSWORD) is None


def test_an_unknown_address_takes_as_long_as_a_wrong_password(clerk: Database) -> None:
    def shortest(email: str) -> float:
        times = []
        for _ in range(3):
            begun = perf_counter()
            signs_in(clerk, WRONG, email=email)
            times.append(perf_counter() - begun)
        return min(times)

    assert shortest("nobody@example.org") > shortest(CLERK) / 4  # hashing is nearly all of it


def test_the_right_password_forgets_the_wrong_ones(clerk: Database) -> None:
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            signs_in(clerk, WRONG)
        assert signs_in(clerk, PASSWORD) is not None


def test_an_older_hash_is_made_anew_at_the_next_sign_in(clerk: Database) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with clerk.begin() as session:
        session.scalars(select(Staff)).one().password_hash = old
    assert signs_in(clerk, WRONG) is None
    assert signs_in(clerk, PASSWORD) is not None
    with clerk.reading() as session:
        assert session.scalars(select(Staff.password_hash)).one() != old
    assert signs_in(clerk, PASSWORD) is not None


@pytest.mark.parametrize(
    ("email", "role", "password", "sentence"),
    [
        ("clerk", "admin", PASSWORD, "clerk is no e-mail address."),
        ("", "admin", PASSWORD, "is no e-mail address."),
        ("a b@example.org", "admin", PASSWORD, "is no e-mail address."),
        ("b@example.org", "principal", PASSWORD, "choose one of attendance, front-desk, admin"),
        ("b@example.org", "admin", "elevensigns", "needs 12 characters or more."),
        (CLERK.upper(), "admin", PASSWORD, "clerk@example.org has an account already."),
    ],
)
def test_an_account_that_cannot_be_is_refused_in_words(
    clerk: Database, email: str, role: str, password: str, sentence: str
) -> None:
    with clerk.begin() as session, pytest.raises(StaffRefused, match=sentence):
        add_staff(session, email, role, password, NOW)


def test_a_token_is_known_by_its_name_and_only_its_hash_is_kept(database: Database) -> None:
    with database.begin() as session:
        token = add_token(session, "district", NOW)
        other = add_token(session, "nurse", NOW)
    with database.begin() as session:
        assert token_name(session, token, NOW) == "district"
        assert token_name(session, other, NOW) == "nurse"
        hashes = session.scalars(select(ApiToken.token_hash)).all()
    assert all(token not in kept for kept in hashes)


@pytest.mark.parametrize("token", ["", "district", "absence_line_", "\ud83d", "x" * 5000])
def test_an_unknown_token_is_nobodys(database: Database, token: str) -> None:
    with database.begin() as session:
        add_token(session, "district", NOW)
        assert token_name(session, token, NOW) is None


def test_the_use_of_a_token_is_noted_once_a_minute(database: Database) -> None:
    def used(now: datetime) -> datetime | None:
        with database.begin() as session:
            token_name(session, token, now)
        with database.reading() as session:
            return session.scalars(select(ApiToken.last_used_at)).one()

    with database.begin() as session:
        token = add_token(session, "district", NOW)
    assert used(NOW) == NOW
    assert used(NOW + timedelta(seconds=59)) == NOW
    assert used(NOW + timedelta(seconds=60)) == NOW + timedelta(seconds=60)


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "two\nlines", "district"])
def test_a_token_needs_a_name_of_its_own(database: Database, name: str) -> None:
    with database.begin() as session:
        add_token(session, "district", NOW)
        with pytest.raises(StaffRefused):
            add_token(session, name, NOW)


def test_a_removed_token_is_worth_nothing_and_leaves_its_name_for_another(
    database: Database,
) -> None:
    with database.begin() as session:
        stolen, nurse = (add_token(session, name, NOW) for name in ("district", "nurse"))
        remove_token(session, "district", NOW)
        assert token_name(session, stolen, NOW) is None
        assert token_name(session, nurse, NOW) == "nurse"
        assert token_name(session, add_token(session, "district", NOW), NOW) == "district"
        assert token_name(session, stolen, NOW) is None
        assert [token.name for token in tokens(session)] == ["district", "nurse"]
        with pytest.raises(StaffRefused, match=r"no token named clinic.*token list"):
            remove_token(session, "clinic", NOW)


def test_making_and_removing_a_token_is_in_the_audit(database: Database) -> None:
    with database.begin() as session:
        add_token(session, "district", NOW)
        remove_token(session, "district", NOW)
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
        assert [(line.did, line.subject, line.detail) for line in lines] == [
            ("added token", "token:1", "district"),
            ("removed token", "token:1", "district"),
        ]


def test_nobody_waits_for_the_database_while_a_password_is_worked_out(clerk: Database) -> None:
    with clerk.begin() as session:  # a call's turn is being kept
        add_staff(session, "other@example.org", Role.ADMIN, PASSWORD, NOW)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(verify_password, clerk, "nobody@example.org", PASSWORD, NOW)
            assert asked.result(timeout=4) is None  # SQLite would wait five seconds and fail


def test_a_closed_account_opens_nothing(clerk: Database) -> None:
    with clerk.begin() as session:
        session.scalars(select(Staff)).one().closed_at = NOW
    assert signs_in(clerk, PASSWORD) is None


def test_a_new_account_and_a_lock_are_in_the_audit(clerk: Database) -> None:
    for _ in range(MOST_FAILURES):
        signs_in(clerk, WRONG)
    with clerk.reading() as session:
        lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
        assert [line.did for line in lines] == ["added account", "locked account"]

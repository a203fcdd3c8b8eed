"""Staff accounts and their roles, and the tokens of other systems.

Passwords are kept as Argon2 hashes, tokens as SHA-256: a stolen table opens nothing. Five wrong
passwords lock an account for a quarter of an hour.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.audit import note
from school.database import Base, Database, UtcDateTime
from school.emails import is_email

SHORTEST_PASSWORD = 12
LONGEST_TOKEN_NAME = 100
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
COMMAND_LINE = "line"  # who did it, in the audit, where no account did
USE_IS_NOTED_EVERY = timedelta(minutes=1)  # each note is a write; a poll comes every few seconds
TOKEN_MARK = "absence_line_"  # noqa: S105  (no password: tells people and scanners what it is)

# OWASP's setting with the least memory: a small machine serves calls while somebody signs in.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class StaffRefused(Exception):
    """An account or a token cannot be made; the sentence says why."""


class Role(StrEnum):
    """What an account may do."""

    ATTENDANCE = "attendance"
    FRONT_DESK = "front-desk"
    ADMIN = "admin"


class Staff(Base):
    """One account. The address is kept in lower case."""

    __tablename__ = "staff"
    __table_args__ = (Index(None, "subject", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(default=0)  # since the last sign-in
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sessions_from: Mapped[datetime | None] = mapped_column(UtcDateTime)  # older ones are over
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # nobody signs in any more
    totp_secret: Mapped[str | None] = mapped_column(Text)  # encrypted
    totp_step: Mapped[int | None]  # of the last code taken: none is taken twice
    # Who it is at the school's sign-in provider: "ISSUER SUBJECT".
    subject: Mapped[str | None] = mapped_column(String(500))


class ApiToken(Base):
    """A token of another system: only its hash is kept, so a stolen table opens nothing."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def add_staff(
    session: Session, email: str, role: str, password: str, now: datetime, who: str = COMMAND_LINE
) -> Staff:
    """Make an account; `who` makes it: the command line, unless an admin does.

    Raises:
        StaffRefused: no such role, a bad address or one that has an account, a short password.
    """
    address = _address(email)
    if role not in tuple(Role):
        raise StaffRefused(f"There is no role {role}: choose one of {', '.join(Role)}.")
    if not is_email(address):
        raise StaffRefused(f"{email} is no e-mail address.")
    if len(password) < SHORTEST_PASSWORD:
        raise StaffRefused(f"The password needs {SHORTEST_PASSWORD} characters or more.")
    if _account(session, address) is not None:
        raise StaffRefused(f"{address} has an account already.")
    staff = Staff(
        email=address, role=role, password_hash=_hash(password), failures=0, created_at=now
    )
    session.add(staff)
    session.flush()
    note(session, now, who, "added account", f"staff:{staff.id}", f"{address}, {role}")
    return staff


def verify_password(database: Database, email: str, password: str, now: datetime) -> Staff | None:
    """The account that these open; None for any reason, which is not told apart.

    The hash is worked out between two transactions: on SQLite the turn of a call would wait for
    it. Whether the account is locked is asked after that, and guesses made at once are counted
    one by one. An unknown address and a locked account take as long as a wrong password: the time
    betrays neither.
    """
    address = _address(email)
    known = None
    if is_email(address):
        with database.reading() as session:
            query = select(Staff.password_hash).where(Staff.email == address)
            known = session.scalar(query)
    right = _fits(password, known or _nobodys_hash())
    if known is None:
        return None
    newer = _hash(password) if right and HASHER.check_needs_rehash(known) else None
    with database.begin() as session:
        staff = _account(session, address)
        if staff is None or staff.password_hash != known or not _open(staff, now):
            return None
        if not right:
            _count_failure(session, staff, now)
            return None
        staff.failures = 0
        staff.locked_until = None
        staff.password_hash = newer or known
    return staff


def _open(staff: Staff, now: datetime) -> bool:
    locked = staff.locked_until is not None and now < staff.locked_until
    return not locked and staff.closed_at is None


def count_failure(session: Session, staff_id: int, now: datetime) -> None:
    """A wrong code of the second factor counts as a wrong password does."""
    staff = session.get(Staff, staff_id, with_for_update=True)
    if staff is not None:
        _count_failure(session, staff, now)


def end_sessions(session: Session, staff_id: int, now: datetime) -> None:
    """Nobody is signed in with this account any more, whoever has a copy of the cookie."""
    staff = session.get(Staff, staff_id)
    if staff is not None:
        staff.sessions_from = now


def hash_of(password: str) -> str:
    """What is kept of a new password. Takes its time: not within a transaction.

    Raises:
        StaffRefused: it is too short.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise StaffRefused(f"The password needs {SHORTEST_PASSWORD} characters or more.")
    return _hash(password)


def change_password(staff: Staff, password_hash: str) -> None:
    """Give the account another password; every session of the old one ends."""
    staff.password_hash = password_hash
    staff.failures, staff.locked_until = 0, None


def add_token(session: Session, name: str, now: datetime) -> str:
    """Make a token for another system; it is shown this once and cannot be found again.

    Raises:
        StaffRefused: the name is empty, too long, or has a token.
    """
    name = name.strip()
    if not (name and name.isprintable() and len(name) <= LONGEST_TOKEN_NAME):
        raise StaffRefused(f"A token needs a name of 1 to {LONGEST_TOKEN_NAME} characters.")
    if session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None:
        raise StaffRefused(f"There is a token named {name} already.")
    token = TOKEN_MARK + secrets.token_urlsafe(32)
    made = ApiToken(name=name, token_hash=_token_hash(token), created_at=now)
    session.add(made)
    session.flush()
    note(session, now, COMMAND_LINE, "added token", f"token:{made.id}", name)
    return token


def tokens(session: Session) -> Sequence[ApiToken]:
    """The tokens that are good, by name."""
    return session.scalars(select(ApiToken).order_by(ApiToken.name)).all()


def remove_token(session: Session, name: str, now: datetime) -> None:
    """Whoever holds this token reads nothing any more, from the next request on.

    Raises:
        StaffRefused: there is none of this name.
    """
    found = session.scalar(select(ApiToken).where(ApiToken.name == name.strip()))
    if found is None:
        raise StaffRefused(f"There is no token named {name}. See: absence-line token list")
    session.delete(found)
    session.flush()
    note(session, now, COMMAND_LINE, "removed token", f"token:{found.id}", found.name)


def token_name(session: Session, token: str, now: datetime) -> str | None:
    """Whose token it is; None for one that is not known. Its use is noted once a minute.

    The look-up is by hash: how long it takes tells nothing about a token nobody can choose.
    """
    found = session.scalar(select(ApiToken).where(ApiToken.token_hash == _token_hash(token)))
    if found is None:
        return None
    if found.last_used_at is None or now - found.last_used_at >= USE_IS_NOTED_EVERY:
        found.last_used_at = now
    return found.name


def _account(session: Session, address: str) -> Staff | None:
    """The account, locked until the commit: guesses made at once are counted one by one."""
    return session.scalar(select(Staff).where(Staff.email == address).with_for_update())


def _count_failure(session: Session, staff: Staff, now: datetime) -> None:
    staff.failures += 1
    if staff.failures >= MOST_FAILURES:
        staff.failures = 0
        staff.locked_until = now + LOCKED_FOR
        note(session, now, "line", "locked account", f"staff:{staff.id}")


def _address(email: str) -> str:
    return email.strip().lower()


def _hash(password: str) -> str:
    return HASHER.hash(_bytes(password))


def _fits(password: str, password_hash: str) -> bool:
    try:
        return HASHER.verify(password_hash, _bytes(password))
    except VerifyMismatchError:
        return False


def _bytes(password: str) -> bytes:
    """The password as every keyboard spells it: one writes é as one sign, another as two."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _nobodys_hash() -> str:
    return _hash(secrets.token_urlsafe())


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

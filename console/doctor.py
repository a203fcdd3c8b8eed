"""What `absence-line doctor` looks at: whether the line would work, a sentence for each part.

A check returns a sentence when all is well and raises `Ill` with one that says what to do when it
is not. The checks depend on nothing but what they are handed, and run one after the other: the
first ones say why later ones cannot work.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes, token_hex

import requests
from sqlalchemy import func, select

from ivr.gateway import Gateway
from recordings.models import require_model
from recordings.vault import Vault
from school.database import Clock, Database
from school.fuse import used_up
from school.heartbeat import alive, last_seen
from school.outbox import Message, MessageStatus
from school.people import ContactRow, StudentRow
from school.sending import Refused, Unreachable

GIGABYTE = 1 << 30
LEAST_FREE = GIGABYTE  # a school year of voicemail takes less
UNSENT_TOO_LONG = timedelta(minutes=5)  # a worker that runs sends within seconds
PATIENCE = 10.0  # seconds for an answer of our own address
WRONG_CREDENTIALS = (401, 403, 20003)


class Ill(Exception):
    """Something that keeps the line from working; the sentence says what, and what to do."""


@dataclass(frozen=True, slots=True)
class Check:
    """One part, and how to look at it."""

    name: str
    look: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, as a sentence."""

    name: str
    well: bool
    words: str


def examine(checks: Sequence[Check], expected: tuple[type[Exception], ...]) -> Iterator[Finding]:
    """Run the checks in order.

    Args:
        checks: what to look at.
        expected: the errors whose words are a sentence for the operator, `Ill` among them.
    """
    for check in checks:
        try:
            yield Finding(check.name, True, check.look())
        except expected as trouble:
            yield Finding(check.name, False, str(trouble))


def database_is_ready(database: Database) -> str:
    """The database answers and has the newest schema."""
    database.check()
    return f"{database.engine.dialect.name} answers, at the newest migration."


def roster_is_there(database: Database) -> str:
    """There are students, and numbers to know their families by."""
    database.check()
    with database.reading() as session:
        enrolled = StudentRow.left_at.is_(None)
        students = session.scalar(select(func.count()).select_from(StudentRow).where(enrolled)) or 0
        contacts = session.scalar(select(func.count()).select_from(ContactRow)) or 0
    if not students:
        raise Ill("There are no students. Run: absence-line roster import FOLDER")
    return f"{students:,} students with {contacts:,} contacts."


def worker_lives(database: Database, clock: Clock) -> str:
    """Somebody sends messages and fetches recordings."""
    database.check()
    now = clock()
    with database.reading() as session:
        living, last = alive(session, now), last_seen(session)
    if not living:
        since = f" since {last:%Y-%m-%d %H:%M} UTC" if last else ""
        raise Ill(
            f"No worker has given a sign of life{since}: no text leaves, and no recording is "
            "fetched. Start it: absence-line worker"
        )
    return "A worker is at work." if living == 1 else f"{living} workers are at work."


def messages_leave(database: Database, clock: Clock, most: int) -> str:
    """No message has waited longer than a running worker would let it; `most`: in a day."""
    database.check()
    now = clock()
    if used_up(database, most, now):
        raise Ill(
            f"More than {most} messages were queued in a day, and the others wait. Who causes "
            "them? If they are right, raise most_in_all under [texts] in the school file."
        )
    with database.reading() as session:
        oldest = session.scalar(
            select(func.min(Message.due_at)).where(
                Message.status == MessageStatus.QUEUED, Message.due_at <= now
            )
        )
    if oldest is not None and now - oldest > UNSENT_TOO_LONG:
        minutes = int((now - oldest).total_seconds() // 60)
        raise Ill(f"A message has waited {minutes} minutes. Is this running: absence-line worker?")
    return "No message waits that should have left."


def folder_has_room(folder: Path) -> str:
    """The data folder can be written to, and there is space for recordings."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise Ill(f"The data folder {folder} cannot be written to. Create it, or change its owner.")
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise Ill(f"Only {free / GIGABYTE:.1f} GB are free in {folder}. Make room.")
    return f"{free / GIGABYTE:.0f} GB free in {folder}."


def speech_model_is_one(folder: Path | None) -> str:
    """Voicemail is turned into text, where there is a model for it."""
    if folder is None:
        return "No speech model: staff listen. To add one: absence-line speech install"
    require_model(folder, str(folder))
    return "Voicemail is turned into text here."


def recordings_are_kept(vault: Vault) -> str:
    """What is put into the vault can be read again and deleted."""
    name, content = f"doctor-{token_hex(8)}", token_bytes(64)
    try:
        vault.put(name, content)
        if vault.get(name) != content:
            raise Ill("The store of recordings does not give back what was put into it.")
        vault.delete(name)
    except OSError as trouble:
        raise Ill(
            f"Recordings cannot be kept ({type(trouble).__name__}). Check ABSENCE_LINE_RECORDINGS, "
            "and that its folder is ours."
        ) from trouble
    return "A recording can be sealed, read and deleted."


def number_asks_us(gateway: Gateway, number: str, public_url: str) -> str:
    """The account is ours, holds the number, and the number asks this line."""
    try:
        set_to = gateway.webhooks(number)
    except Unreachable as trouble:
        raise Ill("The carrier did not answer. Is there a way out to the internet?") from trouble
    except Refused as trouble:
        why = "does not know these credentials" if trouble.code in WRONG_CREDENTIALS else "refused"
        raise Ill(
            f"The carrier {why} (code {trouble.code}). Check TWILIO_ACCOUNT_SID and "
            "TWILIO_AUTH_TOKEN."
        ) from trouble
    if set_to is None:
        raise Ill(
            f"The account has no number {number}. Buy it, or correct TWILIO_FROM_NUMBER or the "
            "school file's phone."
        )
    wrong = [
        f"{field} is {found or 'empty'}, and should be POST {public_url}{path}"
        for field, found, path in (
            ("a call comes in", f"{set_to.voice_method} {set_to.voice}".strip(), "/voice"),
            ("a message comes in", f"{set_to.text_method} {set_to.text}".strip(), "/sms"),
        )
        if found != f"POST {public_url}{path}"
    ]
    if wrong:
        raise Ill(f"{number} does not ask this line: {'; '.join(wrong)}.")
    advised = {"/voice/fallback": set_to.voice_fallback, "/voice/status": set_to.status}
    missing = [path for path, found in advised.items() if found != f"{public_url}{path}"]
    advice = f" Advised, and not set: {', '.join(missing)}." if missing else ""
    return f"{number} asks this line.{advice}"


def address_is_ours(public_url: str, get: Callable[..., requests.Response]) -> str:
    """The public address leads here, over https, and refuses what the carrier did not sign."""
    if not public_url.startswith("https://"):
        raise Ill(f"ABSENCE_LINE_PUBLIC_URL is {public_url}; the carrier needs https.")
    try:
        alive = get("GET", f"{public_url}/healthz", timeout=PATIENCE, allow_redirects=False)
        unsigned = get("POST", f"{public_url}/voice", timeout=PATIENCE, allow_redirects=False)
    except requests.RequestException as trouble:
        raise Ill(
            f"{public_url} does not answer ({type(trouble).__name__}). Is this running: "
            "absence-line web? Does the proxy lead to it?"
        ) from trouble
    if alive.status_code != requests.codes.ok:
        raise Ill(f"{public_url}/healthz answered {alive.status_code}; it is not this line.")
    if unsigned.status_code != requests.codes.forbidden:
        raise Ill(f"{public_url}/voice answered {unsigned.status_code} to an unsigned request.")
    return f"{public_url} leads here, and unsigned requests are refused."

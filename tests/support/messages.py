"""Messages of the outbox: queued in one line, and read back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event, select

from school import settling
from school.database import Database
from school.outbox import Letter, Message, queue
from school.sending import Receipt
from tests.support.clock import A_SCHOOL_MORNING, StandingClock

MOTHER = "+13125550142"
WORDS = "Jones College Prep: we have your report. Reference HKM2."


def letter(key: str = "report:1:confirmed:contact:1", **changes: Any) -> Letter:
    """A letter to the mother, with changes."""
    return Letter(**{"to_phone": MOTHER, "language": "en", "body": WORDS} | changes, dedupe_key=key)


def put(
    database: Database, *letters: Letter, now: datetime = A_SCHOOL_MORNING
) -> list[Message | None]:
    """Queue these letters, or one to the mother."""
    with database.begin() as session:
        return [queue(session, one, now) for one in letters or (letter(),)]


def stored(database: Database) -> list[Message]:
    """Every message there is, in the order they were queued."""
    with database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def only(database: Database) -> Message:
    """The one message there is."""
    (message,) = stored(database)
    return message


def receive(database: Database, uuid: str | None, receipt: Receipt, clock: StandingClock) -> bool:
    """A receipt comes in; True when it said something new."""
    with database.begin() as session:
        message = settling.message_of_receipt(session, uuid, receipt.provider_id)
        return message is not None and settling.settle(session, message, receipt, clock.now)


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """The statements that go to the database within the block."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):  # said in words on SQLite only
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)

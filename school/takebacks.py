"""Messages that were overtaken: taken back while they wait, and found again once they are out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select, update

from school.database import table_of
from school.outbox import Message, MessageStatus

_message = table_of(Message).c


class Caused(NamedTuple):
    """A message that follows from a cause, as far as what overtakes it must know."""

    id: int
    dedupe_key: str
    to_phone: str
    language: str
    contact_id: str | None
    created_at: datetime


_CAUSED = select(*(_message[name] for name in Caused._fields)).where(
    _message.status != MessageStatus.CANCELLED
)


def caused_by(connection: Connection, cause: str) -> Sequence[Caused]:
    """The messages whose cause begins so (`conversation:9f2c:0:noticed:`), but those taken back."""
    rows = connection.execute(
        _CAUSED.where(_message.dedupe_key.startswith(cause, autoescape=True)).order_by(_message.id)
    )
    return [Caused(*row) for row in rows]


def sent_for(connection: Connection, phone: str, cause: str, since: datetime) -> Sequence[Caused]:
    """What was queued for this number since then with such a cause in its key, newest first."""
    rows = connection.execute(
        _CAUSED.where(
            _message.to_phone == phone,
            _message.dedupe_key.contains(cause, autoescape=True),
            _message.created_at >= since,
        ).order_by(_message.id.desc())
    )
    return [Caused(*row) for row in rows]


def take_back(connection: Connection, ids: Collection[int], now: datetime) -> frozenset[int]:
    """Keep these from being sent; those that no worker has taken up yet, which are returned.

    One statement with the status in it: a worker that claims at the same moment either has the
    message, and then it is out, or finds it gone.
    """
    if not ids:
        return frozenset()
    rows = connection.execute(
        update(table_of(Message))
        .where(_message.id.in_(ids), _message.status == MessageStatus.QUEUED)
        .values(status=MessageStatus.CANCELLED, updated_at=now)
        .returning(_message.id)
    )
    return frozenset(rows.scalars())

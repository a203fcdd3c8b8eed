"""Texts as turns: each becomes the next one of its number's exchange, in the order of arrival.

A text is found again by its MessageSid, where the carrier sends it twice.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from flows.events import Texted
from ivr.conversations import ID_OF, Opening, TurnRow, as_json, begin
from school.database import table_of

MOST_TEXTS_AT_ONCE = 20


class TooManyTexts(Exception):
    """So many texts of one number arrive at once that no place is found for this one."""


_turn = table_of(TurnRow)
_KEEP = insert(_turn)
_BY_SID = select(_turn.c.conversation_id, _turn.c.number, _turn.c.reply).where(
    _turn.c.provider_id == bindparam("sid")
)
_NEWEST = select(func.max(_turn.c.number)).where(
    _turn.c.conversation_id == bindparam("conversation")
)


@dataclass(frozen=True, slots=True)
class KeptText:
    """Where a text was kept, and its reply once it has one."""

    conversation: int
    number: int
    reply: str | None = None


def keep_text(
    connection: Connection, opening: Opening, text: Texted, message_sid: str, now: datetime
) -> KeptText:
    """Keep a text as the next turn of its number's exchange, which it may begin.

    Two texts at once want the same place; the one that comes second takes the next.
    """
    for _ in range(MOST_TEXTS_AT_ONCE):
        conversation = _find_or_begin(connection, opening, now)
        number = _next_number(connection, conversation)
        if _keep(connection, conversation, number, text, message_sid, now):
            return KeptText(conversation, number)
        known = reply_to(connection, message_sid)
        if known is not None:
            return known
    raise TooManyTexts(f"{MOST_TEXTS_AT_ONCE} texts came in at the same moment.")


def _find_or_begin(connection: Connection, opening: Opening, now: datetime) -> int:
    found = connection.scalar(ID_OF, {"key": opening.key})
    if found is not None:
        return int(found)
    begun = begin(connection, opening, now)
    # Begun or closed by another request in between: look again.
    return begun.id if begun else _find_or_begin(connection, opening, now)


def reply_to(connection: Connection, message_sid: str) -> KeptText | None:
    """Where this text was kept, if it came in before."""
    row = connection.execute(_BY_SID, {"sid": message_sid}).first()
    return KeptText(*row) if row else None


def _next_number(connection: Connection, conversation: int) -> int:
    newest = connection.scalar(_NEWEST, {"conversation": conversation})
    return 0 if newest is None else int(newest) + 1


def _keep(
    connection: Connection,
    conversation: int,
    number: int,
    text: Texted,
    message_sid: str,
    now: datetime,
) -> bool:
    """Keep what was heard, before anything is understood. False: another request kept it."""
    try:
        connection.execute(
            _KEEP,
            {
                "conversation_id": conversation,
                "number": number,
                "provider_id": message_sid,
                "heard": as_json(text),
                "received_at": now,
            },
        )
    except IntegrityError:
        connection.rollback()
        return False
    return True

"""Conversations and their turns: the line's short memory, and the transcript staff read.

A call is found by its CallSid, a text exchange by the family's number, of which one may be open.
A turn is kept when its words arrive, and its reply when it is ready: a turn without a reply is one
that was interrupted, and nothing in it is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from flows.events import Event, Heard, Pressed, Texted
from flows.scene import Channel
from flows.turn import State
from school.database import Base, UtcDateTime, table_of
from school.upserts import Prepared

# A call lasts ten minutes at most, and a message two more.
CALL_ABANDONED = timedelta(minutes=15)
# A family may answer a text at lunch.
TEXTS_ABANDONED = timedelta(hours=4)
MOST_TEXTS_AT_ONCE = 20


class TooManyTexts(Exception):
    """So many texts of one number arrive at once that no place is found for this one."""


class Conversation(Base):
    """One call, or one exchange of texts."""

    __tablename__ = "conversations"
    __table_args__ = (Index(None, "closed_at", "opened_at"), Index(None, "from_phone"))

    id: Mapped[int] = mapped_column(primary_key=True)
    # "phone:CA…" for ever; "sms:+1…" while it is open, then with its id behind: one open
    # exchange for a number.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    channel: Mapped[str] = mapped_column(String(8))
    provider_id: Mapped[str] = mapped_column(String(64))  # CallSid, or the first text's MessageSid
    from_phone: Mapped[str | None] = mapped_column(String(20))
    to_phone: Mapped[str | None] = mapped_column(String(20))
    verstat: Mapped[str | None] = mapped_column(String(40))  # the network's word on the number
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(20))  # what it came to: reported, informed …


class TurnRow(Base):
    """One turn: what was heard, and once it is answered the reply and the state after it."""

    __tablename__ = "turns"
    # Always found by its key, so SQLite needs one tree to write instead of two.
    __table_args__ = ({"sqlite_with_rowid": False},)

    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)  # a text's MessageSid
    heard: Mapped[str] = mapped_column(Text)  # the event, as JSON
    reply: Mapped[str | None] = mapped_column(Text)  # the TwiML that answered it
    state: Mapped[str | None] = mapped_column(Text)  # after it, as JSON
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Opening:
    """Who begins a conversation, and how. Phones are E.164; `from_phone` None when withheld."""

    channel: Channel
    provider_id: str  # the CallSid of a call, the MessageSid of a first text
    from_phone: str | None
    to_phone: str | None
    verstat: str | None = None

    @property
    def key(self) -> str:
        """What the conversation is found by while it is open."""
        whose = self.provider_id if self.channel is Channel.PHONE else self.from_phone
        return f"{self.channel}:{whose}"


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation as one turn needs it: itself, this turn's reply, the state before it."""

    id: int
    opened_at: datetime
    from_phone: str | None
    closed: bool = False
    kept: bool = False  # this turn's words are stored already
    reply: str | None = None  # and answered
    state: str | None = None  # after the turn before


@dataclass(slots=True)
class Locked:
    """A conversation that no other request changes until the transaction ends.

    What is changed here is written by `save`.
    """

    id: int
    key: str
    channel: str
    provider_id: str
    from_phone: str | None
    verstat: str | None
    opened_at: datetime
    closed_at: datetime | None
    outcome: str | None


# Written once: SQLAlchemy compiles and caches each, and every turn of every call runs them.
_conversation, _turn = table_of(Conversation), table_of(TurnRow)
_this, _before = _turn.alias("this"), _turn.alias("before")
_BEGIN = Prepared(
    Conversation, lambda insert: insert.on_conflict_do_nothing().returning(_conversation.c.id)
)
_FIND = (
    select(
        _conversation.c.id,
        _conversation.c.opened_at,
        _conversation.c.from_phone,
        _conversation.c.closed_at.is_not(None),
        _this.c.number.is_not(None),
        _this.c.reply,
        _before.c.state,
    )
    .select_from(
        _conversation.outerjoin(
            _this,
            and_(_this.c.conversation_id == _conversation.c.id, _this.c.number == bindparam("n")),
        ).outerjoin(
            _before,
            and_(
                _before.c.conversation_id == _conversation.c.id,
                _before.c.number == bindparam("n") - 1,
            ),
        )
    )
    .where(_conversation.c.key == bindparam("key"))
)
_KEEP = insert(_turn)
_ANSWER = (
    update(_turn)
    .where(
        _turn.c.conversation_id == bindparam("conversation"),
        _turn.c.number == bindparam("n"),
        _turn.c.reply.is_(None),
    )
    .values(reply=bindparam("words"), state=bindparam("after"))
)
_LOCK = select(*(_conversation.c[field.name] for field in fields(Locked))).with_for_update()
_LOCK_BY_ID = _LOCK.where(_conversation.c.id == bindparam("conversation"))
_LOCK_OPEN = _LOCK.where(
    _conversation.c.key == bindparam("key"), _conversation.c.closed_at.is_(None)
)
_SAVE = (
    update(_conversation)
    .where(_conversation.c.id == bindparam("conversation"))
    .values(key=bindparam("new_key"), closed_at=bindparam("closed"), outcome=bindparam("came_to"))
)
_LAST_STATE = (
    select(_turn.c.state)
    .where(_turn.c.conversation_id == bindparam("conversation"), _turn.c.state.is_not(None))
    .order_by(_turn.c.number.desc())
    .limit(1)
)
_HEARD = (
    select(_turn.c.heard)
    .where(_turn.c.conversation_id == bindparam("conversation"))
    .order_by(_turn.c.number)
)


def find(connection: Connection, key: str, number: int) -> Found | None:
    """The conversation with this key as turn `number` needs it."""
    row = connection.execute(_FIND, {"key": key, "n": number}).first()
    return Found(*row) if row else None


def begin(connection: Connection, opening: Opening, now: datetime) -> Found | None:
    """Begin a conversation; None if there is one with this key."""
    row = {
        "key": opening.key,
        "channel": opening.channel,
        "provider_id": opening.provider_id,
        "from_phone": opening.from_phone,
        "to_phone": opening.to_phone,
        "verstat": opening.verstat,
        "opened_at": now,
    }
    begun = connection.scalar(_BEGIN.on(connection), row)
    return None if begun is None else Found(begun, now, opening.from_phone)


def find_or_begin(connection: Connection, opening: Opening, number: int, now: datetime) -> Found:
    """The conversation as turn `number` needs it; begun where there is none."""
    found = find(connection, opening.key, number) or begin(connection, opening, now)
    # Begun or closed by another request in between: look again.
    return found or find_or_begin(connection, opening, number, now)


def lock(connection: Connection, conversation: int) -> Locked:
    """The conversation's row, locked until this transaction ends."""
    return Locked(*connection.execute(_LOCK_BY_ID, {"conversation": conversation}).one())


def lock_open(connection: Connection, key: str) -> Locked | None:
    """The conversation with this key, locked; None if there is none, or it is closed."""
    row = connection.execute(_LOCK_OPEN, {"key": key}).first()
    return Locked(*row) if row else None


def save(connection: Connection, conversation: Locked) -> None:
    """Write what was changed of it."""
    connection.execute(
        _SAVE,
        {
            "conversation": conversation.id,
            "new_key": conversation.key,
            "closed": conversation.closed_at,
            "came_to": conversation.outcome,
        },
    )


def keep(
    connection: Connection,
    conversation: int,
    number: int,
    event: Event,
    now: datetime,
    provider_id: str | None = None,
) -> bool:
    """Keep what was heard, before anything is understood. False: another request kept it."""
    try:
        connection.execute(
            _KEEP,
            {
                "conversation_id": conversation,
                "number": number,
                "provider_id": provider_id,
                "heard": _json(event),
                "received_at": now,
            },
        )
    except IntegrityError:
        connection.rollback()
        return False
    return True


def keep_answered(
    connection: Connection,
    conversation: int,
    number: int,
    event: Event,
    reply: str,
    state: str,
    now: datetime,
) -> None:
    """Keep a turn together with its answer, where nothing was said that could be lost."""
    connection.execute(
        _KEEP,
        {
            "conversation_id": conversation,
            "number": number,
            "heard": _json(event),
            "reply": reply,
            "state": state,
            "received_at": now,
        },
    )


def answer(connection: Connection, conversation: int, number: int, reply: str, state: str) -> bool:
    """Keep the reply and the state after it. False: another request has answered this turn."""
    done = connection.execute(
        _ANSWER, {"conversation": conversation, "n": number, "words": reply, "after": state}
    )
    return done.rowcount == 1


def last_state(connection: Connection, conversation: int) -> State | None:
    """The newest state there is: turns after it were interrupted. None: none of this version."""
    text = connection.scalar(_LAST_STATE, {"conversation": conversation})
    return State.from_json(text) if text else None


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
        found = find_or_begin(connection, opening, 0, now)
        number = _next_number(connection, found.id)
        if keep(connection, found.id, number, text, now, message_sid):
            return KeptText(found.id, number)
        known = reply_to(connection, message_sid)
        if known is not None:
            return known
    raise TooManyTexts(f"{MOST_TEXTS_AT_ONCE} texts came in at the same moment.")


def reply_to(connection: Connection, message_sid: str) -> KeptText | None:
    """Where this text was kept, if it came in before."""
    row = connection.execute(
        select(TurnRow.conversation_id, TurnRow.number, TurnRow.reply).where(
            TurnRow.provider_id == message_sid
        )
    ).first()
    return KeptText(*row) if row else None


def _next_number(connection: Connection, conversation: int) -> int:
    newest = connection.scalar(
        select(func.max(TurnRow.number)).where(TurnRow.conversation_id == conversation)
    )
    return 0 if newest is None else int(newest) + 1


def transcript(connection: Connection, conversation: int) -> str | None:
    """All that the family said, texted or keyed in this conversation, a line for each turn."""
    # Read to the end at once: a query left open by an error would keep SQLite's lock.
    lines = connection.scalars(_HEARD, {"conversation": conversation}).all()
    said = [words for line in lines if (words := _said(line))]
    return "\n".join(said) or None


def abandoned(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Open conversations in which nothing has come for too long to come again."""
    latest = func.max(TurnRow.received_at)
    return session.scalars(
        select(Conversation.id)
        .outerjoin(TurnRow, TurnRow.conversation_id == Conversation.id)
        .where(Conversation.closed_at.is_(None))
        .group_by(Conversation.id, Conversation.channel)
        .having(
            (Conversation.channel == Channel.PHONE)
            & (func.coalesce(latest, Conversation.opened_at) < now - CALL_ABANDONED)
            | (latest < now - TEXTS_ABANDONED)
        )
        .limit(limit)
    ).all()


def _json(event: Event) -> str:
    return msgspec.json.encode(event).decode()


def _said(heard: str) -> str:
    match msgspec.json.decode(heard, type=Event):
        case Heard(words=words) | Texted(words=words):
            return words
        case Pressed(keys=keys):
            return f"[{keys}]"
        case _:
            return ""

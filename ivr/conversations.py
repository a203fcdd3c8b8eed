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
    bindparam,
    func,
    insert,
    select,
    update,
)
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
    reply: str | None = None  # where this turn was answered before
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
_before = _turn.alias("before")
_BEGIN = Prepared(
    Conversation, lambda insert: insert.on_conflict_do_nothing().returning(_conversation.c.id)
)
_KEEP = insert(_turn)
_keyed = _conversation.c.key == bindparam("key")
ID_OF = select(_conversation.c.id).where(_keyed)
# To keep and to find in one. A turn that was kept before stays as it is; to put its own words in
# their place is what makes the database tell of it.
_HEAR = Prepared(
    TurnRow,
    lambda insert: (
        insert.from_select(
            ("conversation_id", "number", "heard", "received_at"),
            select(
                _conversation.c.id,
                bindparam("n", type_=_turn.c.number.type),
                bindparam("words", type_=_turn.c.heard.type),
                bindparam("now", type_=_turn.c.received_at.type),
            ).where(_keyed),
        )
        .on_conflict_do_update(
            index_elements=[_turn.c.conversation_id, _turn.c.number],
            set_={"heard": _turn.c.heard},
        )
        .returning(
            _turn.c.conversation_id,
            select(_conversation.c.opened_at).where(_keyed).scalar_subquery(),
            select(_conversation.c.from_phone).where(_keyed).scalar_subquery(),
            select(_conversation.c.closed_at.is_not(None)).where(_keyed).scalar_subquery(),
            _turn.c.reply,
            select(_before.c.state)
            .where(
                _before.c.conversation_id == ID_OF.scalar_subquery(),
                _before.c.number == bindparam("n") - 1,
            )
            .scalar_subquery(),
        )
    ),
)
_REPLY = select(_turn.c.reply).where(
    _turn.c.conversation_id == ID_OF.scalar_subquery(), _turn.c.number == bindparam("n")
)
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
_LOCK_OPEN = _LOCK.where(_keyed, _conversation.c.closed_at.is_(None))
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


def hear(
    connection: Connection, opening: Opening, number: int, event: Event, now: datetime
) -> Found:
    """Keep what was heard in this turn of a call, before anything is understood.

    The call is begun where it is not known. A turn that was kept before stays as it is.
    """
    turn = {"key": opening.key, "n": number, "words": as_json(event), "now": now}
    row = connection.execute(_HEAR.on(connection), turn).first()
    if row:
        return Found(*row)
    begin(connection, opening, now)  # or another request has, in between
    return hear(connection, opening, number, event, now)


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
            "heard": as_json(event),
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


def reply_in(connection: Connection, key: str, number: int) -> str | None:
    """The stored reply of a turn."""
    return connection.scalar(_REPLY, {"key": key, "n": number})


def last_state(connection: Connection, conversation: int) -> State | None:
    """The newest state there is: turns after it were interrupted. None: none of this version."""
    text = connection.scalar(_LAST_STATE, {"conversation": conversation})
    return State.from_json(text) if text else None


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


def as_json(event: Event) -> str:
    """What was heard, as it is stored."""
    return msgspec.json.encode(event).decode()


def _said(heard: str) -> str:
    match msgspec.json.decode(heard, type=Event):
        case Heard(words=words) | Texted(words=words):
            return words
        case Pressed(keys=keys):
            return f"[{keys}]"
        case _:
            return ""

"""What one number has caused in a day: answers to its texts, and messages after its reports.

Every text and every call is kept and read by a person; but one number can make the school send so
many texts and no more, whoever holds the telephone. All who withhold theirs count as one.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from flows.scene import Channel
from ivr.conversations import Conversation, TurnRow
from school.database import table_of
from school.outbox import Message
from school.reports import Report

A_DAY = timedelta(days=1)

_conversation, _turn = table_of(Conversation).c, table_of(TurnRow).c
_message, _report = table_of(Message).c, table_of(Report).c

# Written once, as in `ivr.conversations`.
_ANSWERS = select(func.count()).where(
    _turn.conversation_id == _conversation.id,
    _conversation.from_phone == bindparam("phone"),
    _conversation.channel == Channel.SMS,
    _turn.received_at >= bindparam("since"),
)
_MESSAGES = select(func.count()).where(
    _message.report_id == _report.id, _report.created_at >= bindparam("since")
)
_AFTER_REPORTS = _MESSAGES.where(_report.from_phone == bindparam("phone"))
_AFTER_WITHHELD = _MESSAGES.where(_report.from_phone.is_(None))
_TO_OTHERS = _AFTER_REPORTS.where(_message.to_phone != bindparam("phone"))


def caused_lately(connection: Connection, phone: str, now: datetime) -> int:
    """How many texts this number's own have caused since this time yesterday, at the most.

    Each of its texts counts for the answer it got, and each notice of its reports to another.
    """
    own = {"phone": phone, "since": now - A_DAY}
    return sum(connection.scalar(count, own) or 0 for count in (_ANSWERS, _TO_OTHERS))


def caused_by_calls(connection: Connection, phone: str | None, now: datetime) -> int:
    """How many messages to anybody the reports of this number have caused since yesterday.

    To itself as well: whoever calls under a number that is not theirs has its owner texted.
    """
    since = {"since": now - A_DAY}
    if phone is None:
        return connection.scalar(_AFTER_WITHHELD, since) or 0
    return connection.scalar(_AFTER_REPORTS, since | {"phone": phone}) or 0

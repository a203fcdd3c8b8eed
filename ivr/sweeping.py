"""Closes conversations that nobody closed: the callback was lost, or a text was never answered."""

import logging

from ivr.conversations import abandoned
from ivr.turns import TurnTaker

log = logging.getLogger(__name__)
AT_ONCE = 100


def close_abandoned(taker: TurnTaker) -> int:
    """Close what has been silent for too long; what was said becomes an incomplete report.

    Returns:
        How many were closed.
    """
    with taker.database.reading() as session:
        ids = abandoned(session, taker.clock(), AT_ONCE)
    closed = sum(_closed(taker, conversation) for conversation in ids)
    if closed:
        log.info("conversations_closed", extra={"count": closed})
    return closed


def _closed(taker: TurnTaker, conversation: int) -> bool:
    try:
        taker.close(conversation)
    except Exception:  # a fault with one must not hold up the others
        log.exception("closing_failed", extra={"conversation": conversation})
        return False
    return True

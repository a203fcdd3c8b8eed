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
    for conversation in ids:
        taker.close(conversation)
    if ids:
        log.info("conversations_closed", extra={"count": len(ids)})
    return len(ids)

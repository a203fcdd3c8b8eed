"""Delivery receipts: the carrier's word on a message it took, whenever and however often it comes.

Receipts come late, twice, in any order, before the answer to the request that caused them, or
never. The webhook answers 204 to each: another answer would only make the carrier repeat it.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from ivr.carrier_codes import call_receipt, text_receipt
from ivr.requests import call_sid, text_sid
from school import settling
from school.sending import Receipt

log = logging.getLogger(__name__)


class Recorded(StrEnum):
    """What a receipt did."""

    SETTLED = "settled"  # it said something new
    NOTHING_NEW = "nothing_new"  # said before, or overtaken by a later word
    UNKNOWN_MESSAGE = "unknown_message"  # no message of ours
    NOT_UNDERSTOOD = "not_understood"  # no id or no status that we know


def record_receipt(
    session: Session, form: Mapping[str, str], uuid: str | None, now: datetime
) -> Recorded:
    """Write down a receipt of a text or of a spoken message.

    `uuid` is our own name for the message, from the receipt's address: it finds the message even
    when the carrier's id was never stored. Without it, or with one no longer in use, the id does.
    """
    receipt = _read(form)
    if receipt is None:
        log.warning("receipt_not_understood")
        return Recorded.NOT_UNDERSTOOD
    message = settling.message_of_receipt(session, uuid, receipt.provider_id)
    if message is None:
        log.warning("receipt_unknown", extra={"provider_id": receipt.provider_id})
        return Recorded.UNKNOWN_MESSAGE
    new = settling.settle(session, message, receipt, now)
    log.info("receipt", extra={"message_id": message.id, "status": message.status, "new": new})
    return Recorded.SETTLED if new else Recorded.NOTHING_NEW


def _read(form: Mapping[str, str]) -> Receipt | None:
    if sid := text_sid(form):
        word = form.get("MessageStatus") or form.get("SmsStatus") or ""
        return text_receipt(sid, word, form.get("ErrorCode"))
    if sid := call_sid(form):
        return call_receipt(sid, form.get("CallStatus", ""))
    return None

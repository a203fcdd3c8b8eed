"""The carrier's words and numbers for what became of a message, in ours. The one table of them.

A code that is not here is final: a person sees the message, and the code with it.
"""

from school.outbox import MessageStatus
from school.sending import Receipt, Refused, Trouble, Unreachable

# Found in an answer to a request, in a receipt, or in both.
TROUBLE = {
    10001: Trouble.OUR_ACCOUNT,  # the account is not active
    20003: Trouble.OUR_ACCOUNT,  # wrong account or token
    20404: Trouble.OUR_ACCOUNT,  # no such account
    20429: Trouble.NOT_NOW,  # too many requests at once
    21210: Trouble.OUR_ACCOUNT,  # the number we call from is not verified
    21211: Trouble.FINAL,  # not a telephone number
    21212: Trouble.OUR_ACCOUNT,  # the number we send from is none
    21408: Trouble.OUR_ACCOUNT,  # the region is not enabled
    21602: Trouble.FINAL,  # no words
    21606: Trouble.OUR_ACCOUNT,  # the number we send from is not ours, or sends no texts
    21608: Trouble.OUR_ACCOUNT,  # a trial account, and the number is not verified
    21610: Trouble.OPTED_OUT,
    21611: Trouble.NOT_NOW,  # ten hours of texts are waiting on our number
    21612: Trouble.FINAL,  # no way from our number to that one
    21614: Trouble.NO_TEXTS,  # not a mobile number
    21617: Trouble.FINAL,  # too many words
    21635: Trouble.NO_TEXTS,  # a landline
    30001: Trouble.NOT_NOW,  # the queue of the messaging service is full
    30002: Trouble.OUR_ACCOUNT,  # suspended
    30003: Trouble.NO_ANSWER,  # switched off, or out of reach
    30004: Trouble.FINAL,  # blocked by the recipient or the network
    30005: Trouble.FINAL,  # unknown, or no longer in use
    30006: Trouble.NO_TEXTS,  # a landline, or a network that takes no texts
    30007: Trouble.FINAL,  # filtered as unwanted: sent again it is filtered again, and counts
    30008: Trouble.NO_ANSWER,  # the network does not say why
    30032: Trouble.OUR_ACCOUNT,  # our toll-free number is not verified
    30034: Trouble.OUR_ACCOUNT,  # our number belongs to no approved campaign
    30036: Trouble.FINAL,  # it waited too long at the carrier, and is stale
    573005: Trouble.OUR_ACCOUNT,  # a trial account, and the number is not verified for calls
}

# "sent" stands for all that the carrier has and has not brought to an end.
TEXT_STATUS = {
    "accepted": MessageStatus.SENT,
    "scheduled": MessageStatus.SENT,
    "queued": MessageStatus.SENT,
    "sending": MessageStatus.SENT,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}
CALL_STATUS = {
    "queued": MessageStatus.SENT,
    "initiated": MessageStatus.SENT,
    "ringing": MessageStatus.SENT,
    "in-progress": MessageStatus.SENT,
    "answered": MessageStatus.SENT,
    "completed": MessageStatus.DELIVERED,
    "busy": MessageStatus.UNDELIVERED,
    "no-answer": MessageStatus.UNDELIVERED,
    "failed": MessageStatus.UNDELIVERED,
    "canceled": MessageStatus.FAILED,
}
# The carrier gives no code with these. Telephony's own (SIP) say the same.
CALL_CODES = {"busy": 486, "no-answer": 480, "failed": 503, "canceled": 487}


def text_receipt(provider_id: str, word: str, code: str | int | None) -> Receipt | None:
    """What the carrier says of a text; None when the word says nothing to us."""
    status = TEXT_STATUS.get(word)
    if status is None:
        return None
    number = _number(code)
    return Receipt(provider_id, status, TROUBLE.get(number or 0, Trouble.FINAL), number)


def call_receipt(provider_id: str, word: str) -> Receipt | None:
    """What the carrier says of a spoken message; None when the word says nothing to us."""
    status = CALL_STATUS.get(word)
    if status is None:
        return None
    trouble = Trouble.NO_ANSWER if status is MessageStatus.UNDELIVERED else Trouble.FINAL
    return Receipt(provider_id, status, trouble, CALL_CODES.get(word))


def refusal(http_status: int, code: object, *, maybe_sent: bool) -> Refused | Unreachable:
    """What an answer that is no success means. `maybe_sent`: it answers a request to send.

    Without a code of the carrier's own the answer came from something on the way, or from an
    address that is not the carrier's: that is for whoever looks after our settings.
    """
    if http_status >= 500 or http_status == 408:
        return Unreachable(maybe_sent=maybe_sent)
    number = _number(code) or http_status
    if number in TROUBLE:
        return Refused(TROUBLE[number], number)
    if http_status == 429:
        return Refused(Trouble.NOT_NOW, number)
    if number == http_status or http_status in (401, 403, 404):
        return Refused(Trouble.OUR_ACCOUNT, number)
    return Refused(Trouble.FINAL, number)


def _number(code: object) -> int | None:
    """The code as a number; it comes as one, as text, or not at all."""
    text = str(code)
    return int(text) if text.isascii() and text.isdigit() else None

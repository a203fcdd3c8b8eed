"""One pass over the outbox: claim, send, write down. And two more: look for, and ask after.

Nothing is sent inside a transaction: a slow carrier holds no lock. The carrier's request to send
cannot be repeated safely, so whatever may have gone is looked for there before it goes again: a
family gets each message once. Every pass may run in any number of workers at the same time.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from school import claims, settling
from school.claims import Claim
from school.database import Clock, Database
from school.outbox import Kind, Message, MessageStatus
from school.sending import Receipt, Refused, Sender, Unreachable

log = logging.getLogger(__name__)

BATCH = 50
MARGIN = timedelta(minutes=1)  # nothing is begun so near to a lease's end; no request takes longer

Stopping = Callable[[], bool]
"""True once the worker has been asked to end; what is not begun by then is put back."""


def never() -> bool:
    """Nobody asks this worker to end."""
    return False


@dataclass(slots=True)
class Pass:
    """What came of sending one batch."""

    sent: dict[str, str] = field(default_factory=dict)  # our uuid → the carrier's id
    troubled: list[tuple[Claim, Refused | Unreachable]] = field(default_factory=list)
    untried: Sequence[Claim] = ()


def dispatch_due(
    database: Database,
    sender: Sender,
    clock: Clock,
    limit: int = BATCH,
    stopping: Stopping = never,
    *,
    urgent: bool = False,
) -> int:
    """Send what is due, at most `limit` messages; `urgent`: only what must not wait for others.

    1. Withdraw what is too late or unwanted, and claim the rest, each in one committed statement.
    2. Send them one after the other, outside any transaction.
    3. Write down what came of it. If that never happens, the lease runs out and
       `look_for_doubtful` takes over.

    Returns:
        How many were claimed: as many as `limit` means that there may be more.
    """
    now = clock()
    with database.single_statements() as connection:
        for message, status in claims.withdraw_useless(connection, now):
            log.warning("message_withdrawn", extra={"message_id": message, "status": status})
        claimed = claims.claim_due(connection, now, limit, urgent=urgent)
    if claimed:
        _write_down(database, clock, _send(sender, claimed, clock, stopping))
    return len(claimed)


def dispatch_urgent(
    database: Database, sender: Sender, clock: Clock, stopping: Stopping = never
) -> int:
    """Send what must not wait until the others of a long morning are through.

    A pass of its own beside the ordinary one, and most of the time no more than a look.
    """
    with database.single_statements() as connection:
        if not claims.urgent_is_due(connection, clock()):
            return 0
    return dispatch_due(database, sender, clock, stopping=stopping, urgent=True)


def look_for_doubtful(
    database: Database,
    sender: Sender,
    clock: Clock,
    limit: int = BATCH,
    stopping: Stopping = never,
) -> int:
    """Find out whether messages that may have gone did go.

    Found at the carrier, a message is sent; not found, it is queued again. Where the carrier does
    not answer it stays uncertain and is looked for again, until it is too late.

    Returns:
        How many were found.
    """
    with database.single_statements() as connection:
        doubtful = claims.claim_doubtful(connection, clock(), limit)
    if not doubtful:
        return 0
    searched: list[tuple[Claim, Sequence[str]]] = []
    out_of_reach: Sequence[Claim] = ()
    for position, claim in enumerate(doubtful):
        if stopping():
            break
        try:
            found = sender.find(claim.outgoing(clock()), claims.began(claim))
        except (Refused, Unreachable) as error:
            log.warning(
                "message_search_failed", extra={"message_id": claim.id, "reason": str(error)}
            )
            out_of_reach = doubtful[position:]
            break
        searched.append((claim, found))
    return _resolve(database, clock, searched, out_of_reach)


def poll_receipts(
    database: Database,
    sender: Sender,
    clock: Clock,
    limit: int = BATCH,
    stopping: Stopping = never,
) -> int:
    """Ask the carrier after messages whose receipt has not come, for a day.

    Receipts get lost, and without a public address there are none at all.

    Returns:
        How many it had news of.
    """
    with database.single_statements() as connection:
        unreported = claims.claim_unreported(connection, clock(), limit)
    receipts: dict[int, Receipt] = {}
    for claim in unreported:
        if stopping() or claim.provider_id is None:
            break
        try:
            receipt = sender.status(Kind(claim.kind), claim.provider_id)
        except (Refused, Unreachable) as error:
            log.warning("message_ask_failed", extra={"message_id": claim.id, "reason": str(error)})
            break
        if receipt is not None and receipt.status != MessageStatus.SENT:
            receipts[claim.id] = receipt
    if not receipts:
        return 0
    with database.begin() as session:
        rows = session.scalars(
            select(Message).where(Message.id.in_(receipts)).order_by(Message.id).with_for_update()
        ).all()
        return sum(
            settling.settle(session, row, receipts[row.id], clock())
            for row in rows
            if row.provider_id == receipts[row.id].provider_id  # not sent anew meanwhile
        )


def _send(sender: Sender, claimed: Sequence[Claim], clock: Clock, stopping: Stopping) -> Pass:
    result = Pass()
    for position, claim in enumerate(claimed):
        late = claim.leased_until is not None and clock() > claim.leased_until - MARGIN
        if late or stopping():
            result.untried = claimed[position:]
            break
        try:
            result.sent[claim.uuid] = sender.send(claim.outgoing(clock()))
        except Refused as refused:
            result.troubled.append((claim, refused))
        except Unreachable as unreachable:
            # What this one could not reach, the next will not either.
            result.troubled.append((claim, unreachable))
            result.untried = claimed[position + 1 :]
            break
        except Exception as error:  # noqa: BLE001  (a fault of ours must not hold up the others)
            log.error(  # noqa: TRY400  (a traceback may hold words of the family)
                "message_send_broke", extra={"message_id": claim.id, "error": type(error).__name__}
            )
            result.troubled.append((claim, Unreachable(maybe_sent=True)))
    return result


def _write_down(database: Database, clock: Clock, result: Pass) -> None:
    with database.begin() as session:
        settling.record_sent(session, result.sent, clock())
        settling.put_back(session, result.untried, clock())
    for claim, error in result.troubled:
        with database.begin() as session:
            # A receipt may have settled it meanwhile.
            message = settling.message_in_hand(session, claim, MessageStatus.SENDING)
            if message is None:
                continue
            if isinstance(error, Refused):
                settling.refuse(session, message, error, clock())
            elif error.maybe_sent:
                settling.doubt(message, clock())
            else:
                settling.try_later(message, clock())


def _resolve(
    database: Database,
    clock: Clock,
    searched: Sequence[tuple[Claim, Sequence[str]]],
    out_of_reach: Sequence[Claim],
) -> int:
    now = clock()
    sent: dict[str, str] = {}
    with database.begin() as session:
        # What the carrier has may be another of our messages to the same number.
        everything = {provider_id for _, found in searched for provider_id in found}
        taken = set(
            session.scalars(select(Message.provider_id).where(Message.provider_id.in_(everything)))
        )
        for claim, found in searched:
            ours = next((one for one in found if one not in taken), None)
            if ours is not None:
                sent[claim.uuid] = ours
                taken.add(ours)
            elif message := settling.message_in_hand(session, claim, MessageStatus.UNCERTAIN):
                settling.try_later(message, now)
        for claim in out_of_reach:
            if message := settling.message_in_hand(session, claim, MessageStatus.UNCERTAIN):
                settling.give_up(message, now)
        settling.record_sent(session, sent, now)
    return len(sent)

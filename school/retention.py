"""What is deleted when its time is over, by the school file's clock; what happened stays.

The words of families go: what a text said, what a call was heard to say. The attendance record
stays, as Illinois wants it kept (105 ILCS 10/4): the student, the days, the category, who decided.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from school.audit import note
from school.outbox import Message, MessageStatus
from school.reports import Report

ON_ITS_WAY = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNCERTAIN)
WORDS = ("transcript", "reason_text", "student_as_heard")  # of a report
AT_ONCE = 500  # so that a call that comes meanwhile waits no longer than a moment
LINE = "line"  # who did it, in the audit


def forget_texts(session: Session, before: datetime, now: datetime) -> int:
    """Delete the words of the messages queued before then; that they were sent stays.

    Args:
        session: to write in.
        before: older ones lose their words. Aware.
        now: the time of the line in the audit, which is the proof.

    Returns:
        How many messages lost their words.
    """
    forget = (
        update(Message)
        .where(
            Message.created_at < before,
            Message.body.is_not(None),
            Message.status.not_in(ON_ITS_WAY),
        )
        .values(body=None)
    )
    forgotten = session.connection().execute(forget).rowcount
    prove(session, now, "messages", forgotten, before)
    return forgotten


def forget_words(
    session: Session, before: datetime, now: datetime, held_calls: Collection[str] = ()
) -> int:
    """Delete what families said from some of the reports made before then.

    Args:
        session: to write in.
        before: older ones lose their words. Aware.
        now: the time of the line in the audit.
        held_calls: CallSids under a legal hold; their reports stay whole.

    Returns:
        How many reports lost their words; call again until there are none.
    """
    wordy = or_(*(getattr(Report, name).is_not(None) for name in WORDS))
    chosen = session.scalars(
        select(Report.id)
        .where(
            Report.created_at < before,
            wordy,
            or_(Report.call_sid.is_(None), Report.call_sid.not_in(held_calls)),
        )
        .limit(AT_ONCE)
    ).all()
    session.execute(
        update(Report).where(Report.id.in_(chosen)).values(dict.fromkeys(WORDS)),
        execution_options={"synchronize_session": False},
    )
    prove(session, now, "reports", len(chosen), before)
    return len(chosen)


def prove(session: Session, now: datetime, what: str, count: int, before: datetime) -> None:
    """Note in the audit how much was forgotten; nothing where there was nothing."""
    if count:
        note(session, now, LINE, "forgot", what, f"{count} from before {before:%Y-%m-%d}")

"""Where a text is early notice only: the call that follows is joined to it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from school.report_facts import UNKNOWN, WAITING, put_days
from school.reports import EARLY, Entry, Flag, Report, ReportChannel, Status, drop_flag


def qualify(session: Session, entry: Entry, now: datetime) -> Entry:
    """Join a report made by call to the text that announced it; what counts then is the text's.

    The report of the call stays in the books as a part of the other. Returns the report that
    counts: the text's, or the call's where no text came before it.
    """
    call = session.get_one(Report, entry.id)
    text = next((r for r in _early_notices(session, call) if _about_the_same(r, call)), None)
    if text is None:
        return entry
    _add(text, call)
    text.updated_at = now
    drop_flag(text, Flag.NEEDS_QUALIFYING_REPORT, now)
    drop_flag(call, Flag.POSSIBLE_DUPLICATE, now)
    call.status, call.joined_to, call.updated_at = Status.DUPLICATE, text.id, now
    session.flush()
    return Entry(text.id, text.reference, text.student_id)


def _early_notices(session: Session, call: Report) -> Sequence[Report]:
    """The texts about this student that nobody has decided, the newest first."""
    if call.student_id is None:
        return ()
    texts = session.scalars(
        select(Report)
        .where(
            Report.student_id == call.student_id,
            Report.channel == ReportChannel.SMS,
            Report.status.in_(WAITING),
            Report.id != call.id,
        )
        .order_by(Report.id.desc())
        .with_for_update()
    ).all()
    return [text for text in texts if Flag.NEEDS_QUALIFYING_REPORT in text.flags]


def _about_the_same(text: Report, call: Report) -> bool:
    early = (text.partial_kind == EARLY, call.partial_kind == EARLY)
    return not any(early) and bool(set(text.dates) & set(call.dates))


def _add(text: Report, call: Report) -> None:
    """Give the text's report what only the call told; the words of both are kept."""
    put_days(text, [*text.dates, *call.dates])
    if text.reason_category == UNKNOWN and call.reason_category != UNKNOWN:
        text.reason_category, text.reason_text = call.reason_category, call.reason_text
        text.excused, text.note_required = call.excused, call.note_required
        text.flags = [flag for flag in text.flags if flag != Flag.REASON_UNKNOWN]
    text.reporter_name = text.reporter_name or call.reporter_name
    if text.relationship == UNKNOWN:
        text.relationship = call.relationship
    text.call_sid = call.call_sid
    text.status = Status.PENDING
    text.transcript = "\n".join(words for words in (text.transcript, call.transcript) if words)

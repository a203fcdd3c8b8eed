"""The worker's steps with voicemails: now, that none is without a report for long."""

import logging
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from recordings.voicemails import Voicemail, VoicemailState
from school.database import Clock, Database
from school.reports import (
    Draft,
    Flag,
    Report,
    ReportChannel,
    Status,
    Verification,
    note_flag,
    write,
)

log = logging.getLogger(__name__)
# The call's own word on the recording comes within seconds, if it comes.
PATIENCE = timedelta(minutes=1)
AT_ONCE = 50


def adopt(database: Database, clock: Clock, language: str) -> int:
    """Give every voicemail a report: the one of its call, or one of its own.

    The call knows nothing of a message that was taken while the database was away.

    Args:
        database: where voicemails and reports are.
        clock: the time now.
        language: of a report that only the recording tells of; the school's first.

    Returns:
        How many were adopted.
    """
    now = clock()
    waiting = (
        select(Voicemail)
        .where(
            Voicemail.state == VoicemailState.RECEIVED,
            Voicemail.report_id.is_(None),
            Voicemail.received_at < now - PATIENCE,
        )
        .order_by(Voicemail.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    with database.begin() as session:
        strays = session.scalars(waiting).all()
        for voicemail in strays:
            report = _of_its_call(session, voicemail) or write(
                session, _draft(voicemail, language), now
            )
            note_flag(report, Flag.NOT_TRANSCRIBED, now)
            voicemail.report_id = report.id
            voicemail.updated_at = now
            log.info("voicemail_adopted", extra={"voicemail": voicemail.id, "report": report.id})
    return len(strays)


def _of_its_call(session: Session, voicemail: Voicemail) -> Report | None:
    return session.scalar(
        select(Report)
        .where(Report.call_sid == voicemail.call_sid)
        .order_by(Report.id.desc())
        .limit(1)
    )


def _draft(voicemail: Voicemail, language: str) -> Draft:
    return Draft(
        origin=f"recording:{voicemail.recording_sid}",
        status=Status.PENDING,
        channel=ReportChannel.VOICEMAIL,
        language=language,
        verification=Verification.WITHHELD,  # the recording's callback names no caller
        from_phone=None,
        flags=(Flag.STUDENT_NOT_MATCHED, Flag.UNLISTED_CALLER, Flag.NOT_TRANSCRIBED),
        call_sid=voicemail.call_sid,
    )

"""No message without a report: those that only the carrier knows of, and those without a call.

`/voice/fallback` takes messages while the database is away. Their callbacks may be lost, so the
carrier is asked for recordings this line has never seen: often for the latest, and now and then
for a week's, which may be many where the account has other lines.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from flows.scene import Channel
from ivr.conversations import Conversation
from ivr.gateway import Recording
from recordings.fetching import Carrier
from recordings.voicemails import Kind, Voicemail, VoicemailState, keep
from school.database import Clock, Database
from school.numbers import caller_number
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

PATIENCE = timedelta(minutes=1)  # the call's own word on the recording comes within seconds
AT_ONCE = 50
LATELY = timedelta(hours=1)
LOOK_BACK = timedelta(days=7)  # a line that was down for longer had other troubles
# What the carrier says of how a recording was made. A carrier that says nothing means a message.
SOURCES = {
    None: Kind.MESSAGE,
    "RecordVerb": Kind.MESSAGE,
    "StartCallRecordingTwiML": Kind.CALL,
    "StartCallRecordingAPI": Kind.CALL,
}
RECORDED = {"completed", "in-progress", "processing"}
# States in which a message may wait for long without anything being drafted from it.
BEFORE_DRAFT = (
    VoicemailState.RECEIVED,
    VoicemailState.FETCHED,
    VoicemailState.TRANSCRIBED,
    VoicemailState.UNAVAILABLE,
)


THE_CALL = Conversation.key == literal(f"{Channel.PHONE}:") + Voicemail.call_sid
"""The conversation that a message was left in, by the key that conversations are found by."""

# While a call goes on it may yet make the report that the message belongs to; of one that nobody
# ends, the end is a quarter of an hour away.
CALL_IS_OVER = ~select(Conversation.id).where(THE_CALL, Conversation.closed_at.is_(None)).exists()


def find_strays(
    database: Database,
    carrier: Carrier,
    clock: Clock,
    own_numbers: Collection[str],
    kinds: Collection[Kind] = (Kind.MESSAGE,),
    look_back: timedelta = LOOK_BACK,
) -> int:
    """Take in recordings that the carrier has and this line has never heard of.

    The account may serve other lines too: only what was left at one of this line's own numbers
    is taken, because what is taken is deleted there.

    Args:
        database: where recordings are known.
        carrier: who has them.
        clock: the time now.
        own_numbers: the school's, and who texts come from; numbers that calls came in on count
            too.
        kinds: what is taken: whole calls only where the school has them recorded.
        look_back: how old they may be.

    Returns:
        How many were found.

    Raises:
        Refused: the carrier answered no.
        Unreachable: it did not answer.
    """
    now = clock()
    made = [
        one
        for one in carrier.recordings(now - look_back)
        if SOURCES.get(one.source) in kinds and one.status in RECORDED
    ]
    if not made:
        return 0
    with database.reading() as session:
        known = set(
            session.scalars(
                select(Voicemail.recording_sid).where(
                    Voicemail.recording_sid.in_([one.sid for one in made])
                )
            )
        )
        ours = {*own_numbers, *session.scalars(select(Conversation.to_phone).distinct())}
    found = 0
    for one in made:
        # A fresh one is told of by its callback any moment.
        if one.sid not in known and one.made_at < now - PATIENCE:
            found += _take_in(database, carrier, one, ours)
    return found


def _take_in(
    database: Database, carrier: Carrier, one: Recording, ours: Collection[str | None]
) -> bool:
    call = carrier.call_made(one.call_sid) if one.call_sid else None
    if call is None or caller_number(call.to_phone) not in ours:
        return False
    with database.begin() as session:
        row = keep(
            session,
            one.sid,
            one.call_sid,
            VoicemailState.RECEIVED,
            one.seconds,
            one.made_at,
            SOURCES[one.source],
        )
        row.from_phone = caller_number(call.from_phone)
    log.info("recording_found", extra={"voicemail": row.id})
    return True


def adopt(database: Database, clock: Clock, language: str) -> int:
    """Give every message a report: the one of its call, or one of its own.

    The call knows nothing of a message that was taken while the database was away. Its words
    come later; until then there is something in the list to listen to.

    Args:
        database: where messages and reports are.
        clock: the time now.
        language: of a report that only the recording tells of; the school's first.

    Returns:
        How many were adopted.
    """
    now = clock()
    waiting = (
        select(Voicemail)
        .where(
            Voicemail.kind == Kind.MESSAGE,
            Voicemail.state.in_(BEFORE_DRAFT),
            Voicemail.received_at < now - PATIENCE,
            CALL_IS_OVER,
            ~select(Report.id).where(Report.recording_sid == Voicemail.recording_sid).exists(),
        )
        .order_by(Voicemail.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    with database.begin() as session:
        strays = session.scalars(waiting).all()
        for voicemail in strays:
            take_up(session, voicemail, language, now)
    return len(strays)


def take_up(session: Session, voicemail: Voicemail, language: str, now: datetime) -> None:
    """Give a message the report that its call began, or a new one."""
    report = _begun_in_its_call(session, voicemail) or write(
        session, _draft(session, voicemail, language), now
    )
    note_flag(report, Flag.NOT_TRANSCRIBED, now)
    if voicemail.state == VoicemailState.UNAVAILABLE:
        note_flag(report, Flag.RECORDING_UNAVAILABLE, now)
    report.recording_sid = voicemail.recording_sid
    session.flush()
    log.info("voicemail_adopted", extra={"voicemail": voicemail.id, "report": report.id})


def _begun_in_its_call(session: Session, voicemail: Voicemail) -> Report | None:
    """A report that its call began and did not finish, and that no other message belongs to."""
    if voicemail.call_sid is None:
        return None
    return session.scalar(
        select(Report)
        .where(
            Report.call_sid == voicemail.call_sid,
            Report.status == Status.INCOMPLETE,
            Report.recording_sid.is_(None),
        )
        .order_by(Report.id.desc())
        .limit(1)
    )


def _draft(session: Session, voicemail: Voicemail, language: str) -> Draft:
    phone = voicemail.from_phone or session.scalar(
        select(Conversation.from_phone).where(THE_CALL, Voicemail.id == voicemail.id)
    )
    return Draft(
        origin=f"voicemail:{voicemail.id}:0",
        status=Status.PENDING,
        channel=ReportChannel.VOICEMAIL,
        language=language,
        verification=Verification.UNLISTED if phone else Verification.WITHHELD,
        from_phone=phone,
        flags=(Flag.STUDENT_NOT_MATCHED, Flag.UNLISTED_CALLER, Flag.NOT_TRANSCRIBED),
        call_sid=voicemail.call_sid,
    )

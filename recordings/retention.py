"""Deletes sound and transcripts when the school's file says so, each with a line of proof.

What is under a legal hold stays. The row itself stays too: that there was a recording, its
length and its checksum tell nothing of a family.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from recordings.transcripts import TranscriptRow
from recordings.vault import Vault
from recordings.voicemails import Kind, Voicemail, VoicemailState
from school.audit import note
from school.database import Clock, Database
from school.dispatch import Stopping, never
from school.reports import Report

log = logging.getLogger(__name__)

LINE = "line"  # who deletes, in the audit
AT_ONCE = 500
# Also what the carrier does not delete: our own copy must not wait for that, which goes on.
DONE_WITH = (VoicemailState.DRAFTED, VoicemailState.SETTLED)
NO_REPORT_AFTER = timedelta(days=1)  # a call that came to no report has nothing to stand beside


class NoSuchRecording(Exception):
    """There is no recording of this number; the sentence says so."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """Deletes what is old enough."""

    database: Database
    clock: Clock
    vault: Vault
    recordings: timedelta
    transcripts: timedelta

    def purge(self, stopping: Stopping = never) -> int:
        """Delete all that is due, for as long as there is some.

        Returns:
            How many sounds and transcripts were deleted.
        """
        now = self.clock()
        without_report = (
            Voicemail.kind == Kind.CALL,
            Voicemail.received_at < now - NO_REPORT_AFTER,
            ~select(Report.id).where(Report.call_sid == Voicemail.call_sid).exists(),
        )
        return (
            self._purge_sounds(now, stopping, Voicemail.received_at < now - self.recordings)
            + self._purge_sounds(now, stopping, *without_report)
            + self._purge_transcripts(now, stopping)
        )

    def _purge_sounds(self, now: datetime, stopping: Stopping, *due: ColumnElement[bool]) -> int:
        done = 0
        while not stopping():
            with self.database.begin() as session:
                batch = self._sounds(session, due)
                for row in batch:
                    # First the file: a row that says "deleted" must never be untrue.
                    self.vault.delete(row.in_vault)
                    row.purged_at = row.updated_at = now
                    row.peaks = None
                    note(session, now, LINE, "purged sound", _subject(row.id), row.sha256)
            done += len(batch)
            if len(batch) < AT_ONCE:
                break
        if done:
            log.info("recordings_purged", extra={"count": done})
        return done

    @staticmethod
    def _sounds(session: Session, due: Sequence[ColumnElement[bool]]) -> Sequence[Voicemail]:
        return session.scalars(
            select(Voicemail)
            .where(
                Voicemail.sha256.is_not(None),
                Voicemail.purged_at.is_(None),
                Voicemail.legal_hold.is_(False),
                Voicemail.state.in_(DONE_WITH),
                *due,
            )
            .order_by(Voicemail.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        ).all()

    def _purge_transcripts(self, now: datetime, stopping: Stopping) -> int:
        done = 0
        while not stopping():
            with self.database.begin() as session:
                batch = session.scalars(
                    select(TranscriptRow)
                    .join(Voicemail, Voicemail.id == TranscriptRow.voicemail_id)
                    .where(
                        Voicemail.received_at < now - self.transcripts,
                        Voicemail.legal_hold.is_(False),
                        Voicemail.state.in_(DONE_WITH),
                    )
                    .order_by(TranscriptRow.voicemail_id)
                    .limit(AT_ONCE)
                    .with_for_update(skip_locked=True, of=TranscriptRow)
                ).all()
                for row in batch:
                    note(session, now, LINE, "purged transcript", _subject(row.voicemail_id))
                    session.delete(row)
            done += len(batch)
            if len(batch) < AT_ONCE:
                break
        return done


def hold(database: Database, recording_id: int, who: str, now: datetime, *, on: bool) -> None:
    """Put a recording under a legal hold, or release it.

    Raises:
        NoSuchRecording: there is none of this number.
    """
    with database.begin() as session:
        row = session.get(Voicemail, recording_id, with_for_update=True)
        if row is None:
            raise NoSuchRecording(f"There is no recording {recording_id}.")
        if row.legal_hold != on:
            row.legal_hold = on
            row.updated_at = now
            note(session, now, who, "held" if on else "released", _subject(row.id))


def _subject(recording_id: int) -> str:
    return f"recording:{recording_id}"

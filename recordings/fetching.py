"""From the carrier into the vault, and only then off the carrier's shelf."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ivr.conversations import Conversation
from ivr.gateway import CallMade, Recording
from ivr.media import Media, NotThere, TooLarge
from recordings.claims import Claim, advance
from recordings.sound import NotAudio, Sound, Truncated, read_sound
from recordings.steps import Later, Step, WriteDown
from recordings.vault import Damaged, Vault
from recordings.voicemails import (
    Trouble,
    Voicemail,
    VoicemailState,
    nothing_was_said,
    reports_of,
)
from school.database import Clock, Database
from school.numbers import caller_number
from school.reports import Flag, note_flag
from school.sending import Refused, Unreachable

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # a fetch ends within one
GIVE_UP_AFTER = timedelta(days=3)  # a recording that has not come by then never will
SHORTER = 2.0  # seconds by which the sound may be shorter than the carrier says: it rounds

GONE = {"deleted", "failed"}  # what the carrier says of a recording that will not come


class Carrier(Protocol):
    """What the carrier keeps for us. See `ivr.gateway.Gateway`."""

    def fetch_recording(self, sid: str) -> Media:
        """The sound of a recording."""

    def recording(self, sid: str) -> Recording | None:
        """What the carrier knows of a recording."""

    def recordings(self, since: datetime) -> Sequence[Recording]:
        """The recordings made since then, the newest first."""

    def delete_recording(self, sid: str) -> None:
        """Delete the carrier's copy."""

    def call_made(self, sid: str) -> CallMade | None:
        """Who called whom."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Brings recordings here, and sees to it that no copy stays behind."""

    database: Database
    clock: Clock
    carrier: Carrier
    vault: Vault

    @property
    def fetching(self) -> Step:
        """The step from received to fetched."""
        return Step(
            name="fetch",
            takes=VoicemailState.RECEIVED,
            gives=VoicemailState.FETCHED,
            lease=LEASE,
            do=self.fetch,
            afterwards=self.delete_at_once,
        )

    @property
    def settling(self) -> Step:
        """The step from drafted to settled."""
        return Step(
            name="settle",
            takes=VoicemailState.DRAFTED,
            gives=VoicemailState.SETTLED,
            lease=LEASE,
            do=self.settle,
        )

    def fetch(self, claim: Claim) -> WriteDown:
        """Put the sound into the vault, and make sure that it is whole and there.

        Raises:
            Later: it is not to be had now.
        """
        try:
            content = self.carrier.fetch_recording(claim.recording_sid).content
        except NotThere:
            return self._not_there(claim)
        except TooLarge:
            return unavailable(Trouble.TOO_LARGE)
        except Unreachable:
            raise Later(Trouble.UNREACHABLE) from None
        except Refused as refused:
            # Our account's trouble, not the recording's: it waits for whoever repairs that.
            log.error(  # noqa: TRY400  (whoever repairs it needs the code, and no traceback)
                "recording_refused", extra={"voicemail": claim.id, "code": refused.code}
            )
            raise Later(Trouble.REFUSED) from None
        try:
            sound = read_sound(content)
        except NotAudio:
            return self._patient(claim, Trouble.NOT_AUDIO)
        except Truncated:
            return self._patient(claim, Trouble.TRUNCATED)
        if sound.seconds + SHORTER < self._announced(claim):
            return self._patient(claim, Trouble.TRUNCATED)
        checksum = self._put_away(claim, content)
        return self._kept(claim, sound, checksum)

    def delete_at_once(self, claim: Claim) -> None:
        """Delete the carrier's copy as soon as ours is safe; if it fails, `settle` tries again."""
        try:
            self.carrier.delete_recording(claim.recording_sid)
        except (Refused, Unreachable):
            return
        with self.database.begin() as session:
            session.execute(
                update(Voicemail)
                .where(Voicemail.id == claim.id)
                .values(copy_deleted_at=self.clock())
            )

    def settle(self, claim: Claim) -> WriteDown:
        """Nothing is left to do, once the carrier has no copy.

        Raises:
            Later: it still has one; a person sees it until it is gone.
        """
        if not claim.copy_deleted:
            try:
                self.carrier.delete_recording(claim.recording_sid)
            except (Refused, Unreachable):
                raise Later(Trouble.NOT_DELETED) from None

        def write_down(_session: Session, row: Voicemail, now: datetime) -> None:
            row.copy_deleted_at = row.copy_deleted_at or now
            if row.trouble == Trouble.NOT_DELETED:
                row.trouble = None
            advance(row, VoicemailState.SETTLED, now)

        return write_down

    def _announced(self, claim: Claim) -> int:
        """The seconds that the carrier says there are."""
        if claim.seconds:
            return claim.seconds
        try:
            known = self.carrier.recording(claim.recording_sid)
        except (Refused, Unreachable):
            raise Later(Trouble.UNREACHABLE) from None
        return (known.seconds if known else None) or 0

    def _put_away(self, claim: Claim, content: bytes) -> str:
        checksum = sha256(content).hexdigest()
        try:
            self.vault.put(claim.in_vault, content)
            kept = sha256(self.vault.get(claim.in_vault)).hexdigest()
        except (OSError, Damaged):
            raise Later(Trouble.VAULT) from None
        if kept != checksum:
            raise Later(Trouble.VAULT)
        return checksum

    def _kept(self, claim: Claim, sound: Sound, checksum: str) -> WriteDown:
        peaks, caller = sound.peaks(), self._caller(claim)

        def write_down(_session: Session, row: Voicemail, now: datetime) -> None:
            row.sha256, row.peaks = checksum, peaks
            row.seconds = round(sound.seconds)
            row.from_phone = row.from_phone or caller
            row.trouble = None
            advance(row, VoicemailState.FETCHED, now)

        return write_down

    def _caller(self, claim: Claim) -> str | None:
        """Who called, where only the carrier knows: the database was away during the call."""
        if claim.from_phone or claim.call_sid is None:
            return None
        with self.database.reading() as session:
            known = select(Conversation.id).where(Conversation.provider_id == claim.call_sid)
            if session.scalar(known) is not None:
                return None
        try:
            call = self.carrier.call_made(claim.call_sid)
        except (Refused, Unreachable):
            raise Later(Trouble.UNREACHABLE) from None
        return caller_number(call.from_phone) if call else None

    def _not_there(self, claim: Claim) -> WriteDown:
        """Not yet, or not any more: the carrier's own record tells."""
        try:
            known = self.carrier.recording(claim.recording_sid)
        except (Refused, Unreachable):
            raise Later(Trouble.UNREACHABLE) from None
        if known is not None and known.status == VoicemailState.ABSENT:
            return absent
        if known is not None and known.status in GONE:
            return unavailable(Trouble.NOT_THERE)
        return self._patient(claim, Trouble.NOT_THERE)

    def _patient(self, claim: Claim, trouble: Trouble) -> WriteDown:
        """Try again, until it is certain that nothing will come.

        Raises:
            Later: it may come yet.
        """
        if self.clock() - claim.received_at < GIVE_UP_AFTER:
            raise Later(trouble)
        log.error("recording_unavailable", extra={"voicemail": claim.id, "trouble": trouble})
        return unavailable(trouble)


def absent(session: Session, row: Voicemail, now: datetime) -> None:
    """Nothing was recorded."""
    nothing_was_said(session, row, now)
    row.trouble = None
    advance(row, VoicemailState.ABSENT, now)


def unavailable(trouble: Trouble) -> WriteDown:
    """There is no sound to be had; a person calls back."""

    def write_down(session: Session, row: Voicemail, now: datetime) -> None:
        for report in reports_of(session, row):
            note_flag(report, Flag.RECORDING_UNAVAILABLE, now)
        row.trouble = trouble
        advance(row, VoicemailState.UNAVAILABLE, now)

    return write_down

"""From the vault to words. Where that fails, a person listens."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.reading.roster import Roster
from ivr.conversations import Conversation, last_state, transcript
from recordings.claims import Claim, advance
from recordings.sound import NotAudio
from recordings.steps import Step, WriteDown
from recordings.transcription import Heard, Transcriber, hints_for
from recordings.transcripts import TranscriptRow
from recordings.vault import Damaged, UnknownKey, Vault
from recordings.voicemails import Trouble, Voicemail, VoicemailState
from school.database import Clock, Database

log = logging.getLogger(__name__)

LONGEST_SECONDS = 600  # that are written down; of the rest there is the sound
LONGEST_BYTES = LONGEST_SECONDS * 16_000
LEASE = timedelta(seconds=60 + LONGEST_SECONDS)
MOST_ATTEMPTS = 3  # a recording that ends the worker each time must not do so for ever


@dataclass(frozen=True, slots=True)
class Writer:
    """Has recordings written down, with the names that may be said as hints."""

    database: Database
    clock: Clock
    vault: Vault
    transcriber: Transcriber | None
    roster: Callable[[], Roster]

    @property
    def transcribing(self) -> Step:
        """The step from fetched to transcribed."""
        return Step(
            name="transcribe",
            takes=VoicemailState.FETCHED,
            gives=VoicemailState.TRANSCRIBED,
            lease=LEASE,
            do=self.transcribe,
        )

    def transcribe(self, claim: Claim) -> WriteDown:
        """Listen to it, or leave it to a person."""
        heard = self._heard(claim)

        def write_down(session: Session, row: Voicemail, now: datetime) -> None:
            if heard is not None and session.get(TranscriptRow, row.id) is None:
                session.add(TranscriptRow.of(row.id, heard, now))
            row.trouble = Trouble.NOT_TRANSCRIBED if heard is None else None
            advance(row, VoicemailState.TRANSCRIBED, now)

        return write_down

    def _heard(self, claim: Claim) -> Heard | None:
        if self.transcriber is None or claim.attempts > MOST_ATTEMPTS:
            return None
        phone, language = self._about(claim)
        hints = hints_for(self.roster(), phone)
        try:
            content = b"".join(self.vault.open(claim.in_vault).read(0, LONGEST_BYTES))
            return self.transcriber.transcribe(content, language, hints)
        except (NotAudio, Damaged, UnknownKey, FileNotFoundError) as error:
            log.error(  # noqa: TRY400  (its name is enough)
                "not_transcribed", extra={"voicemail": claim.id, "error": type(error).__name__}
            )
            return None

    def _about(self, claim: Claim) -> tuple[str | None, str | None]:
        """Who called, and in which language; None where the recording itself must tell.

        A conversation's language counts once something was understood in it: a stranger who
        has only listened was met in the school's first.
        """
        with self.database.reading() as session:
            conversation = session.scalar(
                select(Conversation).where(Conversation.provider_id == claim.call_sid)
            )
            if conversation is None:
                return claim.from_phone, None
            connection = session.connection()
            state = last_state(connection, conversation.id)
            spoke = transcript(connection, conversation.id) is not None
            return conversation.from_phone, state.language if state and spoke else None

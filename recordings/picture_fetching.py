"""From the carrier into the vault: pictures, known by their content and not by what they claim."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ivr.media import Media, NotThere, TooLarge
from recordings.pictures import Picture, PictureState, receive_note
from recordings.vault import Vault
from school.database import Clock, Database
from school.dispatch import Stopping, never
from school.sending import Refused, Unreachable

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # a fetch ends within one
GIVE_UP_AFTER = timedelta(days=1)
PAUSES = tuple(timedelta(seconds=n) for n in (5, 15, 60, 300, 1800, 3600))
MOST_AT_ONCE = 100

# How a file of each kind begins. A HEIF picture, as telephones take them, has its mark later on.
BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"%PDF-": "application/pdf",
}
HEIF_BRANDS = {b"heic", b"heix", b"mif1", b"msf1", b"heim", b"heis", b"avif"}


class Carrier(Protocol):
    """What the carrier keeps for us. See `ivr.gateway.Gateway`."""

    def fetch_picture(self, message_sid: str, sid: str) -> Media:
        """A picture that came with a text."""

    def delete_picture(self, message_sid: str, sid: str) -> None:
        """Delete the carrier's copy."""


Tell = Callable[[Session, Picture], None]
"""Queues the words for a family whose picture could not be taken."""


@dataclass(frozen=True, slots=True)
class PictureFetcher:
    """Brings pictures here, one after the other; any number of workers may."""

    database: Database
    clock: Clock
    carrier: Carrier
    vault: Vault
    tell: Tell

    def run(self, stopping: Stopping = never) -> int:
        """Fetch every picture that is due; how many were taken up."""
        taken = 0
        while taken < MOST_AT_ONCE and not stopping():
            claimed = self._claim()
            if claimed is None:
                break
            taken += 1
            self._take(claimed)
        return taken

    def _claim(self) -> Picture | None:
        now = self.clock()
        due = (
            select(Picture)
            .where(
                Picture.state == PictureState.RECEIVED,
                Picture.due_at <= now,
                or_(Picture.leased_until.is_(None), Picture.leased_until < now),
            )
            .order_by(Picture.due_at, Picture.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self.database.begin() as session:
            picture = session.scalar(due)
            if picture is not None:
                picture.leased_until = now + LEASE
                picture.attempts += 1
                session.flush()
                session.expunge(picture)
            return picture

    def _take(self, claimed: Picture) -> None:
        try:
            content = self.carrier.fetch_picture(claimed.message_sid, claimed.media_sid).content
        except TooLarge:
            self._settle(claimed, PictureState.REFUSED)
            return
        except (NotThere, Unreachable, Refused):
            self._later(claimed)
            return
        kind = kind_of(content)
        if kind is None:
            self._settle(claimed, PictureState.REFUSED)
            return
        try:
            self.vault.put(claimed.in_vault, content)
        except OSError:
            self._later(claimed)
            return
        self._settle(claimed, PictureState.KEPT, kind, content)

    def _settle(
        self, claimed: Picture, state: PictureState, kind: str | None = None, content: bytes = b""
    ) -> None:
        """Write down what became of it; the carrier's copy goes only after that."""
        now = self.clock()
        with self.database.begin() as session:
            picture = session.get_one(Picture, claimed.id, with_for_update=True)
            if picture.leased_until != claimed.leased_until:
                return  # another worker has it by now
            picture.state, picture.kind, picture.leased_until = state, kind, None
            picture.updated_at = now
            if state == PictureState.KEPT:
                picture.size, picture.sha256 = len(content), sha256(content).hexdigest()
                if picture.report_id is not None:
                    receive_note(session, picture.report_id, now)
            else:
                self.tell(session, picture)
        log.info("picture", extra={"picture": claimed.id, "state": state})
        try:
            self.carrier.delete_picture(claimed.message_sid, claimed.media_sid)
        except (Refused, Unreachable):
            log.warning("picture_copy_stays", extra={"picture": claimed.id})

    def _later(self, claimed: Picture) -> None:
        now = self.clock()
        if now - claimed.received_at >= GIVE_UP_AFTER:
            self._settle(claimed, PictureState.GONE)
            return
        with self.database.begin() as session:
            picture = session.get_one(Picture, claimed.id, with_for_update=True)
            if picture.leased_until == claimed.leased_until:
                picture.leased_until = None
                picture.due_at = now + PAUSES[min(claimed.attempts, len(PAUSES)) - 1]


def kind_of(content: bytes) -> str | None:
    """What a file is by its beginning; None for what is neither a picture nor a PDF."""
    for beginning, kind in BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return "image/heic"
    return None

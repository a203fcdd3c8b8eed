"""Scans and photos of notes that staff add themselves, kept like those that families send."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from recordings.picture_fetching import kind_of
from recordings.pictures import Picture, PictureState
from recordings.vault import Vault

LARGEST = 10 << 20  # bytes; a telephone's photo takes half of it
BY_STAFF = "staff"  # where a photo of a family has the carrier's id of its text


class NotKept(ValueError):
    """It is no scan, or could not be kept; the sentence says what to do."""


def kind_of_scan(content: bytes) -> str:
    """What it is, by its content.

    Raises:
        NotKept: neither a picture nor a PDF, or too large.
    """
    if len(content) > LARGEST:
        raise NotKept("The scan is larger than 10 MB. Scan it in grey, or with fewer dots.")
    kind = kind_of(content)
    if kind is None:
        raise NotKept("This is neither a picture nor a PDF. Choose the scan or the photo.")
    return kind


def keep_scan(
    session: Session, vault: Vault, report_id: int, content: bytes, now: datetime
) -> None:
    """Keep the scan with the report; the same one only once, however often it is sent.

    Raises:
        NotKept: it is no scan, or there is no room for it.
    """
    kind, mark = kind_of_scan(content), sha256(content).hexdigest()
    name = f"{BY_STAFF}:{report_id}:{mark[:40]}"
    if session.scalar(select(Picture.id).where(Picture.media_sid == name)) is not None:
        return
    picture = Picture(
        media_sid=name,
        message_sid=BY_STAFF,
        report_id=report_id,
        state=PictureState.KEPT,
        kind=kind,
        size=len(content),
        sha256=mark,
        received_at=now,
        due_at=now,
        updated_at=now,
    )
    session.add(picture)
    try:
        vault.put(picture.in_vault, content)
    except OSError as error:
        raise NotKept("The scan could not be kept; the disk may be full. Try again.") from error

"""Deletes photos of notes when the school's file says so, each with a line of proof."""

import logging
from datetime import timedelta

from sqlalchemy import select

from recordings.pictures import Picture, PictureState
from recordings.vault import Vault
from school.audit import note
from school.database import Clock, Database
from school.dispatch import Stopping, never

log = logging.getLogger(__name__)

LINE = "line"  # who deletes, in the audit
AT_ONCE = 200


def purge_pictures(
    database: Database, clock: Clock, vault: Vault, after: timedelta, stopping: Stopping = never
) -> int:
    """Delete the photos that came longer ago than this; that they came stays, with a checksum.

    Returns:
        How many were deleted.
    """
    now, done = clock(), 0
    due = (
        select(Picture)
        .where(Picture.state == PictureState.KEPT, Picture.received_at < now - after)
        .order_by(Picture.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    while not stopping():
        with database.begin() as session:
            batch = session.scalars(due).all()
            for picture in batch:
                # First the file: a row that says "deleted" must never be untrue.
                vault.delete(picture.in_vault)
                picture.state, picture.updated_at = PictureState.PURGED, now
                note(session, now, LINE, "purged picture", f"picture:{picture.id}", picture.sha256)
        done += len(batch)
        if len(batch) < AT_ONCE:
            break
    if done:
        log.info("pictures_purged", extra={"count": done})
    return done

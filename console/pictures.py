"""Photos of notes for staff: decrypted on the way and kept nowhere; each look is in the audit."""

import logging
from collections.abc import Callable, Sequence

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from console.access import SEES_HEALTH, reader, signed_in
from recordings.pictures import Picture, PictureState, pictures_of
from recordings.vault import Damaged, UnknownKey, Vault
from school.audit import note
from school.database import Clock, Database

log = logging.getLogger(__name__)

LOOKED_AT = "looked at a note"
MOST_ID = 2**31 - 1
# What every browser shows by itself; the others are offered as a file.
SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}


def blueprint(database: Database, clock: Clock, vault: Callable[[], Vault]) -> Blueprint:
    """The pictures' addresses, below /staff/pictures. `vault`: opened when it is needed."""
    pages = Blueprint("pictures", __name__, url_prefix="/staff/pictures")

    def pictures_for(report_id: int) -> Sequence[Picture]:
        with database.reading() as session:
            return pictures_of(session, report_id)

    @pages.app_context_processor
    def _for_reports() -> dict[str, object]:
        return {"pictures_for": pictures_for, "SHOWN_PICTURES": SHOWN}

    @pages.get("/<int:picture_id>")
    @signed_in(*SEES_HEALTH)
    def picture(picture_id: int) -> ResponseReturnValue:
        with database.begin() as session:
            found = session.get(Picture, picture_id) if picture_id <= MOST_ID else None
            if found is None or found.state != PictureState.KEPT or found.kind is None:
                abort(404)
            note(session, clock(), reader().email, LOOKED_AT, f"report:{found.report_id}")
            name, kind = found.in_vault, found.kind
        return _opened(vault(), name, kind)

    return pages


def _opened(vault: Vault, name: str, kind: str) -> Response:
    try:
        content = vault.get(name)
    except (Damaged, UnknownKey, FileNotFoundError) as error:
        log.error("picture_does_not_open", extra={"error": type(error).__name__})  # noqa: TRY400  (its name is enough)
        abort(404)
    how = "inline" if kind in SHOWN else f'attachment; filename="note.{kind.partition("/")[2]}"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": how}
    return Response(content, headers=headers, mimetype=kind)

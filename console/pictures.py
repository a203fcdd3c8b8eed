"""Photos and scans of notes: decrypted on the way and kept nowhere; each look is in the audit."""

import logging
from collections.abc import Callable, Sequence

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from console.access import SEES_HEALTH, reader, signed_in
from console.lookups import MOST_ID
from console.office import DECIDES
from recordings.pictures import Picture, PictureState, pictures_of
from recordings.scans import NotKept, keep_scan
from recordings.vault import Damaged, UnknownKey, Vault
from school.audit import note
from school.database import Clock, Database
from school.decisions import Deed, note_received
from school.reports import Report

log = logging.getLogger(__name__)

LOOKED_AT = "looked at a note"
ADDED = "added a scan"
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

    @pages.post(f"/of/<int(max={MOST_ID}):report_id>")
    @signed_in(*DECIDES)
    def add(report_id: int) -> ResponseReturnValue:
        flash(_added(database, vault, report_id, Deed(reader().email, clock())))
        return redirect(url_for("entry.report", report_id=report_id), code=303)

    return pages


def _added(database: Database, vault: Callable[[], Vault], report_id: int, deed: Deed) -> str:
    """Keep the scan that was sent, and the note with it; the sentence on it."""
    content = uploaded()
    if not content:
        return "Choose the scan or the photo first."
    try:
        with database.begin() as session:
            report = session.get(Report, report_id)
            if report is None:
                abort(404)
            keep_scan(session, vault(), report_id, content, deed.now)
            note(session, deed.now, deed.who, ADDED, f"report:{report_id}")
            if report.note_required:
                note_received(session, report, deed, "scan")
    except NotKept as error:
        return str(error)
    return "The scan is kept with the report."


def uploaded() -> bytes:
    """The scan that came with a form; nothing where none was chosen."""
    found = request.files.get("scan")
    return found.read() if found else b""


def _opened(vault: Vault, name: str, kind: str) -> Response:
    try:
        content = vault.get(name)
    except (Damaged, UnknownKey, FileNotFoundError) as error:
        log.error("picture_does_not_open", extra={"error": type(error).__name__})  # noqa: TRY400  (its name is enough)
        abort(404)
    how = "inline" if kind in SHOWN else f'attachment; filename="note.{kind.partition("/")[2]}"'
    headers = {"Cache-Control": "no-store", "Content-Disposition": how}
    return Response(content, headers=headers, mimetype=kind)

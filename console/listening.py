"""Recordings for staff: sound, waveform and words, decrypted on the way and kept nowhere.

For those who may hear of a student's health; each listening is a line in the audit.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import ContentRange
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from console.access import SEES_HEALTH, reader, signed_in
from console.lookups import MOST_ID
from recordings.transcripts import TranscriptRow
from recordings.vault import Damaged, Sealed, UnknownKey, Vault
from recordings.voicemails import Voicemail, calls_of, messages_of
from school.audit import AuditLine, note
from school.database import Clock, Database

log = logging.getLogger(__name__)

LISTENED = "listened"
ONE_LISTENING = timedelta(minutes=1)  # a player asks for a sound in several pieces


def blueprint(database: Database, clock: Clock, vault: Callable[[], Vault]) -> Blueprint:
    """The recordings' addresses, below /staff/recordings. `vault`: opened when it is needed."""
    pages = Blueprint("listening", __name__, url_prefix="/staff/recordings")

    @pages.app_context_processor
    def _for_players() -> dict[str, object]:
        return {"recordings_for": lambda report_id: recordings_for(database, report_id)}

    @pages.get("/<int:recording_id>")
    @signed_in(*SEES_HEALTH)
    def sound(recording_id: int) -> ResponseReturnValue:
        with database.begin() as session:
            recording = _found(session, recording_id)
            sealed = _open(vault(), recording)
            if request.method == "GET":
                _note_listening(session, recording, reader().email, clock)
        return _in_part(sealed)

    @pages.get("/<int:recording_id>/words")
    @signed_in(*SEES_HEALTH)
    def words(recording_id: int) -> ResponseReturnValue:
        with database.reading() as session:
            recording = _found(session, recording_id)
            written = session.get(TranscriptRow, recording.id)
            return jsonify(
                seconds=recording.seconds,
                peaks=recording.peaks or [],
                words=written.words if written else [],
                marks=written.evidence if written else [],
                language=written.language if written else None,
            )

    return pages


def recordings_for(database: Database, report_id: int) -> Sequence[Voicemail]:
    """The message a report comes from, and the recorded call it was made in."""
    with database.reading() as session:
        found = (messages_of(session, [report_id]), calls_of(session, [report_id]))
        return [of_reports[report_id] for of_reports in found if report_id in of_reports]


def _found(session: Session, recording_id: int) -> Voicemail:
    recording = session.get(Voicemail, recording_id) if recording_id <= MOST_ID else None
    if recording is None:
        abort(404)
    return recording


def _open(vault: Vault, recording: Voicemail) -> Sealed:
    if not recording.can_be_heard:
        abort(404)
    try:
        return vault.open(recording.in_vault)
    except (Damaged, UnknownKey, FileNotFoundError) as error:
        log.error(  # noqa: TRY400  (its name is enough)
            "recording_does_not_open",
            extra={"voicemail": recording.id, "error": type(error).__name__},
        )
        abort(404)


def _note_listening(session: Session, recording: Voicemail, who: str, clock: Clock) -> None:
    """A line in the audit, once for all the pieces that one listening asks for."""
    now, subject = clock(), f"recording:{recording.id}"
    lately = select(AuditLine.id).where(
        AuditLine.subject == subject,
        AuditLine.did == LISTENED,
        AuditLine.who == who,
        AuditLine.at > now - ONE_LISTENING,
    )
    if session.scalar(lately.limit(1)) is None:
        note(session, now, who, LISTENED, subject)


def _in_part(sealed: Sealed) -> Response:
    """The sound, or the part of it that was asked for."""
    headers: dict[str, Any] = {"Accept-Ranges": "bytes", "Cache-Control": "no-store"}
    start, end, status = 0, sealed.size, 200
    asked = request.range
    if asked is not None and asked.units == "bytes" and len(asked.ranges) == 1:
        part = asked.range_for_length(sealed.size)
        if part is None:
            raise RequestedRangeNotSatisfiable(sealed.size)
        start, end, status = part[0], part[1], 206
        headers["Content-Range"] = ContentRange("bytes", start, end, sealed.size).to_header()
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status=status, headers=headers, mimetype="audio/wav")
    return Response(_begun(sealed.read(start, end)), status, headers, mimetype="audio/wav")


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks; the first is opened now, while an error can still be told."""
    try:
        first = next(chunks, b"")
    except (Damaged, FileNotFoundError) as error:
        log.error("recording_does_not_open", extra={"error": type(error).__name__})  # noqa: TRY400  (its name is enough)
        abort(404)
    return chain([first], chunks)

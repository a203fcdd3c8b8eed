"""The carrier says that a recording is finished: one row, 204. The worker does the rest."""

from flask import Blueprint, Response, request

from ivr.requests import call_sid, recording_sid, seconds
from recordings.strays import SOURCES
from recordings.voicemails import Kind, VoicemailState, keep
from school.database import Clock, Database


def blueprint(database: Database, clock: Clock, *, record_calls: bool) -> Blueprint:
    """The recordings' address.

    Args:
        database: where they are written down.
        clock: the time now.
        record_calls: whether the school has whole calls recorded. If not, nothing is kept of one.
    """
    recordings = Blueprint("recordings", __name__, url_prefix="/recordings")

    @recordings.post("/finished")
    def finished() -> Response:
        """A recording is there, or the carrier says that there is none."""
        form = request.form
        absent = form.get("RecordingStatus") == VoicemailState.ABSENT
        state = VoicemailState.ABSENT if absent else VoicemailState.RECEIVED
        sid, length = recording_sid(form), seconds(form.get("RecordingDuration"))
        kind = _kind()
        # Without an id there is nothing to fetch.
        if sid and (kind is Kind.MESSAGE or (kind is Kind.CALL and record_calls)):
            with database.begin() as session:
                keep(session, sid, call_sid(form), state, length, clock(), kind)
        return Response(status=204)

    return recordings


def _kind() -> Kind | None:
    """What was recorded; None for what this line never asked for."""
    if request.args.get("of") == Kind.CALL:
        return Kind.CALL
    made = SOURCES.get(request.form.get("RecordingSource"))
    return made if made is Kind.MESSAGE else None

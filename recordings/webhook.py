"""The carrier says that a recording is finished: one row, 204. The worker does the rest."""

from flask import Blueprint, Response, request

from ivr.requests import call_sid, recording_sid, seconds
from recordings.voicemails import VoicemailState, keep
from school.database import Clock, Database


def blueprint(database: Database, clock: Clock) -> Blueprint:
    """The recordings' address."""
    recordings = Blueprint("recordings", __name__, url_prefix="/recordings")

    @recordings.post("/finished")
    def finished() -> Response:
        """A recording is there, or the carrier says that there is none."""
        form = request.form
        absent = form.get("RecordingStatus") == VoicemailState.ABSENT
        state = VoicemailState.ABSENT if absent else VoicemailState.RECEIVED
        sid, length = recording_sid(form), seconds(form.get("RecordingDuration"))
        if sid:  # without one there is nothing to fetch
            with database.begin() as session:
                keep(session, sid, call_sid(form), state, length, clock())
        return Response(status=204)

    return recordings

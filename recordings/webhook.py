"""The carrier says that a recording is finished: one row, 204. The worker does the rest."""

from flask import Blueprint, Response, request

from ivr.requests import recording_sid, seconds
from recordings.voicemails import VoicemailState, keep
from school.database import Clock, Database

LONGEST_SID = 64


def blueprint(database: Database, clock: Clock) -> Blueprint:
    """The recordings' address."""
    recordings = Blueprint("recordings", __name__, url_prefix="/recordings")

    @recordings.post("/finished")
    def finished() -> Response:
        """A recording is there, or the carrier says that there is none."""
        form = request.form
        absent = form.get("RecordingStatus") == VoicemailState.ABSENT
        with database.begin() as session:
            keep(
                session,
                recording_sid(form),
                form.get("CallSid", "")[:LONGEST_SID],
                VoicemailState.ABSENT if absent else VoicemailState.RECEIVED,
                seconds(form.get("RecordingDuration")),
                clock(),
            )
        return Response(status=204)

    return recordings

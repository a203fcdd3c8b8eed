"""Recordings: every message a caller left and how far it has come. Listening is on the report."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.access import SEES_HEALTH, signed_in
from console.lookups import MOST_ID
from console.office import Office
from console.report_view import full_name
from console.words import Badge, Tone, upper_first
from recordings.voicemails import Voicemail, VoicemailState
from school.people import StudentRow
from school.reports import Flag, Report

PAGE = 50


def blueprint(office: Office) -> Blueprint:
    """The page under /staff/recordings."""
    pages = Blueprint("recorded", __name__, url_prefix="/staff/recordings")

    @pages.get("/")
    @signed_in(*SEES_HEALTH)
    def recordings() -> ResponseReturnValue:
        older = min(request.args.get("older", MOST_ID, type=int), MOST_ID)
        with office.database.reading() as session:
            rows = _recordings(session, older)
            shown = [
                {
                    "voicemail": voicemail,
                    "state": _state(voicemail, report),
                    "report": report,
                    "student": full_name(student) if student else None,
                }
                for voicemail, report, student in rows[:PAGE]
            ]
        following = rows[PAGE - 1][0].id if len(rows) > PAGE else None
        return render_template("recordings.html", rows=shown, older=following)

    return pages


def _recordings(
    session: Session, older: int
) -> Sequence[tuple[Voicemail, Report | None, StudentRow | None]]:
    rows = session.execute(
        select(Voicemail, Report, StudentRow)
        .outerjoin(Report, Report.recording_sid == Voicemail.recording_sid)
        .outerjoin(StudentRow, StudentRow.student_id == Report.student_id)
        .where(Voicemail.id < older, Voicemail.state != VoicemailState.ABSENT)
        .order_by(Voicemail.id.desc())
        .limit(PAGE + 1)
    )
    return [(voicemail, report, student) for voicemail, report, student in rows]


def _state(voicemail: Voicemail, report: Report | None) -> Badge:
    if voicemail.purged_at is not None:
        return Badge("Deleted, as the school keeps them no longer")
    if voicemail.state == VoicemailState.RECEIVED and voicemail.trouble:
        return Badge("Could not be had from the carrier yet", Tone.ATTENTION)
    if voicemail.can_be_heard and report is not None and Flag.NOT_TRANSCRIBED in report.flags:
        return Badge("Not transcribed: listen to it", Tone.ATTENTION)
    return Badge(upper_first(voicemail.state.replace("_", " ")))

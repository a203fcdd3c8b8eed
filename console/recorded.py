"""Recordings: every message a caller left and how far it has come. Listening is on the report."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from console.access import SEES_HEALTH, signed_in
from console.lookups import MOST_ID
from console.office import Office
from console.report_view import full_name
from console.words import Badge, Tone
from recordings.voicemails import Trouble, Voicemail, VoicemailState, needs_a_person
from school.people import StudentRow
from school.reports import Flag, Report

PAGE = 50

STATES: Mapping[VoicemailState, Badge] = {
    VoicemailState.RECEIVED: Badge("On its way from the carrier"),
    VoicemailState.FETCHED: Badge("Being written down"),
    VoicemailState.TRANSCRIBED: Badge("Being read"),
    VoicemailState.DRAFTED: Badge("In the list", Tone.DONE),
    VoicemailState.SETTLED: Badge("In the list", Tone.DONE),
    VoicemailState.ABSENT: Badge("Nothing was recorded"),
    VoicemailState.UNAVAILABLE: Badge("Cannot be had from the carrier: call back", Tone.ATTENTION),
}
"""How far a recording has come, in words."""


def blueprint(office: Office) -> Blueprint:
    """The page under /staff/recordings."""
    pages = Blueprint("recorded", __name__, url_prefix="/staff/recordings")

    @pages.get("/")
    @signed_in(*SEES_HEALTH)
    def recordings() -> ResponseReturnValue:
        older = min(request.args.get("older", MOST_ID, type=int), MOST_ID)
        there = (Voicemail.id < older, Voicemail.state != VoicemailState.ABSENT)
        with office.database.reading() as session:
            rows = _rows(session, *there)
            stuck = _rows(session, *needs_a_person()) if older == MOST_ID else []
        following = rows[PAGE - 1]["voicemail"].id if len(rows) > PAGE else None
        return render_template(
            "recordings.html", stuck=stuck[:PAGE], rows=rows[:PAGE], older=following
        )

    return pages


def _rows(session: Session, *which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Those recordings with what the page says of each, the newest first, one more than a page."""
    found = session.execute(
        select(Voicemail, Report, StudentRow)
        .outerjoin(Report, Report.recording_sid == Voicemail.recording_sid)
        .outerjoin(StudentRow, StudentRow.student_id == Report.student_id)
        .where(*which)
        .order_by(Voicemail.id.desc())
        .limit(PAGE + 1)
    )
    joined: Sequence[tuple[Voicemail, Report | None, StudentRow | None]] = [
        (voicemail, report, student) for voicemail, report, student in found
    ]
    return [
        {
            "voicemail": voicemail,
            "state": _state(voicemail, report),
            "report": report,
            "student": full_name(student) if student else None,
        }
        for voicemail, report, student in joined
    ]


def _state(voicemail: Voicemail, report: Report | None) -> Badge:
    if voicemail.purged_at is not None:
        return Badge("Deleted, as the school keeps them no longer")
    if voicemail.state == VoicemailState.UNAVAILABLE:
        return STATES[VoicemailState.UNAVAILABLE]
    if voicemail.trouble == Trouble.NOT_DELETED:
        return Badge("The carrier does not delete its copy", Tone.ATTENTION)
    if voicemail.state == VoicemailState.RECEIVED and voicemail.trouble:
        return Badge("Could not be had from the carrier yet", Tone.ATTENTION)
    if voicemail.can_be_heard and report is not None and Flag.NOT_TRANSCRIBED in report.flags:
        return Badge("Not transcribed: listen to it", Tone.ATTENTION)
    return STATES[VoicemailState(voicemail.state)]

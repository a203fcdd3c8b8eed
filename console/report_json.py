"""A report as other systems get it; they rely on the names and values of its fields."""

from datetime import datetime

from console.report_view import full_name
from recordings.voicemails import Voicemail
from school.people import StudentRow
from school.reports import Report


def report_json(
    report: Report, student: StudentRow | None, voicemail: Voicemail | None
) -> dict[str, object]:
    """A report of this student, with the recording it came from."""
    return {
        "id": report.id,
        "reference": report.reference,
        "status": report.status,
        "channel": report.channel,
        "student": _student(student),
        "student_as_heard": report.student_as_heard,
        "dates": [day.isoformat() for day in report.dates],
        "partial_day": _partial_day(report),
        "reason_category": report.reason_category,
        "reason_text": report.reason_text,
        "excused": report.excused,
        "note_required": report.note_required,
        "note_received": report.note_received,
        "reporter_name": report.reporter_name,
        "relationship": report.relationship,
        "from_phone": report.from_phone,
        "verification": report.verification,
        "flags": report.flags,
        "transcript": report.transcript,
        "recording": _recording(voicemail),
        "call_sid": report.call_sid,
        "message_sid": report.message_sid,
        "created_at": _written(report.created_at),
        "updated_at": _written(report.updated_at),
    }


def _student(student: StudentRow | None) -> dict[str, object] | None:
    if student is None:
        return None
    return {
        "student_id": student.student_id,
        "name": full_name(student),
        "grade": student.grade,
    }


def _partial_day(report: Report) -> dict[str, object] | None:
    if report.partial_kind is None:
        return None
    at = report.partial_time
    return {"kind": report.partial_kind, "time": at.strftime("%H:%M") if at else None}


def _recording(voicemail: Voicemail | None) -> dict[str, object] | None:
    if voicemail is None:
        return None
    return {
        "id": voicemail.id,
        "url": f"/staff/recordings/{voicemail.id}",
        "seconds": voicemail.seconds,
        "state": voicemail.state,
    }


def _written(at: datetime) -> str:
    """With a Z and not +00:00: it can stand in an address as it is."""
    return at.isoformat().replace("+00:00", "Z")

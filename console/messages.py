"""Messages to families: those that did not arrive first, for a person to call instead."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from console.access import signed_in
from console.lookups import MOST_ID
from console.office import Office
from console.report_view import full_name, message_view
from school.outbox import Message, MessageStatus
from school.people import ContactRow, StudentRow
from school.reports import Report

PAGE = 50
LOST = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)
SHOWN = {
    "lost": ("Did not arrive", LOST),
    "waiting": (
        "On their way",
        (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNCERTAIN),
    ),
    "all": ("All messages", ()),
}

Row = tuple[Message, ContactRow | None, Report | None, StudentRow | None]


def blueprint(office: Office) -> Blueprint:
    """The page under /staff/messages."""
    pages = Blueprint("messages", __name__, url_prefix="/staff/messages")

    @pages.get("/")
    @signed_in()
    def messages() -> ResponseReturnValue:
        which = request.args.get("show", "lost")
        which = which if which in SHOWN else "lost"
        older = min(request.args.get("older", MOST_ID, type=int), MOST_ID)
        with office.database.reading() as session:
            rows = _messages(session, which, older)
            shown = [
                {
                    "message": message_view(message, contact, office.reader()),
                    "report_id": report.id if report else None,
                    "student": full_name(student) if student else None,
                }
                for message, contact, report, student in rows[:PAGE]
            ]
        return render_template(
            "messages.html",
            rows=shown,
            which=which,
            choices={code: said for code, (said, _) in SHOWN.items()},
            older=rows[PAGE - 1][0].id if len(rows) > PAGE else None,
        )

    return pages


def _messages(session: Session, which: str, older: int) -> Sequence[Row]:
    query = (
        select(Message, ContactRow, Report, StudentRow)
        .outerjoin(ContactRow, ContactRow.contact_id == Message.contact_id)
        .outerjoin(Report, Report.id == Message.report_id)
        .outerjoin(StudentRow, StudentRow.student_id == Report.student_id)
        .where(Message.id < older)
        .order_by(Message.id.desc())
        .limit(PAGE + 1)
    )
    statuses = SHOWN[which][1]
    if statuses:
        query = query.where(Message.status.in_(statuses))
    return [(m, c, r, s) for m, c, r, s in session.execute(query)]

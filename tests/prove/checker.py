"""What families said beside what is stored: the difference, which must be empty."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ivr.simulator.rest_api import Resource
from school.outbox import Message, MessageStatus
from school.reports import Report, Status
from tests.prove.families import Said

SENT = {MessageStatus.SENT, MessageStatus.DELIVERED}


def lost_reports(session: Session, said: Iterable[Said]) -> list[str]:
    """A line for each call or text that did not become exactly one right report."""
    reports: dict[str, list[Report]] = defaultdict(list)
    for report in session.scalars(select(Report)):
        reports[report.call_sid or report.message_sid or ""].append(report)
    return [
        f"{one.how} ({' / '.join(one.words)}): {wrong}"
        for one in said
        if (wrong := _wrong_with(one, reports[one.sid]))
    ]


def _wrong_with(said: Said, reports: Sequence[Report]) -> str:
    if said.trouble:
        return said.trouble
    if len(reports) != 1:
        return f"{len(reports)} reports"
    report = reports[0]
    kept = report.transcript or ""
    if lost := [words for words in said.words if words not in kept]:
        return f"{len(lost)} sentences are in no report"
    if said.words and (report.student_id, report.dates) != (said.student_id, (said.day,)):
        return "another student or day"
    if said.confirmed and report.status != Status.PENDING:
        return f"confirmed, and the report is {report.status}"
    if not said.confirmed and not said.message and report.status != Status.INCOMPLETE:
        return f"not confirmed, and the report is {report.status}"
    return ""


def wrong_messages(session: Session, taken: Iterable[Resource]) -> list[str]:
    """A line for each message of the outbox that the carrier did not take exactly once."""
    at_carrier = Counter((one["to"], one.get("body")) for one in taken)
    owed: Counter[tuple[str, str | None]] = Counter()
    wrong = []
    for message in session.scalars(select(Message)):
        owed[message.to_phone, message.body] += 1
        if message.status not in SENT:
            wrong.append(f"message {message.id} is {message.status}")
    for (to, body), count in (at_carrier - owed).items():
        wrong.append(f"{count} too many to …{to[-2:]} ({len(body or '')} characters)")
    for (to, body), count in (owed - at_carrier).items():
        wrong.append(f"{count} never sent to …{to[-2:]} ({len(body or '')} characters)")
    return wrong

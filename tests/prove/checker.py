"""What families said beside what is stored: the difference, which must be empty."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.texting import thrifty
from ivr.simulator.rest_api import Resource
from recordings.vault import Vault
from recordings.voicemails import Voicemail, VoicemailState
from school.outbox import Kind, Message, MessageStatus
from school.reports import Report, Status
from tests.prove.families import Said

SENT = {MessageStatus.SENT, MessageStatus.DELIVERED}


def wrong_reports(session: Session, said: Iterable[Said]) -> list[str]:
    """A line for each call or text that did not become exactly one right report.

    And for each report that nobody made.
    """
    reports: dict[str, list[Report]] = defaultdict(list)
    for report in session.scalars(select(Report)):
        reports[report.call_sid or report.message_sid or ""].append(report)
    wrong = [
        f"{one.how} ({' / '.join(one.words)}): {trouble}"
        for one in said
        if (trouble := _wrong_with(one, reports.pop(one.sid, [])))
    ]
    return wrong + [
        f"{len(more)} reports of {sid}, who never called" for sid, more in reports.items()
    ]


def _wrong_with(said: Said, reports: Sequence[Report]) -> str:
    if said.trouble:
        return said.trouble
    # Who was told that something went wrong may have been heard all the same: then the message
    # that was left stands beside the report.
    heard = [report for report in reports if report.transcript]
    if said.message and len([one for one in reports if one.recording_sid == said.message]) != 1:
        return "the message is not in one report"
    if (not said.fell_back and len(reports) != 1) or len(heard) > 1 or len(reports) > 2:
        return f"{len(reports)} reports"
    if said.words and not heard:
        return "the words are in no report"
    if said.words:
        return _wrong_words(said, heard[0])
    return ""


def _wrong_words(said: Said, report: Report) -> str:
    kept = (report.transcript or "").splitlines()
    if lost := [words for words in said.words if words not in kept]:
        return f"{len(lost)} sentences are in no report"
    if doubled := [words for words in said.words if kept.count(words) > said.words.count(words)]:
        return f"{len(doubled)} sentences are in the report twice"
    if (report.student_id, report.dates) != (said.student_id, (said.day,)):
        return "another student or day"
    if said.confirmed and report.status != Status.PENDING:
        return f"confirmed, and the report is {report.status}"
    if not said.confirmed and not said.fell_back and report.status != Status.INCOMPLETE:
        return f"not confirmed, and the report is {report.status}"
    return ""


def wrong_messages(
    session: Session, taken: Iterable[Resource], delivered: Collection[str] = ()
) -> list[str]:
    """A line for each message of the outbox that the carrier did not take exactly once.

    And for each that was `delivered`, as the carrier told the line, and is not known to be.
    """
    at_carrier = Counter((one["to"], one.get("body")) for one in taken)
    owed: Counter[tuple[str, str | None]] = Counter()
    wrong = []
    for message in session.scalars(select(Message)):
        spoken = message.kind == Kind.CALL  # the carrier's list tells no words of a call
        owed[message.to_phone, None if spoken else thrifty(message.body or "")] += 1
        if message.status not in SENT:
            wrong.append(f"message {message.id} is {message.status}")
        elif message.provider_id in delivered and message.status != MessageStatus.DELIVERED:
            wrong.append(f"message {message.id} was delivered and is {message.status}")
    for (to, body), count in (at_carrier - owed).items():
        wrong.append(f"{count} too many to …{to[-2:]} ({len(body or '')} characters)")
    for (to, body), count in (owed - at_carrier).items():
        wrong.append(f"{count} never sent to …{to[-2:]} ({len(body or '')} characters)")
    return wrong


def wrong_recordings(
    session: Session, vault: Vault, left: Mapping[str, bytes], at_carrier: Iterable[str]
) -> list[str]:
    """A line for each recording that is not here once, whole, and at the carrier no more.

    Args:
        session: of the line's database.
        vault: where the sound should lie.
        left: what was left at the carrier, by the recording's id.
        at_carrier: the ids of which it has a copy still.
    """
    rows = {row.recording_sid: row for row in session.scalars(select(Voicemail))}
    copies = set(at_carrier)
    wrong = [f"{sid} is known, and nobody left it" for sid in rows.keys() - left.keys()]
    for sid, sound in left.items():
        row = rows.get(sid)
        if row is None:
            wrong.append(f"{sid} is not known")
        elif row.state != VoicemailState.SETTLED:
            wrong.append(f"{sid} is {row.state} ({row.trouble})")
        elif vault.get(row.in_vault) != sound:
            wrong.append(f"{sid} sounds otherwise")
        elif sid in copies:
            wrong.append(f"{sid} lies at the carrier still")
    return wrong


def wrong_calendar(
    begun: Iterable[tuple[str, str]], due: Collection[tuple[str, str]] = ()
) -> list[str]:
    """A line for each calendar job that was begun twice for one day, or not at all though `due`."""
    times = Counter(begun)
    wrong = [f"{job} of {slot} ran {n} times" for (job, slot), n in times.items() if n > 1]
    return wrong + [f"{job} of {slot} did not run" for job, slot in due if not times[job, slot]]

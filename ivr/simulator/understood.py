"""What the line has understood, for whoever watches; read where the line itself keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from flows.scene import Channel
from flows.school_facts import SchoolFacts
from flows.turn import State, Step
from ivr.conversations import Conversation, TurnRow
from ivr.simulator.facts import Fact, facts_filed, facts_so_far
from school.reports import Report, Status

MOST_REPORTS = 6  # of one conversation, the last ones

ASKS: Mapping[Step, str] = {
    Step.MENU: "What the call is about",
    Step.STUDENT: "Which student",
    Step.STUDENT_CHECK: "Something more that finds the student",
    Step.DATES: "Which days",
    Step.DAY_KEYS: "The day, by keys",
    Step.TIME: "At what time",
    Step.REASON: "The reason",
    Step.CALLER: "Who is reporting",
    Step.CONFIRM: "Whether all of it is right",
    Step.CHANGE: "What should be different",
    Step.ANOTHER: "Whether there is anything else",
    Step.FILED: "Whether there is anything else",
    Step.ANSWERING: "Which report is meant",
    Step.NOTE: "For which report the picture of a note is",
    Step.WITHDRAW: "Which report to take back",
    Step.STATUS: "Nothing, it looks a report up",
    Step.OFFICE: "Nothing, it calls the office",
    Step.MESSAGE: "For a message",
    Step.OVER: "Nothing more",
}

STATUSES: Mapping[Status, str] = {
    Status.PENDING: "waits for staff",
    Status.INCOMPLETE: "not finished, kept for staff",
    Status.CONFIRMED: "confirmed by staff",
    Status.REJECTED: "not accepted by staff",
    Status.CANCELLED: "withdrawn",
    Status.DUPLICATE: "joined with another",
}


@dataclass(frozen=True, slots=True)
class Filed:
    """A report that was made of it."""

    id: int
    reference: str
    status: str  # in words
    whole: bool  # False for one that the family left unfinished


@dataclass(frozen=True, slots=True)
class Understood:
    """Where a conversation stands."""

    facts: tuple[Fact, ...]
    asks: str  # empty once the conversation is over
    filed: tuple[Filed, ...]
    step: Step


def understood(
    session: Session, school: SchoolFacts, call_sid: str | None, phone: str | None
) -> Understood | None:
    """What the line makes of this call, or of this number's last texts if they are newer.

    None before the first turn of either.
    """
    found = _newest(session, call_sid, phone)
    if found is None:
        return None
    conversation, state = found
    reports = _reports(session, conversation)
    over = conversation.closed_at is not None
    # The form is empty again once it is filed; what was filed is worth more than that.
    filed = reports and (over or state.answers.empty)
    facts = facts_filed(reports, school) if filed else facts_so_far(state.answers, school)
    return Understood(
        facts=tuple(facts),
        asks="" if over else ASKS[state.step],
        filed=tuple(_filed(report) for report in reports),
        step=state.step,
    )


def _filed(report: Report) -> Filed:
    status = Status(report.status)
    return Filed(report.id, report.reference, STATUSES[status], status is not Status.INCOMPLETE)


def _newest(
    session: Session, call_sid: str | None, phone: str | None
) -> tuple[Conversation, State] | None:
    """The conversation with the last turn, and the state after it."""
    whose: list[ColumnElement[bool]] = []
    if call_sid:
        whose.append(Conversation.key == f"{Channel.PHONE}:{call_sid}")
    if phone:
        whose.append((Conversation.channel == Channel.SMS) & (Conversation.from_phone == phone))
    if not whose:
        return None
    row = session.execute(
        select(Conversation, TurnRow.state)
        .join(TurnRow, TurnRow.conversation_id == Conversation.id)
        .where(or_(*whose), TurnRow.state.is_not(None))
        .order_by(TurnRow.received_at.desc(), TurnRow.number.desc())
        .limit(1)
    ).first()
    if row is None or row[1] is None:
        return None
    state = State.from_json(row[1])
    return (row[0], state) if state else None


def _reports(session: Session, conversation: Conversation) -> Sequence[Report]:
    by = conversation.provider_id
    newest = session.scalars(
        select(Report)
        .where(or_(Report.call_sid == by, Report.message_sid == by))
        .order_by(Report.id.desc())
        .limit(MOST_REPORTS)
    ).all()
    return newest[::-1]

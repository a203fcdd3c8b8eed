"""What staff decide about a report: who, when, and how it stood before and after.

Rows are added and never changed; undoing is a row of its own. The report itself carries the facts
as they hold now, so that every list and every other system reads one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec.structs import replace
from sqlalchemy import JSON, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from flows.school_facts import SchoolFacts
from school import holds
from school.audit import note
from school.database import Base, UtcDateTime
from school.outbox import Message, MessageStatus
from school.report_facts import (
    UNKNOWN,
    WAITING,
    Facts,
    Snapshot,
    facts_of,
    put,
    put_back,
    put_proof,
    snapshot,
    take_marks,
    unfit,
)
from school.reports import Flag, Report, Status, Verification

UNDO_WITHIN = timedelta(minutes=10)
TWICE = timedelta(minutes=2)  # the same act again so soon is one that was sent twice


class Kind(StrEnum):
    """What was decided."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    JOINED = "joined"  # it is the same as another report
    CORRECTED = "corrected"  # facts were changed, nothing decided
    NOTE = "note"  # the note that was due is in
    CALLED = "called"  # the family was called back
    ASKED = "asked"  # the family was asked by text
    ENTERED = "entered"  # written by staff themselves, from paper or at the window
    UNDONE = "undone"


CAN_BE_UNDONE = (Kind.CONFIRMED, Kind.REJECTED, Kind.JOINED, Kind.CORRECTED, Kind.NOTE)
DECIDED = (Kind.CONFIRMED, Kind.REJECTED, Kind.JOINED)


class Decision(Base):
    """One act of one person on one report."""

    __tablename__ = "decisions"
    __table_args__ = (Index(None, "report_id"), Index(None, "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id"))
    kind: Mapped[str] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    why: Mapped[str | None] = mapped_column(Text)  # a reason's code, or what came of a call
    told: Mapped[bool] = mapped_column(default=False)  # the family was told
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), unique=True)

    @property
    def cause(self) -> str:
        """Names the messages that follow from it: `decision:17:…`."""
        return f"decision:{self.id}:"


class NotDone(Exception):
    """Nothing was changed; the sentence says why and what to do."""


class Overtaken(NotDone):
    """Somebody else was first: decided it, changed it, or has it open."""


class Lacking(NotDone):
    """Facts are missing; a sentence for each field."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Deed:
    """Who acts, when, and the mark of what they saw; no mark where they decide unseen."""

    who: str
    now: datetime
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Facts as staff leave them, and what the number proves of that student."""

    facts: Facts
    proof: Verification | None = None  # None: as before


def confirm(
    session: Session, report: Report, change: Change, school: SchoolFacts, deed: Deed
) -> Decision:
    """Accept the report with these facts. Sent twice, it is done once.

    Raises:
        Overtaken: somebody else was first.
        Lacking: facts are missing.
    """
    again = _done_before(session, report, Kind.CONFIRMED, deed)
    if again is not None:
        return again
    _may_decide(session, report, deed)
    lacks = unfit(change.facts)
    if lacks:
        raise Lacking(lacks)
    before = snapshot(report)
    _put(report, change, school)
    report.status = Status.CONFIRMED
    return _decided(session, report, before, Kind.CONFIRMED, deed)


def reject(session: Session, report: Report, why: str, deed: Deed, *, told: bool) -> Decision:
    """Refuse the report; it is kept. `why`: the code of a reason that the family may be told.

    Raises:
        Overtaken: somebody else was first.
    """
    again = _done_before(session, report, Kind.REJECTED, deed)
    if again is not None:
        return again
    _may_decide(session, report, deed)
    before = snapshot(report)
    report.status = Status.REJECTED
    return _decided(session, report, before, Kind.REJECTED, deed, why=why, told=told)


def correct(
    session: Session, report: Report, change: Change, school: SchoolFacts, deed: Deed
) -> Decision | None:
    """Change facts and decide nothing; None where they were the same.

    Raises:
        Overtaken: somebody else was first.
    """
    _unchanged(session, report, deed)
    before = snapshot(report)
    _put(report, change, school)
    if snapshot(report) == before:
        return None
    return _decided(session, report, before, Kind.CORRECTED, deed)


def join(session: Session, report: Report, into: Report, school: SchoolFacts, deed: Deed) -> None:
    """Make the report part of another of the same student, which takes over what it lacks.

    Two that were confirmed can be joined too: else the student's day would be keyed in twice.

    Raises:
        Overtaken: one of them was decided otherwise meanwhile.
        NotDone: they are of different students, the same report, or the wrong way round.
    """
    if report.id == into.id or report.student_id != into.student_id or into.student_id is None:
        raise NotDone("Only reports of the same student can be joined.")
    for one in (report, into):
        if one.status not in (*WAITING, Status.CONFIRMED):
            raise Overtaken(_where_it_stands(session, one))
    if report.status == Status.CONFIRMED and into.status in WAITING:
        raise NotDone("Join the one that waits with the one that is confirmed.")
    before = snapshot(report)
    report.status = Status.DUPLICATE
    report.joined_to = into.id
    _decided(session, report, before, Kind.JOINED, deed, why=into.reference)
    before = snapshot(into)
    put(into, _both(facts_of(into), facts_of(report)), school)
    take_marks(into, report)
    into.flags = [flag for flag in into.flags if flag != Flag.POSSIBLE_DUPLICATE]
    if snapshot(into) != before:
        _decided(session, into, before, Kind.CORRECTED, deed, why=report.reference)


def note_received(
    session: Session, report: Report, deed: Deed, how: str | None = None
) -> Decision | None:
    """The note that was due is in, on paper for instance; None where it was in already."""
    if report.note_received:
        return None
    before = snapshot(report)
    report.note_received = True
    return _decided(session, report, before, Kind.NOTE, deed, why=how)


def remark(session: Session, report: Report, kind: Kind, why: str, deed: Deed) -> Decision:
    """Keep that the family was called or asked; nothing of the report changes."""
    now_so = snapshot(report)
    return _decided(session, report, now_so, kind, deed, why=why, told=kind is Kind.ASKED)


def lately(session: Session, report: Report, kind: Kind, why: str, now: datetime) -> bool:
    """Whether the same was done a moment ago: a button that was pressed twice."""
    found = select(Decision.id).where(
        Decision.report_id == report.id,
        Decision.kind == kind,
        Decision.why == why,
        Decision.at > now - TWICE,
    )
    return session.scalar(found.limit(1)) is not None


def undo(session: Session, report: Report, deed: Deed) -> Decision:
    """Take back the last act on the report, with the messages that were not sent yet.

    Raises:
        NotDone: there is nothing to undo, or it is too late.
    """
    last = to_undo(session, report, deed.now)
    if last is None:
        raise NotDone("There is nothing to undo: ten minutes have passed, or it was changed since.")
    before = snapshot(report)
    put_back(report, Snapshot.read(last.before))
    session.execute(
        update(Message)
        .where(
            Message.dedupe_key.startswith(last.cause, autoescape=True),
            Message.status == MessageStatus.QUEUED,
        )
        .values(status=MessageStatus.CANCELLED, updated_at=deed.now)
    )
    return _decided(session, report, before, Kind.UNDONE, deed, undoes=last.id)


def to_undo(session: Session, report: Report, now: datetime) -> Decision | None:
    """The last act on the report, if it can still be undone."""
    last = session.scalar(
        select(Decision)
        .where(Decision.report_id == report.id, Decision.kind.in_((*CAN_BE_UNDONE, Kind.UNDONE)))
        .order_by(Decision.id.desc())
        .limit(1)
    )
    if last is None or last.kind == Kind.UNDONE or last.at <= now - UNDO_WITHIN:
        return None
    return last if Snapshot.read(last.after) == snapshot(report) else None


def history(session: Session, report_id: int) -> Sequence[Decision]:
    """All acts on the report, the first one first."""
    return session.scalars(
        select(Decision).where(Decision.report_id == report_id).order_by(Decision.id)
    ).all()


def understood(report: Report, acts: Sequence[Decision]) -> Snapshot:
    """What the line made of the family's words, whatever staff have changed since."""
    return Snapshot.read(acts[0].before) if acts else snapshot(report)


def locked(session: Session, report_id: int) -> Report | None:
    """The report, which nobody else changes until the end of this transaction."""
    return session.scalar(select(Report).where(Report.id == report_id).with_for_update())


def _put(report: Report, change: Change, school: SchoolFacts) -> None:
    put(report, change.facts, school)
    if change.proof is not None and change.proof != report.verification:
        put_proof(report, change.proof)


def _both(kept: Facts, joined: Facts) -> Facts:
    """The facts of the one that stays, with the other's days and what it does not know itself."""
    more = replace(kept, days=tuple(sorted({*kept.days, *joined.days})))
    if kept.reason_category == UNKNOWN:
        more = replace(more, reason_category=joined.reason_category, excused=joined.excused)
    if kept.reporter_name is None:
        more = replace(more, reporter_name=joined.reporter_name, relationship=joined.relationship)
    return more


def _done_before(session: Session, report: Report, kind: Kind, deed: Deed) -> Decision | None:
    """The same person's same act, when a form is sent twice."""
    if report.status in WAITING or deed.seen is None:
        return None
    last = _last_decided(session, report)
    if last is None or last.who != deed.who or last.kind != kind:
        return None
    return last if Snapshot.read(last.before).mark == deed.seen else None


def _may_decide(session: Session, report: Report, deed: Deed) -> None:
    if report.status not in WAITING:
        raise Overtaken(_where_it_stands(session, report))
    _unchanged(session, report, deed)


def _unchanged(session: Session, report: Report, deed: Deed) -> None:
    held = holds.held_by_another(session, report.id, deed.who, deed.now)
    if held is not None:
        raise Overtaken(f"{held.who} has this report open. Nothing of yours was saved.")
    if deed.seen is not None and deed.seen != snapshot(report).mark:
        raise Overtaken(_where_it_stands(session, report))


def _where_it_stands(session: Session, report: Report) -> str:
    last = _last_decided(session, report)
    if report.status == Status.CANCELLED:
        return "The family took this report back meanwhile."
    if last is None or report.status in WAITING:
        return "This report was changed since you opened it. Look at it as it stands now."
    return f"{last.who} was first: {ACTS[Kind(last.kind)]}."


ACTS = {
    Kind.CONFIRMED: "the report is confirmed",
    Kind.REJECTED: "the report was not accepted",
    Kind.JOINED: "the report was joined with another",
}


def _last_decided(session: Session, report: Report) -> Decision | None:
    return session.scalar(
        select(Decision)
        .where(Decision.report_id == report.id, Decision.kind.in_(DECIDED))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def _decided(
    session: Session,
    report: Report,
    before: Snapshot,
    kind: Kind,
    deed: Deed,
    *,
    why: str | None = None,
    told: bool = False,
    undoes: int | None = None,
) -> Decision:
    """Keep the act and its line in the audit; whoever decided lets go of the report."""
    report.updated_at = deed.now
    row = Decision(
        report_id=report.id,
        kind=kind,
        who=deed.who,
        at=deed.now,
        why=why,
        told=told,
        before=before.kept(),
        after=snapshot(report).kept(),
        undoes=undoes,
    )
    session.add(row)
    note(session, deed.now, deed.who, f"{kind} report", f"report:{report.id}", why)
    if kind in DECIDED:
        holds.let_go(session, report.id)
    session.flush()
    return row

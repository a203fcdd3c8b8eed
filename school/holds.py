"""Who has a report open, so that two people never work on the same one.

A hold ends by itself: the page renews it while it is open, and a computer that is switched off
holds nothing for long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.database import Base, UtcDateTime
from school.upserts import insert_into

HELD_FOR = timedelta(minutes=2)


class Hold(Base):
    """One report that one person has open."""

    __tablename__ = "holds"

    report_id: Mapped[int] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True
    )
    who: Mapped[str] = mapped_column(String(254), index=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody has it open, since then."""

    who: str
    since: datetime


def take(session: Session, report_id: int, who: str, now: datetime) -> Held | None:
    """Take the report, and let go of every other; the other person, if one has it open."""
    session.execute(delete(Hold).where(Hold.who == who, Hold.report_id != report_id))
    return renew(session, report_id, who, now)


def renew(session: Session, report_id: int, who: str, now: datetime) -> Held | None:
    """Take the report or keep it; the other person, if one has it open.

    Two who open it at the same moment meet in one statement: the second changes nothing.
    """
    added = insert_into(session, Hold).values(
        report_id=report_id, who=who, since=now, until=now + HELD_FOR
    )
    session.execute(
        added.on_conflict_do_update(
            index_elements=[Hold.report_id],
            set_={"who": who, "since": now, "until": now + HELD_FOR},
            where=(Hold.until <= now) & (Hold.who != who),
        )
    )
    row = session.get_one(Hold, report_id, populate_existing=True)
    if row.who != who:
        return Held(row.who, row.since)
    row.until = now + HELD_FOR
    return None


def take_over(session: Session, report_id: int, who: str, now: datetime) -> None:
    """Take the report from whoever has it."""
    session.execute(delete(Hold).where(Hold.report_id == report_id))
    take(session, report_id, who, now)


def let_go(session: Session, report_id: int) -> None:
    """Nobody has the report open any more."""
    session.execute(delete(Hold).where(Hold.report_id == report_id))


def held_by_another(session: Session, report_id: int, who: str, now: datetime) -> Held | None:
    """The other person who has the report open."""
    row = session.scalar(
        select(Hold).where(Hold.report_id == report_id, Hold.who != who, Hold.until > now)
    )
    return Held(row.who, row.since) if row else None


def open_now(session: Session, now: datetime) -> dict[int, str]:
    """Who has which reports open."""
    rows = session.scalars(select(Hold).where(Hold.until > now))
    return {row.report_id: row.who for row in rows}


def of_others(session: Session, who: str, now: datetime) -> Sequence[int]:
    """The reports that other people have open."""
    return session.scalars(select(Hold.report_id).where(Hold.who != who, Hold.until > now)).all()

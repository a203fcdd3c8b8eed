"""Which workers live: each writes down now and then that it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.database import Base, Clock, Database, UtcDateTime
from school.upserts import insert_into

BEAT_SECONDS = 20
ALIVE_WITHIN = timedelta(seconds=90)  # of its last beat; a busy machine may be late with one
FORGOTTEN_AFTER = timedelta(days=7)  # one that was killed leaves its row behind


class Worker(Base):
    """One process of `absence-line worker`, and when it last gave a sign of life."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)  # "HOST:PID"
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Heart:
    """One worker's signs of life."""

    database: Database
    clock: Clock
    name: str

    def beat(self) -> None:
        """Write down that this worker lives."""
        now = self.clock()
        with self.database.begin() as session:
            session.execute(
                insert_into(session, Worker)
                .values(name=self.name, seen_at=now)
                .on_conflict_do_update(index_elements=[Worker.name], set_={"seen_at": now})
            )
            session.execute(delete(Worker).where(Worker.seen_at < now - FORGOTTEN_AFTER))

    def stop(self) -> None:
        """Write down that it ends, so that nobody waits for its next sign."""
        with self.database.begin() as session:
            session.execute(delete(Worker).where(Worker.name == self.name))


def alive(session: Session, now: datetime) -> int:
    """How many workers live."""
    recent = select(func.count()).where(Worker.seen_at >= now - ALIVE_WITHIN)
    return session.scalar(recent) or 0


def last_seen(session: Session) -> datetime | None:
    """When any worker last gave a sign of life."""
    return session.scalar(select(func.max(Worker.seen_at)))

"""Runs the worker's jobs on time, and calendar jobs once however many workers there are."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from school.database import Base, UtcDateTime


class ScheduledRun(Base):
    """A calendar job that was begun for its slot; who inserts the row runs the job."""

    __tablename__ = "scheduled_runs"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(32), primary_key=True)  # "2026-11-24"
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)

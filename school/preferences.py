"""The few settings that an admin changes in the console; the school file holds all the others."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from school.database import Base, UtcDateTime

SECOND_FACTOR = "second_factor_required"
TELL_CONFIRMED = "tell_confirmed"

DEFAULTS: dict[str, Any] = {SECOND_FACTOR: False, TELL_CONFIRMED: True}


class Preference(Base):
    """One setting, where it is not the default."""

    __tablename__ = "preferences"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    changed_by: Mapped[str] = mapped_column(String(254))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


def preference(session: Session, name: str) -> Any:
    """The setting as it holds now."""
    row = session.get(Preference, name)
    return DEFAULTS[name] if row is None else row.value


def prefer(session: Session, name: str, value: object, who: str, now: datetime) -> None:
    """Change the setting."""
    row = session.get(Preference, name) or Preference(name=name)
    row.value, row.changed_by, row.changed_at = value, who, now
    session.add(row)

"""Students and their contacts, and what is remembered of a telephone number."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    JSON,
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    bindparam,
    false,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from flows.reading.roster import Contact, Roster, Student
from school.database import Base, UtcDateTime, table_of
from school.upserts import Prepared


class StudentRow(Base):
    """One student. `heard_as`: spellings staff taught the line.

    Who is no longer in the school's files has `left_at` and stays, for the reports made before
    (`school.leavers`).
    """

    __tablename__ = "students"

    student_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    preferred_name: Mapped[str | None]
    grade: Mapped[int]
    birth_date: Mapped[date]
    heard_as: Mapped[list[str]] = mapped_column(JSON, default=list)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactRow(Base):
    """One contact of one student, as in the file.

    Who is marked `no_contact` is shown to staff alone, as such: nothing is sent there, and the
    number proves nothing.
    """

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "student_id"), Index(None, "phone"))

    contact_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    student_id: Mapped[str] = mapped_column(ForeignKey("students.student_id", ondelete="CASCADE"))
    name: Mapped[str]
    relationship: Mapped[str] = mapped_column(String(32))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None]
    language: Mapped[str] = mapped_column(String(8))
    on_emergency_form: Mapped[bool]
    order: Mapped[int]
    no_contact: Mapped[bool] = mapped_column(default=False, server_default=false())
    custody: Mapped[str | None] = mapped_column(Text)  # its limits, in the school's words


class RosterVersion(Base):
    """One row: raised by every change of the roster, so that each process reads it anew."""

    __tablename__ = "roster_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NumberRow(Base):
    """What is remembered of a number: its language, its opt-out, that it takes no texts."""

    __tablename__ = "numbers"

    phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    language: Mapped[str | None] = mapped_column(String(8))
    opted_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    landline: Mapped[bool] = mapped_column(default=False)
    # It sent the carrier's own word for it, which alone may lift it again.
    carrier_holds: Mapped[bool] = mapped_column(default=False, server_default=false())


def roster_version(session: Session) -> int:
    """The version the roster in the database has now; 0 before the first import."""
    return session.scalar(select(RosterVersion.version)) or 0


def raise_roster_version(session: Session, now: datetime) -> None:
    """Tell every process to read the roster anew."""
    row = session.get(RosterVersion, 1)
    if row is None:
        session.add(RosterVersion(id=1, version=1, changed_at=now))
    else:
        row.version += 1
        row.changed_at = now


def load_roster(session: Session) -> Roster:
    """The whole roster as the readers see it.

    Without the students who left, and without who must have no contact with the student.
    """
    student, contact = StudentRow.__table__.c, ContactRow.__table__.c
    students = session.execute(
        select(
            student.student_id,
            student.first_name,
            student.last_name,
            student.preferred_name,
            student.grade,
            student.birth_date,
            student.heard_as,
        ).where(student.left_at.is_(None))
    )
    contacts = session.execute(
        select(
            contact.contact_id,
            contact.student_id,
            contact.name,
            contact.relationship,
            contact.phone,
            contact.language,
            contact.on_emergency_form,
            contact.order,
        ).where(contact.no_contact.is_(False))
    )
    return Roster(
        (Student(*row[:-1], heard_as=tuple(row[-1])) for row in students),
        (Contact(*row) for row in contacts),
        roster_version(session),
    )


def number(session: Session, phone: str) -> NumberRow:
    """The row of this number (E.164), made when there is none."""
    row = session.get(NumberRow, phone)
    if row is None:
        row = NumberRow(phone=phone, landline=False, carrier_holds=False)
        session.add(row)
    return row


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is remembered of one number."""

    language: str | None = None
    opted_out: bool = False
    landline: bool = False
    carrier_holds: bool = False


_number = table_of(NumberRow).c
_RECALL = select(
    _number.phone,
    _number.language,
    _number.opted_out_at.is_not(None),
    _number.landline,
    _number.carrier_holds,
).where(_number.phone.in_(bindparam("phones", expanding=True)))
_REMEMBER = Prepared(
    NumberRow,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[NumberRow.phone],
        set_={"language": insert.excluded.language},
        where=_number.language.is_distinct_from(insert.excluded.language),
    ),
)


def recall(connection: Connection, phones: Collection[str]) -> Mapping[str, Recalled]:
    """What is remembered of these numbers (E.164), of those that anything is known of."""
    rows = connection.execute(_RECALL, {"phones": list(phones)}) if phones else ()
    return {phone: Recalled(*facts) for phone, *facts in rows}


def remember_language(connection: Connection, phone: str, language: str) -> None:
    """The next conversation with this number begins in this language."""
    row = {"phone": phone, "language": language, "landline": False}
    connection.execute(_REMEMBER.on(connection), row)

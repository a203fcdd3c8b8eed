"""All that is kept of one telephone number, to be handed to the family or erased on its wish.

What the law makes a school keep stays when the rest is erased: the attendance record itself, who
decided it, the audit, and a wish to get no texts. The roster is the district's: what is wrong in
it is put right there, and the next import brings it.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from ivr.conversations import Conversation, TurnRow
from recordings.pictures import Picture, PictureState
from recordings.transcripts import TranscriptRow
from recordings.voicemails import Voicemail
from school.audit import note
from school.database import Base
from school.outbox import Message
from school.people import ContactRow, NumberRow
from school.releases import Release
from school.reports import Report, ReportDay
from school.retention import ON_ITS_WAY, WORDS

Row = dict[str, Any]
CALLER = ("reporter_name", "from_phone")


class Held(Exception):
    """A legal hold forbids it; the sentence says so."""


def export(session: Session, phone: str) -> dict[str, list[Row]]:
    """Every row about this number, by table; times are ISO, in UTC.

    Args:
        session: to read in.
        phone: E.164.
    """
    calls = _calls(session, phone)
    recorded = select(Voicemail.id).where(Voicemail.call_sid.in_(calls))
    spoken = select(Conversation.id).where(Conversation.from_phone == phone)
    reports = select(Report.id).where(Report.from_phone == phone)
    told = [
        row.id
        for row in session.execute(select(Release.id, Release.told))
        if any(person.get("phone") == phone for person in row.told)
    ]
    return {
        table.name: _rows(session, table, table.c[column].in_(wanted))
        for table, column, wanted in (
            (_table(NumberRow), "phone", [phone]),
            (_table(ContactRow), "phone", [phone]),
            (_table(Report), "id", reports),
            (_table(ReportDay), "report_id", reports),
            (_table(Message), "to_phone", [phone]),
            (_table(Conversation), "id", spoken),
            (_table(TurnRow), "conversation_id", spoken),
            (_table(Voicemail), "id", recorded),
            (_table(TranscriptRow), "voicemail_id", recorded),
            (_table(Picture), "from_phone", [phone]),
            (_table(Release), "id", told),
        )
    }


def erase(
    session: Session,
    phone: str,
    delete_file: Callable[[str], None],
    who: str,
    now: datetime,
) -> dict[str, int]:
    """Erase words, sound, photos and the number; the attendance record stays, without them.

    Args:
        session: to write in.
        phone: E.164.
        delete_file: deletes a recording or a photo from the vault by its name there; it may be
            gone.
        who: who erases, for the audit.
        now: the time of the line in the audit.

    Returns:
        How many rows lost what they held, by table.

    Raises:
        Held: one of the calls is under a legal hold.
    """
    calls = _calls(session, phone)
    recorded = session.scalars(select(Voicemail).where(Voicemail.call_sid.in_(calls))).all()
    if any(voicemail.legal_hold for voicemail in recorded):
        raise Held("A recording of this number is under a legal hold. Nothing was erased.")
    for voicemail in recorded:
        delete_file(voicemail.in_vault)
        voicemail.purged_at, voicemail.from_phone, voicemail.peaks = now, None, None
    sent = session.scalars(select(Picture).where(Picture.from_phone == phone)).all()
    for picture in sent:
        delete_file(picture.in_vault)
        picture.state, picture.from_phone, picture.updated_at = PictureState.PURGED, None, now
    session.flush()
    spoken = select(Conversation.id).where(Conversation.from_phone == phone)
    done = {
        "transcripts": _count(
            session,
            delete(TranscriptRow).where(TranscriptRow.voicemail_id.in_([v.id for v in recorded])),
        ),
        "turns": _count(session, delete(TurnRow).where(TurnRow.conversation_id.in_(spoken))),
        "conversations": _count(
            session, delete(Conversation).where(Conversation.from_phone == phone)
        ),
        "messages": _count(
            session,
            update(Message)
            .where(Message.to_phone == phone, Message.status.not_in(ON_ITS_WAY))
            .values(body=None),
        ),
        "reports": _count(
            session,
            update(Report)
            .where(Report.from_phone == phone)
            .values(dict.fromkeys((*WORDS, *CALLER))),
        ),
        "voicemails": len(recorded),
        "pictures": len(sent),
    }
    forget = update(NumberRow).where(NumberRow.phone == phone).values(language=None)
    done["numbers"] = _count(session, forget)
    note(session, now, who, "erased", f"number:…{phone[-2:]}", str(sum(done.values())))
    return done


def _calls(session: Session, phone: str) -> list[str]:
    """The CallSids of this number."""
    spoken = select(Conversation.provider_id).where(Conversation.from_phone == phone)
    reported = select(Report.call_sid).where(Report.from_phone == phone)
    alone = select(Voicemail.call_sid).where(Voicemail.from_phone == phone)
    return [sid for query in (spoken, reported, alone) for sid in session.scalars(query) if sid]


def _table(model: type[Base]) -> Table:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no table.")
    return table


def _rows(session: Session, table: Table, wanted: Any) -> list[Row]:
    query = select(table).where(wanted).order_by(*table.primary_key)
    return [_plain(row._asdict().items()) for row in session.execute(query)]


def _plain(items: Iterable[tuple[str, Any]]) -> Row:
    """A row as JSON can hold it."""
    return {
        name: value.isoformat() if isinstance(value, date | datetime | time) else value
        for name, value in items
    }


def _count(session: Session, statement: Any) -> int:
    return session.connection().execute(statement).rowcount

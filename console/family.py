"""All that is kept of one telephone number or one student, to be handed out or erased on request.

What the law makes a school keep stays when the rest is erased: the attendance record itself, who
decided it, the audit, and a wish to get no texts. The roster is the district's: what is wrong in
it is put right there, and the next import brings it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, String, Table, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from ivr.conversations import Conversation, TurnRow
from recordings.pictures import Picture, PictureState
from recordings.transcripts import TranscriptRow
from recordings.voicemails import NOT_DRAFTED, Voicemail
from school.audit import AuditLine, note
from school.database import Base
from school.decisions import Decision
from school.outbox import Message
from school.people import ContactRow, NumberRow, StudentRow
from school.pickups import Pickup
from school.releases import Release
from school.reports import Report, ReportDay
from school.retention import ON_ITS_WAY, WORDS

Row = dict[str, Any]
CALLER = ("reporter_name", "from_phone")
ERASED = "erased"  # stands for a number that a message went to


class Held(Exception):
    """It cannot be erased now; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Family:
    """Whose data it is: what concerns one telephone number, or one student."""

    subject: str  # in the audit
    phone: str | None
    student_id: str | None
    reports: Sequence[int]
    calls: Sequence[str]  # CallSids
    conversations: Sequence[int]

    @property
    def recordings(self) -> ColumnElement[bool]:
        """Of the calls; of the number also one that no call is known of."""
        of_calls = Voicemail.call_sid.in_(self.calls)
        if self.phone is not None:
            return or_(of_calls, Voicemail.from_phone == self.phone)
        return of_calls

    @property
    def messages(self) -> ColumnElement[bool]:
        """To the number, or about the student's reports."""
        if self.phone is not None:
            return Message.to_phone == self.phone
        return Message.report_id.in_(self.reports)

    @property
    def pictures(self) -> ColumnElement[bool]:
        """From the number, or with the student's reports."""
        if self.phone is not None:
            return Picture.from_phone == self.phone
        return Picture.report_id.in_(self.reports)


def of_number(session: Session, phone: str) -> Family:
    """What came from a telephone number (E.164), or went to it."""
    reports = session.scalars(select(Report.id).where(Report.from_phone == phone)).all()
    spoken = session.scalars(select(Conversation.id).where(Conversation.from_phone == phone)).all()
    queries = (
        select(Conversation.provider_id).where(Conversation.from_phone == phone),
        select(Report.call_sid).where(Report.from_phone == phone),
        select(Voicemail.call_sid).where(Voicemail.from_phone == phone),
    )
    calls = [sid for query in queries for sid in session.scalars(query) if sid]
    return Family(f"number:…{phone[-2:]}", phone, None, reports, calls, spoken)


def of_student(session: Session, student_id: str) -> Family:
    """What was said and done about a student, whoever said it."""
    found = session.execute(
        select(Report.id, Report.call_sid, Report.message_sid).where(
            Report.student_id == student_id
        )
    ).all()
    calls = [row.call_sid for row in found if row.call_sid]
    begun_by = calls + [row.message_sid for row in found if row.message_sid]
    spoken = session.scalars(
        select(Conversation.id).where(Conversation.provider_id.in_(begun_by))
    ).all()
    reports = [row.id for row in found]
    return Family(f"student:{student_id}", None, student_id, reports, calls, spoken)


def export(session: Session, family: Family) -> dict[str, list[Row]]:
    """Every row about this family, by table; times are ISO, in UTC."""
    recorded = family.recordings
    return {
        _table(model).name: _rows(session, _table(model), wanted)
        for model, wanted in (
            (NumberRow, NumberRow.phone == family.phone),
            (StudentRow, StudentRow.student_id == family.student_id),
            (ContactRow, _on_file(family)),
            (Report, Report.id.in_(family.reports)),
            (ReportDay, ReportDay.report_id.in_(family.reports)),
            (Decision, Decision.report_id.in_(family.reports)),
            (Message, family.messages),
            (Conversation, Conversation.id.in_(family.conversations)),
            (TurnRow, TurnRow.conversation_id.in_(family.conversations)),
            (Voicemail, recorded),
            (TranscriptRow, TranscriptRow.voicemail_id.in_(select(Voicemail.id).where(recorded))),
            (Picture, family.pictures),
            (Release, _released(session, family)),
            (Pickup, Pickup.student_id == family.student_id),
            (AuditLine, AuditLine.subject.in_(_seen_as(session, family))),
        )
    }


def _seen_as(session: Session, family: Family) -> Sequence[str]:
    """What of a student's record the audit may tell of: who has seen it is part of it.

    (34 CFR 99.32.) A number alone has no record.
    """
    if family.student_id is None:
        return []
    parts = (
        ("report", select(Report.id).where(Report.id.in_(family.reports))),
        ("recording", select(Voicemail.id).where(family.recordings)),
        ("picture", select(Picture.id).where(family.pictures)),
        ("release", select(Release.id).where(_released(session, family))),
    )
    ids = [f"{part}:{found}" for part, query in parts for found in session.scalars(query)]
    return [*ids, family.subject]


def _on_file(family: Family) -> ColumnElement[bool]:
    if family.phone is not None:
        return ContactRow.phone == family.phone
    return ContactRow.student_id == family.student_id


def _released(session: Session, family: Family) -> ColumnElement[bool]:
    if family.student_id is not None:
        return Release.student_id == family.student_id
    told = [
        row.id
        for row in session.execute(select(Release.id, Release.told))
        if any(person.get("phone") == family.phone for person in row.told)
    ]
    return Release.id.in_(told)


def erase(
    session: Session,
    family: Family,
    delete_file: Callable[[str], None],
    who: str,
    now: datetime,
) -> dict[str, int]:
    """Erase words, sound, photos and the number; the attendance record stays, without them.

    Args:
        session: to write in.
        family: whose.
        delete_file: deletes a recording or a photo from the vault by its name there; it may be
            gone.
        who: who erases, for the audit.
        now: the time of the line in the audit.

    Returns:
        How many rows lost what they held, by table.

    Raises:
        Held: one of the calls is under a legal hold, or something is still on its way.
    """
    recorded = session.scalars(select(Voicemail).where(family.recordings)).all()
    sent = session.scalars(select(Picture).where(family.pictures)).all()
    if any(voicemail.legal_hold for voicemail in recorded):
        raise Held("A recording of this family is under a legal hold. Nothing was erased.")
    if _on_its_way(session, family, recorded, sent):
        raise Held(
            "A message, a recording or a photo of this family is still on its way. Nothing was "
            "erased. Try again when it has come: that takes minutes, and a night at most."
        )
    _erase_files(recorded, sent, delete_file, now)
    session.flush()
    done = {
        table: _count(session, statement)
        for table, statement in _erasures(family, [voicemail.id for voicemail in recorded])
    }
    done |= {
        "decisions": _forget_names(session, family),
        "voicemails": len(recorded),
        "pictures": len(sent),
    }
    note(session, now, who, "erased", family.subject, str(sum(done.values())))
    return done


def _on_its_way(
    session: Session, family: Family, recorded: Sequence[Voicemail], sent: Sequence[Picture]
) -> bool:
    """Whether something would still be sent or fetched, and then be kept for ever."""
    owed = select(Message.id).where(family.messages, Message.status.in_(ON_ITS_WAY)).limit(1)
    return (
        any(voicemail.state in NOT_DRAFTED for voicemail in recorded)
        or any(picture.state == PictureState.RECEIVED for picture in sent)
        or session.scalar(owed) is not None
    )


def _erase_files(
    recorded: Sequence[Voicemail],
    sent: Sequence[Picture],
    delete_file: Callable[[str], None],
    now: datetime,
) -> None:
    """Sound and photos go from the vault; that there were some stays with the record."""
    for voicemail in recorded:
        delete_file(voicemail.in_vault)
        voicemail.purged_at, voicemail.from_phone, voicemail.peaks = now, None, None
    for picture in sent:
        delete_file(picture.in_vault)
        picture.state, picture.from_phone, picture.updated_at = PictureState.PURGED, None, now


def _erasures(family: Family, recorded: Sequence[int]) -> Iterator[tuple[str, Any]]:
    """What takes the words and the number out of each table, in this order."""
    yield "transcripts", delete(TranscriptRow).where(TranscriptRow.voicemail_id.in_(recorded))
    yield "turns", delete(TurnRow).where(TurnRow.conversation_id.in_(family.conversations))
    yield "conversations", delete(Conversation).where(Conversation.id.in_(family.conversations))
    yield (
        "messages",
        update(Message)
        .where(family.messages)
        .values(body=None, to_phone=ERASED, dedupe_key=f"{ERASED}:" + cast(Message.id, String)),
    )
    yield (
        "reports",
        update(Report)
        .where(Report.id.in_(family.reports))
        .values(dict.fromkeys((*WORDS, *CALLER))),
    )
    # A wish to get no texts is kept: it must be honoured.
    of_number = (NumberRow.phone == family.phone, NumberRow.opted_out_at.is_(None))
    yield "numbers", delete(NumberRow).where(*of_number)


def _forget_names(session: Session, family: Family) -> int:
    """Take the caller's name out of how a report stood before and after each decision."""
    acts = session.scalars(select(Decision).where(Decision.report_id.in_(family.reports))).all()
    for act in acts:
        act.before, act.after = _without_name(act.before), _without_name(act.after)
    session.flush()
    return len(acts)


def _without_name(snapshot: Row) -> Row:
    return {**snapshot, "facts": {**snapshot["facts"], "reporter_name": None}}


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

"""The notices that follow a release, queued in the transaction that enters it.

A student of 18 who leaves alone: every parent or guardian on file is told. A student who was
collected: the other parents and guardians are. Nobody marked `no_contact` is ever told. They go
before all other messages and at any hour: the student is leaving at this moment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from flows.catalogue import Speaker
from flows.desk_notices import picked_up, release_undone, signed_out
from flows.scene import Channel
from flows.turn import Notice
from school.audit import note
from school.outbox import Kind, Letter, Message, MessageStatus, queue
from school.people import Recalled, StudentRow, recall
from school.release_rules import Leaves, OnFile, is_parent
from school.releases import Release, on_file
from school.school_file import School

STALE_AFTER = timedelta(hours=12)  # what was true this morning does harm tomorrow
LEFT, UNDONE = "left", "undone"
GONE_OUT = (
    MessageStatus.SENDING,
    MessageStatus.SENT,
    MessageStatus.DELIVERED,
    MessageStatus.UNCERTAIN,
)


class How(StrEnum):
    """How somebody is told."""

    TEXT = "text"
    CALL = "call"  # spoken, to a number known to take no texts
    NO_NUMBER = "no_number"  # nobody can be reached there: a person sees to it
    OPTED_OUT = "opted_out"  # the number wants no messages: a person calls
    SAME_NUMBER = "same_number"  # the one message to this number is for both


class Told(Struct, frozen=True):
    """One person whom a release concerns, as of then. Kept with the release."""

    contact_id: str
    name: str
    relationship: str
    phone: str | None
    language: str
    how: How
    # Who of the desk told them instead, and when: the message had not reached them.
    by_hand: str | None = None
    by_hand_at: datetime | None = None

    @property
    def is_sent(self) -> bool:
        """Whether a message goes there."""
        return self.how in (How.TEXT, How.CALL)


@dataclass(frozen=True, slots=True)
class Post:
    """What letters are written with."""

    school: School
    speakers: Mapping[str, Speaker]
    now: datetime

    @property
    def today(self) -> date:
        """The day at the school."""
        return self.school.time.local(self.now).date()

    def language(self, wanted: str, how: How) -> str:
        """The contact's language where it is offered, and spoken where it has to be."""
        offered = self.school.facts.languages.get(wanted)
        if offered is None or wanted not in self.speakers:
            return self.school.facts.first_language
        return wanted if how is How.TEXT or offered.voice else self.school.facts.first_language

    def letter(self, key: str, to: Told, notice: Notice) -> Letter:
        """This notice to this person."""
        spoken = to.how is How.CALL
        language = self.language(to.language, to.how)
        channel = Channel.PHONE if spoken else Channel.SMS
        return Letter(
            dedupe_key=key,
            to_phone=to.phone or "",
            language=language,
            body=self.speakers[language].write(notice, channel, self.today),
            kind=Kind.CALL if spoken else Kind.TEXT,
            contact_id=to.contact_id,
            expires_at=self.now + STALE_AFTER,
            urgent=True,
        )


def tell_of_leaving(session: Session, row: Release, post: Post) -> tuple[Told, ...]:
    """Queue the notices of a release, and keep with it who is told and who cannot be."""
    told = _whom(session, row, post.school)
    notice = _notice(session, row, post.school)
    for person in told:
        if person.is_sent:
            queue(
                session, post.letter(_key(row, LEFT, person.contact_id), person, notice), post.now
            )
    row.told = [msgspec.to_builtins(person) for person in told]
    return told


def tell_of_mistake(session: Session, row: Release, post: Post) -> None:
    """The release was taken back: what waits is not sent, and who was told is told of that."""
    local = post.school.time.local(row.left_at)
    notice = release_undone(_name(session, row), local.time(), post.school.facts)
    sent = messages_of(session, row)
    waiting = [m.id for m in sent.values() if m.status == MessageStatus.QUEUED]
    session.execute(
        update(Message)
        .where(Message.id.in_(waiting), Message.status == MessageStatus.QUEUED)
        .values(status=MessageStatus.CANCELLED, updated_at=post.now)
        .execution_options(synchronize_session=False)
    )
    for person in told_of(row):
        message = sent.get(person.contact_id)
        if message is not None and message.status in GONE_OUT:
            letter = post.letter(_key(row, UNDONE, person.contact_id), person, notice)
            queue(session, letter, post.now)


def told_of(row: Release) -> tuple[Told, ...]:
    """Whom this release concerns, as of then."""
    return tuple(msgspec.convert(row.told, list[Told]))


def told_by_hand(session: Session, row: Release, contact_id: str, who: str, now: datetime) -> bool:
    """Somebody of the desk told this person; False where that was entered, or nobody is meant."""
    told = told_of(row)
    person = next((one for one in told if one.contact_id == contact_id), None)
    if person is None or person.by_hand is not None:
        return False
    by_hand = msgspec.structs.replace(person, by_hand=who, by_hand_at=now)
    row.told = [msgspec.to_builtins(by_hand if one is person else one) for one in told]
    note(session, now, who, "told a family of a release", f"release:{row.id}", person.name)
    return True


def messages_of(session: Session, row: Release) -> Mapping[str, Message]:
    """The message to each person who was sent one, by contact; the spoken one if it took over."""
    return messages_of_all(session, (row,))[row.id]


def messages_of_all(
    session: Session, rows: Sequence[Release]
) -> Mapping[int, Mapping[str, Message]]:
    """The same of several releases, by the release."""
    keys = {
        _key(row, LEFT, person.contact_id): (row.id, person.contact_id)
        for row in rows
        for person in told_of(row)
    }
    keys |= {f"{key}:spoken": whose for key, whose in keys.items()}
    found: dict[int, dict[str, Message]] = {row.id: {} for row in rows}
    for message in session.scalars(
        select(Message).where(Message.dedupe_key.in_(keys)).order_by(Message.id)
    ):
        release_id, contact_id = keys[message.dedupe_key]
        found[release_id][contact_id] = message
    return found


def _whom(session: Session, row: Release, school: School) -> tuple[Told, ...]:
    contacts = [c for c in on_file(session, row.student_id) if not c.no_contact]
    collector = next((c for c in contacts if c.contact_id == row.contact_id), None)
    concerned = [
        contact
        for contact in contacts
        if is_parent(contact, school.dismissal.parents) and not _is(contact, collector)
    ]
    numbers = {contact.phone for contact in concerned if contact.phone}
    known = recall(session.connection(), numbers)
    told: list[Told] = []
    for contact in concerned:
        before = {person.phone for person in told}
        told.append(_told(contact, known.get(contact.phone or "", Recalled()), before))
    return tuple(told)


def _is(contact: OnFile, collector: OnFile | None) -> bool:
    """Whether this is the collector, or somebody on the same line: that one knows."""
    if collector is None:
        return False
    same_line = contact.phone is not None and contact.phone == collector.phone
    return contact.contact_id == collector.contact_id or same_line


def _told(contact: OnFile, number: Recalled, before: set[str | None]) -> Told:
    if contact.phone is None:
        how = How.NO_NUMBER
    elif contact.phone in before:
        how = How.SAME_NUMBER
    elif number.opted_out:
        how = How.OPTED_OUT
    else:
        how = How.CALL if number.landline else How.TEXT
    return Told(
        contact.contact_id, contact.name, contact.relationship, contact.phone, contact.language, how
    )


def _notice(session: Session, row: Release, school: School) -> Notice:
    name, at = _name(session, row), school.time.local(row.left_at).time()
    if row.outcome == Leaves.ALONE:
        return signed_out(name, at, row.expected_back, school.facts)
    return picked_up(name, row.person, at, row.expected_back, school.facts)


def _name(session: Session, row: Release) -> str:
    student = session.get_one(StudentRow, row.student_id)
    return student.preferred_name or student.first_name


def _key(row: Release, cause: str, contact_id: str) -> str:
    return f"release:{row.id}:{cause}:{contact_id}"

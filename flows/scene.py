"""All that the conversation may know about the moment it runs in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flows.events import Words
from flows.reading.calendar import SchoolCalendar
from flows.reading.contacts import contacts_named
from flows.reading.message import Background, Manner
from flows.reading.relationships import counts_as
from flows.reading.roster import Contact, Roster, Student
from flows.reading.utterance import keys_of
from flows.reading.values import Relationship
from flows.school_facts import SchoolFacts


class Channel(StrEnum):
    """How a family talks with us in a conversation."""

    PHONE = "phone"
    SMS = "sms"

    @property
    def manner(self) -> Manner:
        """How the words of this channel came to be written down."""
        return Manner.SPEECH if self is Channel.PHONE else Manner.SMS


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of one conversation.

    `now` is aware and in the school's time zone; `phone` is E.164, None when withheld;
    `language` is the one spoken; `minutes` is how long the conversation lasts.
    """

    channel: Channel
    phone: str | None
    language: str
    roster: Roster
    calendar: SchoolCalendar
    school: SchoolFacts
    now: datetime
    office_open: bool
    minutes: float = 0.0

    @property
    def today(self) -> date:
        """Today at the school."""
        return self.now.date()

    @property
    def day_off(self) -> bool:
        """Whether there is no school today."""
        return not self.calendar.is_school_day(self.today)

    @property
    def nearest_day(self) -> date | None:
        """Today, or the next school day where today is none; None when the year has no more."""
        return self.calendar.next_school_day(self.today) if self.day_off else self.today

    @property
    def background(self) -> Background:
        """What a message is read against."""
        phrases: dict[str, tuple[str, ...]] = {
            reason.code: tuple(p for said in reason.phrases.values() for p in said)
            for reason in self.school.reasons
            if reason.phrases
        }
        return Background(self.roster, self.calendar, self.now, phrases)

    @property
    def linked(self) -> tuple[Student, ...]:
        """The students this number is on file for. It shortens the call; it proves nothing."""
        return self.roster.linked_to(self.phone)

    def caller_on_file(
        self,
        student_ids: tuple[str, ...],
        name: Words | None = None,
        relationship: Relationship | None = None,
    ) -> Contact | None:
        """Who calls, if the file tells: one person with this number for all these students.

        A couple that shares a line is two people, of whom a name or a relationship that was said
        tells one.
        """
        concerned = [c for c in self.roster.contacts_at(self.phone) if c.student_id in student_ids]
        contacts = who_fit(concerned, name, relationship)
        covered = {contact.student_id for contact in contacts}
        people = {(contact.name, contact.relationship) for contact in contacts}
        known = student_ids and covered == set(student_ids) and len(people) == 1
        return contacts[0] if known else None


def who_fit(
    contacts: Sequence[Contact], name: Words | None, relationship: Relationship | None
) -> list[Contact]:
    """The contacts who may be the caller, by the name and the relationship that were said."""
    fitting = [c for c in contacts if relationship in (None, counts_as(c.relationship))]
    if name is None:
        return fitting
    named = {contact.name for contact in contacts_named(keys_of(name), fitting)}
    return [contact for contact in fitting if contact.name in named]

"""Who the caller is on the contact list, from what was said and whose telephone it is.

What the message says wins; what it leaves out comes from the contact whose number it is. A
relationship or a name that is not that contact's means that somebody else is calling.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flows.events import Words
from flows.reading.callers import CallerSaid
from flows.reading.findings import Finding, NotUnderstood, Source, Understood
from flows.reading.language import Marked
from flows.reading.name_words import NameSpan
from flows.reading.names import PARTICLES, formal_names, given_names, joined, likeness
from flows.reading.relationships import counts_as
from flows.reading.roster import Contact, Roster, Student
from flows.reading.utterance import keys_of
from flows.reading.values import Relationship

T = TypeVar("T")

ALIKE = 80.0  # a contact's name as heard; the family's number or student stands behind it
SAID, FILED = 0.97, 0.96  # how often such a finding is right, as evaluation shows
GENDERED = {"mister": Relationship.FATHER, "missus": Relationship.MOTHER}


@dataclass(frozen=True, slots=True)
class CallerFound:
    """The caller. `on_file` is the name the school has, in full; never to be spoken."""

    relationship: Finding[Relationship]
    name: Finding[Words]
    on_file: str | None = None


def who_calls(
    said: CallerSaid, marked: Marked, roster: Roster, phone: str | None, student_ids: Sequence[str]
) -> CallerFound:
    """The caller's relationship and name, said or on file."""
    at_phone = _concerned(roster.contacts_at(phone), student_ids)
    if said.name:
        pool = [c for i in student_ids for c in roster.contacts_of(i)] + list(at_phone)
        students = [roster.students[i] for i in student_ids]
        return _by_name(said, said.name, marked, pool, students, at_phone)
    if said.relationship:
        return _by_relationship(said, said.relationship, marked, at_phone)
    return _by_number(said, at_phone)


def the_student_calls(student: Student | None, name: Words | None) -> CallerFound:
    """The caller is the student, whose full name the roster has where it was found."""
    on_file = f"{student.first_name} {student.last_name}".strip() if student else None
    found: Finding[Words] = NotUnderstood()
    if name:
        found = Understood(name, name, SAID)
    elif on_file:
        found = Understood(Words(on_file), probability=FILED, source=Source.ON_FILE)
    return CallerFound(Understood(Relationship.SELF, probability=SAID), found, on_file)


def _concerned(contacts: Iterable[Contact], student_ids: Sequence[str]) -> list[Contact]:
    """The contacts of these students; all, where none of them is one's."""
    contacts = list(contacts)
    return [c for c in contacts if c.student_id in student_ids] or contacts


def contacts_named(keys: Sequence[str], contacts: Iterable[Contact]) -> list[Contact]:
    """The contacts whom a name, as said, may mean; each person once."""
    people = {c.name: c for c in reversed(list(contacts))}
    scored = [(_fit(keys, contact.name), contact) for contact in people.values()]
    best = max((score for score, _ in scored), default=0.0)
    return [contact for score, contact in scored if score and score == best]


def _fit(keys: Sequence[str], name: str) -> float:
    """How well said words and a contact's name agree, 0 to 100; 0 for somebody else."""
    whole, pieces = joined(name), keys_of(name)
    keys = [key for key in keys if key not in PARTICLES or key in pieces]
    if not keys or not pieces:
        return 0.0
    said = "".join(keys)
    first = max(_alike(keys[0], piece) for piece in pieces)
    another = first < ALIKE and keys[0] in given_names()  # Elena is not Lorena
    if likeness(said, whole) >= ALIKE + 5 and not another:
        return likeness(said, whole)
    if first < ALIKE:
        return 0.0
    rest = [max(_alike(key, piece) for piece in pieces) for key in keys[1:]]
    return first - 1 if all(score >= ALIKE - 15 for score in rest) else 0.0


def _alike(key: str, piece: str) -> float:
    return (
        95.0 if piece in formal_names(key) or key in formal_names(piece) else likeness(key, piece)
    )


def _by_name(
    said: CallerSaid,
    name: NameSpan,
    marked: Marked,
    pool: Sequence[Contact],
    students: Sequence[Student],
    at_phone: Sequence[Contact],
) -> CallerFound:
    words = marked.utterance.words(*name)
    keys = marked.keys[name.start : name.end]
    named = contacts_named(keys, at_phone) or contacts_named(keys, pool)
    named = [c for c in named if counts_as(c.relationship) is not _against(said)]
    claimed = said.relationship or _gendered(said)
    if claimed and len(named) > 1:
        named = [c for c in named if counts_as(c.relationship) is claimed] or named
    if len(named) == 1:
        relationship = claimed or counts_as(named[0].relationship)
        return CallerFound(_said(said, marked, relationship), _name_said(words), named[0].name)
    relationship = claimed or Relationship.UNKNOWN
    if claimed and any(_is_students(keys, student) for student in students):
        return CallerFound(_said(said, marked, claimed), NotUnderstood(words))
    return CallerFound(_said(said, marked, relationship), _name_said(words))


def _is_students(keys: Sequence[str], student: Student) -> bool:
    """Whether the name given for the caller is the student's own ("this is Jada's mother Jada")."""
    return joined("".join(keys)) in {
        joined(student.first_name), joined(student.first_name + student.last_name),
    }  # fmt: skip


def _by_relationship(
    said: CallerSaid, claimed: Relationship, marked: Marked, at_phone: Sequence[Contact]
) -> CallerFound:
    fitting = {c.name for c in at_phone if counts_as(c.relationship) is claimed}
    found = _said(said, marked, claimed)
    if len(fitting) != 1:
        return CallerFound(found, NotUnderstood())
    name = fitting.pop()
    return CallerFound(found, _filed(Words(name)), name)


def _by_number(said: CallerSaid, at_phone: Sequence[Contact]) -> CallerFound:
    people = {c.name: c for c in at_phone}
    gendered = _gendered(said)
    if gendered:
        people = {n: c for n, c in people.items() if counts_as(c.relationship) is gendered}
    if len(people) != 1:
        found: Finding[Relationship] = NotUnderstood()
        if gendered:
            found = Understood(gendered, probability=SAID)
        return CallerFound(found, NotUnderstood())
    ((name, contact),) = people.items()
    relationships = {counts_as(c.relationship) for c in at_phone if c.name == name}
    if len(relationships) > 1:
        return CallerFound(NotUnderstood(), _filed(Words(name)), name)
    return CallerFound(_filed(counts_as(contact.relationship)), _filed(Words(name)), name)


def _gendered(said: CallerSaid) -> Relationship | None:
    """For "Mr." or "Mrs." with "my son" tells father from mother."""
    if not said.parent or said.mister == said.missus:
        return None
    return GENDERED["mister" if said.mister else "missus"]


def _against(said: CallerSaid) -> Relationship | None:
    """Who "Mrs. Diaz" cannot be: the father, though the surname is his."""
    if said.mister == said.missus:
        return None
    return Relationship.FATHER if said.missus else Relationship.MOTHER


def _said(said: CallerSaid, marked: Marked, relationship: Relationship) -> Finding[Relationship]:
    if relationship is Relationship.UNKNOWN:
        return NotUnderstood()
    if said.relationship_span is None:
        return Understood(relationship, probability=FILED, source=Source.ON_FILE)
    return Understood(relationship, marked.utterance.words(*said.relationship_span), SAID)


def _name_said(words: Words) -> Finding[Words]:
    return Understood(words, words, SAID)


def _filed(value: T) -> Finding[T]:
    return Understood(value, probability=FILED, source=Source.ON_FILE)

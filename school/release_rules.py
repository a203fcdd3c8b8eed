"""Who may leave school early, and with whom. Pure rules: no database, no clock.

A student leaves in person only, at the main office: with a parent or guardian who is listed on the
emergency form, or alone from the eighteenth birthday on. Nobody leaves on a telephone call or a
text. An admin may decide otherwise for an adult who is not on the form, in writing; nobody may for
a person with a no-contact order, or for a student under 18 alone.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz.fuzz import token_sort_ratio

from flows.reading.relationships import counts_as
from flows.reading.utterance import fold
from flows.reading.values import Relationship

ADULT = 18
OLDEST = 22  # a student on the roster who seems older has a wrong birth date
NEARLY_THE_NAME = 90  # of 100
SHORTEST_WHY = 15  # characters of an admin's written reason
SEE_AN_ID = "Look at a photo ID first, and tick that you have seen it."
FEBRUARY = 2
LEAP_DAY = 29


class NotReleased(Exception):
    """The student stays. The sentence says why and what to do; `field` is where it belongs."""

    def __init__(self, sentence: str, field: str = "who") -> None:
        super().__init__(sentence)
        self.field = field


class Way(StrEnum):
    """How somebody asks for a student."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    TEXT = "text"


class Leaves(StrEnum):
    """With whom a student leaves."""

    LISTED = "listed"  # a parent or guardian on the emergency form
    ALONE = "self"  # the student, being 18
    OTHER = "override"  # somebody not on the form, by an admin's decision


class Age(StrEnum):
    """What the birth date says today."""

    ADULT = "adult"
    MINOR = "minor"
    DOUBTFUL = "doubtful"  # no student was born on that day: it proves nothing


class Standing(StrEnum):
    """Whether a contact may collect the student."""

    MAY = "may"
    NO_CONTACT = "no_contact"  # an order: nobody may decide otherwise at the desk
    CUSTODY = "custody"  # limits of custody: an admin reads the order and decides
    NOT_ON_FORM = "not_on_form"
    NOT_A_PARENT = "not_a_parent"  # on the form, and neither parent nor guardian


@dataclass(frozen=True, slots=True)
class OnFile:
    """One contact of the student, as the desk sees it."""

    contact_id: str
    name: str
    relationship: str  # as in the file: mother, stepfather, grandmother …
    phone: str | None
    language: str
    on_form: bool
    no_contact: bool = False
    custody: str | None = None  # the terms, in the school's words


@dataclass(frozen=True, slots=True)
class Asked:
    """What the desk is asked to do."""

    way: Way
    leaves: Leaves
    contact_id: str | None = None  # LISTED
    name: str = ""  # OTHER
    id_seen: bool = False
    why: str = ""  # OTHER: the admin's reason


def age(born: date, today: date) -> Age:
    """What the birth date says on this day at the school.

    Grown up from the birthday itself; who was born on 29 February, on 1 March, when the
    eighteenth year is certainly over.
    """
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if years > OLDEST or born > today:
        return Age.DOUBTFUL
    return Age.ADULT if years >= ADULT else Age.MINOR


def grown_up_on(born: date) -> date:
    """The day on which the student turns 18."""
    if (born.month, born.day) == (FEBRUARY, LEAP_DAY):
        return date(born.year + ADULT, FEBRUARY + 1, 1)  # eighteen years later is no leap year
    return born.replace(year=born.year + ADULT)


def is_parent(contact: OnFile, parents: Collection[Relationship]) -> bool:
    """Whether the contact is a parent or guardian in the school's sense."""
    return counts_as(contact.relationship) in parents


def standing(contact: OnFile, parents: Collection[Relationship]) -> Standing:
    """Whether this contact may collect the student; what forbids it outweighs what allows it."""
    if contact.no_contact:
        return Standing.NO_CONTACT
    if contact.custody:
        return Standing.CUSTODY
    if not contact.on_form:
        return Standing.NOT_ON_FORM
    return Standing.MAY if is_parent(contact, parents) else Standing.NOT_A_PARENT


def allow(
    asked: Asked,
    born: date,
    today: date,
    contacts: Collection[OnFile],
    parents: Collection[Relationship],
    *,
    by_admin: bool,
) -> OnFile | None:
    """Let the student leave, or say why not.

    Returns:
        The listed adult who collects the student, if it is one.

    Raises:
        NotReleased: a rule forbids it, or a check was not made.
    """
    if asked.way is not Way.IN_PERSON:
        raise NotReleased(
            "Nobody is released by telephone or text. A parent or guardian on the emergency form "
            "comes to the main office."
        )
    collector = None
    if asked.leaves is Leaves.ALONE:
        _alone(born, today)
    elif asked.leaves is Leaves.LISTED:
        collector = _listed(asked, contacts, parents)
    else:
        _not_on_the_form(asked, contacts, by_admin=by_admin)
    if not asked.id_seen:
        raise NotReleased(SEE_AN_ID, "id_seen")
    return collector


def _alone(born: date, today: date) -> None:
    found = age(born, today)
    if found is Age.DOUBTFUL:
        raise NotReleased(
            "The birth date on file cannot be right, so it does not prove that the student is 18. "
            "A parent or guardian on the emergency form comes to the main office."
        )
    if found is Age.MINOR:
        raise NotReleased(
            "A student under 18 never leaves alone. A parent or guardian on the emergency form "
            "comes to the main office."
        )


def _listed(
    asked: Asked, contacts: Collection[OnFile], parents: Collection[Relationship]
) -> OnFile:
    found = next((c for c in contacts if c.contact_id == asked.contact_id), None)
    if found is None:
        raise NotReleased("Choose who collects the student.")
    why = WHY_NOT.get(standing(found, parents))
    if why:
        raise NotReleased(f"{found.name} {why}")
    return found


WHY_NOT = {
    Standing.NO_CONTACT: "must have no contact with this student. The student stays; call an "
    "administrator.",
    Standing.CUSTODY: "is limited by a custody order. The student stays until an admin has read "
    "it and decides in writing.",
    Standing.NOT_ON_FORM: "is not on the emergency form. Only an admin may decide otherwise, in "
    "writing.",
    Standing.NOT_A_PARENT: "is on the emergency form, but is neither parent nor guardian. Only an "
    "admin may decide otherwise, in writing.",
}


def _not_on_the_form(asked: Asked, contacts: Collection[OnFile], *, by_admin: bool) -> None:
    if not by_admin:
        raise NotReleased(
            "Only a parent or guardian on the emergency form may collect a student. For anybody "
            "else, an admin decides, in writing."
        )
    named = folded(asked.name)
    if not named:
        raise NotReleased("Enter the full name of who collects the student.", "name")
    if any(c.no_contact and reads_like(named, folded(c.name)) for c in contacts):
        raise NotReleased(
            f"{asked.name.strip()} must have no contact with this student, by the name. No admin "
            "can release the student either, until the order is lifted and the roster says so. "
            "Where it is somebody else, write the name in full, as on the photo ID.",
            "name",
        )
    if len(asked.why.strip()) < SHORTEST_WHY:
        raise NotReleased(
            "Write down why: who this is, who agreed, and how you know. It stands in the audit.",
            "why",
        )


def reads_like(name: str, barred: str) -> bool:
    """Whether a folded name may be that of a person with an order.

    An order is not got round by a second surname left out, by the words the other way about, or by
    a slip of the keys.
    """
    words, known = set(name.split()), set(barred.split())
    fewer = min(words, known, key=len)
    within = len(fewer) > 1 and fewer == words & known
    return name == barred or within or token_sort_ratio(name, barred) >= NEARLY_THE_NAME


def folded(name: str) -> str:
    """The name as it is compared: case, accents and signs do not count."""
    return " ".join(fold(word) for word in re.findall(r"\w+", name))

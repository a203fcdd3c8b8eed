"""The desk's forms: what was typed, kept where something is wrong, and read into a release."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from uuid import uuid4

import msgspec
from werkzeug.datastructures import MultiDict

from school.pickups import Fields
from school.release_entry import LONGEST_SIGNATURE, Leaving, Refusal
from school.release_rules import SEE_AN_ID, Asked, Leaves, NotReleased, Way
from school.releases import CHOOSE_WHY, LONGEST_TEXT

CONTACT = "contact:"
ALONE = "self"
OTHER = "other"
CHOOSE_WHOM = "Choose with whom the student leaves."
KEY_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields. `errors`: a sentence by field."""

    key: str = ""
    seen: str = ""
    who: str = ""
    name: str = ""
    relationship: str = ""
    why: str = ""
    id_seen: bool = False
    texted: bool = False
    swiped: bool = False
    at: str = ""
    reason: str = ""
    expected_back: str = ""
    signature: str = ""
    person: str = ""
    refusal: str = ""
    details: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


def empty() -> Typed:
    """A form of which a release can be made once."""
    return Typed(key=new_key())


def new_key() -> str:
    """What tells one form from another, so that each is entered once."""
    return str(uuid4())


KEPT = (
    *("who", "name", "relationship", "why", "id_seen", "texted", "swiped"),
    *("at", "reason", "expected_back"),
)
"""What of a form is kept while somebody waits; a signature is given at the end."""


def kept(fields: Fields) -> Typed:
    """A form with what was kept of it."""
    return replace(msgspec.convert(dict(fields), Typed), key=new_key())


def to_keep(fields: Typed) -> Fields:
    """What is kept of a form."""
    return {name: getattr(fields, name) for name in KEPT}


def typed(form: MultiDict[str, str]) -> Typed:
    """What came with the form."""

    def text(name: str, longest: int = LONGEST_TEXT) -> str:
        return form.get(name, "")[:longest].replace("\x00", "").strip()

    return Typed(
        key=text("key", KEY_LENGTH) or new_key(),
        seen=text("seen"),
        who=text("who"),
        name=text("name"),
        relationship=text("relationship"),
        why=text("why"),
        id_seen="id_seen" in form,
        texted="texted" in form,
        swiped="swiped" in form,
        at=text("at"),
        reason=text("reason"),
        expected_back=text("expected_back"),
        signature=text("signature", LONGEST_SIGNATURE + 1),
        person=text("person"),
        refusal=text("refusal"),
        details=text("details"),
    )


def leaving(fields: Typed, student_id: str) -> Leaving:
    """What the desk enters when a student leaves. Whoever stands at the desk came in person.

    Raises:
        NotReleased: a time is none, or nobody was chosen.
    """
    contact_id = None
    if fields.who.startswith(CONTACT):
        leaves, contact_id = Leaves.LISTED, fields.who.removeprefix(CONTACT)
    elif fields.who == ALONE:
        leaves = Leaves.ALONE
    elif fields.who == OTHER:
        leaves = Leaves.OTHER
    else:
        raise NotReleased(CHOOSE_WHOM)
    return Leaving(
        form_key=fields.key,
        student_id=student_id,
        asked=Asked(
            Way.IN_PERSON, leaves, contact_id, fields.name, id_seen=fields.id_seen, why=fields.why
        ),
        reason=fields.reason,
        left_at=clock_time(fields.at, "at"),
        expected_back=clock_time(fields.expected_back, "expected_back"),
        relationship=fields.relationship,
        texted=fields.texted,
        swiped=fields.swiped,
        signature=fields.signature or None,
    )


def blanks(fields: Typed) -> dict[str, str]:
    """What a leaving needs and is not filled in yet, all at once: nobody likes one at a time."""
    needed = (
        ("who", fields.who, CHOOSE_WHOM),
        ("id_seen", fields.id_seen, SEE_AN_ID),
        ("reason", fields.reason, CHOOSE_WHY),
    )
    return {name: sentence for name, filled_in, sentence in needed if not filled_in}


def refusal(fields: Typed, student_id: str) -> Refusal:
    """What the desk enters when a student stays."""
    return Refusal(fields.key, student_id, fields.person, fields.refusal, fields.details)


def clock_time(text: str, name: str) -> time | None:
    """The time of day typed; None for an empty field.

    Raises:
        NotReleased: it is none.
    """
    if not text:
        return None
    try:
        hour, minute = text.split(":")[:2]
        return time(int(hour), int(minute))
    except ValueError:
        raise NotReleased(
            f"{text[:20]} is no time of day. Write it as 13:05, or leave the field empty.", name
        ) from None

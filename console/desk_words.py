"""The desk's own words: who may collect a student, what was entered, and who was told."""

from collections.abc import Mapping
from datetime import date, time

from babel.dates import format_date

from console import words
from console.words import Badge, Tone
from flows.reading.values import Relationship
from school.release_letters import How
from school.release_rules import Age, Leaves, OnFile, Standing, grown_up_on
from school.releases import REFUSED

AGES: Mapping[Age, Badge] = {
    Age.ADULT: Badge("18 or older", Tone.DONE, "May sign out alone. The parents are told at once."),
    Age.MINOR: Badge("Under 18", Tone.ATTENTION, "Never leaves alone, whoever allows it."),
    Age.DOUBTFUL: Badge(
        "Birth date wrong",
        Tone.TROUBLE,
        "The birth date on file cannot be right: it does not prove that the student is 18. Have it "
        "corrected in the student information system.",
    ),
}

STANDINGS: Mapping[Standing, str] = {
    Standing.MAY: "Parent or guardian on the emergency form",
    Standing.NO_CONTACT: "No-contact order. Do not release; call an administrator",
    Standing.CUSTODY: "Custody order. An admin reads it and decides",
    Standing.NOT_ON_FORM: "Not on the emergency form",
    Standing.NOT_A_PARENT: "On the emergency form, neither parent nor guardian",
}

NO_CONTACT = Badge("No-contact order", Tone.TROUBLE, "Do not release; call an administrator.")
CUSTODY = Badge("Custody order", Tone.TROUBLE, "An admin reads it and decides.")

OUTCOMES: Mapping[str, Badge] = {
    Leaves.LISTED: Badge("Picked up", Tone.PLAIN, "By a parent or guardian on the emergency form."),
    Leaves.ALONE: Badge("Signed out alone", Tone.PLAIN, "Being 18 or older."),
    Leaves.OTHER: Badge(
        "Picked up, not on the form", Tone.ATTENTION, "An admin decided so, and wrote down why."
    ),
    REFUSED: Badge("Not released", Tone.TROUBLE, "The student stayed in school."),
}
UNDONE = Badge("Taken back", Tone.PLAIN, "It was entered by mistake, and does not count.")
OUT = Badge("Out", Tone.ATTENTION)
LATE_BACK = Badge("Not back yet", Tone.TROUBLE, "Expected back before now.")
BACK = Badge("Back", Tone.DONE)
BACK_DATED = Badge("Entered later", Tone.ATTENTION)

CANNOT_BE_SENT: Mapping[How, Badge] = {
    How.NO_NUMBER: Badge("No number on file", Tone.TROUBLE, "Nothing could be sent."),
    How.OPTED_OUT: Badge("Wants no messages", Tone.TROUBLE, "This number opted out: call it."),
    How.SAME_NUMBER: Badge("Same number as above", Tone.PLAIN, "One message is for both."),
}
NOT_SENT = Badge(
    "Not sent", Tone.TROUBLE, "It could not be sent in time, or the number wants no messages."
)
TOLD_BY_HAND = Badge("Told by the desk", Tone.DONE)
OVERDUE = Badge(
    "Waiting to be sent",
    Tone.ATTENTION,
    "The program that sends messages does not seem to run. Call the family yourself; the message "
    "follows when it runs again.",
)
TRYING_AGAIN = Badge(
    "Not sent yet",
    Tone.ATTENTION,
    "The carrier did not take it so far; it is tried again. Call the family yourself.",
)


def age(born: date, found: Age, today: date) -> Badge:
    """What the birth date says, with the day that matters."""
    badge = AGES[found]
    turns = grown_up_on(born)
    if found is Age.MINOR:
        return Badge(badge.words, badge.tone, f"{badge.more} 18 on {long_day(turns)}.")
    if found is Age.ADULT and turns == today:
        return Badge("18 today", badge.tone, badge.more)
    if found is Age.DOUBTFUL:
        return Badge(badge.words, badge.tone, f"On file: born {long_day(born)}. {badge.more}")
    return badge


def long_day(on: date) -> str:
    """The day with its year: "26 January 2029"."""
    return format_date(on, "d MMMM y", words.ENGLISH)


def order(contact: OnFile) -> Badge | None:
    """The court's order that limits this contact."""
    if contact.no_contact:
        return NO_CONTACT
    return CUSTODY if contact.custody else None


def clock_or(at: time | None, otherwise: str) -> str:
    """The time of day, or other words where there is none."""
    return otherwise if at is None else words.clock(at)


def relationship(on_file: str | None) -> str:
    """The word of the contact list; "the student" for the student's own row."""
    if on_file == Relationship.SELF:
        return "the student"
    return on_file or ""

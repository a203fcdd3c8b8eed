"""How codes, references, days and times read on a page: a person's words, one form everywhere.

A page never shows a code. Each enum of a report has its words here, and a test holds that none is
forgotten.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from flows.calendar_words import runs_of
from flows.reading.values import Relationship
from school.outbox import Kind, MessageStatus
from school.reports import Flag, ReportChannel, Status, Verification

ENGLISH = Locale("en")
DAYS_LISTED = 3  # more than these are told by the first and the last


class Tone(StrEnum):
    """What a badge means besides its words; the names are classes of the stylesheet."""

    PLAIN = "plain"
    ATTENTION = "attention"
    TROUBLE = "trouble"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Badge:
    """A few words set off from the rest. `more` is the sentence behind them."""

    words: str
    tone: Tone = Tone.PLAIN
    more: str = ""


STATUSES: Mapping[Status, Badge] = {
    Status.PENDING: Badge("Waiting", Tone.PLAIN, "Nobody has decided it yet."),
    Status.INCOMPLETE: Badge("Not finished", Tone.ATTENTION, "The caller left before the end."),
    Status.CONFIRMED: Badge("Confirmed", Tone.DONE, "Staff accepted it."),
    Status.REJECTED: Badge("Not accepted", Tone.TROUBLE, "Staff refused it; it is kept."),
    Status.CANCELLED: Badge("Withdrawn", Tone.PLAIN, "The family took it back."),
    Status.DUPLICATE: Badge("Joined", Tone.PLAIN, "It is part of another report."),
}

CHANNELS: Mapping[ReportChannel, str] = {
    ReportChannel.PHONE: "Call",
    ReportChannel.VOICEMAIL: "Voicemail",
    ReportChannel.SMS: "Text",
    ReportChannel.WEB: "Online form",
    ReportChannel.NOTE: "Signed note",
    ReportChannel.STAFF: "Entered by staff",
}

VERIFICATIONS: Mapping[Verification, str] = {
    Verification.LISTED: "On file for this student",
    Verification.ADULT_STUDENT: "The student's own number; the student is 18 or older",
    Verification.UNLISTED: "Not on file for this student",
    Verification.WITHHELD: "The caller withheld the number",
}

FLAGS: Mapping[Flag, Badge] = {
    Flag.STUDENT_NOT_MATCHED: Badge(
        "Which student?",
        Tone.ATTENTION,
        "The words fit nobody on the roster, or more than one student.",
    ),
    Flag.UNLISTED_CALLER: Badge(
        "Number not on file", Tone.ATTENTION, "No contact of this student has this number."
    ),
    Flag.CALLER_NOT_NAMED: Badge(
        "Who reported it?", Tone.ATTENTION, "Whoever reported it gave no name."
    ),
    Flag.LOW_CONFIDENCE: Badge(
        "Check the words", Tone.ATTENTION, "The line is not sure that it understood them."
    ),
    Flag.NOT_TRANSCRIBED: Badge(
        "Listen to it", Tone.ATTENTION, "The message could not be written down."
    ),
    Flag.RECORDING_UNAVAILABLE: Badge(
        "Call back", Tone.ATTENTION, "A message was left, and its sound could not be had."
    ),
    Flag.POSSIBLE_DUPLICATE: Badge(
        "Reported before?",
        Tone.ATTENTION,
        "Another report has this student on one of these days.",
    ),
    Flag.EARLY_DISMISSAL_REQUEST: Badge(
        "Wants to leave early",
        Tone.ATTENTION,
        "The caller heard that nobody may leave on a call or a text, and what to do instead.",
    ),
    Flag.END_DATE_UNKNOWN: Badge(
        "Until when?", Tone.ATTENTION, "The absence goes on; nobody said for how long."
    ),
    Flag.TIME_UNKNOWN: Badge("At what time?", Tone.ATTENTION, "No time of day was said."),
    Flag.REASON_UNKNOWN: Badge("For what reason?", Tone.ATTENTION, "No reason was understood."),
    Flag.LATE_REPORT: Badge(
        "After the cut-off", Tone.PLAIN, "It came in after the school's cut-off for that day."
    ),
    Flag.MINOR_REPORTS: Badge(
        "Student is under 18", Tone.ATTENTION, "A student under 18 made this report."
    ),
    Flag.CALLER_ID_FAILED: Badge(
        "Number may be forged",
        Tone.TROUBLE,
        "The telephone network says that the caller does not own this number.",
    ),
    Flag.NOTHING_HEARD: Badge(
        "Nothing was heard", Tone.ATTENTION, "The caller hung up, or could not be heard."
    ),
    Flag.NEEDS_QUALIFYING_REPORT: Badge(
        "A text is not enough",
        Tone.ATTENTION,
        "Here a text counts only with a call, the online form or a signed note.",
    ),
    Flag.DISPUTED: Badge(
        "Said to be wrong",
        Tone.TROUBLE,
        "Another contact was told of it and answers that it is not true. Call the family.",
    ),
    Flag.MORE_WAS_SAID: Badge(
        "Read the words", Tone.ATTENTION, "Words came later that the line could not place."
    ),
    Flag.TOO_MANY_TEXTS: Badge(
        "Very many texts",
        Tone.ATTENTION,
        "This number had the school send as many texts today as it may. What it says and writes is "
        "kept; no more is answered or sent to the family.",
    ),
    Flag.CANNOT_BE_TEXTED: Badge(
        "Cannot be texted", Tone.ATTENTION, "No text reached this number; a call may."
    ),
}

UNKNOWN_FLAG = Badge("Needs a look", Tone.ATTENTION, "A newer version of the line marked it.")

RELATIONSHIPS: Mapping[Relationship, str] = {
    Relationship.MOTHER: "mother",
    Relationship.FATHER: "father",
    Relationship.GUARDIAN: "guardian",
    Relationship.GRANDPARENT: "grandparent",
    Relationship.STEPPARENT: "stepparent",
    Relationship.AUNT_UNCLE: "aunt or uncle",
    Relationship.SIBLING: "brother or sister",
    Relationship.SELF: "the student",
    Relationship.OTHER: "somebody else",
    Relationship.UNKNOWN: "relationship not said",
}

NO_CONTACT = Badge(
    "Must have no contact",
    Tone.TROUBLE,
    "No-contact order. Tell this person nothing about the student; the line sends nothing there.",
)
CUSTODY = Badge("Custody order", Tone.ATTENTION, "Read it before you speak with this person.")

MESSAGE_KINDS: Mapping[Kind, str] = {Kind.TEXT: "Text", Kind.CALL: "Call"}

MESSAGE_STATUSES: Mapping[MessageStatus, Badge] = {
    MessageStatus.QUEUED: Badge("Waiting to be sent"),
    MessageStatus.SENDING: Badge("Being sent"),
    MessageStatus.SENT: Badge("Sent", Tone.PLAIN, "The carrier has it; it has not said more."),
    MessageStatus.DELIVERED: Badge("Delivered", Tone.DONE),
    MessageStatus.FAILED: Badge(
        "Not sent", Tone.TROUBLE, "The carrier refused it, or could not be reached in time."
    ),
    MessageStatus.UNDELIVERED: Badge(
        "Did not arrive", Tone.TROUBLE, "It was sent, and the carrier could not deliver it."
    ),
    MessageStatus.UNCERTAIN: Badge(
        "Being checked", Tone.ATTENTION, "It may have been sent; the line is asking the carrier."
    ),
    MessageStatus.CANCELLED: Badge(
        "Not sent", Tone.PLAIN, "It came too late, the number wants none, or a call took its place."
    ),
}


def day(on: date, today: date) -> str:
    """The day, "Tue 24 Nov"; with its year where that is not this one."""
    pattern = "EEE d MMM" if on.year == today.year else "EEE d MMM y"
    return format_date(on, pattern, ENGLISH)


def days(covered: tuple[date, ...], today: date) -> tuple[str, ...]:
    """School days in order: a few by name, more of them by the first and the last.

    In pieces that are not broken over two lines; with spaces between them they are a sentence.
    """
    if len(covered) <= DAYS_LISTED:
        return _with_commas([(day(on, today),) for on in covered]) or ("Not said",)
    runs = runs_of(covered)
    if len(runs) > DAYS_LISTED:
        pieces: tuple[str, ...] = (*from_to(covered[0], covered[-1], today), "on some days")
    else:
        pieces = _with_commas([from_to(first, last, today) for first, last in runs])
    return (*pieces, f"({len(covered)} school days)")


def from_to(first: date, last: date, today: date) -> tuple[str, ...]:
    """The first and the last of some days, in pieces; one day alone by its name."""
    if first == last:
        return (day(first, today),)
    return (day(first, today), f"to {day(last, today)}")


def _with_commas(runs: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The pieces of all runs, with a comma where a run ends and another follows."""
    ended = [(*run[:-1], f"{run[-1]},") for run in runs[:-1]]
    return tuple(piece for run in (*ended, *runs[-1:]) for piece in run)


def clock(at: time) -> str:
    """The time of day: "6:52 am"."""
    return f"{at.hour % 12 or 12}:{at.minute:02} {'am' if at.hour < 12 else 'pm'}"


def hour(of_day: int) -> str:
    """An hour that begins then: "6 am"."""
    return f"{of_day % 12 or 12} {'am' if of_day < 12 else 'pm'}"


def moment(at: datetime, now: datetime) -> str:
    """The time of something, "Tue 24 Nov, 6:52 am"; both given in the school's zone."""
    return f"{day(at.date(), now.date())}, {clock(at.timetz())}"


def language(code: str) -> str:
    """The language's English name; its code where nobody knows it."""
    try:
        return Locale.parse(code).get_display_name(ENGLISH) or code
    except (ValueError, UnknownLocaleError):
        return code


def upper_first(words: str) -> str:
    """The words with a capital at their beginning: "A death in the family"."""
    return words[:1].upper() + words[1:]

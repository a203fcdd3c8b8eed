"""What the school writes to families later, once: the id of each message and its English.

Where a message may be spoken too, to a landline, its wording for the ear stands first. The rules
of `flows.wording` hold here too.
"""

from flows.turn import Prompt

CONFIRMATION = Prompt(
    "confirmation",
    text="{school}: {student} {absent}. Pending until the school confirms. Ref {reference}. Wrong? "
    "Send UNDO.",
)
NOTICE = Prompt(
    "notice",
    (
        "This is {school}. A report came in: {student}, {absent}. If that is wrong, please call the office.",
    ),
    "{school}: report received: {student} {absent}. Wrong? Reply here, or call {number}.",
)
NOTICE_WITHDRAWN = Prompt(
    "notice_withdrawn",
    (
        "This is {school}. The report about {student}, {absent}, was withdrawn. It no longer counts.",
    ),
    "{school}: the report about {student}, {absent}, was withdrawn and no longer counts.",
)
NOTE_NOT_READ = Prompt(
    "note_not_read",
    text="{school}: what you sent could not be opened. Please send a photo of the note once more.",
)

# --- how an absence is put in all of these ---
ABSENT = Prompt("absent", ("absent {days}",), "absent {days}")
LATE_AT = Prompt("late_at", ("late {days}, at {time}",), "late {days}, {time}")
LATE = Prompt("late", ("late {days}",), "late {days}")

# --- what staff tell a family, or ask it ---
TOLD_CONFIRMED = Prompt(
    "told_confirmed", text="{school}: confirmed. {student} {absent}: {excused}. Ref {reference}."
)
EXCUSED = Prompt("excused", text="excused")
UNEXCUSED = Prompt("unexcused", text="unexcused")
TOLD_NOTE_DUE = Prompt(
    "told_note_due",
    text="{school}: confirmed. {student} {absent}. To excuse it we need a signed note with date and "
    "reason. Ref {reference}.",
)
TOLD_REJECTED = Prompt(
    "told_rejected",
    text="{school}: report {reference} was not accepted. {why} Questions? Call {number}.",
)
WHY_NOT = {
    "not_ours": Prompt("why_not_ours", text="We find no such student here."),
    "not_on_file": Prompt(
        "why_not_on_file", text="Only a parent or guardian on file can report an absence."
    ),
    "in_school": Prompt("why_in_school", text="The student was in school."),
    "speak_first": Prompt("why_speak_first", text="We need to speak with you first."),
}
ASK_FAMILY = {
    "student": Prompt(
        "ask_family_student",
        text="{school}, report {reference}: which student is it? Please send first and last name.",
    ),
    "days": Prompt(
        "ask_family_days", text="{school}, report {reference}: which day or days will it be?"
    ),
    "until": Prompt(
        "ask_family_until",
        text="{school}, report {reference}: on which day will the student be back?",
    ),
    "time": Prompt(
        "ask_family_time",
        text="{school}, report {reference}: at what time will the student come in?",
    ),
    "reason": Prompt(
        "ask_family_reason", text="{school}, report {reference}: what is the reason, please?"
    ),
    "who": Prompt(
        "ask_family_who",
        text="{school}, report {reference}: who sends it, and what are you to the student?",
    ),
    "note": Prompt(
        "ask_family_note",
        text="{school}, report {reference}: please send us a signed note with date and reason.",
    ),
    "call": Prompt(
        "ask_family_call", text="{school}, about report {reference}: please call us at {number}."
    ),
}

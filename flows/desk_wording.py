"""What the school tells families of its own accord: a student left early, a note is owed.

Like `flows.wording`: English here, other languages in `flows/locales`. No reason is given: a text
may be read on a screen that others see, and a call may be heard by them.
"""

from flows.turn import Prompt

SIGNED_OUT = Prompt(
    "signed_out",
    (
        (
            "This is {school}. {student}, who is 18 or older, signed out of school alone at "
            "{time}. {back} If you have questions, please call {number}."
        ),
    ),
    "{school}: {student}, 18 or older, signed out of school alone at {time}. {back} Questions? "
    "Call {number}.",
)
PICKED_UP = Prompt(
    "picked_up",
    (
        (
            "This is {school}. {student} was picked up from school at {time} by {collector}. "
            "{back} If that is not right, please call {number}."
        ),
    ),
    "{school}: {student} was picked up from school at {time} by {collector}. {back} Not right? "
    "Call {number}.",
)
BACK_AT = Prompt("back_at", ("Expected back at {time}.",), "Expected back at {time}.")
NOT_BACK = Prompt("not_back", ("Not expected back today.",), "Not expected back today.")
RELEASE_UNDONE = Prompt(
    "release_undone",
    (
        (
            "This is {school}. We told you that {student} left school at {time}. That was our "
            "mistake, and it does not count. We are sorry. If you have questions, "
            "please call {number}."
        ),
    ),
    "{school}: we told you that {student} left school at {time}. That was our mistake and does "
    "not count. We are sorry. Questions? Call {number}.",
)
NOTE_REMINDER = Prompt(
    "note_reminder",
    (
        (
            "This is {school}. We still need a signed note for {student}, absent {days}. It is "
            "due {due}. Please bring it to the main office. If you have questions, "
            "please call {number}."
        ),
    ),
    "{school}: we still need a signed note for {student}, absent {days}. It is due {due}. Bring "
    "it to the main office, or send a photo of it here.",
)
HEAR_AGAIN = Prompt("hear_again", ("To hear this again, press any key.",))

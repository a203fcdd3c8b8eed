"""Every prompt, once: its id and its English, for the ear by attempt and for a text.

Where a question has three wordings for the ear, the second is for a second try and the third
offers the keys. Texts stay plain: no curly quotes or dashes, which double their price, and none
of the carrier's own words (STOP, CANCEL, END, YES ...) is ever asked for. Translations stand in
`flows/locales`, with `ask_dates.voice.2` or `ask_dates.text` as context.
"""

from flows.reading.values import DayTrouble, Relationship
from flows.turn import Prompt

SCHOOL_SAYS = Prompt("school_says", ("{words}",), "{words}")

# --- greeting and menu -------------------------------------------------------------------
GREETING = Prompt("greeting", ("{school}. Messages you leave here are recorded.",))
CALL_RECORDED = Prompt("call_recorded", ("This call is recorded.",))
KEY_NOT_OFFERED = Prompt(
    "key_not_offered", ("That is not one of the choices.",), "That is not one of the choices."
)
NOT_UNDERSTOOD = Prompt(
    "not_understood", ("Sorry, I did not get that.",), "Sorry, I did not get that."
)
NOT_HEARD = Prompt("not_heard", ("I did not hear anything.",))
NEW_LANGUAGE = Prompt("new_language", ("In English, then.",), "In English, then.")
RESTART = Prompt("restart", ("From the beginning, then.",), "From the beginning, then.")
START_AGAIN = Prompt(
    "start_again",
    ("Sorry, we have to start once more. What you said is kept.",),
    "Sorry, we have to start once more. What you wrote is kept.",
)

# --- the questions of the form -------------------------------------------------------------
ASK_ALL_OF_ONE = Prompt(
    "ask_all_of_one",
    (
        "Which day will your student be out, and why? For today, you can press 1.",
        "For example: out today with a fever. Which day, and why?",
        "For today, press 1. Tomorrow, 2. Another day, 3. Late today, 4.",
    ),
    "Which day will your student be out, and why?",
)
ASK_ALL_ON_DAY_OFF = Prompt(
    "ask_all_on_day_off",
    (
        "Which day will your student be out, and why? For {day}, you can press 1.",
        "For example: out on Monday with a fever. Which day, and why?",
        "For {day}, press 1. Another day, 3.",
    ),
    "Which day will your student be out, and why?",
)
ASK_ALL = Prompt(
    "ask_all",
    (
        "Who will be out, which day, and why? Or key three letters of the first name, then pound.",
        "For example: Daniel is out today with a fever. Who is out, which day, and why?",
        "Key the first three letters of the student's first name, or the student number, then pound.",
    ),
    "Who will be out, which day, and why?",
)
ASK_ALL_OF_STRANGER = Prompt(
    "ask_all_of_stranger",
    (
        (
            "Say the student's full name, which day, and why. Or key the first three letters of the "
            "last name, then pound."
        ),
        (
            "For example: Daniel Lopez is out today with a fever. Or key the first three letters of "
            "the last name, then pound."
        ),
        "Key the first three letters of the student's last name, or the student number, then pound.",
    ),
    "Who will be out (first and last name), which day, and why?",
)
ASK_STUDENT = Prompt(
    "ask_student",
    (
        "Which student? Say the first name.",
        "Please say your student's first name once more.",
        "Key the first three letters of the first name, or the student number, then pound.",
    ),
    "Which student? Please send the first name.",
)
ASK_STUDENT_OF_STRANGER = Prompt(
    "ask_student_of_stranger",
    (
        (
            "Which student? Say the first and last name, or key the first three letters of the last "
            "name, then pound."
        ),
        "Please say the student's first and last name.",
        "Key the first three letters of the last name, or the student number, then pound.",
    ),
    "Which student? Please send the first and last name.",
)
ASK_LETTERS = Prompt(
    "ask_letters",
    (
        "To find the right student, key the first three letters of the last name, then pound.",
        "Key the first three letters of the student's last name, then pound, or spell the last name.",
        "Key the first three letters of the last name, or the student number, then pound.",
    ),
    "To find the right student, please send the first and last name.",
)
ASK_NAME_OR_BIRTHDAY = Prompt(
    "ask_name_or_birthday",
    (
        "Now say the student's first and last name.",
        "Say the first and last name, or key the student's birthday: month and day, four digits.",
        "Key the student's birthday: month and day, four digits. Or say the first and last name.",
    ),
    "Please send the student's first and last name.",
)
ASK_DATES = Prompt(
    "ask_dates",
    (
        "Which day or days?",
        "Say, for example, today, or Monday to Wednesday.",
        "For today, press 1. Tomorrow, 2. Another day, 3. Late today, 4.",
    ),
    "Which day or days? For example: today, or Mon to Wed.",
)
ASK_DATES_ON_DAY_OFF = Prompt(
    "ask_dates_on_day_off",
    (
        "Which day or days? For {day}, say yes or press 1.",
        "Say the day, or for {day}, say yes.",
        "For {day}, press 1. Another day, 3.",
    ),
    "Which day or days? For {day}, answer 1.",
)
ASK_DAY_KEYS = Prompt(
    "ask_day_keys",
    (
        "Key the month and day, four digits. For several days, the first and the last, eight digits.",
        "Four digits: two for the month, two for the day. Or say the day.",
        "Key the month and day. For December third, 1 2 0 3. For the third to the fifth, 1 2 0 3 1 2 0 5.",
    ),
)
ASK_TIME = Prompt(
    "ask_time",
    (
        "About what time will they arrive?",
        "Say the time, such as nine thirty, or say I don't know.",
        "Key the time as four digits, such as 0 9 3 0, or press 9 if you don't know.",
    ),
    "About what time will they arrive? For example 9:30. Or: don't know.",
)
ASK_REASON = Prompt(
    "ask_reason",
    (
        "What is the reason?",
        "Please say the reason in a few words, such as a fever, or a funeral.",
        "Choose the reason.",
    ),
    "What is the reason?",
)
KEY_FOR = Prompt("key_for", ("For {what}, press {key}.",), "{key} {what}")
ASK_CALLER = Prompt(
    "ask_caller",
    (
        "Your name, and what are you to the student?",
        "Say, for example: Maria Lopez, mother.",
        (
            "For mother, press 1. Father, 2. Guardian, 3. Grandparent, 4. Other relative or friend, 5. "
            "The student, 6."
        ),
    ),
    "Your name, and what are you to the student (mother, father ...)?",
)
ASK_CALLER_NAME = Prompt(
    "ask_caller_name",
    ("And your name?", "Please say your name.", "Say your name, or press 1 to go on."),
    "And your name, please?",
)
ASK_RELATIONSHIP = Prompt(
    "ask_relationship",
    (
        "And what are you to the student?",
        "Say, for example: mother, father, guardian or grandparent.",
        (
            "For mother, press 1. Father, 2. Guardian, 3. Grandparent, 4. Other relative or friend, 5. "
            "The student, 6."
        ),
    ),
    "And what are you to the student (mother, father ...)?",
)

# --- what cannot be taken --------------------------------------------------------------------
DAY_TROUBLE = {
    DayTrouble.NO_SCHOOL: Prompt("day_off", ("There is no school {days}.",), "No school: {days}."),
    DayTrouble.NO_SUCH_DAY: Prompt(
        "no_such_day", ("That day is not in the calendar.",), "That day is not in the calendar."
    ),
    DayTrouble.WEEKDAY_DIFFERS: Prompt(
        "weekday_differs",
        ("That date is not on that weekday.",),
        "That date is not on that weekday.",
    ),
    DayTrouble.OUT_OF_RANGE: Prompt(
        "out_of_year",
        ("That day is outside this school year.",),
        "That day is outside this school year.",
    ),
}
HOLIDAY = Prompt("holiday", ("It is {name}.",), "It is {name}.")

# --- read-back ---------------------------------------------------------------------------------
YOUR_STUDENT = Prompt("your_student", ("your student",), "your student")
YOUR_STUDENTS = Prompt("your_students", ("your students",), "your students")
KEYED_STUDENT = Prompt("keyed_student", ("the student you keyed",), "the student you keyed")
READ_ABSENT = Prompt("read_absent", ("{students}: absent {days}.",), "{students}: absent {days}")
READ_LATE_AT = Prompt(
    "read_late_at", ("{students}: late {days}, at {time}.",), "{students}: late {days}, {time}"
)
READ_LATE = Prompt("read_late", ("{students}: late {days}.",), "{students}: late {days}")
READ_OPEN_END = Prompt("read_open_end", ("Please call again when you know the day of return.",))
READ_REASON = Prompt("read_reason", ("Reason: {reason}.",), "{reason}")
READ_NO_REASON = Prompt("read_no_reason", ("No reason given.",), "no reason given")
READ_CALLER = Prompt("read_caller", ("Reported by {name}, {relationship}.",))
READ_CALLER_NAME = Prompt("read_caller_name", ("Reported by {name}.",))
READ_RELATIONSHIP = Prompt("read_relationship", ("Reported by the {relationship}.",))
READ_SELF = Prompt("read_self", ("Reported by the student.",))
RELATIONSHIPS = {
    Relationship.MOTHER: Prompt("rel_mother", ("mother",), "mother"),
    Relationship.FATHER: Prompt("rel_father", ("father",), "father"),
    Relationship.GUARDIAN: Prompt("rel_guardian", ("guardian",), "guardian"),
    Relationship.GRANDPARENT: Prompt("rel_grandparent", ("grandparent",), "grandparent"),
    Relationship.STEPPARENT: Prompt("rel_stepparent", ("stepparent",), "stepparent"),
    Relationship.AUNT_UNCLE: Prompt("rel_aunt_uncle", ("aunt or uncle",), "aunt or uncle"),
    Relationship.SIBLING: Prompt("rel_sibling", ("brother or sister",), "brother or sister"),
    Relationship.SELF: Prompt("rel_self", ("the student",), "the student"),
    Relationship.OTHER: Prompt("rel_other", ("relative or friend",), "relative or friend"),
}
CONFIRM = Prompt(
    "confirm",
    (
        "Right? Say yes or press 1. To change it, press 2.",
        "Is that right? Yes or no?",
        "If that is right, press 1. To change something, press 2.",
    ),
)
ASK_CHANGE = Prompt(
    "ask_change",
    (
        "What should be different? Say it, or say: student, day, reason, or name.",
        "Say what is wrong: the student, the day, the reason, or your name.",
        "To change the student, press 1. The day, 2. The reason, 3. Your name, 4.",
    ),
    "What should be different: the student, the day, the reason or your name?",
)

# --- endings -------------------------------------------------------------------------------------
DONE = Prompt(
    "done",
    ("Thank you. It is pending until the school confirms. Reference {references}.",),
)
DONE_BY_TEXT = Prompt(
    "done_by_text",
    text="{summary}. Pending until the school confirms. Ref {references}. Wrong? Send what is right, "
    "or UNDO.",
)
CHANGED = Prompt("changed", text="Changed.")
KEPT_ASIDE = Prompt("kept_aside", text="What you wrote before is kept for the school.")
FIRST_ABOUT = Prompt("first_about", ("First about {student}.",), "First about {student}:")
NOW_ABOUT = Prompt("now_about", ("Now about {student}.",), "Now about {student}:")
TEXT_FOLLOWS = Prompt("text_follows", ("A text will follow.",))
NOTE_NEEDED = Prompt(
    "note_needed",
    ("For this reason the school also needs a signed note.",),
    "A signed note is needed too.",
)
TEXT_IS_EARLY_NOTICE = Prompt(
    "text_is_early_notice", text="This is early notice only: please also call {number}."
)
ASK_ANOTHER = Prompt(
    "ask_another", ("To report another absence, press 3. Otherwise, just hang up.",)
)
SUMMARY = Prompt("summary", text="{absence}, {reason}")
TOO_MANY_TEXTS = Prompt(
    "too_many_texts",
    text="These are many texts. All are kept, and a person will read them. In a hurry, call {number}.",
)
GOODBYE = Prompt("goodbye", ("Goodbye.",))
TOO_LONG = Prompt(
    "too_long",
    (
        (
            "This call has become long. What you have said is kept, and the school will look at it. "
            "Goodbye."
        ),
    ),
    "Thank you. What you have written is kept, and the school will look at it.",
)
A_PERSON_WILL_READ = Prompt(
    "a_person_will_read",
    text="Thank you. A person at the school will read what you wrote. Or call {number}.",
)

# --- leaving early -----------------------------------------------------------------------------
DISMISSAL = Prompt(
    "dismissal",
    (
        (
            "For everyone's safety, a student cannot be released by telephone. A parent or guardian on "
            "the emergency form comes to the main office in person. A student of 18 may sign out there "
            "alone. The office has a note of your call."
        ),
    ),
    "No release by phone or text. A parent or guardian on the emergency form comes to the main "
    "office: park in front, text the student, swipe out, sign out.",
)
DISMISSAL_STEPS = Prompt(
    "dismissal_steps",
    text="{school}: to pick up early, a parent or guardian on the emergency form parks in front, "
    "comes to the main office, texts the student, swipes out, signs out.",
)

# --- the office, a message -------------------------------------------------------------------
CALLING_OFFICE = Prompt("calling_office", ("One moment, I am calling the office.",))
OFFICE_CLOSED = Prompt("office_closed", ("The office is closed now. {hours}",), "{hours}")
OFFICE_BUSY = Prompt("office_busy", ("Nobody can take your call right now.",))
CALL_THE_OFFICE = Prompt("call_the_office", text="Please call the office: {number}. {hours}")
LEAVE_MESSAGE = Prompt(
    "leave_message",
    (
        (
            "Please leave a message, which is recorded: the student's name, the day, the reason, your "
            "name, and what you are to the student. Press pound when you are done."
        ),
    ),
)
SORRY = Prompt(
    "sorry",
    (
        (
            "Sorry, something went wrong here. Please leave a message, which is recorded: the student's "
            "name, the day, the reason, and your name."
        ),
    ),
)
SORRY_TEXT = Prompt("sorry_text", text="Sorry, something went wrong here. Please call {number}.")
MESSAGE_KEPT = Prompt(
    "message_kept", ("Thank you. Your message is kept, and the school will hear it. Goodbye.",)
)
NO_MESSAGE = Prompt(
    "no_message", ("There was no message. The school sees that you called. Goodbye.",)
)

# --- asking back -----------------------------------------------------------------------------
HELP = Prompt(
    "help",
    (
        (
            "Say in one sentence who is out, when, and why. You can also use the keys. Press star to "
            "hear a question again, or 0 for a person."
        ),
    ),
    "{school}: text who is out, which day and why. UNDO withdraws the last report, STATUS shows it. "
    "Office: {number}.",
)
NOTHING_FOUND = Prompt(
    "nothing_found",
    ("I find no report from this number.",),
    "There is no report from this number.",
)
STATUS_OF = Prompt(
    "status_of",
    ("Report {reference}, for {days}, is {status}.",),
    "Report {reference}, {days}: {status}.",
)
STATUSES = {
    "pending": Prompt(
        "status_pending",
        ("pending until the school confirms",),
        "pending until the school confirms",
    ),
    "confirmed": Prompt("status_confirmed", ("confirmed",), "confirmed"),
    "rejected": Prompt("status_rejected", ("not accepted by the school",), "not accepted"),
    "cancelled": Prompt("status_cancelled", ("withdrawn",), "withdrawn"),
    "duplicate": Prompt("status_duplicate", ("joined with another report",), "joined with another"),
    "incomplete": Prompt("status_incomplete", ("not complete",), "not complete"),
}
ASK_WITHDRAW = Prompt(
    "ask_withdraw",
    (
        "Withdraw the report for {days}? Say yes or press 1. To keep it, press 2.",
        "Shall I withdraw the report for {days}? Yes or no?",
        "To withdraw the report for {days}, press 1. To keep it, press 2.",
    ),
    "Withdraw the report for {days}? Send 1 to withdraw it, 2 to keep it.",
)
ASK_WITHDRAW_WHICH = Prompt(
    "ask_withdraw_which",
    ("Which report shall I withdraw?", "Which report?", "Which report?"),
    "Which report? Send its number, or ALL.",
)
WITHDRAW_CHOICE = Prompt(
    "withdraw_choice",
    ("Report {reference}, for {days}: press {key}.",),
    "{key}: {reference}, {days}.",
)
WITHDRAW_CHOICE_OF = Prompt("withdraw_choice_of", text="{key}: {student}, {days}.")
WITHDRAWN = Prompt(
    "withdrawn",
    ("It is withdrawn. The school sees that.",),
    "Report {reference} for {days} is withdrawn.",
)
WITHDRAWN_ALL = Prompt("withdrawn_all", text="Withdrawn: {references}.")
DROPPED = Prompt("dropped", text="All right, that was not reported.")
TOO_LATE_TO_WITHDRAW = Prompt(
    "too_late_to_withdraw",
    ("The school has decided on it already. Please call the office.",),
    "The school has decided on it already. Please call {number}.",
)
KEPT = Prompt("kept", ("It stays as it is.",), "It stays as it is.")
OPTED_OUT = Prompt(
    "opted_out",
    ("We will send no more messages to this number.",),
    "{school}: no more texts to this number. Send START to get them again.",
)

OPTED_IN = Prompt("opted_in", text="{school}: texts to this number are on again.")

# --- answers to what the school sent ----------------------------------------------------------
HOW_TO_CHANGE = Prompt(
    "how_to_change", text="To withdraw it, send UNDO. To change it, write who, which day, and why."
)
DISPUTED = Prompt(
    "disputed",
    text="Thank you. The school will look into that report right away. Or call {number}.",
)

# --- a photo of a note ---------------------------------------------------------------------------
NOTE_THANKS = Prompt("note_thanks", text="Thank you for the note.")
NOTE_KEPT = Prompt("note_kept", text="Thank you. Your note goes with report {references}.")
NOTE_FOR_WHOM = Prompt(
    "note_for_whom", text="Thank you for the note. Who is it for, which day, and why?"
)
NOTE_FOR_WHICH = Prompt("note_for_which", text="Thank you. Which report is the note for?")
NOTE_NOT_TAKEN = Prompt(
    "note_not_taken", text="We can take photos and PDF files only. Please send a photo of the note."
)

# What the recogniser should expect to hear on any question, besides names.
HINT_WORDS = Prompt(
    "hint_words",
    (
        (
            "absent, out today, today, tomorrow, Monday, Tuesday, Wednesday, Thursday, Friday, sick, "
            "fever, doctor, funeral, emergency, late, mother, father, yes, no"
        ),
    ),
)
TODAY = Prompt("today", ("today, {day}",), "today ({day})")
TOMORROW = Prompt("tomorrow", ("tomorrow, {day}",), "tomorrow ({day})")
DAYS_BETWEEN = Prompt("days_between", text="{count} days, {first} to {last}")
DAY_TO_DAY = Prompt("day_to_day", ("{first} to {last}",), "{first} to {last}")

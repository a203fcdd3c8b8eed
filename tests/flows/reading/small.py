"""A school of eight for the readers' tests; every name and number is made up."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.events import Words
from flows.reading.calendar import SchoolCalendar
from flows.reading.message import Background, Manner, Message, interpret
from flows.reading.roster import Contact, Roster, Student
from flows.reading.values import Reading, Slot

CHICAGO = ZoneInfo("America/Chicago")
TUESDAY = datetime(2026, 11, 24, 6, 45, tzinfo=CHICAGO)  # two days before Thanksgiving
STRANGER = "+12125550160"
MOTHER, FATHER, AUNT, TWINS, WORDS, OWN = (f"+1312555011{n}" for n in range(6))


def student(number: int, first: str, last: str, grade: int, born: str, **more: str) -> Student:
    """One student; `heard_as` names spellings divided by spaces."""
    return Student(
        student_id=f"6100000{number}",
        first_name=first,
        last_name=last,
        preferred_name=more.get("preferred"),
        grade=grade,
        birth_date=date.fromisoformat(born),
        heard_as=tuple(more.get("heard_as", "").split()),
    )


XOCHITL = student(1, "Xochitl", "Ibarra Luna", 9, "2012-05-02", preferred="Xochi")
DIEGO = student(2, "Diego", "Ibarra Luna", 11, "2010-01-20")
CONNOR = student(3, "Connor", "Brandt", 9, "2012-03-03")
CONOR = student(4, "Conor", "Brandt", 11, "2010-08-08")
ANA, EVA = (student(n, name, "Kowal", 10, "2011-07-07") for n, name in ((5, "Ana"), (6, "Eva")))
HOPE = student(7, "Hope", "May", 12, "2008-02-11")
SZYMON = student(8, "Szymon", "Wrona", 10, "2011-04-14", heard_as="shimmer")
STUDENTS = (XOCHITL, DIEGO, CONNOR, CONOR, ANA, EVA, HOPE, SZYMON)


def contact(number: int, one: Student, name: str, relationship: str, phone: str) -> Contact:
    """One contact of one student."""
    return Contact(f"C{number}", one.student_id, name, relationship, phone, "en", True, number)


CONTACTS = (
    contact(1, XOCHITL, "Rosa Luna", "mother", MOTHER),
    contact(2, DIEGO, "Rosa Luna", "mother", MOTHER),
    contact(3, CONNOR, "Neil Brandt", "father", FATHER),
    contact(4, CONOR, "Ines Brandt", "aunt", AUNT),
    contact(5, ANA, "Jan Kowal", "father", TWINS),
    contact(6, EVA, "Jan Kowal", "father", TWINS),
    contact(7, HOPE, "April May", "mother", WORDS),
    contact(8, HOPE, "Hope May", "self", OWN),
    contact(9, SZYMON, "Ewa Wrona", "mother", "+13125550119"),
)
CALENDAR = SchoolCalendar(
    date(2026, 8, 24),
    date(2027, 6, 11),
    {date(2026, 11, 26): "Thanksgiving", date(2026, 11, 27): "Thanksgiving break"},
)
BACKGROUND = Background(Roster(STUDENTS, CONTACTS), CALENDAR, TUESDAY)


def read(
    words: str,
    phone: str | None = MOTHER,
    *,
    language: str = "en",
    typed: bool = False,
    asked: Slot | None = None,
    background: Background = BACKGROUND,
) -> Reading:
    """One message, read on that Tuesday."""
    manner = Manner.SMS if typed else Manner.SPEECH
    return interpret(Message(Words(words), manner, language, phone), background, asked)

"""How well and how fast messages are written down and understood.

The messages are made here: voices of several kinds, both languages, noise, pace. The classic ones,
of espeak-ng, are harder than people are. Seconds are the processor's own, on one core: other work
on the machine counts as far as it takes the memory's time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from zoneinfo import ZoneInfo

from jiwer import process_words

from flows.answers import Answers
from flows.reading.roster import Roster, Student
from flows.scene import Channel, Scene
from recordings.models import install
from recordings.reading import Read, read_transcript
from recordings.transcription import Heard, hints_for
from recordings.whisper import Whisper
from school.database import Database
from school.migrations import upgrade
from school.people import load_roster
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, read_folder
from school.school_file import SHIPPED, read_school
from tests.support.speech import VOICES, Voice, message, noise

NOW = datetime(2026, 11, 24, 6, 45, tzinfo=ZoneInfo("America/Chicago"))  # a Tuesday
TODAY, TOMORROW, MONDAY = date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 30)
SCHOOL = read_school(SHIPPED)
SAID = {
    "en": (
        ("Hi, this is {caller}, about {name}. {first} has a fever and will not be in school today.",
         (TODAY,), "illness"),
        ("Hello, {name} will be out tomorrow because of a family emergency.",
         (TOMORROW,), "family_emergency"),
        ("Good morning. I report that {name} is sick and will be out today and tomorrow.",
         (TODAY, TOMORROW), "illness"),
        ("This is {caller}. {first} has a stomach bug and is staying home today.",
         (TODAY,), "illness"),
        ("{name} will not be coming in on Monday. There was a death in the family.",
         (MONDAY,), "death_in_family"),
        ("Hi, {name} was throwing up all night, so no school today. Thank you, bye.",
         (TODAY,), "illness"),
        ("Please excuse {name} for tomorrow, it is a religious holiday for us.",
         (TOMORROW,), "religious_holiday"),
        ("Hi there, {name} has the flu and will be out for the rest of the week.",
         (TODAY, TOMORROW), "illness"),
    ),
    "es": (
        ("Hola, habla {caller}. {name} tiene fiebre y no va a ir a la escuela hoy. Gracias.",
         (TODAY,), "illness"),
        ("Buenos días, {name} tiene gripe y va a faltar hoy y mañana.",
         (TODAY, TOMORROW), "illness"),
        ("{name} no va a ir a la escuela mañana por una emergencia familiar.",
         (TOMORROW,), "family_emergency"),
        ("Llamo para avisar que {name} no irá a la escuela el lunes. Falleció su abuelo.",
         (MONDAY,), "death_in_family"),
        ("Habla {caller}. {first} tiene dolor de estómago y hoy se queda en casa.",
         (TODAY,), "illness"),
        ("Buenas, {name} estuvo vomitando toda la noche y no va a ir hoy. Gracias.",
         (TODAY,), "illness"),
        ("Por favor disculpe a {name} mañana, es una fiesta religiosa para nosotros.",
         (TOMORROW,), "religious_holiday"),
        ("Hola, {name} tiene influenza y va a faltar el resto de la semana.",
         (TODAY, TOMORROW), "illness"),
    ),
}  # fmt: skip
LINES = (
    (None, 1.0),
    (25.0, 0.9),
    (18.0, 1.15),
    (12.0, 1.0),
    (20.0, 1.0),
)  # noise in decibels, and pace
ENGLISH, SPANISH, UNLISTED, SILENT = 35, 21, 8, 8


@dataclass(frozen=True)
class Message:
    """A message, and what is right."""

    text: str
    voice: Voice
    sound: bytes
    phone: str
    student: str
    days: tuple[date, ...]
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What was made of it, with hints and without."""

    message: Message
    heard: Heard
    plain: Heard
    read: Read
    seconds: float


def measure() -> None:
    """Print the figures."""
    roster = _roster()
    with TemporaryDirectory() as folder:
        whisper = Whisper(install(Path(folder), "base").folder, ("en", "es"))
        whisper.transcribe(noise(1))
        listed = list(_messages(roster))
        print(f"speech: {len(listed)} messages of listed numbers, {UNLISTED} about other children")
        outcomes = [_outcome(one, whisper, roster) for one in listed]
        for group in ("neural en", "classic en", "neural es", "classic es"):
            _report(group, [one for one in outcomes if _group(one) == group])
        _report("neural", [one for one in outcomes if one.message.voice.neural])
        _report("all", outcomes)
        _report_others([_outcome(one, whisper, roster) for one in _others(roster)])
        _report_silence(whisper, roster)


def _messages(roster: Roster) -> Iterator[Message]:
    """Of every fourth student whose contact has a number."""
    students = [s for s in roster.students.values() if _phone(roster, s)][::4]
    people = iter(cycle(students))
    for language, count in (("en", ENGLISH), ("es", SPANISH)):
        said, voices, lines = cycle(SAID[language]), cycle(VOICES[language]), cycle(LINES)
        for _ in range(count):
            student = next(people)
            yield _message(roster, student, next(said), next(voices), next(lines))


def _others(roster: Roster) -> Iterator[Message]:
    """Messages about a child that the number is not on file for: the hints name only others."""
    students = [s for s in roster.students.values() if _phone(roster, s)]
    for n in range(UNLISTED):
        caller, named = students[7 * n], students[7 * n + 3]
        made = _message(roster, named, SAID["en"][2], VOICES["en"][n % 2], LINES[1])
        yield replace(made, phone=_phone(roster, caller) or "")


def _message(
    roster: Roster,
    student: Student,
    said: tuple[str, tuple[date, ...], str],
    voice: Voice,
    line: tuple[float | None, float],
) -> Message:
    template, days, reason = said
    phone = _phone(roster, student) or ""
    name = f"{student.first_name} {student.last_name}"
    caller = roster.contacts_at(phone)[0].name
    text = template.format(name=name, first=student.first_name, caller=caller)
    sound = message(text, voice, snr=line[0], speed=line[1])
    return Message(text, voice, sound, phone, student.student_id, days, reason)


def _outcome(one: Message, whisper: Whisper, roster: Roster) -> Outcome:
    language = one.voice.language
    began = process_time()
    heard = whisper.transcribe(one.sound, language, hints_for(roster, one.phone))
    seconds = process_time() - began
    plain = whisper.transcribe(one.sound, language)
    scene = Scene(
        Channel.PHONE, one.phone, language, roster, SCHOOL.time.calendar, SCHOOL.facts, NOW,
        office_open=False,
    )  # fmt: skip
    read = read_transcript(heard.text, heard.words, heard.unaided, scene, Answers())
    return Outcome(one, heard, plain, read, seconds)


def _report(group: str, outcomes: Sequence[Outcome]) -> None:
    texts = [_plain(one.message.text) for one in outcomes]
    hinted = process_words(texts, [_plain(one.heard.text) or "-" for one in outcomes]).wer
    alone = process_words(texts, [_plain(one.plain.text) or "-" for one in outcomes]).wer
    student = sum(_student(one) for one in outcomes)
    everything = sum(
        _student(one)
        and one.read.answers.days == one.message.days
        and one.read.answers.reason == one.message.reason
        for one in outcomes
    )
    audio = sum(one.heard.seconds_audio for one in outcomes)
    pace = sum(one.seconds for one in outcomes) / audio
    count = len(outcomes)
    print(
        f"  {group:11} {count:3}  wrong words {hinted:5.1%}, without hints {alone:5.1%}"
        f"  student {student / count:4.0%}  with days and reason {everything / count:4.0%}"
        f"  {pace:.2f} s a second"
    )
    print(f"  {'':11} wrong student, not flagged: {sum(_wrong(one) for one in outcomes)}")


def _report_others(outcomes: Sequence[Outcome]) -> None:
    print(
        f"  {len(outcomes)} about a child that is not the number's: "
        f"{sum(_wrong(one) for one in outcomes)} wrong and not flagged"
    )


def _report_silence(whisper: Whisper, roster: Roster) -> None:
    phone = next(p for s in roster.students.values() if (p := _phone(roster, s)))
    kinds = cycle((("pinknoise", "norm", "-25"), ("sine", "350", "norm", "-12"), ("sine", "0")))
    said = sum(
        bool(whisper.transcribe(noise(2 + n, next(kinds)), "en", hints_for(roster, phone)).text)
        for n in range(SILENT)
    )
    print(f"  {SILENT} in which nobody speaks: {said} with words")


def _student(one: Outcome) -> bool:
    return one.read.answers.student_ids == (one.message.student,)


def _wrong(one: Outcome) -> bool:
    """Somebody else's child, and nothing to make a person look twice."""
    others = set(one.read.answers.student_ids) - {one.message.student}
    return bool(others) and not one.read.answers.unsure


def _group(one: Outcome) -> str:
    voice = one.message.voice
    return f"{'neural' if voice.neural else 'classic'} {voice.language}"


def _plain(text: str) -> str:
    kept = "".join(c if c.isalnum() or c == "'" else " " for c in text.casefold())
    return " ".join(kept.replace("10th", "tenth").split())


def _phone(roster: Roster, student: Student) -> str | None:
    return next((c.phone for c in roster.contacts_of(student.student_id) if c.phone), None)


def _roster() -> Roster:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/roster.sqlite3")
        upgrade(database.engine)
        with database.begin() as session:
            import_roster(session, read_folder(DEMO_FOLDER, NOW.date()), NOW)
        with database.reading() as session:
            roster = load_roster(session)
        database.close()
    return roster

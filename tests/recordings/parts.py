"""What the tests of this room are made of: sounds, recordings, a pipeline without a network."""

import io
import math
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from sqlalchemy import select

from flows.reading.roster import Contact, Roster, Student
from ivr.gateway import CallMade, Recording
from ivr.media import Media
from recordings.drafting import Drafter
from recordings.fetching import Fetcher
from recordings.steps import run
from recordings.stores import Store
from recordings.transcribing import Writer
from recordings.transcription import Heard, Transcriber, Word
from recordings.vault import Vault
from recordings.voicemails import Kind, Voicemail, VoicemailState, keep
from school.database import Database
from school.people import StudentRow
from school.reports import Report
from school.school_file import SHIPPED, read_school
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway

SECRET = "a secret of the tests, long enough for one"
SCHOOL = read_school(SHIPPED)
SISTERS = "+13315550127"  # the number of Elena Cuevas, who has two daughters at the school
ALICIA = "+13315550111"  # the number of a mother of one
STRANGER = "+17735550104"
BORN = date(2010, 5, 4)
ROSTER = Roster(
    (
        Student("1", "Mariana", "Cuevas", None, 9, BORN),
        Student("2", "Marlene", "Cuevas", "Lena", 11, BORN),
        Student("3", "Gabriela", "Alvarado", None, 10, BORN),
        Student("4", "Kevin", "Okafor", None, 10, BORN),
    ),
    (
        Contact("1", "1", "Elena Cuevas", "mother", SISTERS, "en", on_emergency_form=True, order=1),
        Contact("2", "2", "Elena Cuevas", "mother", SISTERS, "en", on_emergency_form=True, order=2),
        Contact("3", "3", "Alicia Vega", "mother", ALICIA, "es", on_emergency_form=True, order=3),
    ),
    version=1,
)
SID = "RE" + "1" * 32
CALL = "CA" + "1" * 32


class InMemory(dict[str, bytes]):
    """A store that is quick, and can be looked into."""

    def write(self, name: str, content: bytes) -> None:
        self[name] = content

    def read(self, name: str, start: int, end: int) -> bytes:
        if name not in self:
            raise FileNotFoundError(name)
        return self[name][start:end]

    def size(self, name: str) -> int:
        if name not in self:
            raise FileNotFoundError(name)
        return len(self[name])

    def delete(self, name: str) -> None:
        self.pop(name, None)


@cache
def wav(seconds: float = 3.0, width: int = 2, loudness: float = 0.5, rate: int = 8000) -> bytes:
    """A WAV file as the carrier makes it: silence at first, then a tone."""
    count = round(seconds * rate)
    top = (1 << (8 * width - 1)) - 1
    samples = bytearray()
    for n in range(count):
        level = loudness * math.sin(n / 3) if n > count // 2 else 0
        value = round(level * top) + (128 if width == 1 else 0)
        samples += value.to_bytes(width, "little", signed=width > 1)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(bytes(samples))
    return file.getvalue()


def media(content: bytes, content_type: str = "audio/x-wav") -> Media:
    """An answer of the carrier's with this in it."""
    return Media(content, content_type)


@dataclass
class Parts:
    """A worker's parts, with a carrier that remembers."""

    database: Database
    clock: StandingClock
    carrier: RememberingGateway = field(default_factory=RememberingGateway)
    store: Store = field(default_factory=InMemory)
    transcriber: Transcriber | None = None

    @property
    def writer(self) -> Writer:
        return Writer(self.database, self.clock, self.vault, self.transcriber, lambda: ROSTER)

    @property
    def drafter(self) -> Drafter:
        return Drafter(self.database, self.clock, lambda: SCHOOL, lambda: ROSTER)

    def students(self) -> None:
        """The roster's students stand in the database too."""
        with self.database.begin() as session:
            session.add_all(
                StudentRow(
                    student_id=s.student_id, first_name=s.first_name, last_name=s.last_name,
                    grade=s.grade, birth_date=s.birth_date,
                )
                for s in ROSTER.students.values()
            )  # fmt: skip

    def go(self) -> None:
        """Every step, once."""
        for step in (
            self.fetcher.fetching,
            self.writer.transcribing,
            self.drafter.drafting,
            self.fetcher.settling,
        ):
            run(self.database, self.clock, step)

    @property
    def vault(self) -> Vault:
        return Vault(self.store, [SECRET])

    @property
    def fetcher(self) -> Fetcher:
        return Fetcher(self.database, self.clock, self.carrier, self.vault)

    def recorded(
        self,
        content: bytes | Exception | None,
        seconds: int | None = 3,
        sid: str = SID,
        call_sid: str = CALL,
        kind: Kind = Kind.MESSAGE,
    ) -> None:
        """The carrier told of a recording; it hands out this content."""
        if content is not None:
            self.carrier.sounds[sid] = media(content) if isinstance(content, bytes) else content
        with self.database.begin() as session:
            keep(session, sid, call_sid, VoicemailState.RECEIVED, seconds, self.clock(), kind)

    def told(
        self,
        status: str,
        sid: str = SID,
        seconds: int | None = 3,
        source: str | None = "RecordVerb",
    ) -> None:
        """The carrier has a record of a recording, and of its call to the school."""
        self.carrier.known[sid] = Recording(sid, CALL, status, seconds, self.clock(), source)

    def called(self, from_phone: str, to_phone: str = "+17735348600", call_sid: str = CALL) -> None:
        """The carrier knows who called."""
        self.carrier.calls[call_sid] = CallMade(from_phone, to_phone)

    def voicemail(self, sid: str = SID) -> Voicemail:
        """The recording as it stands."""
        with self.database.reading() as session:
            found = session.scalars(select(Voicemail).where(Voicemail.recording_sid == sid)).one()
            session.expunge_all()
            return found

    def reports(self) -> list[Report]:
        """All reports, in the order in which they were made."""
        with self.database.reading() as session:
            found = list(session.scalars(select(Report).order_by(Report.id)))
            session.expunge_all()
            return found


def at(moment: datetime | None) -> datetime:
    """The moment, which there must be."""
    assert moment is not None
    return moment


@dataclass
class Scripted:
    """A transcriber that says what it was told to, and remembers what it was asked."""

    text: str = ""
    language: str = "en"
    unaided: str | None = None
    error: Exception | None = None
    asked: list[tuple[str | None, tuple[str, ...]]] = field(default_factory=list)

    def transcribe(
        self, content: bytes, language: str | None = None, hints: Sequence[str] = ()
    ) -> Heard:
        """The script, a third of a second for each word."""
        assert content.startswith(b"RIFF")
        self.asked.append((language, tuple(hints)))
        if self.error is not None:
            raise self.error
        words = tuple(
            Word(word, n / 3, (n + 1) / 3, 0.9) for n, word in enumerate(self.text.split())
        )
        return Heard(self.text, language or self.language, words, "scripted", 3, 1, self.unaided)

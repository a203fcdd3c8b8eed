"""What the tests of this room are made of: sounds, recordings, a pipeline without a network."""

import io
import math
import wave
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from sqlalchemy import select

from ivr.gateway import CallMade, Recording
from ivr.media import Media
from recordings.fetching import Fetcher
from recordings.stores import Store
from recordings.vault import Vault
from recordings.voicemails import Kind, Voicemail, VoicemailState, keep
from school.database import Database
from school.reports import Report
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway

SECRET = "a secret of the tests, long enough for one"
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

"""A gateway that sends nothing and remembers everything, and fails as it is told to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from ivr.gateway import CallMade, Recording
from ivr.media import Media, NotThere
from school.outbox import Kind
from school.sending import Outgoing, Receipt

Answer = Exception | Callable[[Outgoing], object]


@dataclass
class RememberingGateway:
    """Plays the carrier's side of `school.sending.Sender`, and its store of recordings.

    `answers` holds what the next sendings meet, one after the other: an error is raised, a
    function is called with the message. Without an answer the message is taken.
    """

    sent: list[Outgoing] = field(default_factory=list)  # all that the carrier took
    answers: list[Answer] = field(default_factory=list)
    statuses: dict[str, Receipt | Exception] = field(default_factory=dict)  # by the carrier's id
    searches: list[tuple[Outgoing, datetime]] = field(default_factory=list)
    search_error: Exception | None = None
    asked: list[str] = field(default_factory=list)
    sounds: dict[str, Media | Exception] = field(default_factory=dict)  # by id
    known: dict[str, Recording] = field(default_factory=dict)  # what is told of recordings
    calls: dict[str, CallMade] = field(default_factory=dict)  # by CallSid
    delete_error: Exception | None = None
    deleted: list[str] = field(default_factory=list)
    pictures: dict[tuple[str, str], Media] = field(default_factory=dict)  # by message and id
    _lock: Lock = field(default_factory=Lock)

    def send(self, message: Outgoing) -> str:
        """Take the message, or meet the next answer."""
        with self._lock:
            answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not None:
            answer(message)
        return self.take(message)

    def take(self, message: Outgoing) -> str:
        """The carrier has the message, whatever it answers."""
        with self._lock:
            self.sent.append(message)
            return f"SM{len(self.sent):032x}"

    def find(self, message: Outgoing, since: datetime) -> Sequence[str]:
        """What was taken for this number in these words, the newest first."""
        self.searches.append((message, since))
        if self.search_error is not None:
            raise self.search_error
        return [
            f"SM{number:032x}"
            for number, sent in reversed(list(enumerate(self.sent, start=1)))
            if (sent.to_phone, sent.body) == (message.to_phone, message.body)
        ]

    def status(self, kind: Kind, provider_id: str) -> Receipt | None:  # noqa: ARG002  (the protocol's)
        """What the test said would be the carrier's word."""
        self.asked.append(provider_id)
        word = self.statuses.get(provider_id)
        if isinstance(word, Exception):
            raise word
        return word

    def fetch_recording(self, sid: str, max_bytes: int = 20_000_000) -> Media:  # noqa: ARG002
        """The sound the test put there."""
        found = self.sounds.get(sid, NotThere())
        if isinstance(found, Exception):
            raise found
        return found

    def recording(self, sid: str) -> Recording | None:
        """What the test said the carrier would know."""
        return self.known.get(sid)

    def recordings(self, since: datetime) -> Sequence[Recording]:
        """What the test said the carrier would list."""
        return [one for one in self.known.values() if one.made_at >= since]

    def call_made(self, sid: str) -> CallMade | None:
        """Who called whom, as the test said."""
        return self.calls.get(sid)

    def fetch_picture(self, message_sid: str, sid: str, max_bytes: int = 10_000_000) -> Media:  # noqa: ARG002
        """The picture the test put there."""
        if (message_sid, sid) not in self.pictures:
            raise NotThere
        return self.pictures[message_sid, sid]

    def delete_picture(self, message_sid: str, sid: str) -> None:
        """Forget the picture; it may be gone already."""
        self.pictures.pop((message_sid, sid), None)

    def delete_recording(self, sid: str) -> None:
        """Forget the sound; it may be gone already."""
        if self.delete_error is not None:
            raise self.delete_error
        self.deleted.append(sid)
        self.sounds.pop(sid, None)

    @property
    def texts(self) -> list[tuple[str, str]]:
        """Number and words of each text, in order."""
        return [(one.to_phone, one.body) for one in self.sent if one.kind is Kind.TEXT]

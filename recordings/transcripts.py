"""What a recording says, as the machine wrote it down; apart from the sound, with its own clock."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from recordings.transcription import Heard, Word
from school.database import Base, UtcDateTime


class TranscriptRow(Base):
    """The words of one recording. Never changed, but for the marks of the facts in it."""

    __tablename__ = "transcripts"
    __table_args__ = (Index(None, "made_at"),)

    voicemail_id: Mapped[int] = mapped_column(
        ForeignKey("voicemails.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    words: Mapped[list[list[Any]]] = mapped_column(JSON)  # word, start, end, probability
    unaided: Mapped[str | None] = mapped_column(Text)  # read again without hints
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # fact, first and last word
    made_by: Mapped[str] = mapped_column(String(100))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @staticmethod
    def of(voicemail_id: int, heard: Heard, now: datetime) -> "TranscriptRow":
        """The row of what was heard."""
        return TranscriptRow(
            voicemail_id=voicemail_id,
            text=heard.text,
            language=heard.language,
            words=[[w.word, w.start, w.end, w.probability] for w in heard.words],
            unaided=heard.unaided,
            evidence=[],
            made_by=heard.made_by,
            made_at=now,
        )

    @property
    def spoken(self) -> Sequence[Word]:
        """The words with their times."""
        return [Word(*word) for word in self.words]

"""The local transcriber: Whisper, run by faster-whisper on one core.

Always with voice-activity detection: without it, 11 of 28 recordings of silence "said" the names
that were given as hints; with it none did. A stretch of up to half a minute is read in one go and
costs about the same however short it is.
"""

import io
import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from time import perf_counter
from typing import Any

from recordings.models import ModelTrouble
from recordings.sound import NotAudio
from recordings.transcription import Heard, Word, without_repeats

Audio = Any
"""Samples, a numpy array; numpy comes with the extra only."""


RATE = 16_000  # samples a second that the model wants
MOST_TOKENS = 200  # of half a minute; a model that is lost writes on for ever
CAREFULLY, QUICKLY = 5, 1  # ways of reading that are tried side by side
ECHO = 0.6  # of the words are names from the hints: the model has said them and not listened
LOST = 3  # words: it may not write the same ones again, once it has been found to be lost

log = logging.getLogger(__name__)


class Whisper:
    """One model, loaded when the first recording comes, used by one thread at a time."""

    def __init__(self, folder: Path, languages: Sequence[str]) -> None:
        """Args: the model's folder; the languages that are spoken to the line."""
        self._folder = folder
        self._languages = tuple(languages)
        self._lock = Lock()
        self._model: Any = None
        self._reader: Any = None

    def transcribe(
        self, content: bytes, language: str | None = None, hints: Sequence[str] = ()
    ) -> Heard:
        """See `Transcriber.transcribe`.

        Raises:
            NotAudio: there is no sound in the file.
            ModelTrouble: the folder holds no model that can be loaded.
        """
        with self._lock:
            began = perf_counter()
            self._load()
            audio = _decode(content)
            length = round(len(audio) / RATE, 2)
            if not _speech_in(audio):
                audio = audio[:0]
            spoken = language or self._language(audio)
            names = ", ".join(name.replace(",", " ") for name in hints)
            prompt = f"{names}." if names else None
            words = self._read(audio, spoken, prompt)
            if _share(words, hints) > ECHO:
                words = self._read(audio, spoken, None)
            unaided = self._text(audio, spoken) if _share(words, hints) else None
            return Heard(
                text=" ".join(word.word for word in words),
                language=spoken,
                words=words,
                made_by=self._folder.name,
                seconds_audio=length,
                seconds_taken=round(perf_counter() - began, 2),
                unaided=unaided,
            )

    def _load(self) -> None:
        if self._model is None:
            from faster_whisper import BatchedInferencePipeline, WhisperModel  # noqa: PLC0415  (an extra)

            # It tells of every recording it takes up; the steps say what came of them.
            logging.getLogger("faster_whisper").setLevel(logging.WARNING)
            try:
                # Two threads read no faster than one; two workers do.
                self._model = WhisperModel(
                    str(self._folder),
                    device="cpu",
                    compute_type="int8",
                    cpu_threads=1,
                    local_files_only=True,
                )
            except (RuntimeError, ValueError, OSError) as error:
                raise ModelTrouble(
                    f"The speech model in {self._folder} cannot be loaded: it is damaged, or none. "
                    "Run: absence-line speech install"
                ) from error
            self._reader = BatchedInferencePipeline(self._model)

    def _language(self, audio: Audio) -> str:
        """The likeliest of the line's languages; others it takes noise for."""
        first = self._languages[0]
        if len(self._languages) == 1 or not self._model.model.is_multilingual or not len(audio):
            return first
        _, _, chances = self._model.detect_language(audio)
        likely = dict(chances)
        return max(self._languages, key=lambda code: likely.get(code, 0.0))

    def _read(self, audio: Audio, language: str, prompt: str | None) -> tuple[Word, ...]:
        """The words, with their times."""
        options = {"initial_prompt": prompt, "beam_size": CAREFULLY, "word_timestamps": True}
        read = _words(self._segments(audio, language, **options))
        words = without_repeats(read)
        if len(words) < len(read):
            options["no_repeat_ngram_size"] = LOST
            words = without_repeats(_words(self._segments(audio, language, **options)))
        return words

    def _text(self, audio: Audio, language: str) -> str:
        """The text of a second reading, without hints."""
        segments = self._segments(audio, language, beam_size=QUICKLY, no_repeat_ngram_size=LOST)
        return " ".join(segment.text.strip() for segment in segments)

    def _segments(self, audio: Audio, language: str, **options: Any) -> list[Any]:
        if not len(audio):
            return []
        segments, _ = self._reader.transcribe(
            audio,
            language=language,
            vad_filter=True,
            batch_size=1,
            max_new_tokens=MOST_TOKENS,
            temperature=0.0,
            **options,
        )
        return list(segments)


def _decode(content: bytes) -> Audio:
    from av.error import FFmpegError  # noqa: PLC0415  (an extra)
    from faster_whisper import decode_audio  # noqa: PLC0415  (an extra)

    try:
        return decode_audio(io.BytesIO(content), sampling_rate=RATE)
    except (FFmpegError, IndexError, ValueError, TypeError) as error:
        raise NotAudio("There is no sound in this file.") from error


def _speech_in(audio: Audio) -> bool:
    """Whether anybody speaks; where nobody does, even the language would be guessed in vain."""
    from faster_whisper.vad import get_speech_timestamps  # noqa: PLC0415  (an extra)

    return bool(get_speech_timestamps(audio))


def _words(segments: Sequence[Any]) -> list[Word]:
    return [
        Word(
            word.word.strip(),
            round(float(word.start), 2),
            round(float(word.end), 2),
            round(float(word.probability), 3),
        )
        for segment in segments
        for word in segment.words or ()
    ]


def _share(words: Sequence[Word], hints: Sequence[str]) -> float:
    """How many of these words the hints may have put there: 0 to 1."""
    given = {_letters(part) for name in hints for part in name.split()}
    return sum(_letters(word.word) in given for word in words) / max(1, len(words))


def _letters(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalpha())

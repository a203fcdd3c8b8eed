"""The sound of the demo's messages: what a visitor recorded or typed, and else a soft tone."""

import io
import math
import shutil
import subprocess
import wave

RATE = 8000  # samples a second, as of a telephone
PITCH = 400  # a divisor of the rate, so that one second can be repeated
LOUDNESS = 12  # of 127
SPEAK_SECONDS = 20  # a synthesiser that takes longer is left alone
PACE = "150"  # words a minute
SYNTHESISERS = ("espeak-ng", "espeak")


class NotWave(Exception):
    """These bytes are no WAV file."""


def tone(seconds: int) -> bytes:
    """A sound file of this length, as the carrier would make it."""
    second = bytes(
        128 + round(LOUDNESS * math.sin(2 * math.pi * PITCH * sample / RATE))
        for sample in range(RATE)
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(second * seconds)
    return file.getvalue()


def synthesiser() -> str | None:
    """The program of this machine that reads words out."""
    return next((found for name in SYNTHESISERS if (found := shutil.which(name))), None)


def spoken(words: str, language: str) -> bytes | None:
    """A sound file of these words, by a synthesiser of this machine; None where there is none.

    Args:
        words: what is said.
        language: such as `es-US`; its first part chooses the voice.
    """
    program = synthesiser()
    if program is None:
        return None
    voice = language.partition("-")[0] or "en"
    command = [program, "-v", voice, "-s", PACE, "--stdout", "--stdin"]
    try:
        done = subprocess.run(  # noqa: S603  (the words go in as data, not as a command)
            command, input=words.encode(), capture_output=True, check=True, timeout=SPEAK_SECONDS
        )
        return _whole(done.stdout)
    except (subprocess.SubprocessError, OSError, NotWave):
        return None


def length_of(content: bytes) -> int:
    """The seconds of a WAV file.

    Raises:
        NotWave: it is something else.
    """
    try:
        with wave.open(io.BytesIO(content)) as sound:
            seconds: float = sound.getnframes() / sound.getframerate()
            return math.ceil(seconds)
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise NotWave from error


def _whole(streamed: bytes) -> bytes:
    """The same sound with its length in its head: a synthesiser that streams does not know it."""
    try:
        with wave.open(io.BytesIO(streamed)) as sound:
            head, samples = sound.getparams(), sound.readframes(sound.getnframes())
    except (wave.Error, EOFError) as error:
        raise NotWave from error
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setparams(head)
        made.writeframes(samples)
    return file.getvalue()

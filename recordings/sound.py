"""A sound file as the carrier makes it: is it one, is it whole, how long, how does it look."""

import io
import wave
from array import array
from dataclasses import dataclass
from itertools import pairwise

BARS = 200  # of a waveform
# A file that was written while it was recorded may hold the largest number instead of a length.
NO_LENGTH = 0x7FFF_0000
SIGNED = bytes(value ^ 0x80 for value in range(256))


class NotAudio(Exception):
    """These bytes are no sound file that can be read."""


class Truncated(Exception):
    """The file ends before the sound it announces."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The samples of a WAV file."""

    rate: int
    channels: int
    width: int  # bytes of a sample
    samples: bytes

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / (self.rate * self.channels * self.width)

    def peaks(self, bars: int = BARS) -> list[int]:
        """The loudness of each of so many stretches, 0 to 100; fewer for a very short sound.

        Of each sample only the first byte counts: a picture shows no more.
        """
        if self.width == 1:  # without a sign, silence is 128
            top = array("b", self.samples.translate(SIGNED))
        else:
            top = array("b", self.samples[self.width - 1 :: self.width])
        bars = min(bars, len(top))
        edges = [len(top) * n // bars for n in range(bars + 1)] if bars else []
        loudest = (
            max(max(part), -min(part))  # noqa: PLW3301  (flattened, it would copy the part)
            for part in (top[start:end] for start, end in pairwise(edges))
        )
        return [min(100, round(peak / 1.27)) for peak in loudest]


def read_sound(content: bytes) -> Sound:
    """The sound in these bytes.

    Raises:
        NotAudio: they are something else, such as an error page.
        Truncated: a part is missing.
    """
    try:
        with wave.open(io.BytesIO(content)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            announced = file.getnframes() * width * channels
            samples = file.readframes(file.getnframes())
    except (wave.Error, EOFError, ValueError, RuntimeError, OverflowError) as error:
        raise NotAudio(f"This is no WAV file: {error}") from error
    if not rate or not channels:
        raise NotAudio("This WAV file has no rate, or no channel.")
    if len(samples) < announced < NO_LENGTH:
        raise Truncated(f"{len(samples)} of {announced} bytes of sound are there.")
    whole = len(samples) - len(samples) % (width * channels)
    return Sound(rate, channels, width, samples[:whole])

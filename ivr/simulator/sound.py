"""A sound for the messages of the demo: nobody speaks into the simulator, so it is a soft tone."""

import io
import math
import wave

RATE = 8000  # samples a second, as of a telephone
PITCH = 400  # a divisor of the rate, so that one second can be repeated
LOUDNESS = 12  # of 127


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

"""Messages as a telephone hears them: synthetic voices, the telephone's band, line noise.

Made by programs of the system, espeak-ng and sox, and by neural voices from packages.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hibari import Hibari

from tests.support import kokoro

TELEPHONE = ("rate", "8000", "highpass", "300", "lowpass", "3400", "norm", "-6")


class Engine(StrEnum):
    """What speaks."""

    HIBARI = "hibari"  # neural; English alone, as it is spoken in America
    KOKORO = "kokoro"  # neural; whatever it is given
    ESPEAK = "espeak-ng"  # of the old kind: harder to understand than people are


@dataclass(frozen=True)
class Voice:
    """A voice: its name with what speaks, and what sox does to make another person of it."""

    language: str
    engine: Engine
    name: str = ""
    effects: tuple[str, ...] = ()

    @property
    def neural(self) -> bool:
        """Whether it sounds like a person."""
        return self.engine is not Engine.ESPEAK


DEEPER = ("pitch", "-350")
SPEAKERS = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")
WOMAN = Voice("en", Engine.HIBARI)
MAN = Voice("en", Engine.HIBARI, effects=DEEPER)
ROBOT = Voice("en", Engine.ESPEAK, "en-us+f3")
MAQUINA = Voice("es", Engine.ESPEAK, "es-419+m7")
# As many as share no divisor with the sentences and the lines of the benchmark: each voice says
# each sentence over each line.
VOICES = {
    "en": (WOMAN, MAN, *(Voice("en", Engine.KOKORO, name) for name in SPEAKERS[1:]), ROBOT),
    "es": (
        *(Voice("es", Engine.KOKORO, name) for name in SPEAKERS),
        Voice("es", Engine.KOKORO, SPEAKERS[-1], DEEPER),
        MAQUINA,
    ),
}


def tools_missing() -> list[str]:
    """The programs that are needed and not there."""
    return [name for name in ("espeak-ng", "sox") if shutil.which(name) is None]


def message(text: str, voice: Voice, *, speed: float = 1.0, snr: float | None = None) -> bytes:
    """A WAV file of these words, 8 kHz and 16 bit, as the carrier hands it out.

    Args:
        text: what is said.
        voice: who says it.
        speed: how fast; 1 is the voice's own pace.
        snr: decibels by which the voice is louder than the line's noise; None for a clean line.
    """
    with TemporaryDirectory() as folder:
        spoken, clean, out = (Path(folder) / name for name in ("a.wav", "b.wav", "c.wav"))
        _speak(text, voice, speed, spoken)
        _sox(spoken, "-b", "16", clean, *voice.effects, *TELEPHONE, "pad", "0.5", "1.0")
        if snr is None:
            return clean.read_bytes()
        noise = Path(folder) / "n.wav"
        length = str(len(clean.read_bytes()) / 16000)
        # A voice normed to -6 dB has its mean about 20 dB below full scale.
        _sox("-n", "-r", "8000", "-b", "16", noise,
             "synth", length, "pinknoise", "norm", str(-12 - snr))  # fmt: skip
        _sox("-m", "-v", "1", clean, "-v", "1", noise, "-b", "16", out)
        return out.read_bytes()


def noise(seconds: float, kind: Sequence[str] = ("pinknoise", "norm", "-30")) -> bytes:
    """A recording in which nobody speaks."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "n.wav"
        what, *rest = kind
        _sox("-n", "-r", "8000", "-b", "16", out, "synth", str(seconds), what, *rest)
        return out.read_bytes()


def _speak(text: str, voice: Voice, speed: float, out: Path) -> None:
    if voice.engine is Engine.ESPEAK:
        _run("espeak-ng", "-v", voice.name, "-s", str(round(160 * speed)), "-w", str(out), text)
        return
    if voice.engine is Engine.HIBARI:
        samples = _neural()(text, speed=speed, seed=1)
    else:
        sounds = (
            kokoro.written_for_the_model(piece, _sounds(piece, voice.language), voice.language)
            for piece in kokoro.pieces(text)
        )
        samples = kokoro.speak(" ".join(sounds), voice.name, speed)
    raw = (samples.clip(-1, 1) * 32767).astype("<i2").tobytes()
    rate = str(kokoro.RATE)  # of both
    _sox("-t", "raw", "-r", rate, "-e", "signed", "-b", "16", "-c", "1", "-", out, given=raw)


def _sounds(text: str, language: str) -> str:
    """What espeak-ng would say, in the letters of the phonetic alphabet."""
    return _run("espeak-ng", "-q", "--ipa", "-v", kokoro.ESPEAK[language], text)


@cache
def _neural() -> Hibari:
    return Hibari()


def _sox(*arguments: str | Path, given: bytes = b"") -> None:
    _run("sox", "-V1", *map(str, arguments), given=given)


def _run(*command: str, given: bytes = b"") -> str:
    done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=60)  # noqa: S603  (programs named above)
    return done.stdout.decode()

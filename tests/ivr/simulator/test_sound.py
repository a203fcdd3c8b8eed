import shutil

import pytest

from ivr.simulator.sound import SYNTHESISERS, NotWave, length_of, spoken, tone

HAS_VOICE = any(shutil.which(name) for name in SYNTHESISERS)


@pytest.mark.parametrize("seconds", [1, 7, 90])
def test_a_tone_has_its_length(seconds: int) -> None:
    assert length_of(tone(seconds)) == seconds


@pytest.mark.skipif(not HAS_VOICE, reason="No synthesiser is installed: apt-get install espeak-ng")
@pytest.mark.parametrize(
    ("words", "language"),
    [("My daughter is sick today.", "en-US"), ("Mi hija está enferma hoy.", "es-US"), ("Hi", "")],
)
def test_typed_words_are_spoken_as_a_whole_file(words: str, language: str) -> None:
    sound = spoken(words, language)
    assert sound is not None
    assert 1 <= length_of(sound) <= 6


@pytest.mark.skipif(not HAS_VOICE, reason="No synthesiser is installed: apt-get install espeak-ng")
def test_words_are_never_taken_for_options() -> None:
    longer = spoken("--help -v nosuch and one two three four five", "en-US")
    assert longer is not None
    assert length_of(longer) >= 3


def test_without_a_synthesiser_there_is_no_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert spoken("My daughter is sick today.", "en-US") is None


def test_a_language_without_a_voice_gives_no_sound() -> None:
    assert spoken("Hello", "xx-XX") is None


@pytest.mark.parametrize("content", [b"", b"RIFF", b"ID3 and so on"])
def test_what_is_no_sound_file_has_no_length(content: bytes) -> None:
    with pytest.raises(NotWave):
        length_of(content)

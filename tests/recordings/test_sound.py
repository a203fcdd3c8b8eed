from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.sound import NotAudio, Truncated, read_sound
from tests.recordings.parts import wav


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_a_sound_has_its_length_and_its_picture_whatever_its_samples(width: int) -> None:
    sound = read_sound(wav(3, width))
    assert sound.seconds == pytest.approx(3)
    peaks = sound.peaks(10)
    assert peaks[:5] == [0] * 5  # silence at first
    assert all(45 <= peak <= 51 for peak in peaks[6:])  # then half as loud as can be


def test_the_loudest_sound_fills_the_picture() -> None:
    assert max(read_sound(wav(1, loudness=1.0)).peaks()) == 100


def test_a_sound_of_no_length_is_one_without_a_picture() -> None:
    sound = read_sound(wav(0))
    assert sound.seconds == 0
    assert sound.peaks() == []


def test_an_hour_is_read_and_pictured() -> None:
    hour = wav(1)
    head, size = bytearray(hour[:44]), 8000 * 2 * 3600
    head[4:8], head[40:44] = (size + 36).to_bytes(4, "little"), size.to_bytes(4, "little")
    sound = read_sound(bytes(head) + hour[44:] * 3600)
    assert sound.seconds == 3600
    assert len(sound.peaks()) == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Bad gateway</html>",
        b"RIFF",
        b"RIFF\0\0\0\0WAVE",
        wav(1)[:30],
        b"ID3" + bytes(500),
        wav(1)[:20] + b"\x07\0" + wav(1)[22:],  # another coding of samples
    ],
)
def test_what_is_no_sound_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NotAudio):
        read_sound(content)


@pytest.mark.parametrize("cut", [1, 100, 20_000])
def test_a_sound_that_was_cut_off_is_noticed(cut: int) -> None:
    with pytest.raises(Truncated):
        read_sound(wav(3)[:-cut])


def test_a_file_written_while_it_was_recorded_tells_no_length_and_is_read_to_its_end() -> None:
    content = bytearray(wav(2))
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    assert read_sound(bytes(content)).seconds == pytest.approx(2)


@given(st.binary(max_size=300), st.integers(0, 60))
def test_nothing_that_arrives_breaks_the_reader(noise: bytes, kept: int) -> None:
    with suppress(NotAudio, Truncated):
        read_sound(wav(0.01)[:kept] + noise)

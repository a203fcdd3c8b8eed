import pytest

from recordings.models import install
from recordings.sound import NotAudio
from recordings.whisper import Whisper
from tests.support.speech import MAQUINA, WOMAN, message, noise, tools_missing

pytestmark = pytest.mark.skipif(
    bool(tools_missing()), reason=f"These make the voices: apt-get install {tools_missing()}"
)

HINTS = ("Xiomara Quiñones", "Nayeli Quiñones", "Yaretzi Quiñones")


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Whisper:
    """The default model, with its real weights."""
    return Whisper(install(tmp_path_factory.mktemp("speech"), "base").folder, ("en", "es"))


def test_a_message_over_the_telephone_is_written_down_with_its_names_and_times(
    whisper: Whisper,
) -> None:
    said = "Hello, Nayeli Quiñones has a fever and will be out today and tomorrow."
    heard = whisper.transcribe(message(said, WOMAN, snr=25), "en", HINTS)
    assert "Nayeli Quiñones" in heard.text
    assert "today and tomorrow" in heard.text
    assert heard.unaided is not None
    assert "Quiñones" not in heard.unaided
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    assert all(0 <= word.start <= word.end <= heard.seconds_audio for word in heard.words)
    assert all(0 <= word.probability <= 1 for word in heard.words)
    assert " ".join(word.word for word in heard.words) == heard.text


def test_the_names_are_hints_past_half_a_minute_as_well(whisper: Whisper) -> None:
    doctor = "We went to see the doctor last night, and she told us to rest and to drink a lot. "
    said = 6 * doctor + "So Yaretzi Quiñones will not be in school today."
    heard = whisper.transcribe(message(said, WOMAN), "en", HINTS)
    (name,) = (word for word in heard.words if word.word.startswith("Yaretzi"))
    assert name.start > 30
    assert "Yaretzi Quiñones will not be" in heard.text


def test_without_hints_it_is_read_once(whisper: Whisper) -> None:
    heard = whisper.transcribe(message("My son is sick today.", WOMAN), "en")
    assert heard.text.strip(".") == "My son is sick today"
    assert heard.unaided is None


def test_the_language_is_found_out_where_nobody_knows_it(whisper: Whisper) -> None:
    said = "Buenos días. La niña está enferma y no va a la escuela mañana."
    assert whisper.transcribe(message(said, MAQUINA)).language == "es"


@pytest.mark.parametrize(
    "kind", [("pinknoise", "norm", "-25"), ("sine", "350", "norm", "-12"), ("sine", "0")]
)
def test_where_nobody_speaks_no_name_is_written_down(
    whisper: Whisper, kind: tuple[str, ...]
) -> None:
    heard = whisper.transcribe(noise(6, kind), None, HINTS)
    assert heard.text == ""
    assert heard.words == ()
    assert heard.seconds_audio == 6


@pytest.mark.parametrize("content", [b"", b"<html>Bad gateway</html>", b"RIFF" + bytes(60)])
def test_what_is_no_sound_is_said_to_be_none(whisper: Whisper, content: bytes) -> None:
    with pytest.raises(NotAudio):
        whisper.transcribe(content)

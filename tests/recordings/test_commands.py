import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from recordings.commands import speech, transcribe
from recordings.models import ModelTrouble
from recordings.sound import NotAudio
from recordings.transcription import Transcriber
from tests.recordings.parts import Scripted, wav


@dataclass
class Tools:
    speech_models: Path
    transcriber: Transcriber | None = None


@pytest.fixture
def tools(tmp_path: Path) -> Tools:
    return Tools(tmp_path / "speech")


def test_a_line_for_each_file(tools: Tools, tmp_path: Path) -> None:
    tools.transcriber = Scripted("No va a ir mañana.", "es")
    files = [tmp_path / name for name in ("one.wav", "two.wav")]
    for file in files:
        file.write_bytes(wav(1))
    done = CliRunner().invoke(transcribe, [str(file) for file in files], obj=tools)
    assert done.exit_code == 0
    lines = [json.loads(line) for line in done.output.splitlines()]
    assert [line["file"] for line in lines] == [str(file) for file in files]
    assert lines[0]["text"] == "No va a ir mañana."
    assert lines[0]["words"][0] == {"word": "No", "start": 0, "end": 1 / 3, "probability": 0.9}
    assert set(lines[0]) == {
        "file", "text", "language", "seconds_audio", "seconds_taken", "words",
    }  # fmt: skip


def test_without_a_model_the_command_says_how_to_get_one(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "one.wav").write_bytes(wav(1))
    done = CliRunner().invoke(transcribe, [str(tmp_path / "one.wav")], obj=tools)
    assert isinstance(done.exception, ModelTrouble)
    assert "absence-line speech install" in str(done.exception)


def test_a_file_without_sound_is_named(tools: Tools, tmp_path: Path) -> None:
    tools.transcriber = Scripted(error=NotAudio("There is no sound in this file."))
    (tmp_path / "one.wav").write_bytes(wav(1))
    done = CliRunner().invoke(transcribe, [str(tmp_path / "one.wav")], obj=tools)
    assert "one.wav: There is no sound in this file." in str(done.exception)


def test_a_missing_file_is_a_wrong_word(tools: Tools) -> None:
    assert CliRunner().invoke(transcribe, ["nosuch.wav"], obj=tools).exit_code == 2


def test_installing_says_what_it_costs(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "config.json").write_text("{}")
    (tmp_path / "ours" / "model.bin").write_bytes(b"weights")
    done = CliRunner().invoke(speech, ["install", str(tmp_path / "ours")], obj=tools)
    assert "Installed ours in" in done.output
    assert "SHA-256 " in done.output
    assert "absence-line transcribe" in done.output

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from recordings.commands import DoesNotOpen, recordings_group, speech, transcribe
from recordings.models import ModelTrouble
from recordings.sound import NotAudio
from recordings.transcription import Transcriber
from recordings.vault import Vault
from school.database import Database
from tests.recordings.parts import SECRET, InMemory, Parts, Scripted, wav
from tests.support.clock import StandingClock


@dataclass
class Tools:
    speech_models: Path
    database: Database
    clock: StandingClock
    vault: Vault
    transcriber: Transcriber | None = None


@pytest.fixture
def tools(sqlite: Database, clock: StandingClock, tmp_path: Path) -> Tools:
    return Tools(tmp_path / "speech", sqlite, clock, Vault(InMemory(), [SECRET]))


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
    (tmp_path / "ours" / "model.bin").write_bytes(b"\6\0\0\0\x0c\0WhisperSpec\0")
    done = CliRunner().invoke(speech, ["install", str(tmp_path / "ours")], obj=tools)
    assert "Installed ours in" in done.output
    assert "SHA-256 " in done.output
    assert "absence-line transcribe" in done.output


def test_recordings_are_sealed_anew_and_what_does_not_open_is_said(tools: Tools) -> None:
    parts = Parts(tools.database, tools.clock)
    parts.recorded(wav(3))
    parts.go()
    done = CliRunner().invoke(recordings_group, ["reseal"], obj=tools)
    assert "0 of 1 recordings and photos were sealed anew." in done.output
    assert isinstance(done.exception, DoesNotOpen)
    assert "recording 1 (FileNotFoundError)" in str(done.exception)
    tools.vault = Vault(parts.store, ["another secret, long enough for one", SECRET])
    done = CliRunner().invoke(recordings_group, ["reseal"], obj=tools)
    assert (done.output, done.exit_code) == ("1 of 1 recordings and photos were sealed anew.\n", 0)


def test_a_recording_is_held_and_released(tools: Tools) -> None:
    parts = Parts(tools.database, tools.clock)
    parts.recorded(wav(3))
    for more, held in (([], True), (["--release"], False)):
        done = CliRunner().invoke(recordings_group, ["legal-hold", "1", *more], obj=tools)
        assert done.exit_code == 0
        assert parts.voicemail().legal_hold is held

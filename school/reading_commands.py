"""The `absence-line` commands that read messages: `interpret`, and `evaluate` against labels.

Both read a folder instead of the database, and go through the very code that calls and texts do.
A line that cannot be read is told and left out; the command then ends with status 1.
"""

from collections.abc import Iterator
from datetime import UTC, date
from pathlib import Path
from typing import BinaryIO, Generic, Protocol

import click
import msgspec

from flows.reading import evaluation
from flows.reading.calendar import SchoolCalendar
from flows.reading.evaluation import Case
from flows.reading.lines import as_output, read_line
from flows.reading.message import Background
from flows.reading.roster import Roster
from flows.reading.values import Reading
from school.csv_rows import FileUnreadable
from school.message_lines import BadLine, LabelledLine, LineT, MessageLine, moment, read_lines
from school.roster_files import read_folder
from school.school_file import School

FIRST_MONTH = 7  # a school year without a calendar begins in July


class Tools(Protocol):
    """What `app.py` puts into click's context."""

    @property
    def school(self) -> School:
        """The school: its time zone, and its own phrases for reasons."""


FOLDER = click.option(
    "--roster",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="The folder with roster.csv, contacts.csv and perhaps calendar.json.",
)
NOW = click.option("--now", required=True, help="The moment: 2026-11-24T06:45:00-06:00.")


@click.command()
@FOLDER
@NOW
@click.option("--input", "source", type=click.File("rb"), default="-", help="JSON lines in.")
@click.option(
    "--output", "target", type=click.File("wb", atomic=True), default="-", help="JSON lines out."
)
@click.pass_obj
def interpret(tools: Tools, folder: Path, now: str, source: BinaryIO, target: BinaryIO) -> None:
    """Read messages, one JSON object a line, and write what each says."""
    background = _background(tools.school, folder, now)
    messages = _Messages(source, MessageLine, background)
    target.writelines(
        msgspec.json.encode(as_output(str(line.id), reading)) + b"\n" for line, reading in messages
    )
    messages.end()


@click.command()
@FOLDER
@NOW
@click.option("--labels", type=click.File("rb"), required=True, help="Labelled JSON lines.")
@click.pass_obj
def evaluate(tools: Tools, folder: Path, now: str, labels: BinaryIO) -> None:
    """Read labelled messages and tell how much of it is right, and what is not."""
    background = _background(tools.school, folder, now)
    messages = _Messages(labels, LabelledLine, background)
    click.echo(evaluation.report([case_of(line, reading) for line, reading in messages]))
    messages.end()


def case_of(line: LabelledLine, reading: Reading) -> Case:
    """A labelled message and its reading, side by side."""
    return Case(
        line_id=str(line.id),
        channel=line.channel,
        language=line.lang,
        text=line.text,
        expected=msgspec.to_builtins(line.expected),
        output=as_output(str(line.id), reading),
        reading=reading,
    )


class _Messages(Generic[LineT]):
    """The messages of a file, each with its reading; bad lines are told as they are met."""

    def __init__(self, file: BinaryIO, kind: type[LineT], background: Background) -> None:
        self._lines = read_lines(file, kind, background.now.tzinfo or UTC)
        self._background = background
        self._bad = 0

    def __iter__(self) -> Iterator[tuple[LineT, Reading]]:
        for line in self._lines:
            if isinstance(line, BadLine):
                click.echo(str(line), err=True)
                self._bad += 1
            else:
                yield line, read_line(msgspec.structs.asdict(line), self._background)

    def end(self) -> None:
        """Fail after a bad line."""
        if self._bad:
            raise click.exceptions.Exit(1)


def _background(school: School, folder: Path, now: str) -> Background:
    """What messages are read against; rows of the roster that are refused are told."""
    try:
        at = moment(now, school.time.zone)
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="--now") from error
    try:
        files = read_folder(folder, at.date())
    except FileUnreadable as error:
        raise click.ClickException(str(error)) from error
    for row in files.refused:
        click.echo(str(row), err=True)
    return Background(
        roster=Roster(files.students, files.contacts),
        calendar=files.calendar or every_weekday(at.date()),
        now=at,
        reasons={
            reason.code: tuple(phrase for said in reason.phrases.values() for phrase in said)
            for reason in school.facts.reasons
        },
    )


def every_weekday(today: date) -> SchoolCalendar:
    """The school year around this day, without a day off."""
    begins = today.year if today.month >= FIRST_MONTH else today.year - 1
    return SchoolCalendar(date(begins, FIRST_MONTH, 1), date(begins + 1, FIRST_MONTH - 1, 30))

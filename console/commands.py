"""The `absence-line` commands about what is kept of people."""

import json
import sys
from typing import Protocol

import click

from console.data_list import as_markdown
from console.family import Held, erase, export
from recordings.vault import Vault
from school.database import Clock, Database
from school.numbers import NumberError, parse
from school.school_file import School

OPERATOR = "operator"  # who has a shell on the machine, in the audit


class Tools(Protocol):
    """What `app.py` puts into click's context."""

    @property
    def database(self) -> Database:
        """The database of the settings."""

    @property
    def clock(self) -> Clock:
        """The time now."""

    @property
    def school(self) -> School:
        """The school."""

    @property
    def vault(self) -> Vault:
        """Where recordings lie."""


@click.group()
def data() -> None:
    """What is kept of people: list it, hand it out, erase it."""


@data.command("list")
@click.pass_obj
def list_tables(tools: Tools) -> None:
    """Print every table with its columns and how long it is kept, as Markdown."""
    click.echo(as_markdown(tools.school.retention))


@data.command("export")
@click.argument("number")
@click.pass_obj
def export_number(tools: Tools, number: str) -> None:
    """Print all that is kept of a telephone NUMBER, as JSON."""
    phone = _phone(number)
    tools.database.check()
    with tools.database.reading() as session:
        held = export(session, phone)
    json.dump(held, sys.stdout, ensure_ascii=False, indent=2)
    click.echo()


@data.command("erase")
@click.argument("number")
@click.confirmation_option(prompt="Words, sound and number go for ever; attendance stays. Erase?")
@click.pass_obj
def erase_number(tools: Tools, number: str) -> None:
    """Erase what a telephone NUMBER said; the attendance record stays. `--yes` asks nothing."""
    phone = _phone(number)
    tools.database.check()
    try:
        with tools.database.begin() as session:
            done = erase(session, phone, tools.vault.delete, OPERATOR, tools.clock())
    except Held as held:
        raise click.ClickException(str(held)) from held
    click.echo(
        ", ".join(f"{count} {table}" for table, count in done.items() if count) or "Nothing."
    )


def _phone(number: str) -> str:
    try:
        return parse(number)
    except NumberError as error:
        raise click.UsageError(str(error)) from error

"""The `absence-line` commands about what is kept of people."""

import json
import sys
from typing import Protocol

import click
from sqlalchemy.orm import Session

from console.data_list import as_markdown
from console.family import Family, Held, erase, export, of_number, of_student
from recordings.vault import Vault
from school.audit import note
from school.database import Clock, Database
from school.numbers import NumberError, parse
from school.people import StudentRow
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
    """Print what is kept, of whom, why, where and how long, as Markdown."""
    click.echo(as_markdown(tools.school.facts.name, tools.school.retention))


a_student = click.option("--student", is_flag=True, help="It is the number of a student.")


@data.command("export")
@click.argument("number")
@a_student
@click.pass_obj
def export_family(tools: Tools, number: str, student: bool) -> None:
    """Print all that is kept of a telephone NUMBER, or of a student, as JSON."""
    tools.database.check()
    with tools.database.begin() as session:
        family = _family(session, number, student=student)
        held = export(session, family)
        note(session, tools.clock(), OPERATOR, "handed out", family.subject)
    json.dump(held, sys.stdout, ensure_ascii=False, indent=2)
    click.echo()


@data.command("erase")
@click.argument("number")
@a_student
@click.confirmation_option(prompt="Words, sound and number go for ever; attendance stays. Erase?")
@click.pass_obj
def erase_family(tools: Tools, number: str, student: bool) -> None:
    """Erase what a telephone NUMBER said, or what was said of a student.

    The attendance record stays. `--yes` asks nothing.
    """
    tools.database.check()
    try:
        with tools.database.begin() as session:
            family = _family(session, number, student=student)
            done = erase(session, family, tools.vault.delete, OPERATOR, tools.clock())
    except Held as held:
        raise click.ClickException(str(held)) from held
    click.echo(
        ", ".join(f"{count} {table}" for table, count in done.items() if count) or "Nothing."
    )


def _family(session: Session, number: str, *, student: bool) -> Family:
    if student:
        if session.get(StudentRow, number) is None:
            raise click.UsageError(f"There is no student {number}.")
        return of_student(session, number)
    try:
        return of_number(session, parse(number))
    except NumberError as error:
        raise click.UsageError(str(error)) from error

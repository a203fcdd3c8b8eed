"""The `absence-line` commands about what the school knows: its schema, roster, staff and tokens.

`app.py` registers the groups and puts the database and the clock into click's context.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click
from rich.console import Console
from rich.progress import Progress as ProgressBar
from rich.progress import TaskID
from sqlalchemy.exc import OperationalError

from school.backup import BackupUnusable, Manifest
from school.backup import back_up as write_backup
from school.backup import restore as bring_back
from school.csv_rows import FileUnreadable, Progress
from school.database import Clock, Database, DatabaseUnreachable, WrongSchema, newest_migration
from school.migrations import upgrade
from school.roster import TooManyDropped, import_roster
from school.roster_changes import ImportSummary
from school.roster_files import read_folder
from school.staff import Role, StaffRefused, add_staff, add_token, remove_token, tokens

EXPECTED = (
    BackupUnusable,
    FileUnreadable,
    TooManyDropped,
    StaffRefused,
    DatabaseUnreachable,
    WrongSchema,
)
"""What may go wrong without being our mistake; each is a sentence for the person."""


class Tools(Protocol):
    """What `app.py` puts into click's context."""

    @property
    def database(self) -> Database:
        """The database of the settings."""

    @property
    def clock(self) -> Clock:
        """The time now."""

    @property
    def recordings_folder(self) -> Path:
        """Where sealed recordings lie, unless an object store keeps them."""


@click.group()
def db() -> None:
    """The database's schema."""


@db.command("upgrade")
@click.pass_obj
def upgrade_schema(tools: Tools) -> None:
    """Bring the schema to the newest migration."""
    with _sentences():
        found = tools.database.upgradable()
        upgrade(tools.database.engine)
    newest = newest_migration()
    click.echo(
        f"The database is at migration {newest} already."
        if found == newest
        else f"The database is at migration {newest} now; it was at {found or 'none'}."
    )


@click.group()
def roster() -> None:
    """The students and their contacts."""


@roster.command("import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--allow-drop", is_flag=True, help="Let more than 5 % of the students leave.")
@click.pass_obj
def import_files(tools: Tools, folder: Path, dry_run: bool, allow_drop: bool) -> None:
    """Read roster.csv and contacts.csv in FOLDER, all or nothing.

    Rows that cannot be used are listed and left out; what is there under their ids stays.
    """
    with _sentences():
        tools.database.check()
        now = tools.clock()
        with _progress_bar() as progress:
            files = read_folder(folder, now.date(), progress)
            with tools.database.begin() as session:
                summary = import_roster(
                    session, files, now, allow_drop=allow_drop, progress=progress
                )
                if dry_run:
                    session.rollback()
    _print(summary, dry_run=dry_run)


@click.group()
def staff() -> None:
    """The accounts of the school's staff."""


@staff.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option(
    "--password-stdin",
    is_flag=True,
    required=True,
    help="Read the password from standard input, where no list of processes shows it.",
)
@click.pass_obj
def add_account(tools: Tools, email: str, role: str, password_stdin: bool) -> None:  # noqa: ARG001  (required, so that nobody expects to be asked)
    """Add an account for EMAIL; the password is the first line of standard input."""
    password = sys.stdin.readline().rstrip("\r\n")
    with _sentences():
        tools.database.check()
        with tools.database.begin() as session:
            account = add_staff(session, email, role, password, tools.clock())
    click.echo(f"{account.email} can sign in, as {account.role}.")


@click.group()
def token() -> None:
    """The tokens with which other systems read the reports."""


@token.command("add")
@click.argument("name")
@click.pass_obj
def add_api_token(tools: Tools, name: str) -> None:
    """Print a new token for the system NAME, this once."""
    with _sentences():
        tools.database.check()
        with tools.database.begin() as session:
            made = add_token(session, name, tools.clock())
    click.echo(made)


@token.command("list")
@click.pass_obj
def list_api_tokens(tools: Tools) -> None:
    """Print the tokens' names, since when each is good, and when it was used last."""
    with _sentences():
        tools.database.check()
        with tools.database.reading() as session:
            found = tokens(session)
    for one in found:
        used = f"{one.last_used_at:%Y-%m-%d %H:%M} UTC" if one.last_used_at else "never"
        click.echo(f"{one.name}: made {one.created_at:%Y-%m-%d}, last used {used}")


@token.command("remove")
@click.argument("name")
@click.pass_obj
def remove_api_token(tools: Tools, name: str) -> None:
    """Make the token of the system NAME worth nothing, at once."""
    with _sentences():
        tools.database.check()
        with tools.database.begin() as session:
            remove_token(session, name, tools.clock())
    click.echo("Nobody reads reports with it any more.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(tools: Tools, file: Path) -> None:
    """Write the database and the recordings into FILE, while the line goes on.

    The recordings in it are sealed, the rest is not: keep FILE as safe as the database, and the
    secret key somewhere else.
    """
    with _sentences():
        made = write_backup(tools.database, tools.recordings_folder, file, tools.clock())
    click.echo(f"{file} holds {_contents(made)}.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def restore(tools: Tools, file: Path) -> None:
    """Bring the backup FILE into an empty database and an empty folder."""
    with _sentences():
        held = bring_back(tools.database, tools.recordings_folder, file)
    click.echo(f"Back from {held.made_at:%Y-%m-%d %H:%M} UTC: {_contents(held)}.")


def _contents(manifest: Manifest) -> str:
    rows = f"{manifest.rows['reports']:,} reports, {manifest.rows['students']:,} students"
    return f"{rows} and {manifest.files:,} recordings"


@contextmanager
def _sentences() -> Iterator[None]:
    """End with status 1 and a sentence when something expected goes wrong."""
    try:
        yield
    except EXPECTED as error:
        raise click.ClickException(str(error)) from error
    except OperationalError as error:  # a full disk, a lock held too long, a lost server
        raise click.ClickException(f"The database failed: {error.orig}") from error


@contextmanager
def _progress_bar() -> Iterator[Progress]:
    """A bar for each thing that is done, on a terminal; nothing in a file or a pipe."""
    console = Console(stderr=True)
    with ProgressBar(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, TaskID] = {}

        def show(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done)

        yield show


def _print(summary: ImportSummary, *, dry_run: bool) -> None:
    if dry_run:
        for line in summary.additions_and_changes():
            click.echo(line)
    for line in summary.left_out():
        click.echo(line)
    for line in summary.totals():
        click.echo(line)
    if dry_run:
        click.echo("Nothing was changed: this was a dry run.")

"""The `absence-line` command as it is typed: every command's help, a call in the terminal, and
wrong settings in words. The demo itself is run in `tests/ivr/simulator/test_demo.py`."""

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from app import EXPECTED, cli, create_app
from console.services import Services
from school.database import Database
from school.outbox import Message
from school.reports import Report
from school.school_file import SHIPPED
from tests.support.clock import StandingClock
from tests.support.line import KEIKOS_MOTHER, settings

# What outsiders rely on.
PROMISED = {
    "web",
    "worker",
    "demo",
    "db upgrade",
    "roster import",
    "staff add",
    "token add",
    "interpret",
    "evaluate",
    "call",
    "transcribe",
    "speech install",
    "doctor",
}


@dataclass
class Shell:
    """Somebody who types commands, in a folder of their own and with these settings."""

    environ: dict[str, str]

    def run(self, *words: str, typed: str = "", **environ: str) -> Result:
        """What came of a command, in this process, on a school morning."""
        runner = CliRunner(env=self.environ | environ)
        return runner.invoke(cli, list(words), input=typed, obj=StandingClock())

    def process(self, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """The same in a process of its own, as a person sees it."""
        return subprocess.run(  # noqa: S603  (our own program)
            [sys.executable, "-m", "app", *words],
            env={"PATH": os.environ["PATH"]} | self.environ | environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def database(self) -> Database:
        return Database(self.environ["ABSENCE_LINE_DATABASE_URL"])


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Each command sets up the log of its process, which here is the tests'."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A new folder: no database yet."""
    return Shell(
        {
            "ABSENCE_LINE_DATA_DIR": str(tmp_path),
            "ABSENCE_LINE_DATABASE_URL": f"sqlite:///{tmp_path / 'line.sqlite3'}",
            "ABSENCE_LINE_SECRET_KEY": "k" * 32,
            "TWILIO_AUTH_TOKEN": "",
            "ABSENCE_LINE_LOG_LEVEL": "error",
        }
    )


@pytest.fixture
def ready(shell: Shell) -> Shell:
    """A folder with a database and the demo roster."""
    assert shell.run("db", "upgrade").exit_code == 0
    folder = SHIPPED.parent.parent / "demo"
    assert shell.run("roster", "import", str(folder)).exit_code == 0
    return shell


def commands(group: click.Group = cli, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        words = f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, words)
        else:
            yield words


# --- help --------------------------------------------------------------------------------------


def test_every_promised_command_is_there() -> None:
    assert set(commands()) >= PROMISED


def test_every_command_says_what_it_does(shell: Shell) -> None:
    for words in (*commands(), *{words.split()[0] for words in commands()}, ""):
        result = shell.run(*words.split(), "--help")
        assert result.exit_code == 0, words
        usage, _, said = result.output.partition("\n\n")
        assert usage.startswith("Usage:"), words
        assert said.partition("\n\n")[0].strip().endswith("."), words


@pytest.mark.parametrize("words", ["fly", "web --prt 1", "staff add", "call --from"])
def test_wrong_words_end_with_status_two(shell: Shell, words: str) -> None:
    result = shell.run(*words.split())
    assert result.exit_code == 2
    assert "Error" in result.output


# --- a call ------------------------------------------------------------------------------------


def test_a_call_in_the_terminal_is_a_call(ready: Shell) -> None:
    typed = "3\nshe has a fever, out today\n1\n\n"
    result = ready.run("call", "--from", KEIKOS_MOTHER, typed=typed)
    assert result.exit_code == 0, result.output
    assert "line: Jones College Prep." in result.output
    assert "Your student: absent today" in result.output
    assert "Reference" in result.output
    assert result.output.rstrip().endswith("The call is over.")
    with ready.database.reading() as session:
        (report,) = session.scalars(select(Report)).all()
        assert (report.status, report.student_id) == ("pending", "61556150")
        assert len(session.scalars(select(Message)).all()) == 2


def test_the_end_of_the_input_hangs_up_and_keeps_what_was_said(ready: Shell) -> None:
    result = ready.run("call", typed="Leo Garcia is sick\n")
    assert result.exit_code == 0
    with ready.database.reading() as session:
        (report,) = session.scalars(select(Report)).all()
    assert (report.status, report.from_phone) == ("incomplete", None)
    assert "Leo Garcia is sick" in (report.transcript or "")


def test_a_number_that_is_none_is_said_to_be_none(ready: Shell) -> None:
    result = ready.run("call", "--from", "12")
    assert isinstance(result.exception, EXPECTED)
    assert "too short" in str(result.exception)


# --- in words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "environ", "sentence"),
    [
        ("web", {"ABSENCE_LINE_SECRET_KEY": ""}, "ABSENCE_LINE_SECRET_KEY is missing"),
        ("web", {}, "TWILIO_AUTH_TOKEN is missing"),
        ("web", {"TWILIO_AUTH_TOKEN": "t"}, "Run: absence-line db upgrade"),
        ("web --simulator", {"TWILIO_AUTH_TOKEN": "t"}, "for the demo only"),
        ("worker", {}, "Run: absence-line db upgrade"),
        ("call", {}, "Run: absence-line db upgrade"),
        ("web", {"ABSENCE_LINE_LOG_LEVEL": "loud"}, "ABSENCE_LINE_LOG_LEVEL is 'loud'"),
        ("web", {"ABSENCE_LINE_PUBLIC_URL": "here"}, "ABSENCE_LINE_PUBLIC_URL is 'here'"),
        (
            "worker",
            {"ABSENCE_LINE_DATABASE_URL": "postgresql+psycopg://u:hidden@127.0.0.1:1/none"},
            "cannot be opened",
        ),
    ],
)
def test_what_stops_the_start_is_a_sentence(
    shell: Shell, words: str, environ: dict[str, str], sentence: str
) -> None:
    result = shell.run(*words.split(), **environ)
    assert isinstance(result.exception, EXPECTED)
    assert sentence in str(result.exception)
    assert "hidden" not in str(result.exception)


def test_a_worker_without_an_account_says_what_it_needs(ready: Shell) -> None:
    result = ready.run("worker")
    assert isinstance(result.exception, EXPECTED)
    assert "TWILIO_ACCOUNT_SID" in str(result.exception)


def test_a_wrong_school_file_stops_the_start_with_file_and_key(
    ready: Shell, tmp_path: Path
) -> None:
    own = tmp_path / "school.toml"
    own.write_text(SHIPPED.read_text("utf-8").replace("cut_off", "cut_of"), "utf-8")
    result = ready.run("web", ABSENCE_LINE_SCHOOL=str(own), TWILIO_AUTH_TOKEN="t")
    assert isinstance(result.exception, EXPECTED)
    assert f"{own}, key cut_of: no such key is expected" in str(result.exception)


def test_earlier_secret_keys_open_and_sign_nothing(sqlite: Database, clock: StandingClock) -> None:
    keys = settings(ABSENCE_LINE_OLD_SECRET_KEYS="the-key-of-last-year the-key-before")
    config = create_app(Services(keys, clock, sqlite)).config
    assert config["OLD_SECRET_KEYS"] == ("the-key-of-last-year", "the-key-before")
    assert not config["SECRET_KEY_FALLBACKS"], "they would be good for sessions, too"


def test_what_is_written_is_for_nobody_else_on_the_machine(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    place = {"ABSENCE_LINE_DATA_DIR": str(folder), "ABSENCE_LINE_DATABASE_URL": ""}
    shell.process("db", "upgrade", **place)
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert written
    assert [oct(path.stat().st_mode & 0o077) for path in written] == ["0o0"] * len(written)


def test_a_person_sees_one_sentence_on_standard_error_and_status_one(shell: Shell) -> None:
    ended = shell.process("web")
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == "TWILIO_AUTH_TOKEN is missing: no webhook could be trusted.\n"

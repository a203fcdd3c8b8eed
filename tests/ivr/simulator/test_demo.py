"""`absence-line demo` as it is run: its own processes, a folder of its own, and a real port."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGTERM
from time import monotonic

import httpx
import pytest
from sqlalchemy import func, select

from ivr.simulator.demo import DemoFolder, prepare
from school.database import Database
from school.people import StudentRow
from school.staff import Staff
from tests.support.clock import StandingClock

PATIENCE = 120  # seconds, on a machine that does much else


@dataclass
class Running:
    """A demo, and what it has printed up to its last line."""

    process: subprocess.Popen[str]
    port: int
    said: str

    def password(self) -> str:
        found = re.search(r"Password +(\S+)", self.said)
        assert found
        return found.group(1)

    def ends(self) -> str:
        """Stop it as a service manager would; all that it has written."""
        self.process.send_signal(SIGTERM)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.said + rest


def start(folder: Path, port: int) -> subprocess.Popen[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", "app", "demo", "--port", str(port), "--data-dir", str(folder)]
    return subprocess.Popen(  # noqa: S603  (our own program)
        command, env=kept, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def run(folder: Path, port: int) -> Running:
    process = start(folder, port)
    assert process.stdout
    lines: list[str] = []
    end = monotonic() + PATIENCE
    while "Ctrl-C ends it.\n" not in lines:
        line = process.stdout.readline()
        assert line, "".join(lines)
        assert monotonic() < end, "".join(lines)
        lines.append(line)
    return Running(process, port, "".join(lines))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Running]:
    running = run(folder, free_port())
    yield running
    if running.process.poll() is None:
        running.ends()


def test_it_prints_the_addresses_and_the_sign_in_and_little_else(demo: Running) -> None:
    here = f"http://localhost:{demo.port}"
    assert demo.said.removeprefix("Putting the speech model in its place ...\n") == (
        "\nAbsence Line is running.\n\n"
        f"  Telephone and texts   {here}/simulator\n"
        f"  Reports               {here}/staff/\n"
        "  Sign in as            clerk@example.org\n"
        f"  Password              {demo.password()}\n\n"
        "Ctrl-C ends it.\n"
    )


def test_a_webhook_that_nobody_signed_is_refused_in_the_demo_too(demo: Running) -> None:
    here = f"http://127.0.0.1:{demo.port}"
    assert httpx.get(f"{here}/simulator").status_code == 200
    form = {"CallSid": "CA" + "1" * 32, "From": "+18475550128", "To": "+17735348600"}
    for path in ("/voice", "/voice/turn?n=1", "/voice/status", "/voice/fallback", "/sms"):
        for headers in ({}, {"X-Twilio-Signature": "bm90IHNpZ25lZA=="}):
            answer = httpx.post(f"{here}{path}", data=form, headers=headers)
            assert answer.status_code == 403, path


def test_a_port_in_use_is_said_in_words(demo: Running, folder: Path) -> None:
    second = start(folder, demo.port)
    said, _ = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert said == f"Port {demo.port} is in use. Choose another: make demo PORT={demo.port + 1}\n"


def test_it_leaves_nothing_running(demo: Running) -> None:
    assert demo.ends().endswith("\nThe demo ends.\n")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", demo.port)) != 0


def test_what_is_there_is_kept(sqlite: Database, clock: StandingClock, tmp_path: Path) -> None:
    folder = DemoFolder(tmp_path / "demo")
    prepare(sqlite, clock, folder)
    password = folder.secret("clerk-password")
    prepare(sqlite, clock, folder)
    assert folder.secret("clerk-password") == password
    with sqlite.reading() as session:
        assert session.scalar(select(func.count()).select_from(StudentRow)) == 120
        assert session.scalar(select(func.count()).select_from(Staff)) == 1


def test_nobody_else_on_the_machine_reads_its_secrets(tmp_path: Path) -> None:
    DemoFolder(tmp_path).secret("clerk-password")
    assert (tmp_path / "clerk-password").stat().st_mode & 0o077 == 0

"""`absence-line demo`: a school with its roster and staff, the web server and the worker.

Nothing outside is needed: the simulator plays the carrier. What is there is kept, so that the
demo can be ended and begun again.
"""

import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import func, select

from school.database import Clock, Database
from school.migrations import upgrade
from school.people import StudentRow
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, read_folder
from school.staff import Role, Staff, add_staff

HOST = "127.0.0.1"
CLERK = "clerk@example.org"
ACCOUNT_SID = "AC" + "d" * 32
START_SECONDS = 60
END_SECONDS = 12
LOOK_SECONDS = 0.2

Process = subprocess.Popen[bytes]


class DemoFailed(Exception):
    """The demo cannot run; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Where the demo keeps what it made: secrets, and the sign-in it prints."""

    path: Path

    def environment(self, port: int) -> dict[str, str]:
        """The settings of the demo's processes: this machine plays the carrier."""
        here = f"http://{HOST}:{port}"
        return {
            "ABSENCE_LINE_DATA_DIR": str(self.path),
            "ABSENCE_LINE_DATABASE_URL": "",
            "ABSENCE_LINE_SECRET_KEY": self.secret("secret-key"),
            "ABSENCE_LINE_PUBLIC_URL": here,
            "ABSENCE_LINE_LOG_LEVEL": "warning",
            "ABSENCE_LINE_LOG_FORMAT": "console",
            "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
            "TWILIO_AUTH_TOKEN": self.secret("carrier-token"),
            "TWILIO_FROM_NUMBER": "",
            "TWILIO_MESSAGING_SERVICE_SID": "",
            "TWILIO_API_URL": f"{here}/simulator/api",
        }

    def secret(self, name: str) -> str:
        """A random secret, made once and kept for the demo's owner alone."""
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.path / name
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text().strip()


def prepare(database: Database, clock: Clock, folder: DemoFolder) -> None:
    """Make the schema, the demo school's roster and a staff account, where they are missing."""
    upgrade(database.engine)
    with database.begin() as session:
        if not session.scalar(select(func.count()).select_from(StudentRow)):
            import_roster(session, read_folder(DEMO_FOLDER, clock().date()), clock())
        if session.scalar(select(Staff).where(Staff.email == CLERK)) is None:
            add_staff(session, CLERK, Role.ADMIN, folder.secret("clerk-password"), clock())


def require_free(port: int) -> None:
    """See that the port can be had, before anything else is done.

    Raises:
        DemoFailed: it is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DemoFailed(
                f"Port {port} is in use. Choose another: make demo PORT={port + 1}"
            ) from error


def run(
    folder: DemoFolder, port: int, environ: Mapping[str, str], say: Callable[[str], None]
) -> None:
    """Run web and worker until Ctrl-C or a SIGTERM, and end them.

    Raises:
        DemoFailed: a process ends by itself.
    """
    # Who stops the demo otherwise than with Ctrl-C must not leave its parts behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    environment = {**environ, **folder.environment(port)}
    command = [sys.executable, "-m", "app"]
    web = [*command, "web", "--host", HOST, "--port", str(port), "--simulator"]
    processes: list[Process] = []
    try:
        processes.append(_started(web, environment))
        _wait_until_ready(port, processes[0])
        # The worker asks the carrier at once, and the web process plays it.
        processes.append(_started([*command, "worker"], environment))
        say(_welcome(port, folder))
        while all(process.poll() is None for process in processes):
            time.sleep(LOOK_SECONDS)
        raise DemoFailed("A part of the demo ended by itself; what it wrote stands above.")
    except KeyboardInterrupt:
        say("\nThe demo ends.")
    finally:
        _end(processes)


def _started(command: list[str], environment: dict[str, str]) -> Process:
    return subprocess.Popen(command, env=environment)  # noqa: S603  (our own program)


def _welcome(port: int, folder: DemoFolder) -> str:
    here = f"http://localhost:{port}"
    return (
        "\nAbsence Line is running.\n\n"
        f"  Telephone and texts   {here}/simulator\n"
        f"  Reports               {here}/staff/\n"
        f"  Sign in as            {CLERK}\n"
        f"  Password              {folder.secret('clerk-password')}\n\n"
        "Ctrl-C ends it.\n"
    )


def _wait_until_ready(port: int, web: Process) -> None:
    pause = Event()
    for _ in range(int(START_SECONDS / LOOK_SECONDS)):
        if web.poll() is not None:
            break
        try:
            with urlopen(f"http://{HOST}:{port}/readyz", timeout=2):
                return
        except (URLError, OSError):
            pause.wait(LOOK_SECONDS)
    raise DemoFailed("The demo did not start; what its parts wrote stands above.")


def _end(processes: list[Process]) -> None:
    # The worker first: it would miss the carrier, which the web process plays.
    for process in reversed(processes):
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

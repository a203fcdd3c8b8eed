"""A disk of a few megabytes, which can be filled to the last byte and emptied again.

A real file system in memory, for a process that has a name space of its own (`ALONE`): that takes
no privileges, where the system lets users have such name spaces.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ALONE = ("unshare", "--user", "--map-root-user", "--mount")
"""The command that gives a process mounts of its own, which end with it."""

CHUNK = 1 << 16


@dataclass(frozen=True)
class Disk:
    """Where the line's data lies."""

    folder: Path

    def fill(self) -> None:
        """Leave no room for anything."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            for size in (CHUNK, 1):  # what no large piece fits into takes small ones
                with suppress(OSError):
                    while ballast.write(bytes(size)):
                        pass

    def make_room(self) -> None:
        """Delete what filled it."""
        (self.folder / "ballast").unlink(missing_ok=True)


@contextmanager
def mounted(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk of its own at this empty folder. Only for who was started by `ALONE`."""
    options = ("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs")
    subprocess.run(["mount", *options, str(folder)], check=True)  # noqa: S603, S607  (the system's)
    yield
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607  (the same)

"""A disk of a few megabytes, which can be filled to the last byte and emptied again.

A real file system in memory, mounted in a name space of its own: that takes no privileges, where
the system lets users have such name spaces.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 16


@dataclass(frozen=True)
class Disk:
    """Where the line's data lies: as its own processes see it, and as seen from here."""

    inside: Path
    outside: Path
    within: tuple[str, ...] = ()  # the command that brings a process there

    def fill(self) -> None:
        """Leave no room for anything."""
        with (self.outside / "ballast").open("ab", buffering=0) as ballast, suppress(OSError):
            for size in (CHUNK, 1):  # what no large piece fits into takes small ones
                with suppress(OSError):
                    while ballast.write(bytes(size)):
                        pass

    def make_room(self) -> None:
        """Delete what filled it."""
        (self.outside / "ballast").unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk of its own at this empty folder, for who enters by `within`.

    Raises:
        OSError: this system gives ordinary users no name space of their own.
    """
    mount = f"mount -t tmpfs -o size={megabytes}m tmpfs '{folder}' && echo ready && exec cat"
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount]
    keeper = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  (our own words)
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        if keeper.stdout.readline() != b"ready\n":
            raise OSError("No disk of its own can be had here.")
        yield Disk(
            folder,
            Path(f"/proc/{keeper.pid}/root{folder}"),
            ("nsenter", "-t", str(keeper.pid), "-U", "-m", "--preserve-credentials", "--wd=."),
        )
    finally:
        keeper.stdin.close()  # ends it, and the disk with it
        keeper.stdout.close()
        keeper.wait(10)

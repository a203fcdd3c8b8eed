"""Where sealed bytes lie: a folder of this machine, or any store that fsspec has an address for.

Nothing here knows what the bytes are. A name is written whole or not at all.
"""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Protocol
from urllib.parse import urlsplit

import fsspec


class StoreUnusable(Exception):
    """The address of the store cannot be used; the sentence says why."""


class Store(Protocol):
    """Keeps bytes under names. What is not there raises `FileNotFoundError`."""

    def write(self, name: str, content: bytes) -> None:
        """Keep these bytes; what had the name before is replaced."""

    def read(self, name: str, start: int, end: int) -> bytes:
        """The bytes from `start` up to and without `end`."""

    def size(self, name: str) -> int:
        """How many bytes there are."""

    def delete(self, name: str) -> None:
        """Forget them; they may be gone already."""


class Folder:
    """A folder that only the user of the program may look into."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, name: str, content: bytes) -> None:
        """Written beside, forced to the disk, then given its name: a power cut leaves no half."""
        target = self._path / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=target.parent, prefix=".new-", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(target)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # else the name itself may be lost
        finally:
            os.close(folder)

    def read(self, name: str, start: int, end: int) -> bytes:
        """See `Store`."""
        with (self._path / name).open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    def size(self, name: str) -> int:
        """See `Store`."""
        return (self._path / name).stat().st_size

    def delete(self, name: str) -> None:
        """See `Store`."""
        (self._path / name).unlink(missing_ok=True)


class Objects:
    """An object store, by an address such as `s3://bucket/recordings`.

    Credentials and the server come from where fsspec and the store's own library look for them,
    such as `AWS_ACCESS_KEY_ID` and `FSSPEC_S3_ENDPOINT_URL`.
    """

    def __init__(self, address: str, **options: Any) -> None:
        try:
            # No listing is kept: another process may have written or deleted meanwhile.
            self._files, self._root = fsspec.core.url_to_fs(
                address, use_listings_cache=False, **options
            )
        except (ImportError, ValueError) as error:
            raise StoreUnusable(
                f"The store {_without_secrets(address)} cannot be used: {error}"
            ) from error

    def write(self, name: str, content: bytes) -> None:
        """See `Store`; an object appears when it is complete."""
        self._files.pipe_file(f"{self._root}/{name}", content)

    def read(self, name: str, start: int, end: int) -> bytes:
        """See `Store`."""
        content: bytes = self._files.cat_file(f"{self._root}/{name}", start=start, end=end)
        return content

    def size(self, name: str) -> int:
        """See `Store`."""
        return int(self._files.size(f"{self._root}/{name}"))

    def delete(self, name: str) -> None:
        """See `Store`."""
        try:
            self._files.rm_file(f"{self._root}/{name}")
        except FileNotFoundError:
            return


def _without_secrets(address: str) -> str:
    """The address without a password, or a key behind a question mark, that may stand in it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def store_at(address: str) -> Store:
    """The store at this address: a path is a folder, anything with `://` is fsspec's.

    Raises:
        StoreUnusable: no library here knows such an address.
    """
    return Objects(address) if "://" in address else Folder(Path(address))

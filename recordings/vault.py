"""Recordings at rest: sealed with AES-256-GCM, read back in part, under keys that can be changed.

A sealed file is a head and chunks. The head names the key of the vault and holds a random salt,
from which this file's own key is derived; so a nonce need only differ within the file, and is the
chunk's number. The last chunk's nonce says that it is the last: what was cut off, swapped or put
under another name does not open. Chunks let a listener jump to a word without all before it being
read.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from recordings.stores import Store

MAGIC = b"ALV1"
KEY_ID_BYTES, SALT_BYTES = 8, 16
HEAD_BYTES = len(MAGIC) + KEY_ID_BYTES + SALT_BYTES
TAG_BYTES = 16
CHUNK = 64 * 1024
SEALED_CHUNK = CHUNK + TAG_BYTES


class Damaged(Exception):
    """What the vault holds under this name is not what was put there."""


class UnknownKey(Exception):
    """It was sealed under a key that is not at hand any more."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the vault, derived from one secret of the operator's."""

    id: bytes
    material: bytes = field(repr=False)

    @staticmethod
    def of(secret: str) -> "Key":
        """The key of this secret; its id tells nothing about it."""
        return Key(
            _derived(secret.encode(), b"", b"absence-line recordings: key id", KEY_ID_BYTES),
            _derived(secret.encode(), b"", b"absence-line recordings: key", 32),
        )

    def of_file(self, salt: bytes, name: str) -> AESGCM:
        """The cipher of one file."""
        return AESGCM(_derived(self.material, salt, name.encode(), 32))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file in the vault, open for reading."""

    store: Store
    name: str
    head: bytes
    cipher: AESGCM
    sealed_bytes: int  # without the head

    @property
    def chunks(self) -> int:
        """How many there are; an empty file has one."""
        return -(-self.sealed_bytes // SEALED_CHUNK)

    @property
    def size(self) -> int:
        """Bytes of what was put in."""
        return self.sealed_bytes - self.chunks * TAG_BYTES

    def read(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to and without `end`, as they are opened.

        Raises:
            Damaged: one of the chunks does not open.
            FileNotFoundError: it was deleted meanwhile.
        """
        end = self.size if end is None else min(end, self.size)
        first = start // CHUNK
        for number in range(first, -(-end // CHUNK) if end else 1):
            opened = self._chunk(number)
            base = number * CHUNK
            yield opened[max(start - base, 0) : max(end - base, 0)]

    def _chunk(self, number: int) -> bytes:
        begin = HEAD_BYTES + number * SEALED_CHUNK
        sealed = self.store.read(self.name, begin, begin + SEALED_CHUNK)
        try:
            return self.cipher.decrypt(_nonce(number, self.chunks), sealed, self.head)
        except InvalidTag as error:
            raise Damaged(f"The recording {self.name} does not open.") from error


class Vault:
    """Seals what is put into a store, and opens it."""

    def __init__(self, store: Store, secrets: Sequence[str]) -> None:
        """Args: the store; the secrets, of which the first seals and all open."""
        self._store = store
        self._keys = [Key.of(secret) for secret in secrets]

    def put(self, name: str, content: bytes) -> None:
        """Seal and keep; what had this name before is replaced."""
        key, salt = self._keys[0], os.urandom(SALT_BYTES)
        head = MAGIC + key.id + salt
        cipher = key.of_file(salt, name)
        chunks = max(1, -(-len(content) // CHUNK))
        sealed = bytearray(head)
        for number in range(chunks):
            part = content[number * CHUNK : (number + 1) * CHUNK]
            sealed += cipher.encrypt(_nonce(number, chunks), part, head)
        self._store.write(name, bytes(sealed))

    def open(self, name: str) -> Sealed:
        """What was put under this name.

        Raises:
            FileNotFoundError: nothing was, or it is deleted.
            UnknownKey: its key is not among the vault's.
            Damaged: it is no sealed file.
        """
        total = self._store.size(name)
        head = self._store.read(name, 0, HEAD_BYTES)
        if len(head) < HEAD_BYTES or not head.startswith(MAGIC) or total < HEAD_BYTES + TAG_BYTES:
            raise Damaged(f"The recording {name} is no sealed file.")
        key_id = head[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES]
        key = next((key for key in self._keys if key.id == key_id), None)
        if key is None:
            raise UnknownKey(
                f"The recording {name} was sealed under another key. "
                "Is ABSENCE_LINE_OLD_SECRET_KEYS complete?"
            )
        cipher = key.of_file(head[-SALT_BYTES:], name)
        return Sealed(self._store, name, head, cipher, total - HEAD_BYTES)

    def get(self, name: str) -> bytes:
        """All of it; see `open` and `Sealed.read` for what may be raised."""
        return b"".join(self.open(name).read())

    def delete(self, name: str) -> None:
        """Forget it; it may be gone already."""
        self._store.delete(name)

    def renew(self, name: str) -> bool:
        """Seal it under the first key; False where it was already."""
        sealed = self.open(name)
        if sealed.head[len(MAGIC) : len(MAGIC) + KEY_ID_BYTES] == self._keys[0].id:
            return False
        self.put(name, b"".join(sealed.read()))
        return True


def _nonce(number: int, chunks: int) -> bytes:
    return number.to_bytes(11) + (b"\1" if number == chunks - 1 else b"\0")


def _derived(secret: bytes, salt: bytes, what_for: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, what_for).derive(secret)

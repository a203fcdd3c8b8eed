import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from recordings.stores import Folder, Objects, Store, StoreUnusable, store_at
from recordings.vault import CHUNK, HEAD_BYTES, Damaged, UnknownKey, Vault
from tests.recordings.parts import SECRET, InMemory

OLD = "the secret of last year, long enough as well"
SOUND = os.urandom(3 * CHUNK + 17)


@pytest.fixture(scope="module")
def objects() -> Iterator[Store]:
    """An S3-compatible server on loopback, with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    store = Objects(
        "s3://recordings/jones",
        endpoint_url=f"http://{host}:{port}",
        key="of-the-tests",
        secret="of-the-tests",
        client_kwargs={"region_name": "us-west-2"},
    )
    store._files.mkdir("recordings")
    yield store
    server.stop()


@pytest.fixture(params=["folder", "objects"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return Folder(tmp_path / "recordings")
    found: Store = request.getfixturevalue("objects")
    return found


def test_what_is_put_in_comes_out_and_is_nowhere_to_be_read(store: Store) -> None:
    vault = Vault(store, [SECRET])
    vault.put("2026/one", SOUND)
    assert vault.get("2026/one") == SOUND
    assert vault.open("2026/one").size == len(SOUND)
    lying_there = store.read("2026/one", 0, 10 * CHUNK)
    assert SOUND[:100] not in lying_there
    assert SOUND[-17:] not in lying_there


def test_put_again_it_is_replaced_and_deleted_it_is_gone(store: Store) -> None:
    vault = Vault(store, [SECRET])
    vault.put("one", SOUND)
    vault.put("one", b"shorter")
    assert vault.get("one") == b"shorter"
    vault.delete("one")
    vault.delete("one")
    with pytest.raises(FileNotFoundError):
        vault.open("one")


@given(st.data())
def test_any_stretch_of_it_can_be_read(data: st.DataObject) -> None:
    vault = Vault(InMemory(), [SECRET])
    size = data.draw(st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK]))
    start = data.draw(st.integers(0, size))
    end = data.draw(st.integers(start, size + 5))
    vault.put("one", SOUND[:size])
    assert b"".join(vault.open("one").read(start, end)) == SOUND[:size][start:end]


def _exchanged(sealed: bytes) -> bytes:
    first, second = HEAD_BYTES, HEAD_BYTES + CHUNK + 16
    third = second + CHUNK + 16
    return sealed[:first] + sealed[second:third] + sealed[first:second] + sealed[third:]


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("one bit", lambda sealed: sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:]),
        ("the end cut off", lambda sealed: sealed[:-1]),
        ("the last chunk cut off", lambda sealed: sealed[: HEAD_BYTES + 3 * (CHUNK + 16)]),
        ("something added", lambda sealed: sealed + b"\0"),
        ("two chunks exchanged", _exchanged),
        ("another salt", lambda sealed: sealed[:20] + b"12345678" + sealed[28:]),
        ("nothing but a head", lambda sealed: sealed[:HEAD_BYTES]),
        ("nothing", lambda _: b""),
        ("no sealed file", lambda _: b"RIFF" + bytes(200)),
    ],
)
def test_what_was_changed_does_not_open(what: str, change: object) -> None:
    assert callable(change), what
    store = InMemory()
    vault = Vault(store, [SECRET])
    vault.put("one", SOUND)
    store["one"] = change(store["one"])
    with pytest.raises(Damaged):
        vault.get("one")


def test_a_recording_put_under_the_name_of_another_does_not_open() -> None:
    store = InMemory()
    vault = Vault(store, [SECRET])
    vault.put("one", SOUND)
    store["two"] = store["one"]
    with pytest.raises(Damaged):
        vault.get("two")


def test_the_same_sound_is_never_sealed_alike() -> None:
    store = InMemory()
    vault = Vault(store, [SECRET])
    vault.put("one", SOUND)
    before = store["one"]
    vault.put("one", SOUND)
    assert store["one"][HEAD_BYTES:] != before[HEAD_BYTES:]


def test_a_changed_secret_still_opens_what_the_old_one_sealed_and_seals_it_anew() -> None:
    store = InMemory()
    Vault(store, [OLD]).put("one", SOUND)
    with pytest.raises(UnknownKey, match="ABSENCE_LINE_OLD_SECRET_KEYS"):
        Vault(store, [SECRET]).open("one")
    both = Vault(store, [SECRET, OLD])
    assert both.get("one") == SOUND
    assert both.renew("one")
    assert not both.renew("one")
    assert Vault(store, [SECRET]).get("one") == SOUND


def test_a_folder_is_its_owners_alone_and_keeps_no_half_written_file(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    Folder(folder).write("one", b"sealed")
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "one").stat().st_mode & 0o077 == 0
    (folder / "full").mkdir()  # a folder of this name cannot be replaced by a file
    with pytest.raises(OSError, match="directory"):
        Folder(folder).write("full", b"sealed")
    assert sorted(path.name for path in folder.iterdir()) == ["full", "one"]


def test_an_address_is_a_folder_or_a_store_and_an_unknown_one_is_refused_in_words(
    tmp_path: Path,
) -> None:
    assert isinstance(store_at(str(tmp_path)), Folder)
    assert isinstance(store_at("memory://recordings"), Objects)
    with pytest.raises(StoreUnusable, match="nosuch://bucket cannot be used"):
        store_at("nosuch://bucket")

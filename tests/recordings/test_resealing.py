"""The secret key is changed: sound and photos stay readable when the old one is gone."""

import pytest

from recordings.pictures import Picture, PictureState
from recordings.resealing import Resealed, reseal
from recordings.vault import Vault
from recordings.voicemails import Voicemail
from school.database import Database
from tests.recordings.parts import SECRET, SID, InMemory, Parts, wav
from tests.support.clock import StandingClock

NEW = "the secret of next year, long enough as well"
JPEG = b"\xff\xd8\xff\xe0 a note"


@pytest.fixture
def parts(database: Database, clock: StandingClock) -> Parts:
    """A message and a photo, sealed under the secret of this year."""
    made = Parts(database, clock)
    made.recorded(wav(3))
    made.go()
    with database.begin() as session:
        picture = Picture(
            media_sid="ME1", message_sid="MM1", state=PictureState.KEPT, received_at=clock(),
            due_at=clock(), updated_at=clock(),
        )  # fmt: skip
        session.add(picture)
    made.vault.put(photo(made).in_vault, JPEG)
    return made


def photo(parts: Parts) -> Picture:
    with parts.database.reading() as session:
        return session.get_one(Picture, 1)


def test_sound_and_photos_open_without_the_old_key(parts: Parts) -> None:
    both = Vault(parts.store, [NEW, SECRET])
    assert reseal(parts.database, both) == Resealed(kept=2, done=2, stuck=[])
    assert reseal(parts.database, both) == Resealed(kept=2, done=0, stuck=[])
    new_alone = Vault(parts.store, [NEW])
    assert new_alone.get(parts.voicemail().in_vault) == wav(3)
    assert new_alone.get(photo(parts).in_vault) == JPEG


def test_what_is_deleted_stays_deleted(parts: Parts) -> None:
    with parts.database.begin() as session:
        session.get_one(Voicemail, parts.voicemail().id).purged_at = parts.clock()
        session.get_one(Picture, 1).state = PictureState.PURGED
    before = dict(parts.store)  # type: ignore[call-overload]  # fsspec ships no types
    assert reseal(parts.database, Vault(parts.store, [NEW, SECRET])).kept == 0
    assert parts.store == before


def test_what_does_not_open_is_named_and_all_else_is_sealed_anew(parts: Parts) -> None:
    assert isinstance(parts.store, InMemory)
    name = parts.voicemail().in_vault
    Vault(parts.store, ["a secret that nobody knows any more"]).put(name, wav(3))
    both = Vault(parts.store, [NEW, SECRET])
    assert reseal(parts.database, both) == Resealed(2, 1, ["recording 1 (UnknownKey)"])
    assert Vault(parts.store, [NEW]).get(photo(parts).in_vault) == JPEG
    del parts.store[name]
    assert reseal(parts.database, both).stuck == ["recording 1 (FileNotFoundError)"]
    assert parts.voicemail(SID).sha256 is not None

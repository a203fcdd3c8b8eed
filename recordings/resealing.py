"""A changed secret key: what was sealed under an old one is sealed anew, sound and photos alike.

One at a time, and each with its row held fast: what is deleted at the same moment stays deleted.
What does not open is named and left as it is; all else is done.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from recordings.pictures import Picture, PictureState
from recordings.vault import Damaged, UnknownKey, Vault
from recordings.voicemails import Voicemail
from school.database import Database

Kept = Voicemail | Picture

LIES_IN_VAULT: Mapping[type[Kept], tuple[ColumnElement[bool], ...]] = {
    Voicemail: (Voicemail.sha256.is_not(None), Voicemail.purged_at.is_(None)),
    Picture: (Picture.state == PictureState.KEPT,),
}
CALLED: Mapping[type[Kept], str] = {Voicemail: "recording", Picture: "photo"}


@dataclass(frozen=True, slots=True)
class Resealed:
    """What came of it: how many there are, how many were sealed anew, and what does not open."""

    kept: int
    done: int
    stuck: Sequence[str]


def reseal(database: Database, vault: Vault) -> Resealed:
    """Seal everything in the vault under its first key."""
    kept, done, stuck = 0, 0, []
    for kind, number in _kept(database):
        try:
            anew = _renew(database, vault, kind, number)
        except (Damaged, UnknownKey, FileNotFoundError) as error:
            stuck.append(f"{CALLED[kind]} {number} ({type(error).__name__})")
            anew = False
        kept += anew is not None
        done += bool(anew)
    return Resealed(kept, done, stuck)


def _kept(database: Database) -> Iterator[tuple[type[Kept], int]]:
    for kind, conditions in LIES_IN_VAULT.items():
        with database.reading() as session:
            numbers = session.scalars(select(kind.id).where(*conditions).order_by(kind.id)).all()
        yield from ((kind, number) for number in numbers)


def _renew(database: Database, vault: Vault, kind: type[Kept], number: int) -> bool | None:
    """Whether it was sealed anew; None where it has been deleted meanwhile."""
    held = select(kind).where(kind.id == number, *LIES_IN_VAULT[kind]).with_for_update()
    with database.begin() as session:
        row = session.scalar(held)
        return vault.renew(row.in_vault) if isinstance(row, Kept) else None

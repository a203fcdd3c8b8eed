"""Photos of notes in the console: shown to whom they may concern, and each look on record."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from console.pictures import LOOKED_AT
from ivr.conversations import Conversation
from recordings.pictures import Picture, PictureState
from school.audit import AuditLine
from school.database import Database
from tests.console.parts import ATTENDANCE, VAULT, Visitor
from tests.support.clock import StandingClock

Files = Callable[..., int]
JPEG = b"\xff\xd8\xff\xe0 a photo"


@pytest.fixture
def photographed(filled: Database, files: Files, clock: StandingClock) -> tuple[int, int]:
    """A report with a photo: its number, and the photo's."""
    report = files()
    with filled.begin() as session:
        talk = Conversation(key="sms:1", channel="sms", provider_id="MM1", opened_at=clock())
        session.add(talk)
        session.flush()
        photo = Picture(
            media_sid="ME1", message_sid="MM1", conversation_id=talk.id, report_id=report,
            state=PictureState.KEPT, kind="image/jpeg", size=len(JPEG), received_at=clock(),
            due_at=clock(), updated_at=clock(),
        )  # fmt: skip
        session.add(photo)
        session.flush()
        VAULT.put(photo.in_vault, JPEG)
        return report, photo.id


def looks(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.did == LOOKED_AT))
        return [(line.who, line.subject) for line in lines]


def test_a_photo_is_shown_with_its_report_and_each_look_is_on_record(
    clerk: Visitor, photographed: tuple[int, int], filled: Database
) -> None:
    report, photo = photographed
    assert f'src="/staff/pictures/{photo}"' in clerk.opens(f"/staff/reports/{report}").text
    answer = clerk.opens(f"/staff/pictures/{photo}")
    assert answer.data == JPEG
    assert answer.content_type == "image/jpeg"
    assert answer.headers["Cache-Control"] == "no-store"
    assert looks(filled) == [(ATTENDANCE, f"report:{report}")]


def test_a_photo_that_is_not_there_is_not_found(
    clerk: Visitor, photographed: tuple[int, int], filled: Database
) -> None:
    for wrong in (photographed[1] + 1, 2**40):
        assert clerk.opens(f"/staff/pictures/{wrong}").status_code == 404
    with filled.reading() as session:
        VAULT.delete(session.get_one(Picture, photographed[1]).in_vault)
    assert clerk.opens(f"/staff/pictures/{photographed[1]}").status_code == 404

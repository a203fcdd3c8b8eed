"""Photos of notes in the console: shown to whom they may concern, and each look on record."""

from collections.abc import Callable
from io import BytesIO

import pytest
from sqlalchemy import select

from console.pictures import ADDED, LOOKED_AT, SHOWN
from ivr.conversations import Conversation
from recordings.pictures import Picture, PictureState, pictures_of
from recordings.scans import LARGEST
from recordings.vault import Vault
from school.audit import AuditLine
from school.database import Database
from school.reports import Report
from tests.console import samples
from tests.console.parts import ATTENDANCE, VAULT, Visitor, console_app
from tests.recordings.parts import InMemory
from tests.support.clock import StandingClock

Files = Callable[..., int]
JPEG = b"\xff\xd8\xff\xe0 a photo"
PDF = b"%PDF-1.7 a scan"


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


def pictures(database: Database, report: int) -> list[Picture]:
    with database.reading() as session:
        return list(pictures_of(session, report))


def adds(clerk: Visitor, report: int, content: bytes) -> str:
    form = {
        "csrf_token": clerk.token(f"/staff/reports/{report}"),
        "scan": (BytesIO(content), "../note.exe"),
    }
    path = f"/staff/pictures/of/{report}"
    return clerk.client.post(path, data=form, follow_redirects=True).text


def test_a_scan_is_kept_once_with_its_report_and_the_note_counts_as_in(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    report = files("religious holiday")
    for _ in range(2):  # pressed twice
        assert "The scan is kept with the report." in adds(clerk, report, PDF)
    (scan,) = pictures(filled, report)
    assert scan.kind == "application/pdf"
    answer = clerk.opens(f"/staff/pictures/{scan.id}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    with filled.reading() as session:
        assert session.get_one(Report, report).note_received
        added = select(AuditLine.subject).where(AuditLine.did == ADDED)
        assert set(session.scalars(added)) == {f"report:{report}"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Choose the scan or the photo first."),
        (b"MZ a program", "neither a picture nor a PDF"),
        (b"<svg onload=alert(1)>", "neither a picture nor a PDF"),
        (JPEG + bytes(LARGEST), "larger than 10 MB"),
    ],
)
def test_what_is_no_scan_is_not_kept_and_said(
    clerk: Visitor, files: Files, filled: Database, content: bytes, sentence: str
) -> None:
    report = files()
    assert sentence in adds(clerk, report, content)
    assert pictures(filled, report) == []


@pytest.mark.parametrize("begins", [b"GIF89a", JPEG, b"\x89PNG\r\n\x1a\n"])
def test_a_picture_that_is_a_page_too_is_shown_as_a_picture_and_runs_nothing(
    clerk: Visitor, files: Files, filled: Database, begins: bytes
) -> None:
    """Nothing here unpacks a picture, so that none can unpack to something vast."""
    report = files()
    adds(clerk, report, begins + b"=1;/*<html><script src=//evil.example></script>*/")
    (kept,) = pictures(filled, report)
    answer = clerk.opens(f"/staff/pictures/{kept.id}")
    assert answer.mimetype in SHOWN
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_scan_for_a_report_that_is_not_there_is_not_found(clerk: Visitor) -> None:
    form = {"csrf_token": clerk.token("/staff/"), "scan": (BytesIO(PDF), "note.pdf")}
    assert clerk.client.post("/staff/pictures/of/99", data=form).status_code == 404


def by_hand(clerk: Visitor, scan: bytes, **changes: str) -> str:
    form = {
        "csrf_token": clerk.token("/staff/by-hand/"),
        "origin": "staff:0123456789abcdef",
        "channel": "note",
        "student": samples.GABY,
        "days": "11/24",
        "reason": "illness",
        "excused": "rule",
        "relationship": "mother",
        "scan": (BytesIO(scan), "scan.jpg"),
        **changes,
    }
    return clerk.client.post("/staff/by-hand/", data=form, follow_redirects=True).text


def test_a_report_entered_by_hand_comes_with_its_scan(clerk: Visitor, filled: Database) -> None:
    for _ in range(2):  # pressed twice
        assert "Entered and confirmed: " in by_hand(clerk, JPEG)
    with filled.reading() as session:
        report = session.scalars(select(Report)).one()
    (scan,) = pictures(filled, report.id)
    assert clerk.opens(f"/staff/pictures/{scan.id}").data == JPEG
    assert f'src="/staff/pictures/{scan.id}"' in clerk.opens(f"/staff/reports/{report.id}").text


def test_a_scan_that_is_none_or_went_astray_is_asked_for_again(
    clerk: Visitor, filled: Database
) -> None:
    assert "neither a picture nor a PDF" in by_hand(clerk, b"words")
    assert "Choose the scan once more" in by_hand(clerk, JPEG, student="")
    with filled.reading() as session:
        assert session.scalars(select(Report)).all() == []


class FullStore(InMemory):
    """A store without room for more."""

    def write(self, name: str, content: bytes) -> None:
        raise OSError(f"no space left for {len(content)} bytes: {name}")


def test_a_full_disk_leaves_nothing_half_written(filled: Database, clock: StandingClock) -> None:
    full = Vault(FullStore(), ["a secret of the tests, long enough for one"])
    with console_app(filled, clock, vault=full).test_client() as client:
        clerk = Visitor(client)
        clerk.signs_in()
        assert "The scan could not be kept" in by_hand(clerk, JPEG)
    with filled.reading() as session:
        assert session.scalars(select(Report)).all() == []


def test_a_photo_that_is_not_there_is_not_found(
    clerk: Visitor, photographed: tuple[int, int], filled: Database
) -> None:
    for wrong in (photographed[1] + 1, 2**40):
        assert clerk.opens(f"/staff/pictures/{wrong}").status_code == 404
    with filled.reading() as session:
        VAULT.delete(session.get_one(Picture, photographed[1]).in_vault)
    assert clerk.opens(f"/staff/pictures/{photographed[1]}").status_code == 404

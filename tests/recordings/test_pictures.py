"""Photos of notes: fetched by id, known by their content, kept encrypted, filed to a report."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ivr.conversations import Conversation
from ivr.forgetting import forget_conversations
from ivr.media import Media
from recordings.picture_fetching import PictureFetcher, kind_of
from recordings.picture_retention import purge_pictures
from recordings.pictures import Picture, PictureState
from recordings.stores import Folder
from recordings.vault import Vault
from school.audit import AuditLine
from tests.support.gateway import RememberingGateway
from tests.support.line import KEIKOS_MOTHER, WholeLine

JPEG = b"\xff\xd8\xff\xe0" + b"photo" * 1000
PDF = b"%PDF-1.7 a note"
MESSAGE = "MM" + "2" * 32
FIRST, SECOND = "ME" + "1" * 32, "ME" + "2" * 32


@pytest.fixture
def gateway() -> RememberingGateway:
    return RememberingGateway()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(Folder(tmp_path / "vault"), ["a secret"])


def fetcher(line: WholeLine, gateway: RememberingGateway, vault: Vault) -> PictureFetcher:
    made = line.services.pictures(gateway)  # type: ignore[arg-type]  # the fake has what is used
    return PictureFetcher(made.database, made.clock, gateway, vault, made.tell)


def send(line: WholeLine, body: str = "", *kinds: str, from_: str = KEIKOS_MOTHER) -> list[str]:
    """A text with attachments of these kinds."""
    fields = {"NumMedia": str(len(kinds)), "MessageSid": MESSAGE}
    for n, kind in enumerate(kinds):
        fields[f"MediaUrl{n}"] = f"http://169.254.169.254/steal/Media/{(FIRST, SECOND)[n]}"
        fields[f"MediaContentType{n}"] = kind
    return line.text(body, from_, **fields)


def pictures(line: WholeLine) -> list[Picture]:
    with line.services.database.reading() as session:
        return list(session.scalars(select(Picture).order_by(Picture.id)))


def test_a_photo_outlives_the_conversation_it_came_in(line: WholeLine) -> None:
    line.text("Keiko is out today, religious holiday")
    line.text("yes")
    send(line, "", "image/jpeg")
    database, later = line.services.database, line.clock() + timedelta(days=400)
    with database.begin() as session:
        session.execute(update(Conversation).values(closed_at=line.clock()))
    with database.begin() as session:
        assert forget_conversations(session, later, later)
    (kept,) = pictures(line)
    assert kept.conversation_id is None
    assert kept.report_id is not None


def test_a_photo_goes_to_the_only_report_there_is(
    line: WholeLine, gateway: RememberingGateway, vault: Vault
) -> None:
    line.text("Keiko is out today, religious holiday")
    assert line.report()["note_required"]
    (answer,) = send(line, "", "image/jpeg")
    assert answer == f"Thank you. Your note goes with report {line.report()['reference']}."
    assert not line.report()["note_received"], "it is not here yet"
    gateway.pictures[MESSAGE, FIRST] = Media(JPEG, "image/jpeg")
    assert fetcher(line, gateway, vault).run() == 1
    assert line.report()["note_received"]
    (picture,) = pictures(line)
    assert (picture.state, picture.kind, picture.size) == ("kept", "image/jpeg", len(JPEG))
    assert vault.get(picture.in_vault) == JPEG
    assert (MESSAGE, FIRST) not in gateway.pictures, "the carrier's copy is deleted"


def test_what_lies_in_the_store_is_encrypted(
    line: WholeLine, gateway: RememberingGateway, vault: Vault, tmp_path: Path
) -> None:
    send(line, "Keiko is out today, she has a fever", "image/jpeg")
    gateway.pictures[MESSAGE, FIRST] = Media(JPEG, "image/jpeg")
    fetcher(line, gateway, vault).run()
    files = [path for path in tmp_path.rglob("*") if path.is_file() and "vault" in str(path)]
    assert files
    assert not any(b"photophoto" in path.read_bytes() for path in files)


def test_a_photo_with_a_sentence_goes_with_the_report_it_makes(line: WholeLine) -> None:
    send(line, "Keiko is out today, she has a fever", "image/jpeg", "application/pdf")
    report = line.report()
    assert [picture.report_id for picture in pictures(line)] == [report["id"]] * 2


def test_a_photo_of_an_unfinished_form_goes_with_it_when_it_is_full(line: WholeLine) -> None:
    line.text("Keiko is out today")
    (answer,) = send(line, "", "image/png")
    assert answer == "Thank you for the note. What is the reason?"
    line.text("a fever")
    assert pictures(line)[0].report_id == line.report()["id"]


def test_a_photo_without_a_report_is_asked_about_and_filed_with_the_answer(line: WholeLine) -> None:
    (answer,) = send(line, "", "image/jpeg")
    assert answer == "Thank you for the note. Who is it for, which day, and why?"
    line.text("Keiko, today, fever")
    assert pictures(line)[0].report_id == line.report()["id"]


@pytest.mark.parametrize("kind", ["video/mp4", "text/vcard", "audio/amr", "text/html"])
def test_what_is_no_picture_is_refused_with_a_sentence(line: WholeLine, kind: str) -> None:
    assert send(line, "", kind) == [
        "We can take photos and PDF files only. Please send a photo of the note."
    ]
    assert pictures(line) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg><script>alert(1)</script></svg>",
        b"alert(1)//\xff\xd8\xff",
        b"#!/bin/sh\n",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"PK\x03\x04" + bytes(100),  # an archive, however large it is when unpacked
        b"\x1f\x8b\x08",
        b"RIFF1234WAVE",
        b"\x00\x00\x00\x18ftypisom",
    ],
)
def test_what_only_claims_to_be_a_picture_is_refused_and_the_family_told(
    line: WholeLine, gateway: RememberingGateway, vault: Vault, content: bytes
) -> None:
    line.text("Keiko is out today, religious holiday")
    send(line, "", "image/jpeg")
    gateway.pictures[MESSAGE, FIRST] = Media(content, "image/jpeg")
    fetcher(line, gateway, vault).run()
    assert pictures(line)[0].state == PictureState.REFUSED
    assert not line.report()["note_received"]
    told = line.queued()[-1]
    assert told.to_phone == KEIKOS_MOTHER
    assert told.body == (
        "Jones College Prep: what you sent could not be opened. Please send a photo of the note "
        "once more."
    )


def test_a_picture_that_is_not_to_be_had_yet_is_fetched_later_and_given_up_in_the_end(
    line: WholeLine, gateway: RememberingGateway, vault: Vault
) -> None:
    send(line, "Keiko is out today, she has a fever", "image/jpeg")
    worker = fetcher(line, gateway, vault)
    assert worker.run() == 1
    assert worker.run() == 0, "not at once again"
    line.clock.go_on(minutes=1)
    gateway.pictures[MESSAGE, FIRST] = Media(PDF, "image/jpeg")
    assert worker.run() == 1
    assert pictures(line)[0].kind == "application/pdf"


def test_a_picture_that_never_comes_is_given_up_after_a_day(
    line: WholeLine, gateway: RememberingGateway, vault: Vault
) -> None:
    send(line, "Keiko is out today, she has a fever", "image/jpeg")
    worker = fetcher(line, gateway, vault)
    line.clock.go_on(minutes=25 * 60)
    worker.run()
    assert pictures(line)[0].state == PictureState.GONE


def test_the_same_text_twice_keeps_its_pictures_once(line: WholeLine) -> None:
    send(line, "Keiko is out today, she has a fever", "image/jpeg")
    send(line, "Keiko is out today, she has a fever", "image/jpeg")
    assert len(pictures(line)) == 1


def test_an_address_without_an_id_is_never_kept(line: WholeLine) -> None:
    fields = {"NumMedia": "1", "MediaUrl0": "http://127.0.0.1/../../etc/passwd?x=1"}
    line.text("Keiko is out today, she has a fever", **fields)
    assert pictures(line) == []


def test_photos_go_when_their_time_is_over_with_a_line_of_proof(
    line: WholeLine, gateway: RememberingGateway, vault: Vault
) -> None:
    send(line, "Keiko is out today, she has a fever", "image/jpeg")
    gateway.pictures[MESSAGE, FIRST] = Media(JPEG, "image/jpeg")
    fetcher(line, gateway, vault).run()
    database, year = line.services.database, timedelta(days=365)
    line.clock.go_on(minutes=364 * 24 * 60)
    assert purge_pictures(database, line.clock, vault, year) == 0
    line.clock.go_on(minutes=2 * 24 * 60)
    assert purge_pictures(database, line.clock, vault, year) == 1
    (picture,) = pictures(line)
    assert picture.state == PictureState.PURGED
    with pytest.raises(FileNotFoundError):
        vault.get(picture.in_vault)
    with database.reading() as session:
        proof = session.scalar(select(AuditLine).where(AuditLine.did == "purged picture"))
    assert proof is not None
    assert proof.detail == picture.sha256


def test_pictures_are_known_by_their_beginning() -> None:
    assert kind_of(b"RIFF....WEBPVP8 ") == "image/webp"
    assert kind_of(b"\x00\x00\x00\x18ftypheic") == "image/heic"
    assert kind_of(b"GIF89a") == "image/gif"
    assert kind_of(b"\x89PNG\r\n\x1a\n") == "image/png"


def test_a_carrier_that_is_away_keeps_no_worker_from_the_other_pictures(
    line: WholeLine, gateway: RememberingGateway, vault: Vault
) -> None:
    send(line, "Keiko is out today, she has a fever", "image/jpeg", "image/jpeg")
    gateway.pictures[MESSAGE, SECOND] = Media(JPEG, "image/jpeg")
    fetcher(line, gateway, vault).run()
    assert [picture.state for picture in pictures(line)] == ["received", "kept"]

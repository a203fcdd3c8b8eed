"""What families are told of a student who left early, and of a note they owe."""

from collections.abc import Mapping
from datetime import date, time

import pytest

from flows.catalogue import Speaker
from flows.desk_notices import note_reminder, picked_up, release_undone, signed_out
from flows.scene import Channel
from flows.turn import Notice
from tests.support.dismissals import jones, offered

TODAY = date(2026, 11, 24)
TEN, BACK = time(10, 5), time(13, 30)
FACTS = jones().facts
NOTICES = {
    "alone": signed_out("Lorena", TEN, None, FACTS),
    "picked up": picked_up("Gaby", "Alicia Villa", TEN, BACK, FACTS),
    "undone": release_undone("Gaby", TEN, FACTS),
    "note": note_reminder("Gaby", (date(2026, 11, 23),), date(2026, 11, 30), FACTS),
}
LONGEST_TEXT = 320  # letters: two parts in English, and five where accents cost more


@pytest.fixture(scope="module")
def speakers() -> Mapping[str, Speaker]:
    return offered()


def text(notice: Notice, speaker: Speaker) -> str:
    return speaker.write(notice, Channel.SMS, TODAY).replace("\u202f", " ").replace("\xa0", " ")


def test_the_family_reads_who_left_when_and_whether_a_return_is_expected(
    speakers: Mapping[str, Speaker],
) -> None:
    english = {name: text(notice, speakers["en"]) for name, notice in NOTICES.items()}
    assert english == {
        "alone": "Jones College Prep: Lorena, 18 or older, signed out of school alone at 10:05 AM. "
        "Not expected back today. Questions? Call (773) 534-8600.",
        "picked up": "Jones College Prep: Gaby was picked up from school at 10:05 AM by Alicia "
        "Villa. Expected back at 1:30 PM. Not right? Call (773) 534-8600.",
        "undone": "Jones College Prep: we told you that Gaby left school at 10:05 AM. That was our "
        "mistake and does not count. We are sorry. Questions? Call (773) 534-8600.",
        "note": "Jones College Prep: we still need a signed note for Gaby, absent Mon, Nov 23. It "
        "is due Mon, Nov 30. Bring it to the main office, or send a photo of it here.",
    }


def test_spanish_says_the_same(speakers: Mapping[str, Speaker]) -> None:
    assert text(NOTICES["picked up"], speakers["es"]) == (
        "Jones College Prep: Alicia Villa recogió a Gaby de la escuela a las 10:05 a.m. Regresa a "
        "las 1:30 p.m. ¿No es correcto? Llame al (773) 534-8600."
    )


@pytest.mark.parametrize("name", NOTICES)
def test_every_language_offered_has_the_notice_and_no_text_is_long(
    name: str, speakers: Mapping[str, Speaker]
) -> None:
    for speaker in speakers.values():
        words = text(NOTICES[name], speaker)
        assert "{" not in words
        assert len(words) <= LONGEST_TEXT


@pytest.mark.parametrize("name", NOTICES)
def test_what_is_spoken_says_who_calls(name: str, speakers: Mapping[str, Speaker]) -> None:
    for code in ("en", "es"):
        words = speakers[code].write(NOTICES[name], Channel.PHONE, TODAY)
        assert words.startswith(("This is Jones College Prep.", "Le habla Jones College Prep."))

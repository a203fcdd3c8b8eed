from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import select

from console.listening import LISTENED
from recordings.sound import read_sound
from recordings.transcripts import TranscriptRow
from recordings.voicemails import Kind, Trouble, Voicemail, VoicemailState
from school.audit import AuditLine
from school.database import Database
from school.reports import Report
from tests.console import samples
from tests.console.browsing import sign_in
from tests.console.parts import (
    ATTENDANCE,
    FRONT_DESK,
    VAULT,
    Visitor,
    add_accounts,
    console_app,
)
from tests.recordings.parts import wav
from tests.support.browser import opened
from tests.support.clock import StandingClock
from tests.support.serving import serving

Files = Callable[..., int]
SOUND = wav(12.0)
PEAKS = read_sound(SOUND).peaks()
WORDS = "She has had a fever since last night"


@pytest.fixture
def recorded(filled: Database, files: Files, clock: StandingClock) -> tuple[int, int]:
    """A report with a message: its number, and the recording's."""
    return record(filled, files(transcript=WORDS), clock)


def record(database: Database, report: int, clock: StandingClock) -> tuple[int, int]:
    with database.begin() as session:
        row = Voicemail(
            recording_sid="RE" + "7" * 32, call_sid="CA7", state=VoicemailState.SETTLED,
            seconds=12, sha256="0" * 64, peaks=PEAKS, received_at=clock(),
            updated_at=clock(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        words = [[word, n, n + 0.9, 0.3 if word == "fever" else 0.9]
                 for n, word in enumerate(WORDS.split())]  # fmt: skip
        session.add(
            TranscriptRow(
                voicemail_id=row.id,
                text=WORDS,
                language="en",
                words=words,
                made_by="base",
                evidence=[{"fact": "reason", "first": 4, "last": 4}],
                made_at=clock(),
            )
        )
        session.get_one(Report, report).recording_sid = row.recording_sid
    VAULT.put(row.in_vault, SOUND)
    return report, row.id


def listened(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.did == LISTENED))
        return [(line.who, line.subject) for line in lines]


def test_staff_hear_the_whole_sound_and_nothing_of_it_is_kept_on_the_way(
    clerk: Visitor, recorded: tuple[int, int], filled: Database
) -> None:
    answer = clerk.opens(f"/staff/recordings/{recorded[1]}")
    assert answer.status_code == 200
    assert answer.data == SOUND
    assert answer.content_type == "audio/wav"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert listened(filled) == [(ATTENDANCE, f"recording:{recorded[1]}")]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, len(SOUND)),
        ("bytes=0-99", 0, 100),
        ("bytes=65530-65545", 65530, 65546),  # across two chunks of the vault
        ("bytes=190000-", 190000, len(SOUND)),
        ("bytes=-44", len(SOUND) - 44, len(SOUND)),
        ("bytes=5-999999999", 5, len(SOUND)),
    ],
)
def test_a_part_of_the_sound(
    clerk: Visitor, recorded: tuple[int, int], asked: str, start: int, end: int
) -> None:
    answer = clerk.client.get(f"/staff/recordings/{recorded[1]}", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.data == SOUND[start:end]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(SOUND)}"


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=200-100", "bytes=x", "lines=1-2"])
def test_an_odd_range_gives_an_error_or_everything(
    clerk: Visitor, recorded: tuple[int, int], asked: str
) -> None:
    answer = clerk.client.get(f"/staff/recordings/{recorded[1]}", headers={"Range": asked})
    assert answer.status_code in (200, 416)


def test_one_listening_in_pieces_is_one_line_and_a_later_one_another(
    clerk: Visitor, recorded: tuple[int, int], filled: Database, clock: StandingClock
) -> None:
    for asked in ("bytes=0-", "bytes=100-", "bytes=65536-"):
        clerk.client.get(f"/staff/recordings/{recorded[1]}", headers={"Range": asked})
    assert len(listened(filled)) == 1
    clock.go_on(minutes=2)
    clerk.client.get(f"/staff/recordings/{recorded[1]}", headers={"Range": "bytes=9-"})
    assert len(listened(filled)) == 2


@pytest.mark.parametrize("path", ["", "/words"])
def test_nobody_else_hears_or_reads_it(
    visitor: Visitor, recorded: tuple[int, int], filled: Database, path: str
) -> None:
    address = f"/staff/recordings/{recorded[1]}{path}"
    assert visitor.opens(address).status_code == 303  # to sign in
    visitor.signs_in(FRONT_DESK)
    assert visitor.opens(address).status_code == 403
    assert "<audio" not in visitor.opens(f"/staff/reports/{recorded[0]}").text
    assert listened(filled) == []


def test_words_times_peaks_and_marks_are_given_to_the_player(
    clerk: Visitor, recorded: tuple[int, int]
) -> None:
    about = clerk.opens(f"/staff/recordings/{recorded[1]}/words").get_json()
    assert about["words"][4] == ["fever", 4, 4.9, 0.3]
    assert about["marks"] == [{"fact": "reason", "first": 4, "last": 4}]
    assert len(about["peaks"]) == 200
    assert (about["seconds"], about["language"]) == (12, "en")


@pytest.mark.parametrize("number", ["999", "99999999999999999999"])
def test_there_is_no_such_recording(clerk: Visitor, recorded: tuple[int, int], number: str) -> None:
    assert recorded
    assert clerk.opens(f"/staff/recordings/{number}").status_code == 404
    assert clerk.opens(f"/staff/recordings/{number}/words").status_code == 404


def test_what_was_purged_or_does_not_open_is_not_there(
    clerk: Visitor, recorded: tuple[int, int], filled: Database, clock: StandingClock
) -> None:
    with filled.begin() as session:
        row = session.get_one(Voicemail, recorded[1])
        VAULT._store.write(row.in_vault, b"ALV1 and then something else" * 9)
    assert clerk.opens(f"/staff/recordings/{recorded[1]}").status_code == 404
    with filled.begin() as session:
        session.get_one(Voicemail, recorded[1]).purged_at = clock()
    assert clerk.opens(f"/staff/recordings/{recorded[1]}").status_code == 404
    assert "The sound was deleted" in clerk.opens(f"/staff/reports/{recorded[0]}").text
    assert listened(filled) == []


def test_the_page_of_a_report_has_its_message_and_its_recorded_call(
    clerk: Visitor, recorded: tuple[int, int], filled: Database, clock: StandingClock
) -> None:
    with filled.begin() as session:
        session.get_one(Report, recorded[0]).call_sid = "CA7"
        session.add(
            Voicemail(
                recording_sid="RE8",
                call_sid="CA7",
                kind=Kind.CALL,
                state=VoicemailState.RECEIVED,
                received_at=clock(),
                updated_at=clock(),
            )
        )
    page = clerk.opens(f"/staff/reports/{recorded[0]}").text
    assert f'src="/staff/recordings/{recorded[1]}"' in page
    assert "Recorded call" in page
    assert "on its way" in page
    with filled.begin() as session:
        session.get_one(Voicemail, recorded[1] + 1).trouble = Trouble.TRUNCATED
    page = clerk.opens(f"/staff/reports/{recorded[0]}").text
    assert "could not be had from the carrier yet" in page
    assert "Could not be had from the carrier yet" in clerk.opens("/staff/recordings/").text


@pytest.fixture
def listening(sqlite: Database, browser: Browser, clock: StandingClock) -> Iterator[Page]:
    """A report with a message, open before a clerk; a second report waits behind it."""
    with sqlite.begin() as session:
        add_accounts(session, clock())
        samples.add_roster(session)
        first = samples.report(session, clock(), transcript=WORDS)
        samples.report(session, clock(), transcript=WORDS)
    record(sqlite, first, clock)
    with serving(console_app(sqlite, clock)) as address, opened(browser, 1280, "light") as page:
        sign_in(page, address)
        page.goto(f"{address}/staff/reports/{first}")
        page.wait_for_selector(".player[data-ready]")
        yield page


@pytest.mark.browser
def test_a_word_is_heard_by_click_and_by_key(listening: Page, sqlite: Database) -> None:
    page = listening
    assert listened(sqlite) == [], "who has only opened the page has not listened"
    page.locator(".spoken", has_text="since").click()
    moment = page.locator("audio").evaluate("audio => audio.currentTime")
    assert 4.5 < moment < 7
    page.locator(".spoken").first.focus()
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert page.locator("audio").evaluate("audio => audio.currentTime") < 4.5
    page.wait_for_function("document.querySelector('audio').readyState > 0")
    assert len(listened(sqlite)) == 1
    expect(page.locator(".spoken.doubtful")).to_have_text("fever")
    page.get_by_label("Speed").select_option("1.5")
    assert page.locator("audio").evaluate("audio => audio.playbackRate") == 1.5


@pytest.mark.browser
def test_space_plays_and_stops_and_the_arrow_goes_three_seconds_back(listening: Page) -> None:
    page = listening
    play, audio = page.locator("[data-play] > span"), page.locator("audio")
    page.keyboard.press(" ")
    expect(play).to_have_text("Stop")
    page.keyboard.press(" ")
    expect(play).to_have_text("Play")
    audio.evaluate("audio => { audio.currentTime = 9; }")
    page.keyboard.press("ArrowLeft")
    assert audio.evaluate("audio => audio.currentTime") == pytest.approx(6, abs=0.1)
    page.get_by_label("Reported by").fill("Alicia")
    page.keyboard.press("ArrowLeft")  # while one types, it is the field's
    page.keyboard.type(" X ")
    assert audio.evaluate("audio => audio.paused && audio.currentTime > 5.5")


@pytest.mark.browser
def test_with_the_next_report_the_sound_ends_and_its_words_stay_behind(listening: Page) -> None:
    page = listening
    page.evaluate("window.sound = document.querySelector('audio')")
    page.keyboard.press(" ")
    expect(page.locator("[data-play] > span")).to_have_text("Stop")
    page.keyboard.press("j")
    page.wait_for_url("**/staff/reports/2")
    assert page.evaluate("window.sound.paused")
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/words", hold)
    page.keyboard.press("k")
    page.wait_for_url("**/staff/reports/1")
    page.keyboard.press("j")
    page.wait_for_url("**/staff/reports/2")
    with page.expect_response("**/words"):
        asked[0].continue_()  # the words of the first come when the second is shown
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator(".spoken")).to_have_count(0)

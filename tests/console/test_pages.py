"""Pages beside the worklist: by hand, messages, recordings, roster, audit, figures."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ivr.conversations import Conversation
from recordings.voicemails import Trouble, VoicemailState, keep
from school.audit import AuditLine, note
from school.database import Database
from school.outbox import Letter, MessageStatus, queue
from school.people import ContactRow, StudentRow
from school.reports import Report, Status
from school.roster_files import DEMO_FOLDER
from tests.console import samples
from tests.console.forms import sends, sends_from
from tests.console.parts import ADMIN, ATTENDANCE, FRONT_DESK, Visitor
from tests.console.seen import text_of
from tests.support.clock import StandingClock

Files = Callable[..., int]
MARKUP = "<script>alert('x')</script>"
ROSTER = (Path(DEMO_FOLDER) / "roster.csv").read_bytes()
CONTACTS = (Path(DEMO_FOLDER) / "contacts.csv").read_bytes()


@pytest.fixture
def admin(visitor: Visitor) -> Visitor:
    visitor.signs_in(ADMIN)
    return visitor


def reports(filled: Database) -> list[Report]:
    with filled.reading() as session:
        return list(session.scalars(select(Report).order_by(Report.id)))


# ---- by hand ----


def paper(clerk: Visitor) -> dict[str, str]:
    """The form, filled in from a note."""
    form = clerk.opens("/staff/by-hand/").text
    origin = re.search(r'name="origin" value="([^"]+)"', form)
    assert origin
    return {
        "csrf_token": clerk.token("/staff/by-hand/"),
        "origin": origin[1],
        "channel": "note",
        "student": "Gabriela Alvarado",
        "days": "11/24 to 11/25",
        "reason": "religious_holiday",
        "excused": "rule",
        "reporter": "Alicia Villa",
        "relationship": "mother",
    }


def test_a_note_is_entered_and_confirmed_at_once(clerk: Visitor, filled: Database) -> None:
    data = paper(clerk)
    for _ in range(2):  # pressed twice
        page = clerk.client.post("/staff/by-hand/", data=data, follow_redirects=True).text
        assert "Entered and confirmed: " in page
    (report,) = reports(filled)
    assert (report.status, report.channel, report.excused) == (Status.CONFIRMED, "note", True)
    assert report.student_id == samples.GABY
    assert report.dates == (samples.TUESDAY, date(2026, 11, 25))
    assert report.note_received
    for address in (f"/staff/reports/{report.id}", "/staff/?status=all"):
        assert "Number withheld" not in clerk.opens(address).text, "a note has none to withhold"
    assert f"{ATTENDANCE} entered it by hand" in clerk.opens(f"/staff/reports/{report.id}").text


def test_a_note_for_a_day_that_was_reported_leads_to_both(clerk: Visitor, files: Files) -> None:
    called = files(status=Status.CONFIRMED)
    answer = clerk.client.post("/staff/by-hand/", data=paper(clerk), follow_redirects=True)
    assert "The student was reported for such a day before" in answer.text
    assert f"/join/{called}" in answer.text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"student": ""}, "Choose the student."),
        ({"student": "Gabriela Alvorado"}, "Which of these students is it?"),
        ({"days": "26 Nov"}, "There is no school on Thu 26 Nov"),
        ({"reason": "unknown"}, "Choose a reason"),
        ({"channel": "pigeon"}, "Choose how it came in."),
        ({"origin": "conversation:1:0:0"}, "This page was open for too long."),
    ],
)
def test_what_cannot_be_entered_is_said_and_kept(
    clerk: Visitor, filled: Database, change: dict[str, str], sentence: str
) -> None:
    known = {"origin": "staff:0123456789abcdef", "channel": "staff", "student": samples.GABY}
    data = {
        **known,
        "csrf_token": clerk.token("/staff/by-hand/"),
        "days": "11/24",
        "reason": "illness",
        "excused": "rule",
        "reporter": "Words typed",
        "relationship": "mother",
        **change,
    }
    answer = clerk.client.post("/staff/by-hand/", data=data)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'value="Words typed"' in answer.text
    assert reports(filled) == []


# ---- messages and recordings ----


def test_messages_that_did_not_arrive_stand_first(
    clerk: Visitor, files: Files, filled: Database, clock: StandingClock
) -> None:
    assert "Every message arrived" in clerk.opens("/staff/messages/").text
    number = files()
    with filled.begin() as session:
        for key, status in (("1", MessageStatus.UNDELIVERED), ("2", MessageStatus.DELIVERED)):
            letter = Letter(key, samples.MOTHERS_PHONE, "es", MARKUP + key, report_id=number)
            message = queue(session, letter, clock())
            assert message is not None
            message.status = status
    page = clerk.opens("/staff/messages/").text
    assert f"/staff/reports/{number}" in page
    assert "Did not arrive" in page
    assert page.count("&lt;script&gt;") == 1
    assert "<script>alert" not in page
    assert clerk.opens("/staff/messages/?show=all").text.count("&lt;script&gt;") == 2
    assert clerk.opens("/staff/messages/?show=x&older=x").status_code == 200


def test_the_front_desk_sees_messages_without_their_words(
    visitor: Visitor, filled: Database, clock: StandingClock
) -> None:
    with filled.begin() as session:
        queue(session, Letter("1", samples.MOTHERS_PHONE, "en", "fever", report_id=None), clock())
    visitor.signs_in(FRONT_DESK)
    page = visitor.opens("/staff/messages/?show=all").text
    assert "Not shown" in page
    assert "fever" not in page
    assert visitor.opens("/staff/recordings/").status_code == 403


@pytest.mark.parametrize(
    ("state", "trouble", "said"),
    [
        (VoicemailState.UNAVAILABLE, Trouble.TRUNCATED, "Cannot be had from the carrier"),
        (VoicemailState.DRAFTED, Trouble.NOT_DELETED, "does not delete its copy"),
    ],
)
def test_recordings_that_somebody_should_see_to_stand_first(
    clerk: Visitor, filled: Database, clock: StandingClock,
    state: VoicemailState, trouble: Trouble, said: str,
) -> None:  # fmt: skip
    with filled.begin() as session:
        for sid in ("RE1", "RE2"):
            keep(session, sid, "CA1", VoicemailState.SETTLED, 7, clock())
    assert "To see to" not in clerk.opens("/staff/recordings/").text
    with filled.begin() as session:
        keep(session, "RE0", "CA2", state, 7, clock()).trouble = trouble
    page = clerk.opens("/staff/recordings/").text
    assert page.count(said) == 2
    assert page.index("To see to") < page.index(said) < page.index("<h2>All</h2>")


def test_no_recordings_yet_is_said(clerk: Visitor) -> None:
    assert "Nobody has left a message yet." in clerk.opens("/staff/recordings/").text


# ---- the roster ----


def uploads(admin: Visitor, roster: bytes = ROSTER, contacts: bytes = CONTACTS, **more: str) -> str:
    data = {
        "csrf_token": admin.token("/staff/account/"),
        "roster": (io.BytesIO(roster), "roster.csv"),
        "contacts": (io.BytesIO(contacts), "contacts.csv"),
        **more,
    }
    return admin.client.post("/staff/roster/dry-run", data=data).text


def students(filled: Database) -> int:
    with filled.reading() as session:
        return session.scalar(select(func.count()).select_from(StudentRow)) or 0


def test_an_import_shows_its_difference_first_and_leaves_a_line(
    admin: Visitor, filled: Database
) -> None:
    shown = uploads(admin)
    assert "Students: 118 added, 1 changed" in shown
    assert students(filled) == 2
    done = sends_from(admin, shown, "import")
    assert "Imported. Students: 118 added, 1 changed" in text_of(done.text)
    assert students(filled) == 120
    with filled.reading() as session:
        line = session.scalars(select(AuditLine).where(AuditLine.did == "imported roster")).one()
        assert line.who == ADMIN
    assert "say what is here already" in uploads(admin)


def test_half_a_roster_is_refused(admin: Visitor, filled: Database) -> None:
    sends_from(admin, uploads(admin), "import")
    half = b"\n".join(ROSTER.splitlines()[:60])
    assert "are missing in roster.csv" in uploads(admin, half)
    assert "left out" in uploads(admin, half, allow_drop="yes")
    assert students(filled) == 120


@pytest.mark.parametrize("roster", [b"", b"\x00\xff\xfe", b"a,b\n1,2\n", MARKUP.encode()])
def test_a_file_that_is_no_roster_is_said_in_words(
    admin: Visitor, filled: Database, roster: bytes
) -> None:
    page = uploads(admin, roster)
    assert "to put right" in page
    assert "<script>alert" not in page
    assert students(filled) == 2


def test_what_is_imported_is_what_was_shown(admin: Visitor, filled: Database) -> None:
    shown = uploads(admin)
    answer = sends_from(admin, shown, "import", packed="eyJmaWxlcyI6e319.forged")
    assert "Choose the files once more." in answer.text
    assert students(filled) == 2


def test_only_an_admin_imports(clerk: Visitor) -> None:
    assert "Show what would change" not in clerk.opens("/staff/roster/").text
    assert "not open to you" in uploads(clerk)


def test_a_misheard_name_is_offered_and_taught(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    number = files("unknown student")
    sends(clerk, f"/staff/reports/{number}", "confirm", student=samples.GABY)
    page = clerk.opens("/staff/roster/").text
    assert 'value="Gabriel Alvorado"' in page
    taught = sends_from(clerk, page, "heard-as", spelling="Gabriel")
    assert "The line knows it from now on." in taught.text
    assert 'value="Gabriel Alvorado"' not in taught.text
    with filled.reading() as session:
        assert session.get_one(StudentRow, samples.GABY).heard_as == ["Gabriel"]
    found = clerk.opens("/staff/roster/?q=alvarado").text
    assert "Heard as" in found
    assert "Forgotten." in sends_from(clerk, found, "heard-as").text
    with filled.reading() as session:
        assert session.get_one(StudentRow, samples.GABY).heard_as == []


# ---- audit, figures ----


def test_the_audit_is_searched_and_exported_and_that_is_a_line_too(
    admin: Visitor, filled: Database, clock: StandingClock
) -> None:
    with filled.begin() as session:
        note(session, clock(), "=cmd@evil.example", "saw report", "report:17", MARKUP)
    assert "No line fits." in admin.opens("/staff/audit/?subject=report+18").text
    text = text_of(admin.opens("/staff/audit/?subject=Report+17").text)
    assert "=cmd@evil.example saw report Report 17" in text
    assert "No line fits." in admin.opens("/staff/audit/?day=2026-11-23&who=evil").text
    assert admin.opens("/staff/audit/?day=soon&older=x&who=%25").status_code == 200
    rows = list(csv.reader(io.StringIO(admin.opens("/staff/audit/audit.csv").text)))
    assert rows[0] == ["at", "who", "did", "subject", "detail"]
    assert ["'=cmd@evil.example", "saw report", "report:17", MARKUP] in [row[1:] for row in rows]
    assert "exported audit" in admin.opens("/staff/audit/").text


FIGURES = (
    "calls",
    "hours",
    "channels",
    "reasons",
    "waited",
    "unaided",
    "languages",
    "delivery",
    "chronic",
)


def test_every_figure_is_a_picture_and_a_table(
    clerk: Visitor, files: Files, clock: StandingClock
) -> None:
    numbers = [files(), files(student_id=samples.ANDRES, language="es")]
    clock.go_on(minutes=20)
    for number in numbers:
        sends(clerk, f"/staff/reports/{number}", "confirm")
    page = clerk.opens("/staff/figures/").text
    text = text_of(page)
    assert "Half of them within 20 minutes." in text
    assert "100 % of what was confirmed needed no correction." in text
    assert "English 1 Spanish 1" in text
    for name in FIGURES:
        answer = clerk.opens(f"/staff/figures/{name}.svg?days=7")
        assert answer.mimetype == "image/svg+xml", name
        assert "<svg" in answer.text
        assert "<script" not in answer.text
        narrow = clerk.opens(f"/staff/figures/{name}.svg?days=7&narrow=yes")
        assert 'viewBox="0 0 344 ' in narrow.text, "a telephone's letters are as large as a desk's"
    assert clerk.opens("/staff/figures/other.svg").status_code == 404


def test_calls_are_counted_by_the_hour_at_the_school_whatever_came_of_them(
    clerk: Visitor, filled: Database, clock: StandingClock
) -> None:
    with filled.begin() as session:
        for number, channel in enumerate(("phone", "phone", "sms")):
            session.add(
                Conversation(
                    key=str(number), channel=channel, provider_id=str(number), opened_at=clock()
                )
            )
    calls = clerk.opens("/staff/figures/").text.partition("Calls by hour")[2]
    assert "6 am 2 7 am 0" in text_of(f"<main>{calls}")


def test_the_roster_shows_staff_the_orders_of_a_court(clerk: Visitor, filled: Database) -> None:
    with filled.begin() as session:
        contact = session.get_one(ContactRow, "K0001")
        contact.no_contact, contact.custody = True, MARKUP
    page = clerk.opens("/staff/roster/?q=alvarado").text
    assert "Alicia Villa" in page
    assert "Must have no contact" in page
    assert "Custody order" in page


def test_with_nothing_to_count_the_figures_say_so(clerk: Visitor) -> None:
    assert clerk.opens("/staff/figures/?days=x").text.count("Nothing yet.") == len(FIGURES)

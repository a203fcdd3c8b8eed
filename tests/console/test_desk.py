"""The dismissal desk in a browser without scripts, on each kind of database."""

import csv
import re
from datetime import date, time, timedelta
from html import unescape
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from school.audit import AuditLine
from school.database import Database
from school.dispatch import dispatch_urgent
from school.outbox import Message, MessageStatus
from school.people import ContactRow, StudentRow, raise_roster_version
from school.releases import OVERRIDDEN
from school.reports import Draft, Flag, ReportChannel, Status, Verification, write
from school.sending import Refused, Trouble
from tests.support.clock import StandingClock
from tests.support.desk import (
    ALONE,
    CLERK,
    WITH_MOTHER,
    DeskVisitor,
    desk_app,
    rows,
    visitor,
)
from tests.support.dismissals import (
    FATHER,
    FRONT_DESK,
    GABY,
    HEAD,
    LEFT,
    LORENA,
    OTHER_DESK,
    TEN_IN_THE_MORNING,
)
from tests.support.gateway import RememberingGateway

NEIGHBOR = {
    "who": "other",
    "name": "Nora Fields",
    "relationship": "neighbor",
    "why": "Mother on the phone from the hospital; known to Mr. Ortiz.",
    "id_seen": "yes",
    "reason": "family",
}


@pytest.fixture
def clock() -> StandingClock:
    """A little after ten on a school day."""
    return StandingClock(TEN_IN_THE_MORNING)


@pytest.fixture
def app(database: Database, clock: StandingClock) -> Flask:
    return desk_app(database, clock)


@pytest.fixture
def desk(app: Flask) -> DeskVisitor:
    """Somebody of the front desk."""
    return visitor(app)


def words(html: str) -> str:
    """The page's words, as they are read."""
    body = re.sub(r"<(script|style|title).*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r" ([,.])", r"\1", " ".join(unescape(body).split()))


def section(html: str, heading: str) -> str:
    """The words of the section with this id at its heading."""
    found = re.search(rf'<section[^>]*aria-labelledby="{heading}".*?</section>', html, re.DOTALL)
    return words(found[0]) if found else ""


def reported(database: Database, clock: StandingClock, **facts: object) -> int:
    """A report for today."""
    draft: dict[str, object] = {
        "origin": f"test:{uuid4()}",
        "status": Status.PENDING,
        "channel": ReportChannel.PHONE,
        "language": "en",
        "verification": Verification.LISTED,
        "from_phone": "+13315550111",
        "student_id": GABY,
        "days": (date(2026, 11, 24),),
        "reason_category": "illness",
        "reason_text": "a broken heart",
        "reporter_name": "Alicia Villa",
        "relationship": "mother",
        **facts,
    }
    with database.begin() as session:
        return write(session, Draft(**draft), clock()).id  # type: ignore[arg-type]  # a test's dict


def wish(database: Database, clock: StandingClock, **facts: object) -> int:
    """Somebody asked on the line for an early dismissal."""
    early = {
        "partial_kind": "early",
        "partial_time": time(13, 0),
        "flags": (Flag.EARLY_DISMISSAL_REQUEST,),
    }
    return reported(database, clock, **{**early, **facts})


def test_the_page_says_in_one_glance_who_may_and_who_must_not(desk: DeskVisitor) -> None:
    page = desk.opens(f"/desk/students/{GABY}").text
    may, must_not, others = (section(page, name) for name in ("may", "must-not", "others"))
    assert "May collect Gaby Alicia Villa, mother (331) 555-0111" in may
    assert "Ramón Alvarado" in may
    assert "Must not collect Gaby Bruno Alt, stepfather" in must_not
    assert "No-contact order. Do not release; call an administrator." in must_not
    assert "Rosa Villa" in others
    assert "neither parent nor guardian" in others
    assert "Under 18 Never leaves alone, whoever allows it. 18 on 26 January 2029." in words(page)


def test_a_custody_order_stands_with_its_terms(database: Database, desk: DeskVisitor) -> None:
    terms = "Weekends only, court order of 3 March 2026"
    with database.begin() as session:
        session.get_one(ContactRow, FATHER).custody = terms
    page = desk.opens(f"/desk/students/{GABY}").text
    assert terms in section(page, "must-not")
    assert "Ramón" not in section(page, "may")


def test_the_page_says_whether_the_student_is_18_today(
    database: Database, desk: DeskVisitor
) -> None:
    assert "18 or older May sign out alone." in words(desk.opens(f"/desk/students/{LORENA}").text)
    for born, said in (
        (date(2008, 11, 24), "18 today May sign out alone."),
        (date(2008, 11, 25), "Under 18 Never leaves alone"),
        (date(2001, 1, 26), "Birth date wrong On file: born 26 January 2001."),
    ):
        with database.begin() as session:
            session.get_one(StudentRow, LORENA).birth_date = born
        assert said in words(desk.opens(f"/desk/students/{LORENA}").text)


def test_on_29_february_the_page_waits_for_1_march(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    with database.begin() as session:
        session.get_one(StudentRow, LORENA).birth_date = date(2008, 2, 29)
    clock.now = TEN_IN_THE_MORNING.replace(year=2026, month=2, day=28)
    eve = visitor(desk.app)
    assert "Under 18" in words(eve.opens(f"/desk/students/{LORENA}").text)
    clock.go_on(minutes=24 * 60)
    day = visitor(desk.app)
    assert "18 today" in words(day.opens(f"/desk/students/{LORENA}").text)


def test_what_is_reported_today_is_shown_and_why_is_not(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    reported(database, clock)
    reported(database, clock, partial_kind="late", partial_time=time(9, 30))
    page = words(desk.opens(f"/desk/students/{GABY}").text)
    assert "Absence reported today, waiting" in page
    assert "Late arrival reported at 9:30 am, waiting" in page
    assert "broken heart" not in page


@pytest.mark.parametrize("typed", ["gaby", "Gabriela Alvarado", "alvarad", "6124", GABY])
def test_a_student_is_found_by_name_or_number(desk: DeskVisitor, typed: str) -> None:
    found = section(desk.opens("/desk/", q=typed).text, "found")
    assert "Gabriela Alvarado (Gaby) Grade 10, number 61240424 Under 18" in found


def test_a_student_is_found_by_grade(desk: DeskVisitor) -> None:
    assert "Lorena Barajas" in section(desk.opens("/desk/", grade="12").text, "found")
    assert "One student found" in section(desk.opens("/desk/", q="b", grade="12").text, "found")
    nobody = section(desk.opens("/desk/", q="gaby", grade="12").text, "found")
    assert "Nobody on the roster is called that" in nobody


@pytest.mark.parametrize("path", [f"/desk/students/{LEFT}", "/desk/students/1", "/desk/students/x"])
def test_who_is_not_on_the_roster_has_no_page(desk: DeskVisitor, path: str) -> None:
    assert desk.opens(path).status_code == 404


def test_releasing_to_a_listed_parent_tells_the_other_at_once(
    database: Database, desk: DeskVisitor
) -> None:
    answer = desk.releases(
        {**WITH_MOTHER, "at": "10:01", "expected_back": "11:30", "swiped": "yes"}
    )
    assert answer.status_code == 303
    (row,) = rows(database)
    page = desk.opens(f"/desk/releases/{row.id}").text
    assert "Picked up" in words(page)
    assert "ID seen, Swiped out" in words(page)
    told = section(page, "told")
    assert "Ramón Alvarado, father Waiting to be sent Text to (224) 555-0190, English" in told
    assert "Alicia" not in told
    with database.reading() as session:
        assert [m.contact_id for m in session.scalars(select(Message))] == [FATHER]


def test_delivery_is_seen_at_the_desk(database: Database, desk: DeskVisitor) -> None:
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    for status, said in (
        (MessageStatus.SENT, "Sent"),
        (MessageStatus.DELIVERED, "Delivered"),
        (MessageStatus.UNDELIVERED, "Did not arrive"),
        (MessageStatus.FAILED, "Not sent"),
    ):
        with database.begin() as session:
            session.execute(update(Message).values(status=status, attempts=1))
        told = desk.opens(f"/desk/releases/{row.id}/notices").text
        assert f"father {said}" in words(told).replace(" ,", ",")
        failed = status in (MessageStatus.UNDELIVERED, MessageStatus.FAILED)
        assert ("while the student is still here" in told) == failed
        assert ('data-moving="yes"' in told) == (status is MessageStatus.SENT)


def test_a_carrier_that_refuses_is_seen_at_the_desk(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    gateway = RememberingGateway(answers=[Refused(Trouble.NOT_NOW, 20429)])
    dispatch_urgent(database, gateway, clock)
    told = words(desk.opens(f"/desk/releases/{row.id}/notices").text)
    assert "Not sent yet" in told
    assert "Call (224) 555-0190 while the student is still here." in told
    clock.go_on(minutes=2)
    gateway.answers.append(Refused(Trouble.FINAL, 21211))
    dispatch_urgent(database, gateway, clock)
    told = words(desk.opens(f"/desk/releases/{row.id}/notices").text)
    assert "Not sent The carrier refused it, or could not be reached in time." in told.replace(
        "Text to (224) 555-0190, English, Tue 24 Nov, 10:07 am. ", ""
    )


def test_while_the_worker_is_down_the_desk_says_that_notices_wait(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    assert "waiting to be sent" not in words(desk.opens("/desk/").text)
    clock.go_on(seconds=45)
    assert "One notice is waiting to be sent" in words(desk.opens("/desk/").text)
    told = words(desk.opens(f"/desk/releases/{row.id}").text)
    assert "The program that sends messages does not seem to run." in told


def test_a_student_of_18_signs_out_alone_and_the_parents_are_told(
    database: Database, desk: DeskVisitor
) -> None:
    desk.releases(ALONE, LORENA)
    (row,) = rows(database)
    told = section(desk.opens(f"/desk/releases/{row.id}").text, "told")
    assert "Ana Cruz, mother Waiting to be sent Text to (312) 555-0160, Spanish" in told
    assert "Oscar Barajas, father No number on file Nothing could be sent." in told


def test_a_student_under_18_cannot_be_signed_out_alone(
    database: Database, desk: DeskVisitor
) -> None:
    assert 'value="self"' not in desk.opens(f"/desk/students/{GABY}").text
    answer = desk.releases(ALONE)
    assert answer.status_code == 409
    assert "A student under 18 never leaves alone." in words(answer.text)
    assert rows(database) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose with whom the student leaves."),
        ({**WITH_MOTHER, "id_seen": None}, "Look at a photo ID first"),
        ({**WITH_MOTHER, "reason": ""}, "Choose why the student leaves."),
        ({**WITH_MOTHER, "at": "25:99"}, "25:99 is no time of day."),
        ({**WITH_MOTHER, "at": "11:59"}, "That time is still ahead: it is 10:05."),
        ({**WITH_MOTHER, "expected_back": "09:00"}, "cannot be back before leaving"),
        ({**WITH_MOTHER, "who": "contact:K4"}, "Bruno Alt must have no contact"),
        ({**WITH_MOTHER, "who": "contact:K3"}, "neither parent nor guardian"),
        ({**WITH_MOTHER, "who": "contact:K11"}, "Choose who collects the student."),
        (NEIGHBOR, "For anybody else, an admin decides, in writing."),
    ],
)
def test_what_cannot_be_entered_says_why_and_keeps_what_was_typed(
    database: Database, desk: DeskVisitor, fields: dict[str, str | None], said: str
) -> None:
    answer = desk.releases({k: v for k, v in fields.items() if v is not None} | {"swiped": "yes"})
    assert answer.status_code == 409
    assert said in words(answer.text)
    assert 'name="swiped" value="yes" checked' in answer.text
    assert rows(database) == []


def test_all_that_is_missing_is_said_at_once(desk: DeskVisitor) -> None:
    page = words(desk.releases({"at": "10:01"}).text)
    assert (
        "3 things to put right Choose with whom the student leaves. Look at a photo ID first, and "
        "tick that you have seen it. Choose why the student leaves."
    ) in page


def test_an_admin_releases_off_the_form_and_it_stands_out(database: Database, app: Flask) -> None:
    head = visitor(app, HEAD)
    assert head.releases({**NEIGHBOR, "why": "ok"}).status_code == 409
    assert head.releases(NEIGHBOR).status_code == 303
    with database.reading() as session:
        line = session.scalars(select(AuditLine).where(AuditLine.did == OVERRIDDEN)).one()
    assert (line.who, line.detail) == (HEAD, NEIGHBOR["why"])
    log = words(head.opens("/desk/log").text)
    assert "Picked up, not on the form Mother on the phone from the hospital" in log


def test_while_the_student_is_on_the_way_the_desk_serves_the_next(
    app: Flask, desk: DeskVisitor, clock: StandingClock
) -> None:
    answer = desk.waits({**WITH_MOTHER, "texted": "yes", "expected_back": "11:30"})
    assert answer.location.endswith("/desk/")
    clock.go_on(minutes=3)
    other = visitor(app, OTHER_DESK)
    waiting = section(other.opens("/desk/").text, "waiting")
    assert waiting == (
        "Waiting in the office: 1 Gabriela Alvarado Grade 10 Alicia Villa since 10:05 am. Next: "
        "the student swipes out. Done: photo ID seen, student texted to meet. Kept by "
        "desk@school.example."
    )
    page = other.opens(f"/desk/students/{GABY}").text
    assert "Waiting since 10:05 am Alicia Villa; photo ID seen" in words(page)
    for filled_in in (
        'value="contact:K1" checked',
        'name="texted" value="yes" checked',
        '<option value="appointment" selected>',
        'value="11:30"',
    ):
        assert filled_in in page
    assert 'name="swiped" value="yes" checked' not in page


@pytest.mark.parametrize("ending", ["released", "refused", "gone"])
def test_nobody_waits_once_the_student_left_or_stays(desk: DeskVisitor, ending: str) -> None:
    desk.waits(WITH_MOTHER)
    if ending == "released":
        desk.releases(WITH_MOTHER)
    elif ending == "refused":
        desk.refuses({"person": "Alicia Villa", "refusal": "no_id"})
    else:
        path = f"/desk/students/{GABY}"
        assert desk.posts(f"{path}/gone", desk.hidden(path)).status_code == 303
    assert "Waiting in the office" not in words(desk.opens("/desk/").text)


def test_nobody_is_kept_waiting_whom_the_rules_forbid(desk: DeskVisitor) -> None:
    answer = desk.waits({**WITH_MOTHER, "who": "contact:K4"})
    assert answer.status_code == 409
    assert "Bruno Alt must have no contact" in words(answer.text)
    assert "Waiting in the office" not in words(desk.opens("/desk/").text)


@pytest.mark.parametrize("path", ["", f"students/{GABY}", "notes", "log", "alerts"])
def test_a_notice_that_reaches_nobody_is_seen_on_every_page_until_somebody_calls(
    database: Database, desk: DeskVisitor, path: str
) -> None:
    """The desk serves the next family when the carrier says that it could not deliver."""
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    assert "not told" not in words(desk.opens(f"/desk/{path}").text)
    with database.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.UNDELIVERED, attempts=1))
    page = desk.opens(f"/desk/{path}").text
    assert (
        "One person was not told: call now Ramón Alvarado, father of Gabriela Alvarado, who left "
        "at 10:05 am. Did not arrive Call (224) 555-0190 I have told Ramón Alvarado"
    ) in words(page)
    assert desk.does("told", row.id, contact=FATHER).status_code == 303
    assert "not told" not in words(desk.opens(f"/desk/{path}").text)
    told = section(desk.opens(f"/desk/releases/{row.id}").text, "told")
    assert "Told by the desk" in told
    assert f"By {FRONT_DESK}." in told


def test_a_number_that_opted_out_meanwhile_is_called(database: Database, desk: DeskVisitor) -> None:
    desk.releases(WITH_MOTHER)
    with database.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.CANCELLED))
    assert "One person was not told: call now" in words(desk.opens("/desk/").text)


def test_a_contact_without_a_number_is_named_where_nobody_else_could_be_told(
    database: Database, desk: DeskVisitor
) -> None:
    desk.releases(ALONE, LORENA)
    assert "not told" not in words(desk.opens("/desk/").text)
    with database.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.FAILED))
    alerts = words(desk.opens("/desk/alerts").text)
    assert "2 people were not told: call now Ana Cruz" in alerts
    assert "Oscar Barajas, father of Lorena Barajas" in alerts


def test_who_is_late_back_stands_first(desk: DeskVisitor, clock: StandingClock) -> None:
    desk.releases(ALONE, LORENA)
    clock.go_on(minutes=1)
    desk.releases({**WITH_MOTHER, "expected_back": "10:30"})
    clock.go_on(minutes=40)
    out = section(desk.opens("/desk/going-on").text, "out")
    assert out.index("Gabriela Alvarado") < out.index("Lorena Barajas")


def test_who_is_out_is_listed_until_the_coming_back_is_entered(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    desk.releases({**WITH_MOTHER, "expected_back": "10:30"})
    (row,) = rows(database)
    assert "Out and not back: 1 Gabriela Alvarado Grade 10 Out" in section(
        desk.opens("/desk/").text, "out"
    )
    clock.go_on(minutes=30)
    assert "Not back yet" in section(desk.opens("/desk/").text, "out")
    desk.does("back", row.id)
    assert "Everybody who left is back." in section(desk.opens("/desk/").text, "out")
    assert desk.does("back", row.id).status_code == 303


def test_a_second_desk_sees_what_the_first_one_entered(database: Database, app: Flask) -> None:
    first, second = visitor(app), visitor(app, OTHER_DESK)
    stale = second.hidden(f"/desk/students/{GABY}")
    assert first.releases(WITH_MOTHER).status_code == 303
    answer = second.releases(WITH_MOTHER, **stale)
    assert answer.status_code == 409
    assert f"Gabriela is out already: signed out at 10:05 by {FRONT_DESK}." in words(answer.text)
    assert len(rows(database)) == 1


def test_a_form_sent_twice_is_entered_once(database: Database, desk: DeskVisitor) -> None:
    hidden = desk.hidden(f"/desk/students/{GABY}")
    for _ in range(2):
        assert desk.releases(WITH_MOTHER, **hidden).status_code == 303
    assert len(rows(database)) == 1
    with database.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 1


def test_a_refusal_is_entered_with_who_asked_and_why(database: Database, desk: DeskVisitor) -> None:
    assert desk.refuses({"person": "", "refusal": "no_id"}).status_code == 409
    said_no = {"person": "Bruno Alt", "refusal": "no_contact", "details": "Left at once."}
    assert desk.refuses(said_no).status_code == 303
    (row,) = rows(database)
    page = words(desk.opens(f"/desk/releases/{row.id}").text)
    assert "Not released" in page
    assert "No-contact or custody order" in page
    assert "Left at once." in page


def test_a_mistake_is_taken_back_and_stays_in_the_log(
    database: Database, desk: DeskVisitor
) -> None:
    desk.releases(WITH_MOTHER)
    (row,) = rows(database)
    assert desk.does("undo", row.id, undo="").status_code == 409
    assert desk.does("undo", row.id, undo="Wrong student").status_code == 303
    assert "Taken back Wrong student" in words(desk.opens("/desk/log").text)
    with database.reading() as session:
        assert session.scalars(select(Message.status)).all() == [MessageStatus.CANCELLED]


def test_a_signature_is_kept_with_the_release(database: Database, desk: DeskVisitor) -> None:
    desk.releases({**WITH_MOTHER, "signature": "M10 20 L30 40"})
    (row,) = rows(database)
    page = desk.opens(f"/desk/releases/{row.id}").text
    assert '<path d="M10 20 L30 40"/>' in page
    assert "Signed" in words(page)


def test_a_wish_to_leave_early_is_an_expected_visit(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    wish(database, clock)
    visits = section(desk.opens("/desk/").text, "visits")
    assert visits.startswith(
        "Expected visits: 1 Gabriela Alvarado Alicia Villa (mother) called at 10:05 am about "
        "1:00 pm; told to come in."
    )
    assert "On file for this student" in visits
    clock.go_on(minutes=5)
    desk.releases(WITH_MOTHER)
    visits = section(desk.opens("/desk/").text, "visits")
    assert visits.startswith("Expected visits: 0")
    assert "Since then: Picked up at 10:10 am" in visits


def test_a_wish_from_nobody_we_know_is_expected_too(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    stranger = {"student_id": None, "reporter_name": None, "relationship": "unknown"}
    wish(database, clock, **stranger, channel=ReportChannel.SMS, days=(), partial_time=None)
    visits = section(desk.opens("/desk/").text, "visits")
    assert "Which student? Somebody who gave no name texted at 10:05 am; told to come in." in visits


@pytest.mark.parametrize(
    "who",
    [
        {"reporter_name": "Bruno Alt", "relationship": "stepparent", "from_phone": None},
        {"reporter_name": None, "relationship": "unknown", "from_phone": "+12245550192"},
        {"reporter_name": "Alicia Villa", "from_phone": "+12245550192"},  # so he says
    ],
)
def test_who_asked_and_has_a_no_contact_order_is_marked_before_the_visit(
    database: Database, desk: DeskVisitor, clock: StandingClock, who: dict[str, object]
) -> None:
    wish(database, clock, **who)
    for path in ("/desk/", f"/desk/students/{GABY}"):
        visits = section(desk.opens(path).text, "visits")
        assert "No-contact order Do not release; call an administrator." in visits


def test_a_mother_who_calls_from_a_shared_number_is_no_person_with_an_order(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    with database.begin() as session:
        session.get_one(ContactRow, "K4").phone = "+13315550111"
    wish(database, clock)
    wish(database, clock, reporter_name=None, relationship="unknown")
    assert "order" not in section(desk.opens("/desk/").text, "visits")


def test_wishes_of_other_days_and_rejected_ones_are_not_expected(
    database: Database, desk: DeskVisitor, clock: StandingClock
) -> None:
    wish(database, clock, days=(date(2026, 11, 25),))
    wish(database, clock, status=Status.REJECTED)
    wish(database, clock, status=Status.CANCELLED)
    clock.go_on(minutes=-24 * 60)
    wish(database, clock, days=(), reporter_name="Yesterday")
    clock.go_on(minutes=24 * 60)
    assert "Expected visits: 0" in section(visitor(desk.app).opens("/desk/").text, "visits")


def test_the_log_of_a_day_is_read_and_saved(desk: DeskVisitor) -> None:
    desk.releases({**WITH_MOTHER, "at": "09:00"})
    log = words(desk.opens("/desk/log", day="2026-11-24").text)
    assert "1 left early, 1 not back." in log
    assert "Entered later" in log
    answer = desk.opens("/desk/log.csv", day="2026-11-24")
    assert answer.mimetype == "text/csv"
    assert "dismissals-2026-11-24.csv" in answer.headers["Content-Disposition"]
    head, line, rest = answer.get_data().decode("utf-8-sig").split("\r\n")
    assert head.startswith("Date,Student ID,Student,Grade,Time out,Outcome,With")
    assert line == (
        "2026-11-24,61240424,Gabriela Alvarado,10,09:00,Picked up,Alicia Villa,mother,yes,"
        "Medical or dental appointment,,,desk@school.example,10:05,"
    )
    assert rest == ""
    assert "Nothing was entered" in words(desk.opens("/desk/log", day="2026-11-23").text)


def test_the_log_on_paper_has_the_columns_of_the_school_file(desk: DeskVisitor) -> None:
    desk.releases({**WITH_MOTHER, "at": "09:00"})
    on_paper = desk.opens("/desk/log").text.partition('class="on-paper"')[2].partition("</table>")
    saved = desk.opens("/desk/log.csv").get_data().decode("utf-8-sig")
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in on_paper[0].split("<tr>")]
    assert [row for row in rows if row] == list(csv.reader(saved.splitlines()))


def test_a_list_that_was_cut_short_says_so(database: Database, app: Flask) -> None:
    with database.begin() as session:
        for n in range(14):
            student_id, born = f"620000{n:02}", date(2011, 1, 26)
            session.add(
                StudentRow(
                    student_id=student_id,
                    first_name="Ana",
                    last_name=f"Diaz {n}",
                    grade=9,
                    birth_date=born,
                    heard_as=[],
                )
            )
        raise_roster_version(session, TEN_IN_THE_MORNING)
    page = words(visitor(app).opens("/desk/", q="ana diaz").text)
    assert "The 12 nearest students There may be more." in page


@pytest.mark.parametrize("day", ["soon", "2026-13-01", "<b>"])
def test_a_day_that_is_none_is_said(desk: DeskVisitor, day: str) -> None:
    answer = desk.opens("/desk/log", day=day)
    assert answer.status_code == 400
    assert "is not a day" in words(answer.text)
    assert desk.opens("/desk/log.csv", day=day).status_code == 400


def test_a_cell_that_looks_like_a_formula_is_harmless(app: Flask) -> None:
    head = visitor(app, HEAD)
    head.releases({**NEIGHBOR, "name": "=HYPERLINK(1)", "relationship": "@neighbor"})
    text = head.opens("/desk/log.csv").get_data().decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in text
    assert "'@neighbor" in text


def test_markup_in_what_is_typed_stays_text(database: Database, app: Flask) -> None:
    head = visitor(app, HEAD)
    head.releases({**NEIGHBOR, "name": "<script>alert(1)</script>"})
    (row,) = rows(database)
    for path in (f"/desk/releases/{row.id}", "/desk/", "/desk/log", f"/desk/students/{GABY}"):
        page = head.opens(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_nobody_reaches_the_desk_without_signing_in(app: Flask, database: Database) -> None:
    stranger = DeskVisitor(app.test_client(), app)
    for path in ("/desk/", f"/desk/students/{GABY}", "/desk/log", "/desk/log.csv"):
        assert stranger.opens(path).status_code == 303
    for path in (f"/desk/students/{GABY}/release", "/desk/releases/1/back"):
        assert stranger.posts(path, {}).status_code in (303, 400)
    assert rows(database) == []


def test_the_attendance_office_works_at_the_desk_too(app: Flask) -> None:
    assert visitor(app, CLERK).releases(WITH_MOTHER).status_code == 303


@pytest.mark.parametrize("path", ["/desk/releases/99", "/desk/releases/99/notices"])
def test_an_entry_that_is_not_there_is_not_there(desk: DeskVisitor, path: str) -> None:
    assert desk.opens(path).status_code == 404


def test_the_coming_back_of_yesterday_is_entered_today(
    app: Flask, database: Database, clock: StandingClock
) -> None:
    visitor(app).releases(WITH_MOTHER)
    clock.now += timedelta(days=1)
    today = visitor(app)
    (row,) = rows(database)
    assert "Out and not back: 0" in section(today.opens("/desk/").text, "out")
    assert today.does("back", row.id).status_code == 303

"""The dismissal desk in a real browser: at a desk and on a tablet, by hand and by keyboard."""

from collections.abc import Callable, Iterator
from datetime import date, time

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from school.database import Database
from school.outbox import Message, MessageStatus
from school.people import ContactRow
from school.reports import Draft, Flag, ReportChannel, Status, Verification, write
from tests.school.test_notes_due import holiday
from tests.support.accessibility import barriers
from tests.support.browser import Scheme, looks, opened, picture
from tests.support.clock import StandingClock
from tests.support.desk import CLERK, PASSWORD, desk_app, rows
from tests.support.dismissals import (
    FATHER,
    FRONT_DESK,
    GABY,
    HEAD,
    LORENA,
    TEN_IN_THE_MORNING,
    jones,
)
from tests.support.serving import serving

pytestmark = pytest.mark.browser

WIDTHS = (1280, 768, 1024)  # a desk, and a tablet either way up
NARROW = (390, 320)  # a phone; a wide screen at four times the size
FITS = "document.documentElement.scrollWidth <= innerWidth"
SMALL = """[...document.querySelectorAll("button, select, summary, .check, nav a, .to-student")]
    .filter(it => it.offsetParent && it.getBoundingClientRect().height < 44)
    .map(it => it.outerHTML)"""


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(TEN_IN_THE_MORNING)


@pytest.fixture
def desk(sqlite: Database, clock: StandingClock) -> Iterator[str]:
    """The address of a live desk; a mother has called, and a father's custody is limited."""
    app = desk_app(sqlite, clock, https=False)
    with sqlite.begin() as session:
        session.get_one(ContactRow, FATHER).custody = "Weekends only, court order of 3 March 2026"
    add_wish(sqlite, clock, "test:early", GABY, "Alicia Villa")
    with serving(app) as address:
        yield address


def add_wish(
    database: Database, clock: StandingClock, origin: str, student_id: str, mother: str
) -> None:
    """A mother has called about one o'clock."""
    early = Draft(
        origin=origin,
        status=Status.PENDING,
        channel=ReportChannel.PHONE,
        language="es",
        verification=Verification.LISTED,
        from_phone="+13315550111",
        student_id=student_id,
        days=(date(2026, 11, 24),),
        partial_kind="early",
        partial_time=time(13, 0),
        reporter_name=mother,
        relationship="mother",
        flags=(Flag.EARLY_DISMISSAL_REQUEST,),
    )
    with database.begin() as session:
        write(session, early, clock())


@pytest.fixture(params=looks(*WIDTHS, usual=1))
def look_of(request: pytest.FixtureRequest) -> tuple[int, Scheme]:
    """The page's width and its scheme."""
    chosen: tuple[int, Scheme] = request.param
    return chosen


@pytest.fixture
def page(browser: Browser, look_of: tuple[int, Scheme]) -> Iterator[Page]:
    with opened(browser, *look_of) as found:
        yield found


@pytest.fixture
def looked_at(page: Page, look_of: tuple[int, Scheme]) -> Callable[[str], None]:
    """The page as it stands fits its screen, every target fits a finger, axe finds nothing."""
    width, scheme = look_of

    def look(name: str) -> None:
        picture(page, f"desk-{name}-{width}-{scheme}")
        assert page.evaluate(FITS), name
        assert page.evaluate(SMALL) == [], name
        assert barriers(page) == [], name

    return look


def sign_in(page: Page, desk: str, email: str = FRONT_DESK) -> None:
    page.goto(f"{desk}/staff/sign-in?next=/desk/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_mother_collects_her_daughter(
    page: Page, desk: str, sqlite: Database, looked_at: Callable[[str], None]
) -> None:
    sign_in(page, desk)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dismissal desk")
    expect(page.get_by_label("Student")).to_be_focused()
    looked_at("home")
    page.keyboard.type("gaby")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One student found")).to_be_visible()
    looked_at("found")
    page.get_by_role("link", name="Gabriela Alvarado (Gaby)").click()
    expect(page.get_by_role("region", name="Must not collect Gaby")).to_contain_text("Bruno Alt")
    looked_at("student")

    page.get_by_role("button", name="Sign out Gaby").click()
    expect(page.get_by_role("alert")).to_contain_text("3 things to put right")
    looked_at("student-wrong")
    page.get_by_label("Alicia Villa, mother").check()
    page.get_by_label("They are here in person, and I have seen a photo ID").check()
    page.get_by_label("3. Reason").select_option("Medical or dental appointment")
    page.get_by_label("Expected back").fill("11:30")
    sign_on_the_screen(page)
    looked_at("student-filled-in")
    page.get_by_role("button", name="Sign out Gaby").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Gabriela Alvarado")
    expect(page.get_by_role("img", name="Signature", exact=True)).to_be_visible()
    told = page.get_by_role("region", name="Who is told")
    expect(told).to_contain_text("Ramón Alvarado")
    looked_at("released")
    with sqlite.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.DELIVERED, attempts=1))
    expect(told).to_contain_text("Delivered")  # without loading the page anew

    page.goto(f"{desk}/desk/")
    looked_at("home-one-out")
    page.get_by_role("region", name="Out and not back: 1").get_by_role("link").click()
    page.get_by_role("button", name="Enter: Gabriela Alvarado is back").click()
    expect(page.get_by_text("Entered: the student is back.")).to_be_visible()
    looked_at("back")


def sign_on_the_screen(page: Page) -> None:
    """Draw a line with the mouse."""
    pad = page.get_by_role("img", name="4. Signature of who signs out")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    x, y = box["x"] + 40, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(x + 18 * step, y + (20 if step % 2 else -20))
    page.mouse.up()


def test_a_notice_that_does_not_arrive_is_seen_while_the_student_is_here(
    page: Page,
    desk: str,
    sqlite: Database,
    clock: StandingClock,
    looked_at: Callable[[str], None],
) -> None:
    sign_in(page, desk)
    page.goto(f"{desk}/desk/students/{LORENA}")
    looked_at("adult")
    page.get_by_label("Nobody: Lorena is 18 or older and signs out alone").check()
    page.get_by_label("They are here in person, and I have seen a photo ID").check()
    page.get_by_label("3. Reason").select_option("Family matter")
    page.get_by_role("button", name="Sign out Lorena").click()
    told = page.get_by_role("region", name="Who is told")
    expect(told).to_contain_text("No number on file")
    looked_at("adult-out")
    clock.go_on(seconds=45)
    expect(page.get_by_role("alert")).to_contain_text("One notice is waiting to be sent")
    looked_at("worker-down-release")
    page.goto(f"{desk}/desk/")
    looked_at("worker-down")
    page.goto(f"{desk}/desk/releases/{rows(sqlite)[0].id}")
    with sqlite.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.UNDELIVERED, attempts=1))
    expect(told).to_contain_text("Did not arrive")
    expect(told).to_contain_text("Call (312) 555-0160 while the student is still here.")
    looked_at("not-arrived")


def test_the_next_family_is_served_when_the_carrier_gives_up(
    page: Page, desk: str, sqlite: Database, looked_at: Callable[[str], None]
) -> None:
    sign_in(page, desk)
    page.goto(f"{desk}/desk/students/{LORENA}")
    page.get_by_label("Nobody: Lorena is 18 or older and signs out alone").check()
    page.get_by_label("They are here in person, and I have seen a photo ID").check()
    page.get_by_label("3. Reason").select_option("Family matter")
    page.get_by_role("button", name="Sign out Lorena").click()
    expect(page.get_by_role("region", name="Who is told")).to_be_visible()
    page.goto(f"{desk}/desk/students/{GABY}")
    page.get_by_label("Alicia Villa, mother").check()
    with sqlite.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.FAILED, attempts=1))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("2 people were not told: call now")  # without loading anew
    expect(page.get_by_label("Alicia Villa, mother")).to_be_checked()
    looked_at("to-call")
    page.get_by_role("button", name="I have told Ana Cruz").click()
    expect(page.get_by_role("status")).to_contain_text("Entered: they know.")
    looked_at("told-by-hand")


def test_a_mother_waits_while_her_daughter_is_on_the_way(
    page: Page, desk: str, looked_at: Callable[[str], None]
) -> None:
    sign_in(page, desk)
    page.goto(f"{desk}/desk/students/{GABY}")
    page.get_by_label("Alicia Villa, mother").check()
    page.get_by_label("They are here in person, and I have seen a photo ID").check()
    page.get_by_label("The student was texted to meet them").check()
    page.get_by_role("button", name="Keep this, and serve the next").click()
    waiting = page.get_by_role("region", name="Waiting in the office: 1")
    expect(waiting).to_contain_text("Next: the student swipes out.")
    looked_at("home-one-waits")
    waiting.get_by_role("link", name="Gabriela Alvarado").click()
    expect(page.get_by_label("Alicia Villa, mother")).to_be_checked()
    looked_at("student-awaited")
    page.get_by_label("The student swiped out").check()
    page.get_by_label("3. Reason").select_option("Family matter")
    page.get_by_role("button", name="Sign out Gaby").click()
    expect(page.get_by_role("region", name="Who is told")).to_be_visible()


def test_a_call_that_comes_in_is_expected_without_loading_the_page_anew(
    browser: Browser, desk: str, sqlite: Database, clock: StandingClock
) -> None:
    with opened(browser, WIDTHS[0], "light") as page:
        sign_in(page, desk)
        expect(page.get_by_label("Student")).to_be_focused()
        page.keyboard.type("half a na")
        expect(page.get_by_role("heading", name="Expected visits: 1")).to_be_visible()
        add_wish(sqlite, clock, "test:another", LORENA, "Ana Cruz")
        expect(page.get_by_role("heading", name="Expected visits: 2")).to_be_visible()
        expect(page.get_by_label("Student")).to_have_value("half a na")
        expect(page.get_by_label("Student")).to_be_focused()


def test_a_finger_signs_on_a_tablet(browser: Browser, desk: str, sqlite: Database) -> None:
    context = browser.new_context(viewport={"width": 768, "height": 1024}, has_touch=True)
    page = context.new_page()
    sign_in(page, desk)
    page.goto(f"{desk}/desk/students/{GABY}")
    page.get_by_label("Alicia Villa, mother").tap()
    page.get_by_label("They are here in person, and I have seen a photo ID").tap()
    page.get_by_label("3. Reason").select_option("Family matter")
    pad = page.get_by_role("img", name="4. Signature of who signs out")
    pad.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    finger = context.new_cdp_session(page)
    box = pad.bounding_box()
    assert box
    for kind, x in (("touchStart", 40), ("touchMove", 90), ("touchMove", 160), ("touchEnd", 160)):
        at = [] if kind == "touchEnd" else [{"x": box["x"] + x, "y": box["y"] + x / 2}]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    assert page.evaluate("scrollY") == before, "the finger draws; it does not scroll"
    page.get_by_role("button", name="Sign out Gaby").click()
    expect(page.get_by_role("img", name="Signature", exact=True)).to_be_visible()
    context.close()
    (row,) = rows(sqlite)
    assert (row.signature or "").count("L") >= 2


def test_an_admin_decides_off_the_form_and_takes_it_back(
    page: Page, desk: str, looked_at: Callable[[str], None]
) -> None:
    sign_in(page, desk, HEAD)
    page.goto(f"{desk}/desk/students/{GABY}")
    why = page.get_by_label("Why", exact=True)
    expect(why).to_be_hidden()
    page.get_by_label("Somebody not on the form: I decide, and write down why").check()
    expect(why).to_be_visible()
    page.get_by_label("Full name of who collects the student").fill("Nora Fields")
    page.get_by_label("They are here in person, and I have seen a photo ID").check()
    page.get_by_label("3. Reason").select_option("Family matter")
    page.get_by_role("button", name="Sign out Gaby").click()
    expect(page.get_by_role("alert")).to_contain_text("Write down why")
    looked_at("off-the-form")
    why.fill("Mother on the phone from the hospital; known to Mr. Ortiz.")
    page.get_by_role("button", name="Sign out Gaby").click()
    expect(page.get_by_role("region", name="Who is told")).to_be_visible()
    looked_at("off-the-form-released")
    page.get_by_text("Entered by mistake").click()
    page.get_by_label("What was wrong").fill("Wrong student")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back.")
    looked_at("taken-back")


def test_a_refusal_and_the_log_on_screen_and_paper(
    page: Page, desk: str, looked_at: Callable[[str], None]
) -> None:
    sign_in(page, desk)
    page.goto(f"{desk}/desk/log")
    looked_at("log-empty")
    page.goto(f"{desk}/desk/students/{GABY}")
    page.get_by_text("Gaby stays: not released").click()
    page.get_by_label("Who asked for Gaby").fill("Bruno Alt")
    page.get_by_label("Why not").select_option("No-contact or custody order")
    page.get_by_label("What happened").fill("Left when we called Ms. Reed.")
    looked_at("refusing")
    page.get_by_role("button", name="Enter: not released").click()
    expect(page.get_by_role("status")).to_contain_text("The student stays in school.")
    looked_at("refused")
    page.goto(f"{desk}/desk/log")
    looked_at("log")
    page.emulate_media(media="print")
    sheet = page.get_by_role("table")  # what is for the screen alone is not there
    headings = [column.heading for column in jones().dismissal.log]
    expect(sheet.get_by_role("columnheader")).to_have_text(headings)
    expect(sheet.get_by_role("cell", name="Left when we called Ms. Reed.")).to_be_visible()
    expect(page.get_by_role("button", name="Show this day")).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).count(b"/MediaBox") == 1, "one sheet is enough"
    picture(page, f"desk-log-print-{(page.viewport_size or {'width': 0})['width']}")


def test_a_note_that_has_lapsed_is_taken_in(
    page: Page,
    desk: str,
    sqlite: Database,
    looked_at: Callable[[str], None],
) -> None:
    holiday(sqlite)
    holiday(sqlite, student_id=LORENA, days=(date(2026, 11, 23),))
    sign_in(page, desk, CLERK)
    page.get_by_role("link", name="Notes owed").click()
    expect(page.get_by_text("One has lapsed.")).to_be_visible()
    looked_at("notes")
    lapsed = page.get_by_role("row").filter(has_text="Lapsed")
    lapsed.get_by_label("How the note of Gabriela Alvarado came").select_option("As a scan")
    lapsed.get_by_role("button", name="The note is in").click()
    expect(page.get_by_role("status")).to_contain_text("Entered: the note is in.")
    expect(page.get_by_text("Nothing has lapsed.")).to_be_visible()


@pytest.mark.parametrize("width", NARROW)
def test_on_a_phone_and_at_four_times_the_size_nothing_runs_off_the_page(
    browser: Browser, desk: str, sqlite: Database, width: int
) -> None:
    holiday(sqlite)
    with opened(browser, width, "light") as page:
        sign_in(page, desk, HEAD)
        for path in ("", f"students/{GABY}", f"students/{LORENA}", "notes", "log", "?grade=10"):
            page.goto(f"{desk}/desk/{path}")
            picture(page, f"desk-{width}-{path.replace('/', '-').strip('?') or 'home'}")
            assert page.evaluate(FITS), path


def test_without_scripts_a_release_is_entered_all_the_same(
    browser: Browser, desk: str, sqlite: Database
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, desk)
    page.goto(f"{desk}/desk/students/{GABY}")
    expect(page.get_by_role("button", name="Clear the signature")).to_be_hidden()
    page.get_by_label("Alicia Villa, mother").check()
    page.get_by_label("They are here in person, and I have seen a photo ID").check()
    page.get_by_label("3. Reason").select_option("Medical or dental appointment")
    page.get_by_role("button", name="Sign out Gaby").click()
    expect(page.get_by_role("region", name="Who is told")).to_be_visible()
    context.close()
    assert len(rows(sqlite)) == 1

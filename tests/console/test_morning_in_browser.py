"""A clerk's morning in a real browser: by keys, beside a second clerk, on every page."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from school.database import Database
from school.reports import Report, Status
from tests.console import morning, samples
from tests.console.parts import ADMIN, ATTENDANCE, NOW, PASSWORD, add_accounts, console_app
from tests.support.accessibility import barriers
from tests.support.browser import WIDTHS, Scheme, looks, opened, picture, served
from tests.support.clock import StandingClock

pytestmark = pytest.mark.browser

NARROWEST = 320
FITS = "document.documentElement.scrollWidth <= innerWidth"
GABY = "61240424"
PAGES = {
    "list": "/staff/",
    "all": "/staff/?status=all&channel=sms",
    "entry": "/staff/reports/14",
    "which-student": "/staff/reports/13",
    "decided": "/staff/reports/15",
    "by-hand": "/staff/by-hand/",
    "out": "/staff/out/?day=2026-11-24",
    "messages": "/staff/messages/?show=all",
    "recordings": "/staff/recordings/",
    "figures": "/staff/figures/",
    "roster": "/staff/roster/?q=alv",
    "calendar": "/staff/calendar/",
    "audit": "/staff/audit/",
    "accounts": "/staff/accounts/",
    "own": "/staff/account/",
}


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOW)


@pytest.fixture
def desk(sqlite: Database, clock: StandingClock) -> Iterator[str]:
    """The address of a live console with a dozen reports, the student of one not known."""
    with sqlite.begin() as session:
        add_accounts(session, clock())
        morning.add_demo_roster(session, clock())
        morning.add_reports(session, clock() - timedelta(minutes=5), 12, complete=True)
        mother = {"from_phone": "+13315550111", "student_id": GABY}
        samples.report(session, clock(), "unknown student")
        samples.report(session, clock(), **mother)
        samples.report(session, clock(), status=Status.CONFIRMED, **mother)
    with served(console_app(sqlite, clock)) as address:
        yield address


def sign_in(page: Page, desk: str, email: str = ATTENDANCE) -> None:
    page.goto(f"{desk}/staff/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


@pytest.fixture
def page(browser: Browser, desk: str) -> Iterator[Page]:
    with opened(browser, WIDTHS[0], "light") as found:
        sign_in(found, desk)
        yield found


@pytest.fixture
def second(browser: Browser, desk: str) -> Iterator[Page]:
    """Another clerk at another computer."""
    with opened(browser, WIDTHS[0], "light") as found:
        sign_in(found, desk, ADMIN)
        yield found


def statuses(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Report.status).order_by(Report.id)))


def test_one_key_confirms_and_opens_the_next(page: Page, desk: str, sqlite: Database) -> None:
    page.goto(f"{desk}/staff/")
    page.keyboard.press("Enter")
    for number in (1, 2, 3):
        page.wait_for_url(f"**/staff/reports/{number}")
        page.keyboard.press("Enter")
    page.wait_for_url("**/staff/reports/4")
    assert statuses(sqlite)[:4] == ["confirmed"] * 3 + ["pending"]
    page.keyboard.press("u")
    page.wait_for_url("**/staff/reports/3")
    expect(page.get_by_text("Undone.", exact=True)).to_be_visible()
    assert statuses(sqlite)[2] == "pending"


def test_the_next_report_takes_the_place_of_the_last_without_a_page_being_loaded(
    page: Page, desk: str
) -> None:
    page.goto(f"{desk}/staff/reports/1")
    page.evaluate("window.same = true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/reports/2")
    expect(page.locator("#report")).to_be_focused()
    expect(page.locator("#beside-2 > a")).to_have_attribute("aria-current", "true")
    page.keyboard.press("e")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("gab alv")
    expect(page.get_by_role("option", name="Gabriela Alvarado (Gaby)")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#beside-5 > a").click()
    page.wait_for_url("**/staff/reports/5")
    expect(page).to_have_title(re.compile(page.get_by_role("heading", level=1).inner_text()))
    assert page.evaluate("window.same")
    page.go_back()
    expect(page.locator("#beside-2 > a")).to_have_attribute("aria-current", "true")


def test_a_refused_act_leaves_what_was_typed_and_says_why(page: Page, desk: str) -> None:
    page.goto(f"{desk}/staff/reports/4")
    page.get_by_label("Reported by").fill("What I had typed")
    page.keyboard.press("Escape")
    page.route("**/confirm", lambda route: route.abort())
    page.keyboard.press("Enter")
    expect(page.locator("#live-state")).to_contain_text("The line cannot be reached")
    page.unroute("**/confirm")
    cookies = [(it["name"], it["value"]) for it in page.context.cookies()]
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.locator("#live-state")).to_contain_text("Nothing was changed")
    page.context.add_cookies([{"name": n, "value": v, "url": desk} for n, v in cookies])
    expect(page.get_by_label("Reported by")).to_have_value("What I had typed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/reports/5")
    page.goto(f"{desk}/staff/reports/4")
    expect(page.get_by_text("What I had typed")).not_to_have_count(0)


def test_after_the_last_report_the_list_takes_its_place_and_is_live(
    page: Page, desk: str, sqlite: Database, clock: StandingClock
) -> None:
    with sqlite.begin() as session:
        last = samples.report(session, clock(), language="pl", student_id=GABY)
    page.goto(f"{desk}/staff/reports/{last}?language=pl")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/?language=pl")
    expect(page.get_by_role("status").filter(has_text="Confirmed.")).to_be_visible()
    clock.go_on(seconds=1)
    with sqlite.begin() as session:
        number = samples.report(session, clock(), language="pl", student_id=GABY)
    expect(page.locator(f"#report-{number}")).to_be_visible(timeout=4000)
    page.keyboard.press("u")
    expect(page.get_by_text("Undone.", exact=True)).to_be_visible()
    assert statuses(sqlite)[last - 1] == "pending"


def test_keys_walk_and_never_fire_while_one_types(page: Page, desk: str, sqlite: Database) -> None:
    page.goto(f"{desk}/staff/reports/2")
    page.keyboard.press("j")
    page.wait_for_url("**/staff/reports/3")
    page.keyboard.press("k")
    page.wait_for_url("**/staff/reports/2")
    page.keyboard.press("e")
    expect(page.get_by_label("Student", exact=True)).to_be_focused()
    page.keyboard.type("jjkkruc")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Confirm and next")
    dialog.get_by_label("Switch keys off").check()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    page.wait_for_timeout(200)
    assert page.url.endswith("/staff/reports/2")
    assert set(statuses(sqlite)) == {"pending", "confirmed"}
    assert statuses(sqlite).count("confirmed") == 1


def test_a_student_is_chosen_from_near_matches_with_the_keyboard(
    page: Page, desk: str, sqlite: Database
) -> None:
    page.goto(f"{desk}/staff/reports/13")
    page.keyboard.press("e")
    page.keyboard.type("gab alv")
    option = page.get_by_role("option", name="Gabriela Alvarado (Gaby), grade 10, 61240424")
    expect(option).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Student", exact=True)).to_have_value(
        "Gabriela Alvarado (Gaby), grade 10, 61240424"
    )
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/reports/14")
    with sqlite.reading() as session:
        assert session.get_one(Report, 13).student_id == GABY


def test_a_new_report_appears_by_itself_and_ticks_stay(
    page: Page, desk: str, sqlite: Database, clock: StandingClock
) -> None:
    page.goto(f"{desk}/staff/")
    page.locator("#tick-1").check()
    clock.go_on(seconds=1)
    with sqlite.begin() as session:
        number = samples.report(session, clock(), student_id=GABY, from_phone="+13315550111")
    expect(page.locator(f"#report-{number}")).to_be_visible(timeout=4000)
    expect(page.locator("#tick-1")).to_be_checked()
    expect(page.get_by_role("status").filter(has_text="One more report.")).to_have_count(1)


def test_the_list_beside_a_report_is_live_too_and_gives_way_to_it_on_a_narrow_screen(
    page: Page, desk: str, sqlite: Database, clock: StandingClock
) -> None:
    page.goto(f"{desk}/staff/reports/2")
    expect(page.locator("#beside-2 > a")).to_have_attribute("aria-current", "true")
    page.get_by_label("Reported by").fill("What I am typing")
    clock.go_on(seconds=1)
    with sqlite.begin() as session:
        number = samples.report(session, clock(), student_id=GABY, from_phone="+13315550111")
    expect(page.locator(f"#beside-{number}")).to_be_visible(timeout=4000)
    expect(page.get_by_label("Reported by")).to_have_value("What I am typing")
    page.locator("#beside-3 > a").click()
    page.wait_for_url("**/staff/reports/3")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#beside-3")).to_be_hidden()
    expect(page.get_by_role("link", name="All that is waiting")).to_be_visible()


def test_the_sound_stays_chosen_when_the_list_is_renewed(
    page: Page, desk: str, sqlite: Database, clock: StandingClock
) -> None:
    page.goto(f"{desk}/staff/")
    page.get_by_label("Sound for new reports").check()
    clock.go_on(seconds=1)
    with sqlite.begin() as session:
        number = samples.report(session, clock(), student_id=GABY, from_phone="+13315550111")
    expect(page.locator(f"#report-{number}")).to_be_visible(timeout=4000)
    expect(page.get_by_label("Sound for new reports")).to_be_checked()


def test_why_it_is_excused_follows_the_reason_chosen(page: Page, desk: str) -> None:
    page.goto(f"{desk}/staff/reports/1")
    help_text = page.locator("#excused-help")
    expect(help_text).to_have_text("Illness is on the school’s list of excused reasons.")
    page.get_by_label("Reason", exact=True).select_option("religious_holiday")
    expect(help_text).to_have_text("A religious holiday is excused, with a signed note.")


def test_two_clerks_never_decide_the_same(
    page: Page, second: Page, desk: str, sqlite: Database
) -> None:
    page.goto(f"{desk}/staff/reports/5")
    second.goto(f"{desk}/staff/reports/5")
    expect(second.get_by_text(f"{ATTENDANCE} has this report open")).to_be_visible()
    expect(second.get_by_role("button", name="Confirm and next")).to_have_count(0)
    second.get_by_role("button", name="Take it over").click()
    expect(second.get_by_role("button", name="Confirm and next")).to_be_visible()
    page.get_by_label("Reported by").fill("What I had typed")
    page.get_by_role("button", name="Confirm and next").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{ADMIN} has this report open")
    assert statuses(sqlite)[4] == "pending"
    second.get_by_role("button", name="Confirm and next").click()
    second.wait_for_url("**/staff/reports/6")
    assert statuses(sqlite)[4] == "confirmed"


def test_all_certain_ones_of_a_reason_are_confirmed_together(
    page: Page, desk: str, sqlite: Database
) -> None:
    page.goto(f"{desk}/staff/")
    page.get_by_label("Illness (").check()
    many = page.locator("input[name=report]:checked").count()
    assert many > 2
    page.get_by_role("button", name="Confirm those ticked").click()
    expect(page.get_by_text(f"{many} confirmed.", exact=True)).to_be_visible()
    assert statuses(sqlite).count("confirmed") == many + 1


@pytest.mark.parametrize("look", looks(*WIDTHS))
def test_no_page_has_a_barrier(browser: Browser, desk: str, look: tuple[int, Scheme]) -> None:
    width, scheme = look
    with opened(browser, width, scheme) as page:
        sign_in(page, desk, ADMIN)
        for name, path in PAGES.items():
            page.goto(f"{desk}{path}")
            picture(page, f"{name}-{width}-{scheme}")
            assert barriers(page) == [], path


def test_no_page_runs_off_a_narrow_screen(browser: Browser, desk: str) -> None:
    with opened(browser, NARROWEST, "light") as page:
        sign_in(page, desk, ADMIN)
        for path in PAGES.values():
            page.goto(f"{desk}{path}")
            assert page.evaluate(FITS), path

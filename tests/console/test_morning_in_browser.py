"""A clerk's morning in a real browser: by keys, beside a second clerk, on every page."""

import pytest
from playwright.sync_api import Browser, Page, expect

from school.database import Database
from school.reports import Report
from tests.console.browsing import FITS, NARROWEST, sign_in
from tests.console.morning import GABY, statuses
from tests.console.parts import ADMIN, ATTENDANCE
from tests.support.accessibility import barriers
from tests.support.browser import WIDTHS, Scheme, looks, opened, picture

pytestmark = pytest.mark.browser

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

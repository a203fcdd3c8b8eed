"""One report takes the place of the last, without a page being loaded."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from school.database import Database
from tests.console import samples
from tests.console.browsing import sign_in
from tests.console.morning import GABY, statuses
from tests.support.clock import StandingClock

pytestmark = pytest.mark.browser


def test_the_next_report_takes_the_place_of_the_last_without_a_page_being_loaded(
    page: Page, desk: str
) -> None:
    page.goto(f"{desk}/staff/reports/1")
    page.evaluate("window.same = true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/reports/2")
    expect(page.locator("#report")).to_be_focused()
    expect(page.locator("body > [role=status]")).to_have_text("Confirmed.")
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


def test_a_refused_act_leaves_what_was_typed_and_says_why_until_the_next(
    page: Page, desk: str
) -> None:
    page.goto(f"{desk}/staff/reports/4")
    page.get_by_label("Reported by").fill("What I had typed")
    page.keyboard.press("Escape")
    page.route("**/confirm", lambda route: route.abort())
    with page.expect_response("**/staff/news*"):  # the list beside it is well, and says nothing
        page.keyboard.press("Enter")
        expect(page.locator("#refused")).to_contain_text("The line cannot be reached")
    with page.expect_response("**/staff/news*"):
        pass
    expect(page.locator("#refused")).to_contain_text("The line cannot be reached")
    page.unroute("**/confirm")
    page.context.clear_cookies()
    page.keyboard.press("Enter")
    expect(page.locator("#refused")).to_contain_text("Nothing was changed")
    with page.expect_popup() as other:
        page.get_by_role("link", name="Sign in on another page").click()
    sign_in(other.value, desk)
    other.value.close()
    page.locator("#report").focus()
    expect(page.get_by_label("Reported by")).to_have_value("What I had typed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/staff/reports/5")
    expect(page.locator("#refused")).to_be_hidden()
    page.goto(f"{desk}/staff/reports/4")
    expect(page.get_by_text("What I had typed")).not_to_have_count(0)


def test_of_several_things_asked_for_at_once_the_first_act_or_the_last_link_counts(
    page: Page, desk: str, sqlite: Database
) -> None:
    page.goto(f"{desk}/staff/reports/1")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/staff/reports/3", hold)
    page.keyboard.press("Escape")
    page.locator("#beside-3 > a").click()  # its answer comes late
    page.locator("#beside-2 > a").click()
    page.wait_for_url("**/staff/reports/2")
    page.route("**/confirm", hold)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    held[0].continue_()
    held[1].continue_()
    page.unroute("**/staff/reports/3")
    page.wait_for_url("**/staff/reports/3")
    assert len(held) == 2
    assert statuses(sqlite)[:4] == ["pending", "confirmed", "pending", "pending"]


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

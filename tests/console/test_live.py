"""The lists keep themselves up to date, and leave alone what somebody does with them."""

import pytest
from playwright.sync_api import Page, expect

from school.database import Database
from tests.console import samples
from tests.console.morning import GABYS
from tests.support.clock import StandingClock

pytestmark = pytest.mark.browser


def test_a_new_report_appears_by_itself_and_ticks_stay(
    page: Page, desk: str, sqlite: Database, clock: StandingClock
) -> None:
    page.goto(f"{desk}/staff/")
    page.locator("#tick-1").check()
    clock.go_on(seconds=1)
    with sqlite.begin() as session:
        number = samples.report(session, clock(), **GABYS)
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
        number = samples.report(session, clock(), **GABYS)
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
        number = samples.report(session, clock(), **GABYS)
    expect(page.locator(f"#report-{number}")).to_be_visible(timeout=4000)
    expect(page.get_by_label("Sound for new reports")).to_be_checked()

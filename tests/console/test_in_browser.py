"""The console in a real browser: by keyboard alone, narrow and wide, light and dark."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from school.database import Database
from school.outbox import Letter, MessageStatus, queue
from school.reports import Flag
from tests.console import samples
from tests.console.browsing import FITS, NARROWEST, sign_in
from tests.console.parts import ATTENDANCE, NOW, PASSWORD, add_accounts, console_app
from tests.support.browser import WIDTHS, Scheme, looks, opened, picture
from tests.support.clock import StandingClock
from tests.support.serving import serving

pytestmark = pytest.mark.browser

LONG = "Maximiliana Guadalupe de los Ángeles Hernández-Etxeberria y Montemayor"
WORDS = """Hello, this is Alicia Villa, I am Gaby's mother.
She has had a fever since last night and will stay at home today and tomorrow.
Yes, that is right."""


@pytest.fixture
def desk(sqlite: Database) -> Iterator[str]:
    """The address of a live console on a school's ordinary morning."""
    clock = StandingClock(NOW)
    with sqlite.begin() as session:
        add_accounts(session, clock())
        samples.add_roster(session)
        for number, kind in enumerate(samples.KINDS):
            samples.report(session, clock() - timedelta(minutes=4 * (12 - number)), kind)
        samples.report(session, clock(), reporter_name=LONG, relationship="grandparent")
        last = samples.report(
            session,
            clock(),
            days=(samples.TUESDAY, date(2026, 11, 25)),
            transcript=WORDS,
            flags=(Flag.LOW_CONFIDENCE,),
        )
        for key, phone, contact, status in (
            ("1", "+13125550144", None, MessageStatus.DELIVERED),
            ("2", samples.MOTHERS_PHONE, "K0001", MessageStatus.UNDELIVERED),
        ):
            letter = Letter(
                key,
                phone,
                "es",
                "Jones College Prep: Gaby, ausente hoy y mañana. Pendiente. Código K74Q.",
                report_id=last,
                contact_id=contact,
            )
            message = queue(session, letter, clock())
            assert message is not None
            message.status = status
    with serving(console_app(sqlite, clock)) as address:
        yield address


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
def keep(page: Page, look_of: tuple[int, Scheme]) -> Callable[[str], None]:
    """Keeps a picture, named after the page, its width and its scheme."""
    width, scheme = look_of

    def kept(name: str) -> None:
        picture(page, f"{name}-{width}-{scheme}")

    return kept


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus, as a keyboard user does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.first.evaluate(NAME_OF) == name:
            return
    raise AssertionError(f"Tab never reaches {name!r}")


PAGES = {
    "all": "/staff/?status=all",
    "nothing": "/staff/?day=2027-01-04",
    "bad-day": "/staff/?day=soon",
    "every-flag": "/staff/reports/10",
    "unknown": "/staff/reports/2",
    "gone": "/staff/reports/99",
}
NAME_OF = "it => (it.labels && it.labels[0] || it).textContent.trim().replace(/\\s+/g, ' ')"


def test_signing_in_and_reading_a_report_with_the_keyboard_alone(
    page: Page, desk: str, keep: Callable[[str], None]
) -> None:
    page.goto(f"{desk}/staff/")
    keep("sign-in")
    tab_to(page, "E-mail address")
    page.keyboard.type(ATTENDANCE)
    page.keyboard.press("Tab")
    page.keyboard.type("a wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    keep("sign-in-refused")
    expect(page.get_by_label("E-mail address")).to_have_value(ATTENDANCE)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for you: 8")
    keep("reports")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, "Gabriela Alvarado Grade 10")
    keep("reports-focus")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gabriela Alvarado")
    expect(page.get_by_role("heading", name="What was said")).to_be_visible()
    keep("report")
    tab_to(page, "All that is waiting")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for you: 8")
    tab_to(page, "Sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("You are signed out.")


def test_every_page_fits_its_screen_and_every_target_a_finger(
    page: Page, desk: str, keep: Callable[[str], None]
) -> None:
    sign_in(page, desk)
    for name, path in PAGES.items():
        page.goto(f"{desk}{path}")
        keep(name)
        assert page.evaluate(FITS), path
        small = page.evaluate(
            """[...document.querySelectorAll("button, input, select, td a, th a, nav a, summary")]
                .filter(it => it.checkVisibility() && it.type != "hidden")
                .map(it => it.matches("[type=checkbox], [type=radio]") ? it.closest("label") : it)
                .filter(it => it.getBoundingClientRect().height < 44)
                .map(it => it.outerHTML)"""
        )
        assert small == [], path


def test_at_four_times_the_size_nothing_runs_off_the_page(browser: Browser, desk: str) -> None:
    with opened(browser, NARROWEST, "light") as page:
        sign_in(page, desk)
        for path in PAGES.values():
            page.goto(f"{desk}{path}")
            assert page.evaluate(FITS), path


def test_the_list_prints_without_what_cannot_be_pressed_on_paper(page: Page, desk: str) -> None:
    sign_in(page, desk)
    page.emulate_media(media="print")
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.get_by_role("button", name="Show these")).to_be_hidden()


def test_as_cards_a_table_is_still_a_table(page: Page, desk: str) -> None:
    sign_in(page, desk)
    row = page.get_by_role("row").filter(has_text="Gabriel Alvorado")
    expect(row.get_by_role("rowheader")).to_contain_text("Which student?")
    expect(row.get_by_role("cell")).to_have_count(5)

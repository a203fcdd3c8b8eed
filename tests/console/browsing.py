"""Somebody of the school's staff in a real browser."""

from playwright.sync_api import Page, expect

from tests.console.parts import ATTENDANCE, PASSWORD

NARROWEST = 320  # a wide screen at four times the size
FITS = "document.documentElement.scrollWidth <= innerWidth"


def sign_in(page: Page, address: str, email: str = ATTENDANCE) -> None:
    """Sign in with the password, and come to the list of reports."""
    page.goto(f"{address}/staff/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

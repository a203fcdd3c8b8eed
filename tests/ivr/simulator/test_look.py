"""Every state of the page at every width, in both schemes: it fits, and nobody is kept out."""

import pytest
from playwright.sync_api import Browser, expect

from tests.ivr.simulator.telephone import MOTHER, SENTENCE, Telephone
from tests.support.accessibility import barriers
from tests.support.browser import WIDTHS, Scheme, looks, opened, picture

pytestmark = pytest.mark.browser

NARROWEST = 320  # a wide screen at four times the size
FITS = "document.documentElement.scrollWidth <= innerWidth"
TOO_SMALL = """[...document.querySelectorAll("button, input, textarea, summary, [role=option]")]
  .filter(it => it.checkVisibility())
  .map(it => it.closest("label") ?? it)
  .filter(it => it.getBoundingClientRect().height < 44)
  .map(it => it.outerHTML)"""


@pytest.mark.parametrize("shown", looks(*WIDTHS, NARROWEST))
def test_every_state_fits_its_screen_and_everybody_can_use_it(
    browser: Browser, address: str, shown: tuple[int, Scheme]
) -> None:
    width, scheme = shown
    with opened(browser, width, scheme) as page:
        telephone = Telephone(page, address)

        def look(name: str) -> None:
            picture(page, f"simulator-{name}-{width}-{scheme}")
            assert page.evaluate(FITS), name
            assert page.evaluate(TOO_SMALL) == [], name
            # The narrowest differs by its width alone, and the rules take their time.
            assert width == NARROWEST or barriers(page) == [], name

        telephone.open()
        telephone.person.click()
        expect(page.get_by_role("option").first).to_be_visible()
        look("choosing")
        telephone.choose(MOTHER)
        look("ready")
        telephone.call()
        look("menu")
        telephone.key("3").click()
        expect(telephone.last_said).to_contain_text("Which day")
        look("question")
        telephone.say(SENTENCE, then="illness")
        look("read-back")
        telephone.say("yes", then="pending")
        expect(telephone.texts).to_contain_text("delivered")
        look("confirmed")
        telephone.button("Hang up").click()
        expect(page.get_by_text("You hang up.")).to_be_visible()
        look("over")
        telephone.call()
        telephone.key("0").click()
        expect(telephone.button("Leave the message")).to_be_visible()
        look("recording")
        page.goto("about:blank")

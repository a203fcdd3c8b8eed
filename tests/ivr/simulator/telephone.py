"""The telephone of the page, as a visitor with a browser uses it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

MOTHER, FATHER = "Naoko Tanaka", "Takashi Tanaka"  # of Keiko, in English
MADRE = "Alicia Villa"  # mother of Gabriela Alvarado, in Spanish
WITHHELD, UNLISTED = "Number withheld", "A number not on file"
SENTENCE = "Keiko has a fever and will be out today and tomorrow."


@dataclass
class Telephone:
    """The page in one browser tab, and the address of the demo."""

    page: Page
    address: str

    def visit(self, name: str = MOTHER) -> None:
        """Open the page and take somebody's telephone."""
        self.open()
        self.choose(name)

    def open(self) -> None:
        """Open the page."""
        self.page.goto(f"{self.address}/simulator")

    def choose(self, name: str) -> None:
        """Take the telephone of somebody on file, or the withheld one."""
        self.find(name)
        expect(self.person).to_have_attribute("aria-expanded", "false")
        expect(self.person).to_have_value(name)

    def choose_number(self, number: str) -> None:
        """Take a telephone that is not on file."""
        self.find(UNLISTED)
        self.page.get_by_label("Its number").fill(number)
        self.page.get_by_role("button", name="Use this number").click()

    def find(self, name: str) -> None:
        """Look somebody up, and take what is found."""
        self.person.click()
        self.person.press_sequentially(name)
        self.page.get_by_role("option", name=name).click()

    def call(self) -> None:
        """Call the line; its menu has been shown."""
        self.button("Call").click()
        expect(self.last_said).to_contain_text("3")

    def press(self, keys: str, then: str) -> None:
        """Press keys on the keyboard; then the line says this."""
        for key in keys:
            self.page.keyboard.press(key)
        expect(self.last_said).to_contain_text(then)

    def say(self, words: str, then: str) -> None:
        """Type what one says; then the line says this."""
        self.words.fill(words)
        self.button("Say").click()
        expect(self.last_said).to_contain_text(then)

    def write(self, words: str) -> None:
        """Text the school."""
        self.text.fill(words)
        self.text.press("Enter")
        expect(self.text).to_have_value("")

    def button(self, name: str) -> Locator:
        """A button of exactly this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def key(self, digit: str) -> Locator:
        """A key of the telephone."""
        return self.page.get_by_role("group", name="Keys").locator(f'[data-digit="{digit}"]')

    @property
    def person(self) -> Locator:
        """Where one chooses whose telephone it is."""
        return self.page.get_by_label("Whose telephone")

    @property
    def words(self) -> Locator:
        """Where one types what one says."""
        return self.page.get_by_label("What you say")

    @property
    def text(self) -> Locator:
        """Where one types a text."""
        return self.page.get_by_label("Your text")

    @property
    def talk(self) -> Locator:
        """All that was said."""
        return self.page.get_by_role("log", name="The call")

    @property
    def last_said(self) -> Locator:
        """The last that the line said."""
        return self.talk.locator(".said.line").last

    @property
    def keys_pressed(self) -> Locator:
        """The keys that were pressed, those of one answer together."""
        return self.talk.locator(".said.key")

    @property
    def texts(self) -> Locator:
        """The texts, both ways."""
        return self.page.get_by_role("log", name="Texts with the school").locator(".text")

    @property
    def state(self) -> Locator:
        """Where the call stands, in a word or two."""
        return self.page.locator("#state")

    @property
    def message_is(self) -> Locator:
        """What the message will consist of."""
        return self.page.locator("#message-is")

    @property
    def understood(self) -> Locator:
        """What the line has understood."""
        return self.page.locator("details.understood")

    @property
    def trouble(self) -> Locator:
        """What went wrong."""
        return self.page.get_by_role("alert")

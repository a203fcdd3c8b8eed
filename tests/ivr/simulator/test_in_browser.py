"""The simulator in a real browser, with the whole line and its worker behind it."""

import re

import pytest
from playwright.sync_api import Page, expect

from ivr.simulator.sound import tone
from tests.ivr.simulator.demo import CLERK, PASSWORD
from tests.ivr.simulator.telephone import FATHER, MADRE, MOTHER, SENTENCE, WITHHELD, Telephone

pytestmark = pytest.mark.browser

# In place of the browser's voice and ear: they keep what is asked of them.
VOICE = """
window.spoken = [];
Object.defineProperty(window, "speechSynthesis", { value: {
  speak: (it) => spoken.push([it.lang, it.text]),
  cancel: () => spoken.push("hush"),
  getVoices: () => [],
} });
"""
EAR = """
window.SpeechRecognition = class {
  start() { window.ear = this; }
  stop() { this.onend(); }
  abort() { this.onend(); }
  hears(transcript, isFinal) {
    this.onresult({ results: [Object.assign([{ transcript }], { isFinal })] });
    if (isFinal) this.onend();
  }
};
"""
NAME = "it => it.ariaLabel || (it.labels?.[0] ?? it).textContent.trim()"


def tab_to(telephone: Telephone, name: str) -> None:
    """Press Tab until the control of this name has the focus."""
    names = []
    for _ in range(40):
        telephone.page.keyboard.press("Tab")
        names.append(telephone.page.evaluate(f"({NAME})(document.activeElement)"))
        if names[-1].startswith(name):
            return
    raise AssertionError(f"Tab never reaches {name!r}, only {names}")


def spoken(page: Page) -> list[list[str]]:
    """What the browser was given to read aloud: the language and the words."""
    said: list[list[str]] = page.evaluate("spoken.filter(it => it !== 'hush')")
    return said


# A whole call


def test_a_mother_calls_and_the_report_is_on_the_staffs_list(telephone: Telephone) -> None:
    page = telephone.page
    telephone.visit()
    telephone.call()
    expect(telephone.last_said).to_contain_text("For an absence, press 3")
    expect(telephone.key("3")).to_have_accessible_name("3 Absence")
    telephone.key("3").click()
    expect(telephone.last_said).to_contain_text("Which day")
    telephone.say(SENTENCE, then="Reason: illness")
    expect(telephone.last_said).to_contain_text("Keiko")
    expect(telephone.understood).to_contain_text("illness, excused")
    expect(telephone.understood).to_contain_text("It asks now: Whether all of it is right")
    telephone.say("yes", then="pending until the school confirms")
    expect(telephone.texts).to_contain_text("Keiko absent")
    expect(telephone.texts).to_contain_text("delivered")

    with page.expect_popup() as opened_tab:
        telephone.understood.get_by_role("link", name="See the report").click()
    staff = opened_tab.value
    staff.get_by_label("E-mail address").fill(CLERK)
    staff.get_by_label("Password").fill(PASSWORD)
    staff.get_by_role("button", name="Sign in").click()
    expect(staff.get_by_role("heading", level=1)).to_contain_text("Keiko Tanaka")
    staff.goto(f"{telephone.address}/staff/")
    expect(staff.get_by_role("row").filter(has_text="Keiko Tanaka")).to_contain_text("Illness")
    staff.close()

    telephone.button("Hang up").click()  # signing in has not ended the call
    expect(page.get_by_text("You hang up.")).to_be_visible()


def test_the_keyboard_alone_will_do(telephone: Telephone) -> None:
    page = telephone.page
    telephone.open()
    tab_to(telephone, "Whose telephone")
    page.keyboard.type("keiko")
    expect(page.get_by_role("option")).to_have_count(4)  # two parents, withheld, any other
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(telephone.person).to_have_value(MOTHER)
    tab_to(telephone, "Call")
    page.keyboard.press("Enter")
    expect(telephone.talk).to_be_focused()
    expect(telephone.last_said).to_contain_text("press 3")
    telephone.press("3", then="Which day")
    telephone.press("1", then="reason")
    telephone.press("1", then="absent today")
    telephone.press("1", then="pending until the school confirms")
    expect(telephone.texts).to_contain_text("absent today")
    tab_to(telephone, "Hang up")
    page.keyboard.press("Enter")
    expect(telephone.button("Call")).to_be_focused()


def test_a_mother_who_speaks_spanish_is_met_in_spanish(telephone: Telephone) -> None:
    page = telephone.page
    page.add_init_script(VOICE)
    telephone.visit(MADRE)
    telephone.call()
    expect(telephone.last_said).to_contain_text("Para una ausencia, oprima 3")
    expect(telephone.last_said.locator("[lang=es-US]").first).to_be_visible()
    expect(telephone.last_said.locator("[lang=en-US]")).to_contain_text("For English, press 8.")
    telephone.press("3", then="día")
    telephone.say("Gaby tiene fiebre y no va hoy", then="enfermedad")
    telephone.say("sí", then="pendiente")
    expect(telephone.texts).to_contain_text("Jones College Prep: Gaby")
    english = [words for language, words in spoken(page) if language != "es-US"]
    assert english == ["For English, press 8."]


# Keys and words


def test_words_are_typed_and_keys_are_at_hand_again(telephone: Telephone) -> None:
    page = telephone.page
    telephone.visit()
    telephone.call()
    telephone.press("3", then="Which day")
    tab_to(telephone, "What you say")
    page.keyboard.type("Out for 2 days, the 24th and the 25th, with a fever.")
    expect(telephone.keys_pressed).to_have_count(1)  # digits in a sentence press no keys
    page.keyboard.press("Enter")
    expect(telephone.last_said).to_contain_text("illness")
    page.keyboard.type("1")  # alone it is a key
    page.keyboard.press("Enter")
    expect(telephone.last_said).to_contain_text("pending")
    page.keyboard.press("Escape")
    page.keyboard.press("9")
    expect(telephone.keys_pressed).to_have_count(3)


def test_who_presses_twice_in_haste_has_said_it_once(telephone: Telephone) -> None:
    telephone.visit()
    telephone.call()
    telephone.press("3", then="Which day")
    telephone.words.fill(SENTENCE)
    telephone.button("Say").dblclick()
    expect(telephone.last_said).to_contain_text("Right?")
    telephone.write("Keiko is out today too")
    expect(telephone.talk.locator(".said.family")).to_have_count(1)


def test_keys_are_collected_until_pound(telephone: Telephone) -> None:
    telephone.open()
    telephone.choose_number("(773) 555-0199")
    expect(telephone.page.get_by_text("not on file", exact=True)).to_be_visible()
    telephone.call()
    telephone.press("3", then="then pound")
    telephone.press("826", then="then pound")
    expect(telephone.state).to_have_text("Keys: 8 2 6")
    telephone.page.keyboard.press("#")
    expect(telephone.keys_pressed.last).to_have_text("You press 826#")


def test_keys_can_be_switched_off(telephone: Telephone) -> None:
    hotkeys = telephone.page.get_by_role("checkbox", name="Type keys:")
    telephone.visit()
    hotkeys.uncheck()
    telephone.call()
    telephone.press("3", then="press 3")
    telephone.key("1").click()
    expect(telephone.keys_pressed).to_have_text(["You press 1"])
    telephone.page.reload()
    expect(hotkeys).not_to_be_checked()


def test_a_reload_finds_the_call_as_it_was(telephone: Telephone) -> None:
    telephone.visit()
    telephone.call()
    telephone.press("3", then="Which day")
    telephone.page.reload()
    expect(telephone.last_said).to_contain_text("Which day")
    telephone.say(SENTENCE, then="illness")


# Voice and ear


def test_prompts_are_read_aloud_until_one_begins_to_answer(telephone: Telephone) -> None:
    page = telephone.page
    page.add_init_script(VOICE)
    telephone.visit()
    telephone.call()
    assert ["es-US", "Para español, oprima 9."] in spoken(page)
    telephone.press("3", then="Which day")
    language, words = page.evaluate("spoken.at(-1)")
    assert language == "en-US"
    assert words in telephone.last_said.inner_text()
    telephone.words.press_sequentially("K")
    assert page.evaluate("spoken.at(-1)") == "hush"
    page.get_by_label("Read prompts aloud").uncheck()
    before = spoken(page)
    telephone.say(SENTENCE, then="illness")
    assert spoken(page) == before


def test_what_is_said_into_the_microphone_is_said_in_the_call(telephone: Telephone) -> None:
    page = telephone.page
    page.add_init_script(EAR)
    telephone.visit(MADRE)
    speak = telephone.button("Speak")
    expect(speak).to_be_disabled()
    telephone.call()
    telephone.press("3", then="día")
    speak.click()
    expect(speak).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("ear.lang") == "es-US"
    page.evaluate("ear.hears('Gaby tiene', false)")
    expect(telephone.words).to_have_value("Gaby tiene")
    page.evaluate("ear.hears('Gaby tiene fiebre y no va hoy', true)")
    expect(telephone.last_said).to_contain_text("enfermedad")
    expect(speak).to_have_attribute("aria-pressed", "false")
    speak.click()
    page.evaluate("ear.onerror({ error: 'not-allowed' }); ear.onend()")
    expect(telephone.trouble).to_contain_text("may not use the microphone")


def test_a_browser_that_cannot_listen_offers_no_microphone(telephone: Telephone) -> None:
    telephone.page.add_init_script(
        "delete window.SpeechRecognition; delete window.webkitSpeechRecognition;"
    )
    telephone.visit()
    telephone.call()
    expect(telephone.button("Speak")).to_be_hidden()


# Texts, messages, landlines


def test_a_family_texts(telephone: Telephone) -> None:
    telephone.visit()
    telephone.write("Keiko is sick today")
    expect(telephone.texts).to_have_count(2)
    expect(telephone.texts.last).to_contain_text("Pending until the school confirms")
    telephone.text.fill("UNDO")
    telephone.button("Send").click()
    expect(telephone.texts).to_have_count(4)
    expect(telephone.texts.last).to_contain_text("withdrawn", ignore_case=True)
    expect(telephone.understood).to_contain_text("withdrawn")
    telephone.write("STOP")
    expect(telephone.texts.last).to_contain_text("from the telephone company")
    expect(telephone.page.get_by_text("Opted out.")).to_be_visible()


def test_another_telephone_has_another_thread(telephone: Telephone) -> None:
    telephone.visit()
    telephone.write("Hello")
    expect(telephone.texts).to_have_count(2)
    telephone.choose(FATHER)
    expect(telephone.texts).to_have_count(0)
    telephone.choose(MOTHER)
    expect(telephone.texts).to_have_count(2)
    telephone.choose(WITHHELD)
    expect(telephone.page.get_by_text("A withheld number has no texts.")).to_be_visible()
    expect(telephone.text).to_be_disabled()


def reach_the_beep(telephone: Telephone) -> None:
    telephone.visit()
    telephone.call()
    telephone.page.keyboard.press("0")  # before the office opens
    expect(telephone.state).to_have_text("The line records")


def test_a_message_is_left(telephone: Telephone) -> None:
    reach_the_beep(telephone)
    expect(telephone.key("1")).to_be_disabled()
    telephone.page.keyboard.press("#")
    expect(telephone.talk).to_contain_text("You leave a message of 12 seconds.")
    expect(telephone.talk).to_contain_text("The line hangs up.")
    expect(telephone.talk).to_be_focused()


def test_a_message_is_spoken_into_the_microphone(telephone: Telephone) -> None:
    reach_the_beep(telephone)
    telephone.button("Record").click()
    expect(telephone.message_is).to_have_text("Recording: speak now.")
    telephone.page.wait_for_timeout(1100)  # milliseconds of a message
    telephone.button("Record").click()
    expect(telephone.message_is).to_have_text("What you recorded will be left.")
    telephone.button("Leave the message").click()
    expect(telephone.talk).to_contain_text(re.compile("You leave a message of [23] seconds"))


def test_who_hangs_up_while_recording_leaves_the_message(telephone: Telephone) -> None:
    reach_the_beep(telephone)
    telephone.button("Record").click()
    expect(telephone.message_is).to_have_text("Recording: speak now.")
    telephone.button("Hang up").click()
    expect(telephone.talk).to_contain_text("You leave a message of 1 second.")
    expect(telephone.button("Call")).to_be_visible()


def test_a_sound_file_is_a_message_and_another_file_is_not(telephone: Telephone) -> None:
    reach_the_beep(telephone)
    field = telephone.page.get_by_label(re.compile("sound file", re.IGNORECASE))
    field.set_input_files({"name": "a.wav", "mimeType": "audio/wav", "buffer": b"no sound"})
    telephone.button("Leave the message").click()
    expect(telephone.trouble).to_contain_text("This is no WAV file.")
    field.set_input_files({"name": "b.wav", "mimeType": "audio/wav", "buffer": tone(4)})
    telephone.button("Leave the message").click()
    expect(telephone.talk).to_contain_text("You leave a message of 4 seconds.")


def test_a_landline_rings(telephone: Telephone) -> None:
    telephone.visit(FATHER)
    telephone.page.get_by_label("A landline").check()
    expect(telephone.page.get_by_text("A landline has no texts: the line calls.")).to_be_visible()
    telephone.choose(MOTHER)
    telephone.call()
    telephone.press("3", then="Which day")
    telephone.say(SENTENCE, then="illness")
    telephone.say("yes", then="pending")
    telephone.button("Hang up").click()
    telephone.choose(FATHER)
    telephone.button("Answer").click(timeout=15000)
    expect(telephone.last_said).to_contain_text("Keiko absent")
    expect(telephone.page.get_by_text("The school is calling.")).to_be_hidden()


# What goes wrong


def test_what_went_wrong_is_said_on_the_page(telephone: Telephone) -> None:
    telephone.open()
    telephone.choose_number("12")
    expect(telephone.trouble).to_contain_text("too short")
    expect(telephone.page.get_by_label("Its number")).to_have_value("12")


def test_a_demo_that_does_not_answer_is_said_and_found_again(telephone: Telephone) -> None:
    telephone.visit()
    telephone.page.route("**/simulator/handsets/**", lambda route: route.abort())
    expect(telephone.trouble).to_contain_text("The demo does not answer.")
    telephone.page.unroute("**/simulator/handsets/**")
    expect(telephone.trouble).to_be_hidden()


def test_who_is_typing_a_name_is_not_disturbed_by_what_arrives(telephone: Telephone) -> None:
    """The first answer about the telephone may come after the first letters."""
    wait = re.compile("/simulator/handsets/[0-9a-f]+$")
    telephone.page.route(wait, lambda _: None)
    telephone.open()
    telephone.person.click()
    telephone.person.press_sequentially("keiko")
    expect(telephone.page.get_by_role("option")).to_have_count(4)
    telephone.page.unroute(wait)
    telephone.page.get_by_role("option", name=MOTHER).click()
    expect(telephone.person).to_have_value(MOTHER)

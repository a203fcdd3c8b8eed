// The keys of the telephone, on the page and on the keyboard. Where the line expects a number of
// any length, keys are collected until #, or until nothing comes for as long as the line waits.

import { byId, isTyping } from "./dom.js";

const buttons = [...document.querySelectorAll(".pad [data-digit]")];
const hotkeys = byId("hotkeys");

export class Pad {
  // `send(keys)` presses them; `shows(keys)` says which are collected so far.
  constructor(send, shows) {
    this.send = send;
    this.shows = shows;
    this.keyed = "";
    this.waits = null;
    for (const button of buttons) {
      button.addEventListener("click", () => this.press(button.dataset.digit));
    }
    document.addEventListener("keydown", (event) => this.#typed(event));
  }

  // `waits`: what the line waits for; null when keys do nothing.
  expect(waits, menu) {
    if (waits === null) this.#forget();
    this.waits = waits;
    for (const button of buttons) {
      label(button, menu.find(({ key }) => key === button.dataset.digit));
      button.disabled = !this.#takes(button.dataset.digit);
    }
  }

  press(key) {
    if (!this.#takes(key)) return;
    this.#show(this.keyed + key);
    clearTimeout(this.timer);
    const full = this.waits.keys !== null && this.keyed.length >= this.waits.keys;
    if (full || key === "#") this.#finish();
    else this.timer = setTimeout(() => this.#finish(), this.waits.seconds * 1000);
  }

  // A message is ended with #; no other key means anything to it.
  #takes(key) {
    if (this.waits === null) return false;
    return this.waits.for === "message" ? key === "#" : this.waits.for === "answer";
  }

  #typed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
    if (!hotkeys.checked || isTyping()) return;
    if (/^[0-9*#]$/.test(event.key) && this.#takes(event.key)) {
      event.preventDefault();
      flash(event.key);
      this.press(event.key);
    }
  }

  #finish() {
    const keys = this.keyed;
    this.#forget();
    this.send(keys);
  }

  #forget() {
    clearTimeout(this.timer);
    this.#show("");
  }

  #show(keyed) {
    this.keyed = keyed;
    this.shows(keyed);
  }
}

// In the menu a key says what it leads to; absences are what most families call for.
function label(button, choice) {
  const letters = button.querySelector(".letters");
  letters.textContent = choice?.words ?? letters.dataset.letters;
  button.classList.toggle("offered", choice !== undefined);
  button.classList.toggle("first", choice?.first ?? false);
}

// A key pressed on the keyboard is seen to go down on the page.
function flash(key) {
  const button = buttons.find((one) => one.dataset.digit === key);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 150);
}

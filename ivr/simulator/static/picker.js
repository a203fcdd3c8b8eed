// Chooses whose telephone it is: a field that searches, and the list of what it finds.

import { byId, make } from "./dom.js";
import { Mistake, contacts } from "./server.js";

const field = byId("person");
const list = byId("people");
const about = byId("person-about");
const unlisted = byId("unlisted");
const number = byId("number");

const WITHHELD = { number: null, name: "Number withheld", about: "as if the caller hid it" };
const OTHER = { name: "A number not on file", about: "type any number" };
const ALWAYS = [WITHHELD, OTHER];

export class Picker {
  // `choose(number)` takes a number, or null for a withheld one.
  constructor(choose) {
    this.choose = choose;
    this.person = WITHHELD;
    this.options = [];
    this.active = -1;
    this.searching = null;
    field.addEventListener("input", () => this.#search(field.value));
    field.addEventListener("focus", () => field.select());
    field.addEventListener("click", () => this.#browse());
    field.addEventListener("blur", () => this.#close());
    field.addEventListener("keydown", (event) => this.#key(event));
    byId("picker").addEventListener("submit", (event) => {
      event.preventDefault();
      if (!unlisted.hidden) this.choose(number.value);
    });
  }

  show(person) {
    if (person.number === this.person.number && person.name === this.person.name) return;
    this.person = person;
    unlisted.hidden = true;
    if (!this.searching) this.#close(); // nothing is taken away from under who is typing
  }

  lock(inCall) {
    field.disabled = inCall;
  }

  // Everybody, with room to type: a click into a name would put the caret between its letters.
  #browse() {
    if (this.searching) return;
    field.placeholder = this.person.name;
    field.value = "";
    this.#search("");
  }

  async #search(typed) {
    this.searching?.abort();
    const searching = (this.searching = new AbortController());
    let found = [];
    try {
      found = await contacts(typed, searching.signal);
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof Mistake)) throw error;
    }
    if (this.searching === searching) this.#open(typed ? [...found, ...ALWAYS] : [...ALWAYS, ...found]);
  }

  #open(options) {
    // The same list stays: nothing is moved away from under a finger.
    if (list.hidden || JSON.stringify(options) !== JSON.stringify(this.options)) {
      list.replaceChildren(...options.map((option, place) => this.#option(option, place)));
    }
    this.options = options;
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    this.#mark(-1);
  }

  #option(option, place) {
    const row = make(
      "li",
      { role: "option", id: `person-${place}`, "aria-selected": "false" },
      make("span", { class: "name" }, option.name),
      make("span", { class: "quiet small" }, ...details(option)),
    );
    row.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus
    row.addEventListener("click", () => this.#take(place));
    return row;
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (list.hidden) this.#browse();
      else this.#step(steps[event.key]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // Who has typed, and marked nobody, means the first.
      const chosen = this.active < 0 && field.value ? 0 : this.active;
      if (!list.hidden && chosen >= 0) this.#take(chosen);
    } else if (event.key === "Escape") {
      this.#close();
    }
  }

  #step(by) {
    const last = this.options.length - 1;
    const next = this.active + by;
    if (next > last) this.#mark(0);
    else this.#mark(next < 0 ? last : next);
  }

  #mark(place) {
    list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const row = list.children[place];
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView({ block: "nearest" });
    if (row) field.setAttribute("aria-activedescendant", row.id);
    else field.removeAttribute("aria-activedescendant");
  }

  #take(place) {
    const option = this.options[place];
    this.#close();
    if (option === OTHER) {
      unlisted.hidden = false;
      number.focus();
    } else {
      this.choose(option.number);
    }
  }

  #close() {
    this.searching?.abort();
    this.searching = null;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    this.#mark(-1);
    field.value = this.person.name;
    if (document.activeElement === field) field.select(); // what is typed next takes its place
    about.replaceChildren(...details(this.person));
  }
}

function details({ about: words, shown }) {
  return shown ? [`${words}, `, make("span", { class: "whole" }, shown)] : [words];
}

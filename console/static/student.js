// Typing a name offers the students near it: a combobox after the ARIA pattern. Without this
// script the field takes a name as well, and the page asks which student it is.
"use strict";

const MOST_WAIT = 120; // milliseconds of rest before asking

function offerStudents(field) {
  const list = document.createElement("ul");
  list.id = `${field.id}-list`;
  list.className = "options";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Students near it");
  list.hidden = true;
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-controls", list.id);
  field.autocomplete = "off";
  let timer = 0;
  let asked = 0;
  let at = -1;

  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    const options = [...list.children];
    at = (index + options.length) % options.length;
    options.forEach((it, n) => it.setAttribute("aria-selected", String(n === at)));
    field.setAttribute("aria-activedescendant", options[at].id);
    options[at].scrollIntoView({ block: "nearest" });
  };
  const choose = (option) => {
    field.value = option.textContent;
    close();
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const show = (names) => {
    list.replaceChildren(...names.map((name, n) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${n}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(option);
      });
      return option;
    }));
    list.hidden = names.length === 0;
    at = -1;
    field.setAttribute("aria-expanded", String(names.length > 0));
  };
  const ask = async () => {
    const mine = ++asked;
    const typed = field.value.trim();
    if (!typed) return close();
    const answer = await fetch(`${field.dataset.students}?q=${encodeURIComponent(typed)}`);
    if (answer.ok && mine === asked && document.activeElement === field) show(await answer.json());
    return undefined;
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, MOST_WAIT);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Escape") {
      close();
      event.stopPropagation();
    } else if (event.key === "Enter" && at >= 0) choose(list.children[at]);
    else return;
    event.preventDefault();
  });
}

whenShown(() => document.querySelectorAll("input[data-students]").forEach(offerStudents));

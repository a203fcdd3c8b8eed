// Keys of a page: an element with data-key is pressed by that key, unless somebody types.
// "?" shows them all; whoever does not want them switches them off there, on this computer.
"use strict";

const KEYS_OFF = "absence-line-keys-off";

// Scripts set a page up when it is shown, and again when another takes its place.
function whenShown(setUp) {
  setUp();
  document.addEventListener("page-shown", setUp);
}

function typing(target) {
  return target instanceof HTMLElement
    && (target.isContentEditable || target.closest("input, select, textarea, dialog") !== null);
}

function usesEnter(target) {
  return target instanceof HTMLElement && target.closest("a, button, summary, audio") !== null;
}

function keysOff() {
  return localStorage.getItem(KEYS_OFF) === "yes";
}

function press(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)]
    .find((it) => !it.disabled && it.checkVisibility());
  if (!found) return false;
  if (found.matches("input, select, textarea")) {
    found.focus();
    if (found.select) found.select();
  } else if (found.matches("summary")) {
    found.parentElement.open = true;
    const first = found.parentElement.querySelector("input:not([type=hidden]), select, textarea, button");
    if (first) first.focus();
  } else {
    found.click();
  }
  return true;
}

function showKeys() {
  const dialog = document.querySelector("dialog.keys");
  if (!dialog) return;
  const list = dialog.querySelector("dl");
  list.replaceChildren();
  const seen = new Set();
  for (const it of document.querySelectorAll("[data-key]")) {
    const key = it.dataset.key;
    if (seen.has(key) || !it.checkVisibility()) continue;
    seen.add(key);
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const cap = document.createElement("kbd");
    cap.textContent = { Enter: "Enter", " ": "Space", ArrowLeft: "←" }[key] || key.toUpperCase();
    term.append(cap);
    const words = document.createElement("dd");
    words.textContent = it.dataset.does || it.getAttribute("aria-label")
      || [...it.childNodes].filter((n) => n.nodeName !== "KBD").map((n) => n.textContent).join(" ").trim();
    row.append(term, words);
    list.append(row);
  }
  const off = dialog.querySelector("input[name=keys-off]");
  off.checked = keysOff();
  off.onchange = () => {
    localStorage.setItem(KEYS_OFF, off.checked ? "yes" : "no");
    document.documentElement.classList.toggle("no-keys", off.checked);
  };
  dialog.showModal();
}

document.documentElement.classList.toggle("no-keys", keysOff());
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.repeat) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "?") {
    showKeys();
    event.preventDefault();
    return;
  }
  if (keysOff() || ((event.key === "Enter" || event.key === " ") && usesEnter(event.target))) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (press(key)) event.preventDefault();
});

// A form is sent once, however often its button is pressed; Back makes it usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else if (form.method === "post") form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

whenShown(() => {
  // On a narrow screen the pages stand in one row: the one that is open comes into sight.
  document.querySelector(".site nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // Printing is the browser's: a button for it makes sense only with this script.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
});

// One box ticks all the others of a form.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.all;
  if (!name) return;
  for (const box of event.target.form.querySelectorAll(`input[name="${name}"]`)) box.checked = event.target.checked;
});

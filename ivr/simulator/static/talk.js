// What is said in the call, as speech bubbles.

import { byId, make } from "./dom.js";

const talk = byId("talk");
const hint = talk.querySelector(".hint");
const MARGIN = 16;
const WHO = { line: "The line: ", family: "You: ", key: "You press " };

// Shows the entries; gives what the line has said since the last time.
export function showTalk(entries) {
  const known = new Map([...talk.querySelectorAll("[data-n]")].map((it) => [Number(it.dataset.n), it]));
  const added = entries.filter((entry) => !known.has(entry.n));
  const kept = new Set(entries.map((entry) => entry.n));
  for (const [n, element] of known) if (!kept.has(n)) element.remove();
  hint.hidden = entries.length > 0;
  const bubbles = added.map(bubble);
  talk.append(...bubbles);
  if (bubbles.length > 0) scrollTo(bubbles[0]);
  return added.filter((entry) => entry.who === "line").flatMap((entry) => entry.says);
}

// To the end, but never past the beginning of what is new.
function scrollTo(first) {
  const beginning = first.offsetTop - MARGIN;
  talk.scrollTop = Math.min(beginning, talk.scrollHeight);
}

function bubble(entry) {
  const said = entry.who === "key" ? keys(entry.says[0].words) : entry.says.map(words);
  const who = WHO[entry.who] ? [make("span", { class: "unseen" }, WHO[entry.who])] : [];
  return make("p", { class: `said ${entry.who}`, "data-n": entry.n }, ...who, ...said);
}

function words(said) {
  return make("span", { lang: said.language || null }, said.words);
}

function keys(pressed) {
  return [...pressed].map((key) => make("kbd", {}, key));
}

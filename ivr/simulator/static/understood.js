// What the line has understood, fact by fact, and what it asks next.

import { byId, make } from "./dom.js";

const panel = byId("understood");
const nothing = panel.firstElementChild;
let shown = "";

export function showUnderstood(seen) {
  const now = JSON.stringify(seen);
  if (now === shown) return; // readers of the panel are not thrown back to its beginning
  shown = now;
  panel.replaceChildren(...(seen === null ? [nothing] : [...filed(seen), facts(seen), asks(seen)]));
}

function filed(seen) {
  if (seen.references.length === 0) return [];
  const codes = seen.references.join(", ");
  const link = make("a", { href: "/staff/", target: "_blank" }, "See the report");
  link.append(make("span", { class: "unseen" }, " (in a new tab)"));
  return [make("p", { class: "filed done" }, make("strong", {}, `Reported: ${codes}`), link)];
}

function facts(seen) {
  return make("dl", { class: "facts" }, ...seen.facts.map(fact));
}

function fact({ term, words, sign }) {
  const value = make("dd", {}, words || make("span", { class: "quiet" }, sign || "not yet"));
  if (words && sign) value.append(make("br"), make("span", { class: "quiet small" }, sign));
  return make("div", {}, make("dt", {}, term), value);
}

function asks(seen) {
  return make("p", { class: "asks" }, make("span", { class: "quiet" }, "It asks now: "), seen.asks);
}

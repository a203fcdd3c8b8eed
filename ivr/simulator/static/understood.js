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
  return seen.filed.map(({ reference, status, whole, address }) => {
    const link = make("a", { href: address, target: "_blank" }, "See the report");
    link.append(make("span", { class: "unseen" }, ` ${reference} (in a new tab)`));
    return make("p", { class: whole ? "filed" : "filed unfinished" }, make("strong", {}, reference), ` ${status} `, link);
  });
}

function facts(seen) {
  const empty = !seen.asks && seen.facts.every(({ words }) => !words);
  if (empty) return make("p", { class: "quiet" }, "No new report came of it.");
  return make("dl", { class: "facts" }, ...seen.facts.map(fact));
}

function fact({ term, words, sign }) {
  const said = words ? [`${words} `, make("span", { class: "quiet small" }, sign)] : [];
  const value = make("dd", {}, ...said);
  if (!words) value.append(make("span", { class: "quiet" }, sign || "not yet"));
  return make("div", {}, make("dt", {}, term), value);
}

function asks(seen) {
  if (!seen.asks) return "";
  return make("p", { class: "asks" }, make("span", { class: "quiet" }, "It asks now: "), seen.asks);
}

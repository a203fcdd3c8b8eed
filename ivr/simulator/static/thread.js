// The texts of the number, both ways.

import { byId, make } from "./dom.js";

const thread = byId("thread");
const empty = byId("no-texts");
const FROM = { family: "You", school: "The school", carrier: "The telephone company", note: "" };
const ENGLISH = ["carrier", "note"];

// Shows the texts, in the language that school and family write; gives how many have come from the school since the last time.
export function showThread(texts, language) {
  const known = new Map([...thread.querySelectorAll("[data-n]")].map((it) => [Number(it.dataset.n), it]));
  const kept = new Set(texts.map((text) => text.n));
  const came = texts.filter((text) => !known.has(text.n));
  for (const [n, element] of known) if (!kept.has(n)) element.remove();
  for (const text of texts) known.get(text.n)?.querySelector(".about")?.replaceChildren(about(text));
  thread.append(...came.map((text) => item(text, language)));
  empty.hidden = texts.length > 0;
  if (came.length > 0) thread.scrollTop = thread.scrollHeight;
  return came.filter((text) => text.side === "school").length;
}

// Another number has another thread; its places are counted from the first anew.
export function clearThread() {
  for (const element of thread.querySelectorAll("[data-n]")) element.remove();
}

function item(text, language) {
  const side = text.side === "carrier" ? "school" : text.side;
  const spoken = ENGLISH.includes(text.side) ? null : (text.language?.code ?? language);
  const who = FROM[text.side] ? [make("span", { class: "unseen" }, `${FROM[text.side]}: `)] : [];
  const body = make("p", { class: "body" }, ...who, make("span", { lang: spoken }, text.body));
  const photo = text.photo ? [make("p", { class: "body" }, picture(text.photo))] : [];
  const below = text.side === "note" ? [] : [make("p", { class: "about" }, about(text))];
  return make("div", { class: `text ${side}`, "data-n": text.n }, ...(text.body ? [body] : []), ...photo, ...below);
}

// A photo, or a word for what no browser shows.
function picture(sid) {
  const image = make("img", { src: `/simulator/photos/${sid}`, alt: "Your photo", width: 160 });
  image.addEventListener("error", () => image.replaceWith("A file"));
  image.addEventListener("load", () => (thread.scrollTop = thread.scrollHeight));
  return image;
}

function about(text) {
  const company = text.side === "carrier" ? "from the telephone company" : null;
  return [text.time, text.language?.name, text.how_far ?? company].filter(Boolean).join(", ");
}

// The list keeps itself up to date: the server says when something has changed, and only then the
// list is fetched anew. Boxes that are ticked and the focus stay where they are. It is the
// worklist, or the list beside a report.
"use strict";

const FIRST = 1_000; // milliseconds until news is asked for
const PAUSE = 3_000; // milliseconds after a refusal, and more after each further one
const MOST_PAUSE = 30_000;
const PATIENCE = 3; // failures in a row that nobody needs to hear of
const SOUND = "absence-line-sound";
let list = null;
let title = "";
let token = "";
let ahead = 0; // milliseconds that this computer is ahead of the school
let failures = 0;
let unseen = 0;
let stream = null;
let waiting = 0; // until it listens

function follow() {
  clearTimeout(waiting);
  stream?.close();
  stream = null;
  list = document.querySelector("[data-news]");
  title = document.title;
  unseen = failures = 0;
  if (!list) return;
  token = list.dataset.token;
  if (list.dataset.now) ahead = Date.now() - new Date(list.dataset.now);
  waiting = setTimeout(listen, FIRST); // it has just been fetched
  offerSound();
}

function listen() {
  stream = new EventSource(`${list.dataset.news}?since=${encodeURIComponent(token)}`);
  stream.addEventListener("message", (event) => renew(event.data));
  stream.addEventListener("open", () => {
    failures = 0;
    say("");
  });
  stream.addEventListener("error", () => {
    // Every stream ends with an "error", and the browser opens the next by itself; but not after
    // a refusal.
    if (stream.readyState === EventSource.CLOSED) refused();
    else if (++failures > PATIENCE) unreachable();
  });
}

async function refused() {
  const ended = stream;
  failures += 1;
  const answer = await fetch(list.dataset.news, { cache: "no-store" }).catch(() => null);
  if (ended !== stream || !list) return undefined; // another page has taken its place
  if (answer && (answer.redirected || answer.status === 401)) return say("You are signed out. Sign in to go on.");
  if (failures > PATIENCE) unreachable();
  waiting = setTimeout(listen, Math.min(PAUSE * failures, MOST_PAUSE));
  return undefined;
}

function unreachable() {
  say("The line cannot be reached. What you see may be old; it is tried again.");
}

async function renew(now) {
  const into = list;
  const answer = await fetch(list.dataset.fresh || location.href, { cache: "no-store" }).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (into !== list) return; // another page has taken its place
  const fresh = page.querySelector("[data-news]") || page.body;
  const before = ids(list);
  const ticked = new Set([...list.querySelectorAll("input:checked")].map((it) => it.value.split(":")[0]));
  const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
  const from = list.scrollTop;
  list.replaceChildren(...fresh.childNodes);
  list.scrollTop = from;
  for (const box of list.querySelectorAll("input[name=report]")) box.checked = ticked.has(box.value.split(":")[0]);
  if (focused) document.getElementById(focused)?.focus();
  token = now;
  for (const row of rows(list)) if (!before.has(row.id)) row.classList.add("new");
  const more = [...ids(list)].filter((id) => !before.has(id)).length;
  if (more) arrived(more);
  document.dispatchEvent(new Event("list-renewed"));
}

function rows(where) {
  return [...where.querySelectorAll("tr[id], li[id]")];
}

function ids(where) {
  return new Set(rows(where).map((row) => row.id));
}

function arrived(more) {
  document.querySelector("#arrived").textContent = more === 1 ? "One more report." : `${more} more reports.`;
  if (document.hidden) {
    unseen += more;
    document.title = `(${unseen}) ${title}`;
  }
  if (localStorage.getItem(SOUND) === "yes") beep();
}

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const loud = audio.createGain();
  loud.gain.setValueAtTime(0.08, audio.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.4);
  tone.frequency.value = 660;
  tone.connect(loud).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.4);
  tone.onended = () => audio.close();
}

function say(words) {
  const place = document.querySelector("#live-state");
  if (place.textContent !== words) place.textContent = words;
  place.hidden = !words;
}

function tally() {
  const deadline = document.querySelector("[data-deadline]");
  if (!deadline) return;
  const minutes = Math.floor((new Date(deadline.dataset.deadline) - Date.now() + ahead) / 60_000);
  const place = deadline.querySelector("[data-left]");
  const words = minutes < 0 ? "passed" : minutes < 60 ? `${minutes} min left` : `${Math.floor(minutes / 60)} h ${minutes % 60} min left`;
  if (place.textContent !== words) place.textContent = words;
}

// Its box is part of the list, and is a new one each time the list is.
function offerSound() {
  const sound = document.querySelector("input[name=sound]");
  if (!sound) return;
  sound.closest("label").hidden = false;
  sound.checked = localStorage.getItem(SOUND) === "yes";
  sound.addEventListener("change", () => {
    localStorage.setItem(SOUND, sound.checked ? "yes" : "no");
    if (sound.checked) beep();
  });
}

// Ticking one certain report offers the others of the same reason.
document.addEventListener("change", (event) => {
  if (event.target.name !== "all-of") return;
  for (const box of document.querySelectorAll("input[name=report]")) {
    if (box.dataset.reason === event.target.value) box.checked = event.target.checked;
  }
});

setInterval(tally, 5_000);
document.addEventListener("list-renewed", tally);
document.addEventListener("list-renewed", offerSound);
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !unseen) return;
  unseen = 0;
  document.title = title;
});
whenShown(follow);

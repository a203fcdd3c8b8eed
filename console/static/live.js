// The list keeps itself up to date: it asks a short question every second, and only when something
// has changed fetches its rows anew. Boxes that are ticked and the focus stay where they are.
"use strict";

const EVERY = 1_000; // milliseconds
const EVERY_HIDDEN = 5_000;
const SOUND = "absence-line-sound";
const list = document.querySelector("[data-news]");
const title = document.title;
let token = list ? list.dataset.token : "";
let failures = 0;
let unseen = 0;

async function look() {
  try {
    const answer = await fetch(`${list.dataset.news}?since=${encodeURIComponent(token)}`, { cache: "no-store" });
    if (answer.redirected || answer.status === 401) return say("You are signed out. Sign in to go on.");
    if (answer.status === 200) await renew();
    else if (answer.status !== 204) throw new Error(String(answer.status));
    failures = 0;
    say("");
  } catch {
    failures += 1;
    if (failures > 2) say("The line cannot be reached. What you see may be old; it is tried again.");
  }
  setTimeout(look, Math.min((document.hidden ? EVERY_HIDDEN : EVERY) * (1 + failures), 30_000));
  return undefined;
}

async function renew() {
  const address = new URL(location.href);
  address.searchParams.set("part", "list");
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-news]");
  if (!fresh) return;
  const before = ids(list);
  const ticked = new Set([...list.querySelectorAll("input:checked")].map((it) => it.value.split(":")[0]));
  const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
  list.replaceChildren(...fresh.childNodes);
  for (const box of list.querySelectorAll("input[name=report]")) box.checked = ticked.has(box.value.split(":")[0]);
  if (focused) document.getElementById(focused)?.focus();
  token = fresh.dataset.token;
  for (const row of list.querySelectorAll("tr[id]")) if (!before.has(row.id)) row.classList.add("new");
  const more = [...ids(list)].filter((id) => !before.has(id)).length;
  if (more) arrived(more);
  document.dispatchEvent(new Event("list-renewed"));
}

function ids(where) {
  return new Set([...where.querySelectorAll("tr[id]")].map((row) => row.id));
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

let ahead = 0; // milliseconds that this computer is ahead of the school
if (list) {
  ahead = Date.now() - new Date(list.dataset.now);
  setTimeout(look, EVERY);
  setInterval(tally, 5_000);
  document.addEventListener("list-renewed", tally);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      unseen = 0;
      document.title = title;
    }
  });
  const sound = document.querySelector("input[name=sound]");
  if (sound) {
    sound.closest("label").hidden = false;
    sound.checked = localStorage.getItem(SOUND) === "yes";
    sound.addEventListener("change", () => {
      localStorage.setItem(SOUND, sound.checked ? "yes" : "no");
      if (sound.checked) beep();
    });
  }
}

// Ticking one certain report offers the others of the same reason.
document.addEventListener("change", (event) => {
  if (event.target.name !== "all-of") return;
  for (const box of document.querySelectorAll("input[name=report]")) {
    if (box.dataset.reason === event.target.value) box.checked = event.target.checked;
  }
});

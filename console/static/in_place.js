// One report after the other without loading each page from nothing: what the server answers takes
// the place of what is shown. It does for forms and links with `data-in-place`, inside an element
// or as its own attribute; without this script they work as any others.
"use strict";

const LONGEST = 20_000; // milliseconds until the line counts as out of reach
const SPOKEN = 150; // milliseconds after the focus has moved: what is said at once is talked over
const loaded = new Set([...document.scripts].map((it) => it.src));
let shown = location.pathname + location.search;
let sending = false; // an act: nothing else is opened before its answer
let asked = 0; // what was asked for last is shown, whichever answer comes first

// A screen reader is told only by what stood on the page before: this stays, whatever is shown.
const told = document.createElement("p");
told.className = "unseen";
told.setAttribute("role", "status");
document.body.append(told);

async function fetched(address, options) {
  document.documentElement.classList.add("awaits");
  try {
    const answer = await fetch(address, { ...options, signal: AbortSignal.timeout(LONGEST) });
    return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  } catch {
    return null; // the line cannot be reached
  } finally {
    document.documentElement.classList.remove("awaits");
  }
}

function put(page, address) {
  document.title = page.title;
  for (const it of [...document.body.childNodes]) if (it !== told) it.remove();
  document.body.prepend(...page.body.childNodes);
  if (address !== location.href) history.pushState(null, "", address);
  shown = location.pathname + location.search;
  for (const { src } of page.querySelectorAll("script[src]")) load(src);
  scrollTo(0, 0);
  const first = ["[autofocus]", "#report", "#main"].map((it) => document.querySelector(it)).find(Boolean);
  first?.focus({ preventScroll: true });
  tell([...document.querySelectorAll("main > .notice[role=status]")]);
  document.dispatchEvent(new Event("page-shown"));
}

function tell(notices) {
  for (const it of notices) it.removeAttribute("role"); // else some would say it twice
  const words = notices.map((it) => it.querySelector("p").textContent).join(" ");
  told.textContent = "";
  if (words) setTimeout(() => (told.textContent = words), SPOKEN);
}

function load(src) {
  if (loaded.has(src)) return;
  loaded.add(src);
  const script = document.createElement("script");
  script.src = src;
  document.head.append(script);
}

// What was typed stays on the page when the answer is not one to go on with.
function refuse(words, signIn = "") {
  const place = document.querySelector("#refused");
  place.textContent = words;
  if (signIn) {
    const link = document.createElement("a");
    link.href = signIn;
    link.target = "_blank";
    link.textContent = "Sign in on another page";
    place.append(" ", link, ", then come back and press once more.");
  }
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

// Forms of a page that was open for long are refused; those of a new one are not.
async function refuseOrRenew(form, button) {
  const got = await fetched(location.href);
  const token = got?.page.querySelector("#report input[name=csrf_token]")?.value;
  if (!token) return refuse("You are signed out. Nothing was changed, and what you typed still stands here.", got?.answer.url);
  for (const it of document.querySelectorAll("input[name=csrf_token]")) it.value = token;
  return send(form, button, true);
}

async function send(form, button, again = false) {
  const body = new URLSearchParams(new FormData(form, button));
  const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
  sending = true;
  asked += 1;
  const got = await fetched(address, { method: "POST", body });
  sending = false;
  delete form.dataset.sent;
  if (!got) refuse("The line cannot be reached. What you typed still stands here; try again in a moment.");
  else if (got.answer.ok) return put(got.page, got.answer.url);
  else if (got.page.querySelector("#report")) return put(got.page, location.href);
  else if (got.answer.status === 400 && !again) return refuseOrRenew(form, button);
  else refuse([...got.page.querySelectorAll("main h1, main p:not(:has(a))")].map((it) => it.textContent).join(". ") || "Something went wrong on our side. Try again in a minute.");
  return undefined;
}

async function visit(address) {
  const mine = ++asked;
  const got = await fetched(address);
  if (mine !== asked) return;
  if (got?.answer.ok) put(got.page, got.answer.url);
  else location.assign(address);
}

const inPlace = (element) => element?.closest("[data-in-place]") !== null;

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post" || !inPlace(event.target)) return;
  event.preventDefault();
  if (sending) delete event.target.dataset.sent;
  else send(event.target, event.submitter);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (!inPlace(link) || link.origin !== location.origin || link.hash) return;
  event.preventDefault();
  if (!sending) visit(link.href);
});

// Back and forward load the page that stood there; a link within the page changes none.
addEventListener("popstate", () => {
  if (shown !== location.pathname + location.search) location.reload();
});

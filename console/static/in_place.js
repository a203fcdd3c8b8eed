// One report after the other without loading each page from nothing: what the server answers takes
// the place of what is shown. It does for forms and links with `data-in-place`, inside an element
// or as its own attribute; without this script they work as any others.
"use strict";

const loaded = new Set([...document.scripts].map((it) => it.src));
let shown = location.pathname + location.search;

async function fetched(address, options) {
  try {
    const answer = await fetch(address, options);
    return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  } catch {
    return null; // the line cannot be reached
  }
}

function put(page, address) {
  document.title = page.title;
  document.body.replaceChildren(...page.body.childNodes);
  if (address !== location.href) history.pushState(null, "", address);
  shown = location.pathname + location.search;
  for (const { src } of page.querySelectorAll("script[src]")) load(src);
  scrollTo(0, 0);
  const first = ["[autofocus]", "#report", "#main"].map((it) => document.querySelector(it)).find(Boolean);
  first?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("page-shown"));
}

function load(src) {
  if (loaded.has(src)) return;
  loaded.add(src);
  const script = document.createElement("script");
  script.src = src;
  document.head.append(script);
}

// What was typed stays on the page when the answer is not one to go on with.
function refuse(words) {
  const place = document.querySelector("#live-state");
  place.textContent = words;
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
}

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  const address = button?.hasAttribute("formaction") ? button.formAction : form.action;
  const got = await fetched(address, { method: "POST", body });
  if (!got) refuse("The line cannot be reached. What you typed still stands here; try again in a moment.");
  else if (got.answer.ok) return put(got.page, got.answer.url);
  else if (got.page.querySelector("#report")) return put(got.page, location.href);
  else refuse([...got.page.querySelectorAll("main h1, main p:not(:has(a))")].map((it) => it.textContent).join(". ") || "Something went wrong on our side. Try again in a minute.");
  delete form.dataset.sent;
  return undefined;
}

async function visit(address) {
  const got = await fetched(address);
  if (got?.answer.ok) put(got.page, got.answer.url);
  else location.assign(address);
}

const inPlace = (element) => element?.closest("[data-in-place]") !== null;

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post" || !inPlace(event.target)) return;
  event.preventDefault();
  send(event.target, event.submitter);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (!inPlace(link) || link.origin !== location.origin || link.hash) return;
  event.preventDefault();
  visit(link.href);
});

// Back and forward load the page that stood there; a link within the page changes none.
addEventListener("popstate", () => {
  if (shown !== location.pathname + location.search) location.reload();
});

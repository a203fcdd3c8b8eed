// One report: why it is excused or not follows the reason chosen; buttons fill in days; the hold
// is renewed while the page is open; pointing at a fact shows its words.
"use strict";

const RENEW = 45_000; // milliseconds; a hold lasts two minutes

function setUp() {
  const facts = document.querySelector("form.entry");
  if (!facts) return;
  for (const button of facts.querySelectorAll("button[data-day]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const days = facts.elements.days;
      const rest = button.dataset.more && days.value.trim() ? `${days.value.trim()}, ` : "";
      days.value = rest + button.dataset.day;
      days.focus();
    });
  }
  facts.elements.reason.addEventListener("change", (event) => {
    const rule = document.querySelector(`#rules > [data-reason="${CSS.escape(event.target.value)}"]`);
    document.querySelector("#excused-help").textContent = rule ? rule.textContent : "";
  });
  for (const marked of document.querySelectorAll("mark[data-fact]")) {
    const field = facts.elements[marked.dataset.field];
    if (!field || field instanceof RadioNodeList) continue;
    const lit = (on) => field.classList.toggle("lit", on);
    marked.addEventListener("mouseenter", () => lit(true));
    marked.addEventListener("mouseleave", () => lit(false));
    field.addEventListener("focus", () => light(marked.dataset.fact, true));
    field.addEventListener("blur", () => light(marked.dataset.fact, false));
  }
}

function light(fact, on) {
  for (const it of document.querySelectorAll(`mark[data-fact="${fact}"]`)) it.classList.toggle("lit", on);
}

let holding = 0;

function holdOn() {
  clearInterval(holding);
  const hold = document.querySelector("[data-hold]");
  if (hold) holding = setInterval(() => {
    if (!document.hidden) fetch(hold.dataset.hold, { method: "POST", body: new URLSearchParams({ csrf_token: hold.dataset.token }) });
  }, RENEW);
}

// The list beside it begins where this report stands.
function scrollBeside() {
  const lines = document.querySelector(".pane > .lines");
  const here = lines?.querySelector(".here");
  if (!here || here.offsetTop + here.offsetHeight <= lines.clientHeight) return;
  lines.scrollTop = here.offsetTop - lines.clientHeight / 3;
  // Lines out of sight were measured by guess; now that they are drawn, it is seen whole.
  requestAnimationFrame(() => {
    lines.scrollTop += Math.max(0, here.getBoundingClientRect().bottom - lines.getBoundingClientRect().bottom);
  });
}

whenShown(setUp);
whenShown(holdOn);
whenShown(scrollBeside);

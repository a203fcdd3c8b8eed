// The desk's own script: everything here is a help, and every page works without it.
"use strict";

// A signature, drawn with a finger, a pen or the mouse, kept as a path of whole points.
for (const pad of document.querySelectorAll(".signature")) {
  const canvas = pad.querySelector("canvas");
  const kept = pad.querySelector("input");
  const pen = canvas.getContext("2d");
  const MOST = 19000; // characters; the server keeps no longer ones
  let drawing = false;

  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    if (kept.value) pen.stroke(new Path2D(kept.value));
  };
  const point = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (part, most) => Math.round(Math.min(Math.max(part, 0), 1) * most);
    const x = within((event.clientX - box.left) / box.width, canvas.width);
    const y = within((event.clientY - box.top) / box.height, canvas.height);
    return `${x} ${y}`;
  };
  const add = (how, event) => {
    if (kept.value.length < MOST) kept.value += `${kept.value ? " " : ""}${how}${point(event)}`;
    draw();
  };

  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    add("M", event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (drawing) add("L", event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, () => {
      drawing = false;
    });
  }
  pad.querySelector("button").addEventListener("click", () => {
    kept.value = "";
    draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  pad.hidden = false;
  draw();
}

// What belongs to one choice shows with that choice.
for (const part of document.querySelectorAll("[data-for]")) {
  const form = part.closest("form");
  const show = () => {
    part.hidden = form.elements.who.value !== part.dataset.for;
  };
  form.addEventListener("change", show);
  show();
}

// Parts of a page that keep themselves up to date: who waits, who was told, who has to be called.
for (const part of document.querySelectorAll("[data-live]")) {
  const EVERY = 1500; // milliseconds
  const EVERY_HIDDEN = 10_000;
  let failures = 0;
  const look = async () => {
    try {
      const answer = await fetch(part.dataset.live, { cache: "no-store" });
      if (answer.redirected || answer.status === 401) return; // signed out: the next click says so
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.text());
      failures = 0;
    } catch {
      failures += 1; // the line is out of reach for a moment; the next round asks again
    }
    setTimeout(look, Math.min((document.hidden ? EVERY_HIDDEN : EVERY) * (1 + failures), 30_000));
  };
  const show = (html) => {
    const now = document.createElement("div");
    now.innerHTML = html;
    // Only news is put in: a screen reader says each change aloud, and the focus is not lost.
    if (words(now) === words(part)) return;
    const at = part.contains(document.activeElement) ? words(document.activeElement) : "";
    part.replaceChildren(...now.childNodes);
    part.hidden = !words(part);
    if (at) [...part.querySelectorAll("a, button")].find((it) => words(it) === at)?.focus();
  };
  const words = (it) => it.textContent.replace(/\s+/g, " ").trim();
  setTimeout(look, EVERY);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

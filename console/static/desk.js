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

// How far the notices have come, while they are moving.
const notices = document.getElementById("notices");
if (notices) {
  const PAUSE = 1500;
  let rounds = 200; // five minutes; a page left open does not ask for ever
  const look = async () => {
    const moving = notices.querySelector("[data-moving='yes']");
    if (!moving || rounds-- === 0) return;
    try {
      const answer = await fetch(notices.dataset.url);
      if (answer.ok && !answer.redirected) {
        const now = document.createElement("div");
        now.innerHTML = await answer.text();
        // Only news is put in: a screen reader says each change aloud.
        if (now.textContent.trim() !== notices.textContent.trim()) {
          notices.replaceChildren(...now.childNodes);
        }
      }
    } catch {
      // The line is out of reach for a moment; the next round asks again.
    }
    setTimeout(look, PAUSE);
  };
  setTimeout(look, PAUSE);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

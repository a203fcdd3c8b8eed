// Hears a recording: draws its waveform, changes its speed, and plays from any word.
// Without this script the browser's own player works alone.
"use strict";

const BACK = 3; // seconds
const DOUBTFUL = 0.5; // words less probable than this are underlined
const letters = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

function draw(canvas, peaks, share) {
  const pen = canvas.getContext("2d");
  const style = getComputedStyle(canvas);
  const width = canvas.width / Math.max(1, peaks.length);
  const middle = canvas.height / 2;
  const loudest = Math.max(10, ...peaks);
  pen.clearRect(0, 0, canvas.width, canvas.height);
  peaks.forEach((peak, n) => {
    const height = Math.max(1, (peak / loudest) * (middle - 2));
    pen.fillStyle = n / peaks.length < share ? style.accentColor : style.color;
    pen.fillRect(n * width, middle - height, Math.max(1, width - 1), 2 * height);
  });
}

// The words on the page, in order, each in an element of its own.
function wordsOn(place) {
  const found = [];
  const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(".unseen")) texts.push(walker.currentNode);
  }
  for (const text of texts) {
    const parts = text.data.split(/(\s+)/).map((part) => {
      if (!letters(part)) return document.createTextNode(part);
      const word = document.createElement("span");
      word.textContent = part;
      found.push(word);
      return word;
    });
    text.replaceWith(...parts);
  }
  return found;
}

// Gives each spoken word its time. What else stands on the page, such as keys, is passed over.
function time(elements, words) {
  const timed = [];
  let at = 0;
  for (const [word, start, end, probability] of words) {
    const here = elements.findIndex((one, n) => n >= at && letters(one.textContent) === letters(word));
    if (here < 0) continue;
    at = here + 1;
    const element = elements[here];
    element.classList.add("spoken");
    element.classList.toggle("doubtful", probability < DOUBTFUL);
    element.tabIndex = timed.length ? -1 : 0;
    timed.push({ element, start, end });
  }
  return timed;
}

// Who stops a sound before it has come does nothing wrong.
function play(audio) {
  audio.play().catch((error) => {
    if (error.name !== "AbortError") throw error;
  });
}

function hear(audio, moment) {
  audio.currentTime = Math.max(0, moment - 0.15);
  play(audio);
}

function pressable(player, audio) {
  const button = player.querySelector("[data-play]");
  const back = player.querySelector("[data-back]");
  button.hidden = back.hidden = false;
  button.addEventListener("click", () => (audio.paused ? play(audio) : audio.pause()));
  back.addEventListener("click", () => (audio.currentTime = Math.max(0, audio.currentTime - BACK)));
  for (const event of ["play", "pause", "ended"]) {
    audio.addEventListener(event, () => (button.firstElementChild.textContent = audio.paused ? "Play" : "Stop"));
  }
}

function followWords(audio, timed) {
  const at = (event) => timed.findIndex((one) => one.element === event.target);
  for (const { element, start } of timed) {
    element.addEventListener("click", () => hear(audio, start));
    element.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (event.key === "Enter") hear(audio, start);
      else if (step && timed[at(event) + step]) {
        element.tabIndex = -1;
        const next = timed[at(event) + step].element;
        next.tabIndex = 0;
        next.focus();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
  audio.addEventListener("timeupdate", () => {
    for (const { element, start, end } of timed) {
      const now = !audio.paused && audio.currentTime >= start && audio.currentTime < end;
      element.classList.toggle("now", now);
    }
  });
}

async function whatIsHeard(player) {
  const answer = await fetch(player.dataset.about).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

async function begin(player) {
  const audio = player.querySelector("audio");
  if (!audio) return;
  const canvas = player.querySelector("canvas");
  const speed = player.querySelector("select");
  speed.addEventListener("change", () => (audio.playbackRate = Number(speed.value)));
  pressable(player, audio);
  const about = await whatIsHeard(player);
  if (!about || !player.isConnected) return; // another report has taken its place meanwhile
  // Nothing of the sound is asked for before somebody listens: each listening is in the audit.
  const length = () => audio.duration || about.seconds || 1;
  const redraw = () => draw(canvas, about.peaks, audio.currentTime / length());
  audio.addEventListener("timeupdate", redraw);
  canvas.addEventListener("click", (event) => {
    const box = canvas.getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    hear(audio, share * length());
  });
  redraw();
  const said = document.querySelector(".heard");
  if (said && !said.dataset.timed && about.words.length) {
    said.dataset.timed = "";
    followWords(audio, time(wordsOn(said), about.words));
  }
  player.dataset.ready = "";
}

whenShown(() => document.querySelectorAll(".player").forEach(begin));

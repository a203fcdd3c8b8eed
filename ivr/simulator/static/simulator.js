// The page: what the visitor does goes to the server, and everything it answers is shown.

import { byId, rescueFocus } from "./dom.js";
import { Ear, canListen } from "./ear.js";
import { Message } from "./message.js";
import { Pad } from "./pad.js";
import { Picker } from "./picker.js";
import { Mistake, act, leave, look, photograph } from "./server.js";
import { remembered } from "./switches.js";
import { showTalk } from "./talk.js";
import { clearThread, showThread } from "./thread.js";
import { showUnderstood } from "./understood.js";
import { hush, speak } from "./voice.js";

const POLL = 1000; // milliseconds
const ONLY_KEYS = /^[0-9*#]+$/;
const STATES = { answer: "The line listens", message: "The line records", office: "The office rings" };

const problem = byId("problem");
const talk = byId("talk");
const words = byId("words");
const text = byId("text");
const microphone = byId("microphone");
const aloud = remembered("aloud", (on) => on || hush());
remembered("hotkeys");

let state = null; // as the server last told it
let began = 0; // when the open call did, by this browser's clock
let keyed = "";

const pad = new Pad(press, showKeyed);
const picker = new Picker((number) => does("choose", { number }));
const ear = new Ear(hear, heardAll);
const message = new Message(complain);

// ---- What the visitor does ----

const does = (name, wish) => tries(() => act(name, wish));

async function tries(doing) {
  hush();
  try {
    show(await doing());
    complain("");
    return true;
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    complain(error.message);
    return false;
  }
}

async function call() {
  if (!(await does("call"))) return;
  talk.focus({ preventScroll: true });
  byId("phone").scrollIntoView({ block: "nearest" }); // on a small screen, with all its keys
}

function press(keys) {
  return state.call?.waits?.for === "message" ? leaveMessage() : does("press", { keys });
}

const leaveMessage = once(async () => {
  const { sound, ...wish } = await message.taken();
  if (await (sound ? tries(() => leave(sound)) : does("message", wish))) message.forget();
});

// Who has begun a message leaves it, as on a telephone.
async function hangUp() {
  if (state.call?.waits?.for === "message" && message.begun) await leaveMessage();
  await does("hang-up");
}

const say = once(async () => {
  const typed = words.value;
  const said = typed.trim();
  ear.stop();
  // "1" typed here is meant for the key: a recogniser would seldom write it so.
  const done = ONLY_KEYS.test(said) ? does("press", { keys: said }) : does("say", { words: said });
  if (await done) clear(words, typed);
});

const send = once(async () => {
  const typed = text.value;
  if (await does("text", { words: typed })) clear(text, typed);
});

// Who presses twice in haste has said it once.
function once(doing) {
  let busy = false;
  return async () => {
    if (busy) return;
    busy = true;
    try {
      await doing();
    } finally {
      busy = false;
    }
  };
}

// What was typed meanwhile stays.
function clear(field, typed) {
  if (field.value === typed) field.value = "";
}

// A photo is sent as soon as it is chosen.
async function sendPhoto({ target }) {
  const [photo] = target.files;
  if (photo) await tries(() => photograph(photo));
  target.value = "";
}

function on(id, event, react) {
  byId(id).addEventListener(event, (happened) => {
    if (event === "submit") happened.preventDefault();
    react(happened);
  });
}

on("call", "click", call);
on("hang-up", "click", hangUp);
on("silence", "click", () => does("silence"));
on("say", "submit", say);
on("message", "submit", leaveMessage);
on("office-answers", "click", () => does("office", { yes: true }));
on("office-misses", "click", () => does("office", { yes: false }));
on("ring-answer", "click", () => does("answer", { yes: true }));
on("ring-decline", "click", () => does("answer", { yes: false }));
on("landline", "change", (event) => does("landline", { yes: event.target.checked }));
on("write", "submit", send);
on("photo", "change", sendPhoto);
on("words", "input", hush);
on("words", "keydown", (event) => event.key === "Escape" && talk.focus());
on("news", "click", () => (byId("news").hidden = true));
on("text", "keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  send();
});

// ---- Speaking into the microphone ----

microphone.hidden = !canListen;
microphone.addEventListener("click", () => {
  hush(); // or the microphone would hear the prompt
  words.value = "";
  ear.toggle(state.call.waits.language);
  microphone.setAttribute("aria-pressed", String(ear.running !== null));
});

function hear(said, done) {
  words.value = said;
  if (done) say();
}

function heardAll(trouble) {
  microphone.setAttribute("aria-pressed", "false");
  if (trouble) complain(trouble);
}

// ---- What is shown ----

function show(next) {
  const before = state;
  state = next;
  const open = next.call?.open ?? false;
  const same = before?.person.number === next.person.number;
  if (!same) clearThread();
  picker.show(next.person);
  picker.lock(open);
  showNow(open ? next.call.waits : null, open);
  showTexting(next);
  showState(open);
  showUnderstood(next.understood);
  const said = showTalk(next.entries); // scrolls, so what takes room stands before
  const came = showThread(next.texts, next.language);
  // What was there when the page was opened is not said again.
  if (before !== null && said.length > 0 && aloud.checked) speak(said);
  showNews(same && came > 0, same);
  if (before?.call?.open || open) rescueFocus(byId("call"), ...places());
}

function places() {
  return [byId("message").querySelector("button"), byId("office-answers"), talk];
}

function showNow(waits, open) {
  const what = waits?.for ?? "answer";
  byId("say").hidden = what !== "answer" || (state.ringing && !open);
  byId("message").hidden = what !== "message";
  byId("office").hidden = what !== "office";
  byId("ring").hidden = !state.ringing;
  byId("ring-answer").disabled = open;
  byId("call").hidden = open;
  byId("hang-up").hidden = !open;
  byId("silence").disabled = !open || what !== "answer";
  const listens = open && what === "answer" && waits.speech;
  for (const control of [words, byId("say-it"), microphone]) control.disabled = !listens;
  if (!listens) ear.stop();
  if (what !== "message" && message.begun) message.forget();
  pad.expect(waits, state.menu);
}

function showTexting({ person, landline, opted_out: optedOut }) {
  const withheld = person.number === null;
  byId("landline").checked = landline;
  byId("landline").disabled = withheld;
  text.disabled = withheld || landline;
  for (const control of [byId("photo"), byId("send")]) control.disabled = text.disabled;
  const why = [
    [withheld, "A withheld number has no texts."],
    [landline, "A landline has no texts: the line calls."],
    [optedOut, "Opted out. START gets texts again."],
  ];
  put(byId("texting"), why.find(([holds]) => holds)?.[1] ?? "");
}

// On a small screen the texts are out of sight: a link leads to what has come, until it is seen.
function showNews(came, same) {
  const news = byId("news");
  news.hidden = inView(byId("thread")) || !(came || (same && !news.hidden));
}

function showState(open) {
  if (open) began = Date.now() - state.call.seconds * 1000;
  const calls = state.ringing ? "The school calls" : state.call ? "The call is over" : "Ready";
  const now = open ? (STATES[state.call.waits?.for] ?? "In the call") : calls;
  put(byId("state"), keyed ? `Keys: ${[...keyed].join(" ")}` : now);
  showTimer();
}

function showKeyed(keys) {
  if (keys) hush();
  keyed = keys;
  if (state) showState(state.call?.open ?? false);
}

function showTimer() {
  const passed = Math.max(0, Math.floor((Date.now() - began) / 1000));
  const minutes = Math.floor(passed / 60);
  const clock = `${minutes}:${String(passed % 60).padStart(2, "0")}`;
  byId("timer").textContent = state?.call?.open ? clock : "";
}

// A live region speaks up at every change, so it is changed only for something new.
function put(element, said) {
  if (element.textContent !== said) element.textContent = said;
}

function complain(sentence) {
  problem.hidden = sentence === "";
  put(problem, sentence);
}

function inView(element) {
  const box = element.getBoundingClientRect();
  return box.top < innerHeight && box.bottom > 0;
}

// ---- What happens by itself: texts arrive, the school calls ----

let unreachable = false;

async function poll() {
  try {
    if (!document.hidden) show(await look());
    if (unreachable) complain("");
    unreachable = false;
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    unreachable = true;
    complain(error.message);
  } finally {
    setTimeout(poll, POLL);
  }
}

addEventListener("pagehide", hush);
setInterval(showTimer, 250);
poll();

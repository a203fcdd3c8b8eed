// What this tab's telephone does and shows, asked of the server one request after the other: keys
// arrive in the order in which they were pressed, and no answer is older than the one before.

const token = document.querySelector('meta[name="csrf-token"]');
const BASE = "/simulator";
const TAB = "absence-line-telephone";

export class Mistake extends Error {}

function tabsName() {
  const name = sessionStorage.getItem(TAB) ?? randomName();
  sessionStorage.setItem(TAB, name);
  return name;
}

function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const handset = `${BASE}/handsets/${tabsName()}`;
let last = Promise.resolve();

function inTurn(ask) {
  const answer = last.then(ask);
  last = answer.catch(() => {});
  return answer;
}

export const look = () => inTurn(() => answerOf(fetch(handset)));
export const act = (name, wish = {}) => inTurn(() => send(name, JSON.stringify(wish)));
export const leave = (sound) => inTurn(() => send("recording", sound));
export const photograph = (file) => inTurn(() => send("photo", file));
export const contacts = (typed, signal) =>
  answerOf(fetch(`${BASE}/contacts?q=${encodeURIComponent(typed)}`, { signal }));

async function send(name, body, again = true) {
  const response = await reached(
    fetch(`${handset}/${name}`, {
      method: "POST",
      headers: { "X-CSRFToken": token.content },
      body,
    }),
  );
  const answer = await read(response);
  if (answer.token && again) {
    // Somebody has signed in to the staff's pages meanwhile.
    token.content = answer.token;
    return send(name, body, false);
  }
  return checked(response, answer);
}

async function answerOf(asking) {
  const response = await reached(asking);
  return checked(response, await read(response));
}

async function reached(asking) {
  try {
    return await asking;
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Mistake("The demo does not answer. Is it still running?");
  }
}

async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new Mistake(`The demo answered with an error (${response.status}). Try it once more.`);
  }
}

function checked(response, answer) {
  if (!response.ok) throw new Mistake(answer.error);
  return answer;
}

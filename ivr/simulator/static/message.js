// The message after the beep: recorded here, taken from a file, typed and read out by the demo's
// computer, or else a soft tone in its place.

import { byId } from "./dom.js";
import { Recorder, canRecord } from "./recorder.js";
import { act, leave } from "./server.js";

const recorder = new Recorder();
const button = byId("record");
const words = byId("message-words"); // not there where nothing can read them out
const file = byId("message-file");
const LONGEST = 90_000; // milliseconds
const TROUBLES = {
  NotAllowedError: "The browser may not use the microphone. Allow it, or leave the message otherwise.",
  NotFoundError: "There is no microphone. Leave the message otherwise.",
};

let limit = null;

button.hidden = !canRecord;
button.addEventListener("click", () => button.dispatchEvent(new Event("pressed")));

// Begins to record, and gives a sentence where it cannot; at its longest `full` is called.
export async function record(full) {
  try {
    await recorder.start();
    limit = setTimeout(full, LONGEST);
    show();
    return "";
  } catch (error) {
    if (!(error.name in TROUBLES)) throw error;
    return TROUBLES[error.name];
  }
}

// The message after the beep: recorded here, a sound file, words that the demo's computer reads
// out, or a soft tone in place of them all.

import { byId } from "./dom.js";
import { Recorder, canRecord } from "./recorder.js";

const LONGEST = 90; // seconds
const TONE = 12;
const TROUBLES = {
  NotAllowedError: "The browser may not use the microphone. Allow it, or leave the message without.",
  NotFoundError: "There is no microphone. Leave the message without.",
};

const form = byId("message");
const button = byId("record");
const file = byId("sound-file");
const words = byId("message-words"); // null where nothing can read them out

export class Message {
  // `complains(sentence)` says what went wrong.
  constructor(complains) {
    this.complains = complains;
    this.recorder = new Recorder();
    this.sound = null;
    button.hidden = !canRecord;
    button.addEventListener("click", () => (this.recorder.running ? this.#stop() : this.#start()));
    file.addEventListener("change", () => this.#show());
    form.addEventListener("input", () => this.#show());
    this.#show();
  }

  // What is to be left: the bytes of a sound file, or what else the server is to make it of.
  async taken() {
    if (this.recorder.running) await this.#stop();
    if (this.sound) return { sound: this.sound };
    if (file.files.length > 0) return { sound: file.files[0] };
    const typed = words?.value.trim();
    return typed ? { words: typed } : { seconds: TONE };
  }

  // Whether there is anything in it yet.
  get begun() {
    return this.recorder.running || this.sound !== null || file.files.length > 0 || Boolean(words?.value.trim());
  }

  forget() {
    this.recorder.cancel();
    clearTimeout(this.limit);
    this.sound = null;
    form.reset();
    this.#show();
  }

  async #start() {
    this.sound = null;
    try {
      await this.recorder.start();
      this.limit = setTimeout(() => this.#stop(), LONGEST * 1000);
    } catch (error) {
      if (!(error.name in TROUBLES)) throw error;
      this.complains(TROUBLES[error.name]);
    }
    this.#show();
  }

  async #stop() {
    clearTimeout(this.limit);
    this.sound = await this.recorder.stop();
    this.#show();
  }

  #show() {
    const recording = this.recorder.running;
    button.setAttribute("aria-pressed", String(recording));
    byId("message-is").textContent = [
      [recording, "Recording: speak now."],
      [this.sound, "What you recorded will be left."],
      [file.files.length > 0, `${file.files[0]?.name} will be left.`],
      [words?.value.trim(), "Your words will be read out."],
    ].find(([holds]) => holds)?.[1] ?? `Without any, a soft tone of ${TONE} seconds is left.`;
  }
}

// Listens through the microphone, where the browser can write down what it hears.

const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;

export const canListen = Boolean(Recognition);

const TROUBLES = {
  "not-allowed": "The browser may not use the microphone. Allow it, or type what you say.",
  "audio-capture": "There is no microphone. Type what you say.",
  "no-speech": "Nothing was heard. Speak again, or type what you say.",
  network: "The browser's speech recognition cannot be reached. Type what you say.",
};

export class Ear {
  // `hears(words, done)` gets the words so far; `ends(trouble)` a sentence where it failed.
  constructor(hears, ends) {
    this.hears = hears;
    this.ends = ends;
    this.running = null;
  }

  toggle(language) {
    if (this.running) this.running.stop();
    else this.#start(language);
  }

  stop() {
    this.running?.abort();
  }

  #start(language) {
    const recognition = new Recognition();
    let trouble = "";
    recognition.lang = language;
    recognition.interimResults = true;
    recognition.onresult = (event) => {
      const results = [...event.results];
      const words = results.map((result) => result[0].transcript).join(" ");
      this.hears(words, results.every((result) => result.isFinal));
    };
    recognition.onerror = (event) => {
      trouble = TROUBLES[event.error] ?? "";
    };
    recognition.onend = () => {
      this.running = null;
      this.ends(trouble);
    };
    this.running = recognition;
    recognition.start();
  }
}

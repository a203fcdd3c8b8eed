// Reads the line's prompts aloud, in the browser's own voices.

const speech = window.speechSynthesis;

export function speak(says) {
  if (!speech) return;
  hush();
  for (const { words, language } of says) {
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.lang = language;
    utterance.voice = voiceFor(language);
    speech.speak(utterance);
  }
}

// As on the telephone: who begins to answer need not hear the rest.
export function hush() {
  speech?.cancel();
}

// A voice of the very region, else of the language; null leaves the choice to the browser.
function voiceFor(language) {
  const voices = speech.getVoices();
  const exact = voices.find((voice) => voice.lang.replace("_", "-") === language);
  return exact ?? voices.find((voice) => voice.lang.startsWith(language.slice(0, 2))) ?? null;
}

// Records with the microphone, and makes of it the kind of file that the carrier keeps: WAV.

const RATE = 16000; // samples a second: speech needs no more
const HEAD = 44; // bytes before the samples

export const canRecord = Boolean(navigator.mediaDevices && window.MediaRecorder);

export class Recorder {
  running = false;

  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    this.parts = [];
    this.recorder = new MediaRecorder(stream);
    this.recorder.ondataavailable = ({ data }) => this.parts.push(data);
    this.recorder.start();
    this.running = true;
  }

  // Ends the recording; the file, as bytes.
  async stop() {
    const ended = new Promise((resolve) => (this.recorder.onstop = resolve));
    this.cancel();
    await ended;
    return wave(await samplesOf(new Blob(this.parts)));
  }

  cancel() {
    if (!this.running) return;
    this.running = false;
    this.recorder.stop();
    for (const track of this.recorder.stream.getTracks()) track.stop();
  }
}

// One channel, at our rate.
async function samplesOf(recorded) {
  const reader = new OfflineAudioContext(1, 1, RATE);
  const sound = await reader.decodeAudioData(await recorded.arrayBuffer()).catch(tooShort);
  const mixer = new OfflineAudioContext(1, sound.length, RATE);
  const source = mixer.createBufferSource();
  source.buffer = sound;
  source.connect(mixer.destination);
  source.start();
  return (await mixer.startRendering()).getChannelData(0);
}

// Who stops at once has recorded less than the browser can read: a second of silence.
function tooShort(error) {
  if (error.name !== "EncodingError") throw error;
  return new AudioBuffer({ length: RATE, sampleRate: RATE });
}

// 16 bits a sample, little-endian, behind the head that says so.
function wave(samples) {
  const file = new DataView(new ArrayBuffer(HEAD + 2 * samples.length));
  const letters = (at, word) => [...word].forEach((it, n) => file.setUint8(at + n, it.charCodeAt(0)));
  letters(0, "RIFF");
  file.setUint32(4, file.byteLength - 8, true);
  letters(8, "WAVEfmt ");
  file.setUint32(16, 16, true); // bytes of this part
  file.setUint16(20, 1, true); // plain samples
  file.setUint16(22, 1, true); // one channel
  file.setUint32(24, RATE, true);
  file.setUint32(28, 2 * RATE, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  letters(36, "data");
  file.setUint32(40, 2 * samples.length, true);
  samples.forEach((it, n) => file.setInt16(HEAD + 2 * n, Math.max(-1, Math.min(1, it)) * 0x7fff, true));
  return file.buffer;
}

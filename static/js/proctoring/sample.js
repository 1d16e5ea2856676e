// Records a few seconds of sound, and puts files into a form, whose fields the server judges.

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export function startRecording(stream) {
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const sound = new MediaStream(stream.getAudioTracks());
  const recorder = new MediaRecorder(sound, { mimeType, audioBitsPerSecond: 48000 });
  const pieces = [];
  recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
  const ended = new Promise((resolve) => {
    recorder.addEventListener("stop", () => resolve(new Blob(pieces, { type: recorder.mimeType })));
  });
  recorder.start();
  return {
    ended,
    stop: () => recorder.state !== "inactive" && recorder.stop(),
  };
}

export async function record(stream, seconds) {
  const recording = startRecording(stream);
  setTimeout(recording.stop, seconds * 1000);
  return recording.ended;
}

export function attach(input, blob, name) {
  const files = new DataTransfer();
  files.items.add(new File([blob], name, { type: blob.type }));
  input.files = files.files;
}

// Camera and microphone: requests access, takes stills and measures the sound level.

export async function openCamera(video, { picture = true, sound = true } = {}) {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: picture && { width: { ideal: 640 }, height: { ideal: 480 } },
    audio: sound,
  });
  if (video) {
    video.srcObject = stream;
    await video.play().catch(() => {});
  }
  return stream;
}

export function closeCamera(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

export function isOn(stream, kind) {
  const tracks = kind === "video" ? stream.getVideoTracks() : stream.getAudioTracks();
  return tracks.some((track) => track.readyState === "live" && track.enabled && !track.muted);
}

export function still(video, width, quality) {
  const canvas = document.createElement("canvas");
  const height = Math.round((width * (video.videoHeight || 3)) / (video.videoWidth || 4));
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").drawImage(video, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}

// Whether the frame has contrast: a covered camera gives one flat colour.
export function hasPicture(video) {
  if (!video.videoWidth) return false;
  const canvas = document.createElement("canvas");
  canvas.width = 32;
  canvas.height = 24;
  const pen = canvas.getContext("2d");
  pen.drawImage(video, 0, 0, 32, 24);
  const { data } = pen.getImageData(0, 0, 32, 24);
  let least = 255;
  let most = 0;
  for (let index = 0; index < data.length; index += 4) {
    const light = (data[index] + data[index + 1] + data[index + 2]) / 3;
    least = Math.min(least, light);
    most = Math.max(most, light);
  }
  return most - least > 12;
}

export function loudness(stream, tell) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  context.resume();
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    tell(Math.min(Math.sqrt(power), 1));
  }, 100);
  return () => {
    clearInterval(timer);
    context.close();
  };
}

// The worker that looks at the camera's pictures, so that typing never waits for it.

import { FaceEngine } from "./face_engine.js";

const engine = new FaceEngine();
let pen = null;

function pixels(bitmap) {
  pen ||= new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
  Object.assign(pen.canvas, { width: bitmap.width, height: bitmap.height });
  pen.drawImage(bitmap, 0, 0);
  bitmap.close();
  return pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
}

const acts = {
  load: ({ files }) => engine.load(files, (share) => postMessage({ loaded: share })),
  look: ({ bitmap, describe }) => engine.look(pixels(bitmap), { describe }),
};

addEventListener("message", async ({ data }) => {
  try {
    postMessage({ number: data.number, result: await acts[data.act](data) });
  } catch (error) {
    postMessage({ number: data.number, problem: String(error?.message || error).slice(0, 200) });
  }
});

// Finds, measures and describes the faces of a picture with face-api on WebAssembly. Runs in a
// worker, and where there is none on the page. Below an input of 320 the detector sees faces twice.

const MODELS = [
  ["tinyFaceDetector", "tiny_face_detector_model"],
  ["faceLandmark68Net", "face_landmark_68_model"],
  ["faceRecognitionNet", "face_recognition_model"],
];
const PRESENCE_INPUT = 320;
const IDENTITY_INPUT = 416;
const LEAST_SCORE = 0.5;

const centre = (points) => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});

// Whether the 68 points lie as in a face, and how far it is turned: 0 to the front, 1 to the side.
export function measure(points, box) {
  const left = centre(points.slice(36, 42));
  const right = centre(points.slice(42, 48));
  const nose = points[30];
  const mouth = centre(points.slice(48, 68));
  const eyes = centre([left, right]);
  const apart = Math.hypot(right.x - left.x, right.y - left.y) / box.width;
  const isUpright = eyes.y < nose.y && nose.y < mouth.y && left.x < right.x;
  const [toLeft, toRight] = [nose.x - points[1].x, points[15].x - nose.x];
  const turned = Math.min(1, Math.abs(toLeft - toRight) / Math.max(1, Math.abs(toLeft) + Math.abs(toRight)));
  return { plausible: isUpright && apart > 0.18 && apart < 0.75, turned };
}

// Eight by eight brightnesses of a face, 0 to 1: enough to notice that another sits there.
function print({ data, width, height }, { x, y, width: across, height: down }) {
  const values = [];
  for (let row = 0.5; row < 8; row += 1) {
    for (let column = 0.5; column < 8; column += 1) {
      const left = Math.min(width - 1, Math.max(0, Math.round(x + (across * column) / 8)));
      const top = Math.min(height - 1, Math.max(0, Math.round(y + (down * row) / 8)));
      const at = (top * width + left) * 4;
      values.push((data[at] + data[at + 1] + data[at + 2]) / 765);
    }
  }
  return values;
}

async function bytes(url, tell) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error(`${response.status} for ${url}`);
  const parts = [];
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    tell(value.length);
  }
  return new Blob(parts).arrayBuffer();
}

export class FaceEngine {
  // `files`: addresses by name. `tell` hears the share that is loaded, 0 to 1.
  async load(files, tell = () => {}) {
    const { library, sizes } = files;
    const api = await import(library);
    this.api = api;
    if (typeof document === "undefined") this.standInForPage();
    api.tf.setWasmPaths(files.wasm);
    await api.tf.setBackend("wasm");
    await api.tf.ready();
    if (api.tf.getBackend() !== "wasm") throw new Error("WebAssembly does not start.");
    let loaded = 0;
    const count = (size) => tell(Math.min(1, (loaded += size) / sizes));
    for (const [net, name] of MODELS) {
      const [manifest, weights] = await Promise.all([
        bytes(files.models[`${name}-weights_manifest.json`], count),
        bytes(files.models[`${name}.bin`], count),
      ]);
      const groups = JSON.parse(new TextDecoder().decode(manifest));
      const read = api.tf.io.weightsLoaderFactory(async () => [weights]);
      api.nets[net].loadFromWeightMap(await read(groups, ""));
    }
  }

  // face-api asks for the classes of a page, also where it gets tensors only.
  standInForPage() {
    const none = class {};
    this.api.env.setEnv({
      Canvas: OffscreenCanvas, CanvasRenderingContext2D: OffscreenCanvasRenderingContext2D,
      Image: none, Video: none, ImageData, fetch: self.fetch.bind(self), readFile: () => Promise.reject(),
      createCanvasElement: () => new OffscreenCanvas(1, 1), createImageElement: () => new none(),
      createVideoElement: () => new none(),
    });
  }

  // {faces: [{box, score, plausible, turned, print, descriptor?}], took}; boxes as parts of the picture.
  async look(image, { describe = false } = {}) {
    const began = performance.now();
    const { tf } = this.api;
    const pixels = tf.browser.fromPixels(image);
    try {
      const inputSize = describe ? IDENTITY_INPUT : PRESENCE_INPUT;
      const options = new this.api.TinyFaceDetectorOptions({ inputSize, scoreThreshold: LEAST_SCORE });
      const task = this.api.detectAllFaces(pixels, options).withFaceLandmarks();
      const found = await (describe ? task.withFaceDescriptors() : task);
      const faces = found.map(({ detection, landmarks, descriptor }) => ({
        box: {
          x: detection.box.x / image.width, y: detection.box.y / image.height,
          width: detection.box.width / image.width, height: detection.box.height / image.height,
        },
        score: detection.score,
        print: print(image, detection.box),
        ...measure(landmarks.positions, detection.box),
        descriptor: descriptor && Array.from(descriptor),
      }));
      faces.sort((a, b) => b.box.width - a.box.width);
      return { faces, took: performance.now() - began };
    } finally {
      pixels.dispose();
    }
  }
}

export function distance(one, other) {
  return Math.sqrt(one.reduce((sum, value, index) => sum + (value - other[index]) ** 2, 0));
}

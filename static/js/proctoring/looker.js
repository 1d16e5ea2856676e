// One place that looks at pictures: a worker, or this page where the browser draws in no worker.

import { FaceEngine } from "./face_engine.js";

const ANSWER = 30000;
const idle = () =>
  new Promise((resolve) => (window.requestIdleCallback ? requestIdleCallback(resolve, { timeout: 2000 }) : setTimeout(resolve, 200)));

class WorkerLooker {
  constructor(address, tell) {
    this.waiting = new Map();
    this.number = 0;
    this.worker = new Worker(address, { type: "module" });
    this.worker.addEventListener("message", ({ data }) => {
      if ("loaded" in data) return tell(data.loaded);
      const waits = this.waiting.get(data.number);
      this.waiting.delete(data.number);
      return data.problem ? waits?.reject(new Error(data.problem)) : waits?.resolve(data.result);
    });
    this.worker.addEventListener("error", () => this.fail());
  }

  fail() {
    for (const { reject } of this.waiting.values()) reject(new Error("The worker ended."));
    this.waiting.clear();
  }

  call(message, limit, transfer = []) {
    this.number += 1;
    const { number } = this;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("The worker does not answer.")), limit);
      const settle = (act) => (value) => {
        clearTimeout(timer);
        act(value);
      };
      this.waiting.set(number, { resolve: settle(resolve), reject: settle(reject) });
      this.worker.postMessage({ ...message, number }, transfer);
    });
  }

  load(files) {
    return this.call({ act: "load", files }, 600000);
  }

  async look(video, options) {
    const bitmap = await createImageBitmap(video);
    return this.call({ act: "look", bitmap, ...options }, ANSWER, [bitmap]);
  }

  end() {
    this.worker.terminate();
    this.fail();
  }
}

class PageLooker {
  constructor(tell) {
    this.tell = tell;
    this.engine = new FaceEngine();
    this.pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  }

  load(files) {
    return this.engine.load(files, this.tell);
  }

  async look(video, options) {
    await idle();
    const { videoWidth: width, videoHeight: height } = video;
    Object.assign(this.pen.canvas, { width, height });
    this.pen.drawImage(video, 0, 0);
    return this.engine.look(this.pen.getImageData(0, 0, width, height), options);
  }

  end() {}
}

const drawsInWorker = () => typeof Worker === "function" && typeof OffscreenCanvas === "function" && typeof createImageBitmap === "function";

export async function openLooker(files, tell) {
  // The worker has no page whose address could complete another.
  const whole = (address) => new URL(address, location.href).href;
  const each = (addresses) => Object.fromEntries(Object.entries(addresses).map(([name, address]) => [name, whole(address)]));
  const known = { ...files, library: whole(files.library), models: each(files.models), wasm: each(files.wasm) };
  const looker = drawsInWorker() ? new WorkerLooker(files.worker, tell) : new PageLooker(tell);
  try {
    await looker.load(known);
  } catch (error) {
    looker.end();
    throw error;
  }
  return looker;
}

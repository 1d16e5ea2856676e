// Whether camera and microphone deliver: looked at each second, because a track that ends by the
// browser's own doing tells nobody.

import { isOn } from "./camera.js";

const FROZEN_SECONDS = 8;
const DARK = 16;
const SIZE = [64, 48];

export class CameraState {
  constructor({ video, conditions, stream, changed }) {
    Object.assign(this, { video, conditions, stream, changed });
    this.pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    Object.assign(this.pen.canvas, { width: SIZE[0], height: SIZE[1] });
    this.same = 0;
    this.luminance = null;
    this.camera = this.microphone = false;
    setInterval(() => this.poll(), 1000);
    navigator.mediaDevices?.addEventListener("devicechange", () => this.poll());
  }

  poll() {
    const stream = this.stream();
    const [camera, microphone] = ["video", "audio"].map((kind) => Boolean(stream && isOn(stream, kind)));
    const isChanged = camera !== this.camera || microphone !== this.microphone;
    Object.assign(this, { camera, microphone });
    this.conditions.set("CAMERA_OFF", !camera);
    this.conditions.set("MICROPHONE_OFF", !microphone);
    this.compare(camera);
    if (isChanged) this.changed();
  }

  // A live camera has noise: the very same picture again and again comes from something else.
  compare(camera) {
    if (!camera || document.hidden || !this.video.videoWidth) {
      this.previous = null;
      this.same = 0;
      return;
    }
    this.pen.drawImage(this.video, 0, 0, ...SIZE);
    const { data } = this.pen.getImageData(0, 0, ...SIZE);
    let light = 0;
    for (let index = 0; index < data.length; index += 4) light += data[index] * 0.3 + data[index + 1] * 0.59 + data[index + 2] * 0.11;
    this.luminance = Math.round(light / (data.length / 4));
    const isSame = this.previous?.every((value, index) => value === data[index]);
    this.same = isSame && this.luminance > DARK ? this.same + 1 : 0;
    this.previous = data;
    if (this.same >= FROZEN_SECONDS) this.conditions.set("STILL_FROZEN", true);
    else if (!this.same) this.conditions.set("STILL_FROZEN", false);
  }
}

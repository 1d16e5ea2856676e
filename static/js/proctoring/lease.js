// The lease of this page: questions are there only while it is held. To get it the page proves
// camera and microphone with a still and a moment of sound, which the server judges.

import { still } from "./camera.js";

const SOUND = 1800;
const ANSWER = 15000;
const LASTS = 15000; // a lease without a beat
const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const AGAIN = 4000;

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

export function moment(stream, time = SOUND) {
  return new Promise((resolve, reject) => {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const sound = new MediaStream(stream.getAudioTracks());
    const recorder = new MediaRecorder(sound, { mimeType, audioBitsPerSecond: 48000 });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.onstop = () => resolve(new Blob(parts, { type: mimeType }));
    recorder.onerror = () => reject(new Error("The microphone cannot be recorded."));
    recorder.start();
    setTimeout(() => recorder.state !== "inactive" && recorder.stop(), time);
  });
}

export class Lease {
  // `stream` gives camera and microphone, `changed` hears of every change.
  constructor({ connection, video, stream, changed }) {
    Object.assign(this, { connection, video, stream, changed });
    this.needs = [];
    this.held = false;
    this.wanted = false; // this page is used
    this.asked = false; // somebody pressed a button for it
    this.replaced = false;
    this.proving = false;
    this.refusal = "";
    this.until = 0;
    this.onProof = () => {};
  }

  // A window that was away does not take the lease back from another one by itself.
  welcome({ needs = [], elsewhere = false }) {
    this.needs = needs;
    this.held = false;
    this.proving = false;
    if (elsewhere && !this.asked && this.wanted) this.replace();
    else if (this.wanted) this.prove();
    else this.changed();
  }

  // Somebody wants to go on here, also where another window took over.
  want() {
    this.wanted = this.asked = true;
    this.replaced = false;
    this.refusal = "";
    if (this.connection.isUp()) this.prove();
    else this.connection.retry();
    this.changed();
  }

  async prove() {
    if (this.proving || this.held) return;
    const proof = (this.proving = {});
    this.refusal = "";
    this.changed();
    clearTimeout(this.timer);
    try {
      const frame = { type: "proof" };
      const stream = this.stream();
      if (this.needs.includes("camera")) frame.still = await base64(await still(this.video, 640, 0.6));
      if (this.needs.includes("microphone") || this.needs.includes("sound")) frame.sound = await base64(await moment(stream));
      if (this.proving !== proof) return;
      this.onProof();
      this.connection.send(frame);
      this.timer = setTimeout(() => this.proving === proof && this.answered({ held: false, reason: "no_answer" }), ANSWER);
    } catch {
      if (this.proving === proof) this.answered({ held: false, reason: "no_stream" });
    }
  }

  answered({ held, reason = "" }) {
    clearTimeout(this.timer);
    this.proving = this.asked = false;
    this.held = Boolean(held);
    if (["replaced", "crowded"].includes(reason)) this.replace();
    this.until = this.held ? performance.now() + LASTS : 0;
    this.refusal = this.held || this.replaced ? "" : reason || "refused";
    // A person moves, or the light comes on: then it is right without a press of the button.
    if (this.refusal && this.wanted) this.timer = setTimeout(() => this.connection.isUp() && this.prove(), AGAIN);
    this.changed();
  }

  replace() {
    clearTimeout(this.timer);
    Object.assign(this, { held: false, proving: false, replaced: true, wanted: false, until: 0 });
    this.changed();
  }

  // The server's word about the lease of this connection, for as long as it lasts without another.
  keep() {
    if (this.held) this.until = performance.now() + LASTS;
  }

  isValid() {
    return this.held || (!this.replaced && performance.now() < this.until);
  }

  release() {
    this.lost();
    this.until = 0;
  }

  lost() {
    clearTimeout(this.timer);
    this.held = false;
    this.proving = false;
    this.changed();
  }
}

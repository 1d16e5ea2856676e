// Takes, previews and uploads the identity photo. Without a camera the file form stays.

import { closeCamera, openCamera, still } from "./camera.js";

const element = (id) => document.getElementById(id);
const form = element("file-part").querySelector("form");
const video = element("picture");
const taken = element("taken");
let stream = null;
let photo = null;

function show(isTaken) {
  video.hidden = isTaken;
  taken.hidden = !isTaken;
  element("take").hidden = isTaken;
  element("send").hidden = !isTaken;
  element("repeat").hidden = !isTaken;
  element(isTaken ? "send" : "take").focus();
}

async function take() {
  photo = await still(video, 960, 0.85);
  taken.src = URL.createObjectURL(photo);
  element("progress").textContent = "Is your full face clear and well lit?";
  show(true);
}

function send() {
  const files = new DataTransfer();
  files.items.add(new File([photo], "photo.jpg", { type: "image/jpeg" }));
  form.elements.photo.files = files.files;
  closeCamera(stream);
  form.requestSubmit();
}

async function begin() {
  try {
    stream = await openCamera(video, { sound: false });
  } catch {
    return;
  }
  element("camera-part").hidden = false;
  element("file-part").open = false;
  element("take").addEventListener("click", take);
  element("repeat").addEventListener("click", () => show(false));
  element("send").addEventListener("click", send);
}

begin();

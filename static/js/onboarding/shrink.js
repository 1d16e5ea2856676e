// Makes large photos smaller before they are uploaded, and turns HEIC into JPEG where the browser can
// decode it. Whatever fails, the file goes as it was chosen, and the server decides.

const LONGEST_SIDE = 2400;
const LARGE = 1.5 * 1024 * 1024;
const QUALITY = 0.9;
const waiting = new WeakMap();

const isPicture = (file) => /^image\//.test(file.type) || /\.hei[cf]$/i.test(file.name);
const isHeic = (file) => /hei[cf]/.test(file.type) || /\.hei[cf]$/i.test(file.name);

// The browser turns the picture upright by its EXIF orientation.
async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const drawing = canvas.getContext("2d");
  drawing.fillStyle = "white"; // where the picture is transparent
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.imageSmoothingQuality = "high";
  drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const data = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!data || (data.size >= file.size && !isHeic(file))) return file;
  return new File([data], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

async function shrinkInput(input) {
  const [file] = input.files;
  if (!file || !isPicture(file) || (file.size <= LARGE && !isHeic(file))) return;
  const note = input.form.querySelector("[data-shrinking]");
  note.textContent = "Making the photo smaller…";
  try {
    const files = new DataTransfer();
    files.items.add(await shrink(file));
    if (input.files[0] === file) input.files = files.files;
  } catch {
    // Not decodable here: the original is uploaded.
  }
  note.textContent = "";
}

// A form that is sent while a photo is being made smaller waits for it.
async function sendLater(event) {
  const input = event.target.querySelector("[data-shrinks]");
  const work = input && waiting.get(input);
  if (!work) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await work;
  event.target.requestSubmit(event.submitter);
}

export function shrinkChosenPictures() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-shrinks]")) return;
    const work = shrinkInput(input).finally(() => waiting.delete(input));
    waiting.set(input, work);
  });
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.matches("[data-uploads]")) sendLater(event);
    },
    true,
  );
}

// A sealed file of the answers that could not be sent. Only the server can open it: the key of
// AES-GCM comes, by HKDF, from an exchange between a new P-256 key and the server's public one.
// docs/rescue-file.md describes it.

import { wire } from "./entries.js";

const FORMAT = "hitouch-rescue-1";
const utf8 = (text) => new TextEncoder().encode(text);
const base64 = (bytes) => btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// Of each device the entries from the first that the server does not have: its chain goes on.
export function unsentEntries(rows) {
  const unsent = [];
  for (const device of new Set(rows.map((row) => row.device))) {
    const all = rows.filter((row) => row.device === device);
    const entries = all.sort((a, b) => a.sequence - b.sequence);
    const first = entries.findIndex((each) => !each.done || each.done === "over");
    if (first >= 0) unsent.push({ device, entries: entries.slice(first).map(wire) });
  }
  return unsent;
}

export async function seal(content, { sitting, key }) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypto.subtle.importKey("raw", bytesOf(key.public), curve, false, []);
  const ours = await crypto.subtle.generateKey(curve, false, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const header = utf8(`${FORMAT} ${sitting} ${key.id}`);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const derived = { name: "HKDF", hash: "SHA-256", salt, info: header };
  const aes = await crypto.subtle.deriveKey(derived, secret, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: header }, aes, utf8(JSON.stringify(content)),
  );
  const ephemeral = base64(await crypto.subtle.exportKey("raw", ours.publicKey));
  return {
    format: FORMAT, sitting, key: key.id, ephemeral,
    salt: base64(salt), iv: base64(iv), sealed: base64(sealed),
  };
}

export async function sealedFile({ sitting, rows, key, now }) {
  const content = { format: FORMAT, sitting, made_at: new Date(now).toISOString(), devices: unsentEntries(rows) };
  return new Blob([JSON.stringify(await seal(content, { sitting, key }))], { type: "application/json" });
}

// Saves the file on this computer. Returns what went wrong, or nothing.
export async function downloadRescue(facts) {
  if (!facts.key) return "The file cannot be made now. Keep this page open until the connection is back.";
  try {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await sealedFile(facts));
    link.download = `answers-${facts.sitting.slice(0, 8)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    return "";
  } catch {
    return "The file could not be made. Keep this page open until the connection is back.";
  }
}

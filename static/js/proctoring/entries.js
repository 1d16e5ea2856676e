// Entries of the answer journal: their canonical form and their hashes. The server computes the
// same hash over the same bytes (proctoring/delivery/journal.py).

const FORMAT = "hitouch-answer-1";
export const MAX_CHARS = 20000;

export const hex = (bytes) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));

// What the database stores unchanged: no NUL, no half of a surrogate pair, at most 20,000 characters.
export function storable(value) {
  const text = value.replaceAll("\u0000", "").replace(/\r\n?/g, "\n");
  const halves = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
  return [...text.replace(halves, "\ufffd")].slice(0, MAX_CHARS).join("");
}

export const canonical = (entry) =>
  JSON.stringify([
    FORMAT, entry.sitting, entry.question, entry.device, entry.sequence, entry.previous_hash,
    entry.kind, entry.value, entry.seen || "", entry.written_at,
  ]);

export async function chained(entry, previous) {
  const next = {
    ...entry,
    sequence: (previous?.sequence || 0) + 1,
    previous_hash: previous?.hash || "",
  };
  next.hash = await sha256(new TextEncoder().encode(canonical(next)));
  return next;
}

// What goes to the server: the row without what only this browser needs.
export const wire = (entry) => ({
  sequence: entry.sequence,
  previous_hash: entry.previous_hash,
  hash: entry.hash,
  question: entry.question,
  kind: entry.kind,
  value: entry.value,
  seen: entry.seen,
  written_at: entry.written_at,
});

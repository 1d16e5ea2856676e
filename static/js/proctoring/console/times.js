// The server's clock, and times as people read them.

let ahead = 0;

export function setServerTime(text) {
  const server = Date.parse(text);
  if (!Number.isNaN(server)) ahead = server - Date.now();
}

export const now = () => Date.now() + ahead;
export const at = (text) => (text ? Date.parse(text) : null);

export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

export const ago = (milliseconds) => `${duration(milliseconds)} ago`;

// As short as a tile needs it: 7 s, 1:06, 1:02:00.
export const brief = (milliseconds) => (milliseconds < 60_000 ? duration(milliseconds) : countdown(milliseconds));

export function countdown(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

const CLOCK = new Intl.DateTimeFormat("en-IN", { hour: "numeric", minute: "2-digit", second: "2-digit", hour12: true });
export const clock = (text) => CLOCK.format(new Date(text));
export const plural = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

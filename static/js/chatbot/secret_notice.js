// A polite notice while a secret is typed into a field with `data-secret-notice`.
//
// It only helps to leave secrets out: the server finds more of them, and is what decides. Nothing
// that is typed leaves the page for this.

const TYPING_MS = 400;
const LABELS = {
  AADHAAR: "an Aadhaar number",
  VID: "an Aadhaar virtual ID",
  CARD: "a card number",
  PAN: "a PAN",
  UPI: "a UPI ID",
  EMAIL: "an email address",
  PHONE: "a phone number",
  ACCOUNT: "an account number",
  OTP: "a one-time code",
  PASSWORD: "a password",
};
const ZEROS = ["\u0966", "\u09e6", "\u0a66", "\u0ae6", "\u0be6", "\u0c66", "\u0ce6", "\u0660", "\u06f0"];

/** The text with ASCII digits, without invisible characters. */
function plain(text) {
  const digits = text.normalize("NFKC").replace(/\p{Nd}/gu, (digit) => {
    const zero = ZEROS.find((each) => digit >= each && digit.charCodeAt(0) < each.charCodeAt(0) + 10);
    return zero ? String(digit.charCodeAt(0) - zero.charCodeAt(0)) : digit;
  });
  return digits.replace(/\p{Cf}/gu, "").replace(/\p{Pd}/gu, "-");
}

/** The check of Aadhaar numbers: Verhoeff, in the dihedral group of ten elements. */
function passesVerhoeff(number) {
  const times = (a, b) =>
    a < 5 ? (b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5) : b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 10) % 5;
  const moved = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  let check = 0;
  [...number].reverse().forEach((digit, place) => {
    let value = Number(digit);
    for (let turn = 0; turn < place % 8; turn++) value = moved[value];
    check = times(check, value);
  });
  return check === 0;
}

/** The check of cards: Luhn. */
function passesLuhn(number) {
  const sum = [...number].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * ((place % 2) + 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

const OTHER = /(?:orders?|invoice|ticket|ref|reference|txn|transaction|utr|booking|shift|pin\s?code|ऑर्डर|टिकट)\W*(?:(?:no|number|id|code)\W*)?$/i;
const BY_WORDS = [
  ["EMAIL", /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/],
  ["UPI", /(?<![\w.@])[\w.-]{2,}@(?!(?:home|office|work|night)\b)[a-z][a-z0-9]{1,60}(?![\w.@-])/i],
  ["PAN", /(?<![A-Za-z0-9])[A-Z]{3}[ABCFGHJLPT][A-Z][ -]?[0-9]{4}[ -]?[A-Z](?![A-Za-z0-9])/i],
  ["OTP", /(?:\botp\b|one[ -]?time (?:password|code)|(?:verification|security|login) code|ओटीपी)(?:[\s:=-]|is\b|was\b|hai\b|number\b|है)*[0-9](?:[ -]?[0-9]){3,7}(?![0-9])(?!\s?(?:min|times|baar|मिनट))/i],
  ["OTP", /(?<![0-9])[0-9](?:[ -]?[0-9]){3,7}\s(?:(?:is|ye|yeh|the|my|mera)\s){0,3}otp\b/i],
  ["PASSWORD", /(?:pass\s?word|passcode|पासवर्ड)\s*(?:[:=]\s*\S{4,}|(?:(?:is|hai|है)\s+)?(?=\S*[0-9@#$%^&*])(?!\S*['\u2019])\S{4,})/i],
  ["PASSWORD", /\b(?:(?:atm|upi|card)\s?pin|m-?pin|cvv)\b\W{0,3}(?:(?:is|hai|no)\W)?\s?[0-9]{3,6}\b/i],
  ["ACCOUNT", /(?:\ba\/c|\bacc(?:oun)?t\b|\bkhat[ae]\b|खात|अकाउंट)[^\n?!]{0,30}?(?<![0-9₹])[0-9](?:[ -]?[0-9]){8,17}(?![0-9])/i],
];

/** The kind of number that these digits are, if their length and check digit say so. */
function kindOfNumber(digits, before) {
  if (OTHER.test(before)) return undefined;
  if (digits.length === 12 && /^[2-9]/.test(digits) && passesVerhoeff(digits)) return "AADHAAR";
  if (digits.length === 16 && /^[2-9]/.test(digits) && passesVerhoeff(digits) && !/card/i.test(before)) return "VID";
  if (/^(?:4|5[1-5]|2[2-7]|3[4-8]|6|8[12])[0-9]{12,18}$/.test(digits) && passesLuhn(digits)) return "CARD";
  if (/^(?:(?:91|0)?[6-9][0-9]{9})$/.test(digits)) return "PHONE";
  return undefined;
}

/** The kind of the first secret in a text, or undefined. */
export function kindOfSecret(typed) {
  const text = plain(typed);
  for (const run of text.matchAll(/(?<![A-Za-z0-9-])\+?[0-9](?:[\s.-]{0,3}[0-9]){9,18}/g)) {
    const kind = kindOfNumber(run[0].replace(/[^0-9]/g, ""), text.slice(Math.max(0, run.index - 30), run.index));
    if (kind) return kind;
  }
  return BY_WORDS.find(([, pattern]) => pattern.test(text))?.[0];
}

export function sentenceFor(kind) {
  return `This looks like ${LABELS[kind]}. Leave it out: we hide it before anybody reads it.`;
}

const watched = new WeakSet();

/** Keep a live region for the field; it is there before it says anything, or it is not read out. */
function watch(field) {
  if (watched.has(field)) return;
  watched.add(field);
  const named = document.getElementById(field.dataset.secretNotice);
  const region = named ?? document.createElement("div");
  region.setAttribute("role", "status");
  region.dataset.secretNoticeText = "";
  if (!named) field.after(region);
  let timer;
  const look = () => {
    const kind = kindOfSecret(field.value);
    const sentence = kind ? sentenceFor(kind) : "";
    if (region.textContent === sentence) return;
    region.textContent = sentence;
    region.className = kind ? "notice tone-warn" : "";
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, TYPING_MS);
  });
  field.form?.addEventListener("reset", () => setTimeout(look));
  look();
}

const FIELDS = "[data-secret-notice]";
// Also fields that come into the page later.
globalThis.document?.addEventListener("focusin", (event) => {
  if (event.target.matches?.(FIELDS)) watch(event.target);
});
globalThis.document?.querySelectorAll(FIELDS).forEach(watch);

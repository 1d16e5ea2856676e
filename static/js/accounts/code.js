// Reads a code of six digits: typed, pasted with text around it, or read from the SMS by the
// browser. The sixth digit sends the form; the button does the same without script.

const DIGITS = 6;
/** Six digits in a message that stand alone: no amount, and no part of a longer number. */
const IN_MESSAGE = /(?<![\d\p{L}.,/+-]|\d )\d{3}[ -]?\d{3}(?![\d\p{L}/-]|[.,]\d| \d)/gu;
/** The zeros of the keyboards of India, as on the server. */
const ZEROS = [
  0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0x1c50, 0xabf0, 0xff10,
];

/** The text with all digits as 0 to 9, also those of Indian and Arabic keyboards. */
const western = (text) =>
  text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0);
    const zero = ZEROS.find((first) => code >= first && code < first + 10);
    return zero === undefined ? digit : String(code - zero);
  });

/** The digits so far, or the only code in a message; null where it is unclear, which stays. */
export function digitsOf(text) {
  const plain = western(text).trim();
  const digits = plain.replace(/[\s-]/g, "");
  if (/^[0-9]*$/.test(digits)) return digits.length > DIGITS ? null : digits;
  const found = plain.match(IN_MESSAGE) ?? [];
  return found.length === 1 ? found[0].replace(/[ -]/, "") : null;
}

function show(input) {
  const boxes = input.closest(".code-boxes");
  if (boxes) boxes.dataset.typed = input.value.length;
}

function take(input, text) {
  const digits = digitsOf(text);
  if (digits !== null && input.value !== digits) input.value = digits;
  show(input);
  if (digits?.length === DIGITS) send(input.form);
}

function send(form) {
  if (!form || form.dataset.sent) return;
  form.dataset.sent = "yes";
  form.requestSubmit(form.querySelector("[type=submit]"));
}

/** Ask the browser for the code in the SMS; it asks the person first. */
async function readMessage(input) {
  if (!("OTPCredential" in window)) return;
  const stop = new AbortController();
  input.form.addEventListener("submit", () => stop.abort());
  try {
    const found = await navigator.credentials.get({
      otp: { transport: ["sms"] },
      signal: stop.signal,
    });
    if (found) take(input, found.code);
  } catch {
    // Not supported, declined, or already submitted: the code can still be typed.
  }
}

for (const input of document.querySelectorAll(".code-input")) {
  input.addEventListener("input", () => take(input, input.value));
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    if (digitsOf(text)?.length !== DIGITS) return;
    event.preventDefault();
    take(input, text);
  });
  show(input);
  if (input.getAttribute("aria-invalid") === "true") {
    input.focus();
    input.select();
  }
  if (input.form?.dataset.sentTo === "phone") readMessage(input);
}

addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// When a new code can be asked for. The server says in how many seconds, and they are counted by
// a monotonic clock, so that a wrong or changed device time makes no difference.

const inWords = (left) => (left === 1 ? "1 second" : left < 120 ? `${left} seconds` : `${Math.ceil(left / 60)} minutes`);

for (const again of document.querySelectorAll("[data-again-in]")) {
  const button = again.querySelector("button");
  const words = again.querySelector("[data-words]");
  const said = again.querySelector("[role=status]");
  const ends = performance.now() + Number(again.dataset.againIn) * 1000;
  const left = () => Math.max(0, Math.ceil((ends - performance.now()) / 1000));
  const sentence = () => `You can resend the code in ${inWords(left())}.`;

  const tick = () => {
    button.ariaDisabled = String(left() > 0);
    words.textContent = left() ? sentence() : "";
    if (left()) return setTimeout(tick, 250);
    said.textContent = "You can resend the code now.";
  };
  if (left()) {
    said.textContent = sentence();
    tick();
  } else {
    words.textContent = "";
  }
  again.addEventListener("submit", (event) => {
    if (!left()) return;
    event.preventDefault();
    event.stopPropagation();
    said.textContent = `Please wait. ${sentence()}`;
  });
}

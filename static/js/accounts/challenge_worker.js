// Solves a challenge: for each part it finds the number so that the SHA-256 of `text:part:number`
// begins with so many zero bits. The message fits into one block, and SHA-256 (FIPS 180-4) is
// written out here: crypto.subtle answers each call by a promise, which takes ten times as long.

const ZERO = 48;
const NINE = 57;
const BLOCK = 64;

const ROUNDS = new Int32Array(64);
const START = new Int32Array(8);
for (let candidate = 2, found = 0; found < 64; candidate += 1) {
  let divisor = 2;
  while (divisor * divisor <= candidate && candidate % divisor) divisor += 1;
  if (divisor * divisor <= candidate) continue;
  if (found < 8) START[found] = (Math.sqrt(candidate) % 1) * 2 ** 32;
  ROUNDS[found] = (Math.cbrt(candidate) % 1) * 2 ** 32;
  found += 1;
}

const words = new Int32Array(64);

/** The first 32 bits of the SHA-256 of a padded block. */
function firstWord(block) {
  for (let i = 0; i < 16; i += 1)
    words[i] = (block[4 * i] << 24) | (block[4 * i + 1] << 16) | (block[4 * i + 2] << 8) | block[4 * i + 3];
  for (let i = 16; i < 64; i += 1) {
    const early = words[i - 15];
    const late = words[i - 2];
    const s0 = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const s1 = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let a = START[0];
  let b = START[1];
  let c = START[2];
  let d = START[3];
  let e = START[4];
  let f = START[5];
  let g = START[6];
  let h = START[7];
  for (let i = 0; i < 64; i += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return (a + START[0]) | 0;
}

/** The smallest number that solves one part. */
function solve(text, part, bits) {
  const prefix = `${text}:${part}:`;
  const block = new Uint8Array(BLOCK);
  const first = prefix.length;
  let end = first + 1;
  const pad = () => {
    block[end] = 0x80;
    block[BLOCK - 2] = (8 * end) >> 8;
    block[BLOCK - 1] = (8 * end) & 0xff;
  };
  for (let i = 0; i < first; i += 1) block[i] = prefix.charCodeAt(i);
  block[first] = ZERO;
  pad();
  while (firstWord(block) >>> (32 - bits)) {
    let digit = end - 1;
    while (digit >= first && block[digit] === NINE) {
      block[digit] = ZERO;
      digit -= 1;
    }
    if (digit >= first) {
      block[digit] += 1;
    } else {
      block[first] = ZERO + 1;
      block[end] = ZERO;
      end += 1;
      pad();
    }
  }
  return String.fromCharCode(...block.subarray(first, end));
}

addEventListener("message", ({ data: { text, parts, bits } }) => {
  const numbers = [];
  for (let part = 0; part < parts; part += 1) {
    numbers.push(solve(text, part, bits));
    postMessage({ solved: part + 1, solution: numbers.join(".") });
  }
});

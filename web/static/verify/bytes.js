// Bytes and what is counted over them. SHA-256 is the browser's own (WebCrypto), which answers later, hence the `await`s.

// The first thing that is not as the protocol says: the name of a sentence (`verify_differs_…`) and its facts.
export class Difference extends Error {
  constructor(name, facts) {
    super(`${name} ${JSON.stringify(facts)}`);
    Object.assign(this, { name, facts });
  }
}

export function differ(name, facts) {
  throw new Difference(name, facts);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const AT_ONCE = 2000; // digests under way together: more only fills the memory

export const utf8 = (text) => encoder.encode(text);

// A byte-order mark stays in the text, where nothing expects it.
export function textOf(place, bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return differ("not_text", { place });
  }
}

export async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  let hex = "";
  for (const byte of digest) hex += HEX[byte];
  return hex;
}

export const bytesOfHex = (hex) => Uint8Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));

// One digest for each text, in their order; `progress` hears how many are done.
export async function sha256OfEach(texts, progress = () => {}) {
  const digests = [];
  for (let at = 0; at < texts.length; at += AT_ONCE) {
    digests.push(...(await Promise.all(texts.slice(at, at + AT_ONCE).map((text) => sha256(utf8(text))))));
    progress(digests.length, texts.length);
  }
  return digests;
}

// The order of the UTF-8 bytes, which is that of the code points; JavaScript's `<` goes by UTF-16 code units instead.
export function bytewise(one, other) {
  if (one === other) return 0;
  const [left, right] = [utf8(one), utf8(other)];
  const at = left.findIndex((byte, place) => byte !== right[place]);
  return at < 0 ? -1 : left[at] - (right[at] ?? -1);
}

// Reads canonical JSON (RFC 8785) and refuses every other byte, so that nothing has ever to be written again: what is
// hashed is always the text as it stands in the file. `written(value)` gives it for any object or list that was read.

import { differ } from "./bytes.js";

const TEXT = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\bfnrt]|u00(?:0[0-7bef]|1[0-9a-f]))[^"\\\u0000-\u001f]*)*"/y;
const NUMBER = /0|[1-9][0-9]*/y;
const WORDS = { t: ["true", true], f: ["false", false], n: ["null", null] };
const DEEPEST = 20; // no file of the protocol nests deeper than eight

const texts = new WeakMap();

export const written = (value) => (value !== null && typeof value === "object" ? texts.get(value) : JSON.stringify(value));

export function readCanonical(place, text) {
  return new Reader(place, text).whole();
}

class Reader {
  constructor(place, text) {
    Object.assign(this, { place, text, at: 0 });
  }

  whole() {
    const value = this.value(0);
    if (this.at !== this.text.length) this.refuse();
    return value;
  }

  refuse() {
    differ("not_canonical", { place: this.place, at: this.at + 1 });
  }

  value(depth) {
    if (depth > DEEPEST) this.refuse();
    const first = this.text[this.at];
    if (first === '"') return this.string();
    if (first === "{") return this.kept(this.at, this.object(depth));
    if (first === "[") return this.kept(this.at, this.list(depth));
    return WORDS[first] ? this.word(...WORDS[first]) : this.number();
  }

  kept(start, value) {
    texts.set(value, this.text.slice(start, this.at));
    return value;
  }

  // Without a prototype, so that a field may be called as it likes. UTF-16 order is what `<` does.
  object(depth) {
    const found = Object.create(null);
    let before = null;
    for (const _ of this.members("}")) {
      const start = this.at;
      const name = this.string();
      if (before !== null && name <= before) {
        this.at = start;
        this.refuse();
      }
      this.take(":");
      found[name] = this.value(depth + 1);
      before = name;
    }
    return found;
  }

  list(depth) {
    const found = [];
    for (const _ of this.members("]")) found.push(this.value(depth + 1));
    return found;
  }

  // Stands before each member in turn, and behind the closing bracket at the end.
  *members(end) {
    this.at += 1;
    if (this.text[this.at] !== end) {
      yield;
      while (this.text[this.at] === ",") {
        this.at += 1;
        yield;
      }
    }
    this.take(end);
  }

  take(sign) {
    if (this.text[this.at] !== sign) this.refuse();
    this.at += 1;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? this.refuse();
    this.at = pattern.lastIndex;
    return found;
  }

  string() {
    const found = this.match(TEXT);
    return found.includes("\\") ? JSON.parse(found) : found.slice(1, -1);
  }

  number() {
    const start = this.at;
    const found = this.match(NUMBER);
    if (found.length > 16 || Number(found) > Number.MAX_SAFE_INTEGER) {
      this.at = start;
      this.refuse();
    }
    return Number(found);
  }

  word(word, value) {
    if (!this.text.startsWith(word, this.at)) this.refuse();
    this.at += word.length;
    return value;
  }
}

// What was said but not yet acknowledged. It outlives a reload, a dead network and a restart of the server: each item
// keeps its update id, so that sending it twice is harmless, and an item leaves only when the server said 202.
// Words lie in localStorage, pictures in IndexedDB.

import { post } from "./post.js";

const PHOTOS = "shuangsuiji-photos";

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Queue {
  // `changed(item, state, detail)` hears of each item: "sending" with the part that is sent, "sent", "failed", or
  // "refused" with the sentence. `signedOut()` hears that nothing goes out any more.
  constructor(chat, words, { changed, signedOut }) {
    Object.assign(this, { chat, words, signedOut });
    this.key = `queue:${chat}`;
    this.changed = changed;
    this.failures = 0;
    this.timer = 0;
    this.isSending = false;
    this.inMemory = new Map();
    window.addEventListener("online", () => this.send());
  }

  items() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) || [];
    } catch {
      return [];
    }
  }

  keep(items) {
    try {
      localStorage.setItem(this.key, JSON.stringify(items));
    } catch { /* private windows may refuse; the page still sends what it holds */ }
  }

  // Gives false when the picture could not be kept beyond this page.
  async add(item, photo) {
    let isKept = true;
    if (photo) {
      this.inMemory.set(item.update_id, photo);
      isKept = await keepPhoto(item.update_id, photo).then(() => true, () => false);
    }
    this.keep([...this.items(), item]);
    this.send();
    return isKept;
  }

  forget(updateId) {
    this.keep(this.items().filter((item) => item.update_id !== updateId));
    this.inMemory.delete(updateId);
    dropPhoto(updateId).catch(() => {});
  }

  // In order, one after the other; two windows of one person take turns where the browser can do that.
  async send() {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.timer);
    try {
      if (navigator.locks) await navigator.locks.request(this.key, () => this.sendAll());
      else await this.sendAll();
    } finally {
      this.isSending = false;
    }
    if (this.items().length && !this.isStopped) {
      const wait = Math.min(15000, 1000 * 2 ** Math.min(this.failures, 4));
      this.timer = setTimeout(() => this.send(), this.failures ? wait : 50);
    }
  }

  async sendAll() {
    for (let item; (item = this.items()[0]); ) {
      this.changed(item, "sending");
      const outcome = await this.post(item);
      if (outcome.isLater) {
        this.failures += 1;
        for (const waiting of this.items()) this.changed(waiting, "failed");
        if (outcome.isSignedOut) this.stop();
        return;
      }
      this.failures = 0;
      this.forget(item.update_id);
      this.changed(item, outcome.sentence ? "refused" : "sent", outcome.sentence);
    }
  }

  stop() {
    this.isStopped = true;
    this.signedOut();
  }

  async post(item) {
    const { body, type } = item.door === "photo" ? await this.form(item) : asJson(item);
    if (!body) return { sentence: this.words.js_photo_gone };
    const address = `/chat/${encodeURIComponent(this.chat)}/${item.door}`;
    const progress = (part) => item.door === "photo" && this.changed(item, "sending", part);
    return outcomeOf(await post(address, body, { type, progress }));
  }

  async form(item) {
    const photo = this.inMemory.get(item.update_id) || (await findPhoto(item.update_id).catch(() => null));
    if (!photo) return {};
    const body = new FormData();
    body.append("update_id", item.update_id);
    body.append("caption", item.caption || "");
    body.append("as_file", "1"); // the page passes on what the phone gave, byte for byte
    body.append("file", photo, item.file_name);
    return { body };
  }
}

function asJson({ door: _door, at: _at, seen: _seen, ...body }) {
  return { body: JSON.stringify(body), type: "application/json" };
}

function outcomeOf({ status, text }) {
  if (status === 202) return {};
  if (status === 401) return { isLater: true, isSignedOut: true };
  if (status === 0 || status >= 500 || status === 429 || status === 408) return { isLater: true };
  try {
    return { sentence: JSON.parse(text).error || String(status) };
  } catch {
    return { sentence: String(status) };
  }
}

function photoStore() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(PHOTOS, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos");
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

async function inPhotoStore(mode, act) {
  const store = await photoStore();
  return new Promise((resolve, reject) => {
    const transaction = store.transaction("photos", mode);
    const request = act(transaction.objectStore("photos"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  }).finally(() => store.close());
}

const keepPhoto = (id, photo) => inPhotoStore("readwrite", (photos) => photos.put(photo, id));
const dropPhoto = (id) => inPhotoStore("readwrite", (photos) => photos.delete(id));
export const findPhoto = (id) => inPhotoStore("readonly", (photos) => photos.get(id));

// The chat of one person: shows what the server has, and what waits to get there.

import { Bubbles, element } from "./bubbles.js";
import { Line } from "./line.js";
import { Queue, findPhoto, newId } from "./queue.js";

const byId = (id) => document.getElementById(id);
const main = byId("chat");
const chat = main.dataset.chat;
const words = JSON.parse(main.dataset.words);
const [log, scroll, textarea, link] = ["log", "scroll", "words", "link"].map(byId);

const shown = new Map(); // message id → { message, item }
const waiting = new Map(); // update id → { item } of what the server has not shown yet
let newest = 0;
let isOpened = false;

const bubbles = new Bubbles({ chat, words, language: main.dataset.language, does: { press, say, look } });
const queue = new Queue(chat, onQueue);

// ---- what the server has

function onMessages(messages, { isHistory = false } = {}) {
  const wasAtEnd = isAtEnd();
  let last = null;
  for (const message of messages) {
    if (!isHistory) newest = Math.max(newest, message.revision);
    const known = shown.get(message.id);
    if (known && known.message.revision >= message.revision) continue;
    last = place(message, known);
  }
  if (!last) return;
  byId("begin").hidden = true;
  nameDays();
  offerWish();
  if (isHistory) return;
  rememberSeen();
  if (wasAtEnd && !last.nextElementSibling) toEnd();
  else if (wasAtEnd) last.scrollIntoView({ block: "nearest" });
  else byId("newer").hidden = isAtEnd();
}

function place(message, known) {
  const item = bubbles.shown(message);
  item.id = `message-${message.id}`;
  if (message.mine && waiting.has(message.update_id)) {
    waiting.get(message.update_id).item.remove();
    waiting.delete(message.update_id);
    queue.forget(message.update_id); // the answer may have been lost, the words were not
  }
  const hadFocus = known?.item.contains(document.activeElement) && document.activeElement.dataset.data;
  shown.set(message.id, { message, item });
  if (known) known.item.replaceWith(item);
  else log.insertBefore(item, itemAfter(message.id));
  if (hadFocus) item.querySelector(".key")?.focus({ preventScroll: true });
  if (known) item.classList.add("changed");
  if (message.mine) item.querySelector(".foot").append(mark(words.js_sent, "sent"));
  for (const pressed of queue.items()) if (pressed.message_id === String(message.id)) hold(item, pressed.data);
  return item;
}

function itemAfter(id) {
  const later = [...shown.keys()].filter((one) => one > id).sort((a, b) => a - b)[0];
  return later ? shown.get(later).item : [...waiting.values()][0]?.item || null;
}

function nameDays() {
  for (const old of log.querySelectorAll(".day")) old.remove();
  let before = "";
  for (const item of log.querySelectorAll(".bubble")) {
    const day = bubbles.day(item.dataset.at);
    if (day !== before) {
      const line = element("li", "day", day);
      log.insertBefore(line, item);
    }
    before = day;
  }
}

function offerWish() {
  const ids = [...shown.keys()].sort((a, b) => b - a);
  const latest = ids.map((id) => shown.get(id).message).find((message) => !message.mine);
  const wish = latest?.wish || "";
  main.dataset.wish = wish;
  textarea.placeholder = words[`js_wish_${wish}`] || words.js_placeholder;
  for (const id of ["camera", "file"]) byId(id).classList.toggle("wanted", wish === "photo");
  byId("place").classList.toggle("wanted", wish === "location");
  if (wish === "photo" || wish === "location") openMeans(true);
}

function rememberSeen() {
  if (document.hidden) return;
  try {
    localStorage.setItem(`seen:${chat}`, String(newest));
  } catch { /* only a mark in a list */ }
}

// ---- what waits

function onQueue(item, state, sentence) {
  if (item.door === "press") return onPressed(item, state, sentence);
  const entry = waiting.get(item.update_id);
  if (!entry) return;
  const foot = entry.item.querySelector(".foot");
  foot.querySelector(".mark")?.remove();
  const marks = {
    sending: () => mark(words.js_sending, "sending"),
    sent: () => mark(words.js_sent, "sent"),
    failed: () => mark(words.js_failed, "failed", () => queue.send()),
    refused: () => mark(`${words.js_refused}:${sentence}`, "refused"),
  };
  foot.append(marks[state]());
  if (state === "refused") waiting.delete(item.update_id);
}

function onPressed(item, state, sentence) {
  const item_ = shown.get(Number(item.message_id))?.item;
  if (!item_) return;
  const foot = item_.querySelector(".foot");
  foot.querySelector(".mark")?.remove();
  if (state === "failed") foot.append(mark(words.js_failed, "failed", () => queue.send()));
  if (state === "refused") foot.append(mark(`${words.js_refused}:${sentence}`, "refused"));
  if (state === "sent" || state === "refused") setTimeout(() => release(item_), 900);
}

function mark(text, state, tap) {
  const made = element(tap ? "button" : "span", `mark ${state}`, text);
  if (tap) {
    made.type = "button";
    made.addEventListener("click", tap);
  }
  return made;
}

function showWaiting(item, source) {
  const message = { mine: true, text: item.text || item.caption || "", at: item.at, source, file_name: item.file_name };
  if (item.door === "locate") message.place = [item.latitude, item.longitude];
  const bubble = bubbles.shown(message);
  bubble.querySelector(".foot").append(mark(words.js_sending, "sending"));
  waiting.set(item.update_id, { item: bubble });
  log.append(bubble);
  byId("begin").hidden = true;
  nameDays();
  toEnd();
}

async function submit(item, photo) {
  const whole = { update_id: newId(), at: new Date().toISOString(), ...item };
  if (item.door !== "press") showWaiting(whole, photo && photo.type.startsWith("image/") ? URL.createObjectURL(photo) : null);
  const isKept = await queue.add(whole, photo);
  if (!isKept) tell(words.js_storage_full);
}

// ---- what a person does

function say(text) {
  submit({ door: "say", text });
  openMeans(false);
}

function press(message, key, button) {
  hold(button.closest(".bubble"), key.data);
  submit({ door: "press", data: key.data, message_id: String(message.id) });
}

function hold(item, data) {
  for (const key of item.querySelectorAll("button.key")) {
    key.setAttribute("aria-disabled", "true");
    key.disabled = true;
    if (key.dataset.data === data) key.classList.add("pressed");
  }
}

function release(item) {
  for (const key of item.querySelectorAll("button.key")) {
    key.removeAttribute("aria-disabled");
    key.disabled = false;
    key.classList.remove("pressed");
  }
}

function look(source) {
  byId("photo-large").src = source;
  byId("photo-dialog").showModal();
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = textarea.value.trim();
  if (!text) return textarea.focus();
  textarea.value = "";
  grow();
  say(text);
  textarea.focus();
});

textarea.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
});
textarea.addEventListener("input", grow);

function grow() {
  textarea.rows = Math.min(5, textarea.value.split("\n").length + Math.floor(textarea.value.length / 60));
}

for (const button of document.querySelectorAll("[data-say]")) {
  button.addEventListener("click", () => say(button.dataset.say));
}

byId("more").addEventListener("click", () => openMeans(byId("means").hidden));
byId("composer").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || byId("means").hidden) return;
  openMeans(false);
  byId("more").focus();
});

function openMeans(isOpen) {
  const wasAtEnd = isAtEnd();
  byId("means").hidden = !isOpen;
  byId("more").setAttribute("aria-expanded", String(isOpen));
  if (wasAtEnd) toEnd();
}

for (const kind of ["camera", "file"]) {
  const input = byId(`${kind}-input`);
  byId(kind).addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const caption = textarea.value.trim();
    [...input.files].forEach((file, number) => {
      submit({ door: "photo", file_name: file.name || "photo.jpg", caption: number ? "" : caption }, file);
    });
    if (input.files.length) textarea.value = "";
    input.value = "";
    openMeans(false);
  });
}

// ---- a place

const dialog = byId("place-dialog");
byId("place").addEventListener("click", () => {
  byId("place-wrong").hidden = true;
  dialog.showModal();
});
byId("place-cancel").addEventListener("click", () => dialog.close());
byId("locate").addEventListener("click", () => {
  if (!navigator.geolocation) return wrongPlace(words.js_no_location);
  wrongPlace(words.js_locating);
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => sendPlace(coords.latitude, coords.longitude),
    () => wrongPlace(words.js_no_location),
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 30000 },
  );
});
byId("place-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const [latitude, longitude] = ["latitude", "longitude"].map((id) => byId(id).value.trim());
  const isPlace = latitude && longitude && Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180;
  if (!isPlace) return wrongPlace(words.js_bad_place);
  sendPlace(Number(latitude), Number(longitude));
});

function sendPlace(latitude, longitude) {
  dialog.close();
  submit({ door: "locate", latitude, longitude });
  openMeans(false);
}

function wrongPlace(sentence) {
  byId("place-wrong").textContent = sentence;
  byId("place-wrong").hidden = false;
}

// ---- the eye

function isAtEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  byId("newer").hidden = true;
}

scroll.addEventListener("scroll", () => { if (isAtEnd()) byId("newer").hidden = true; });
byId("newer").addEventListener("click", toEnd);
window.addEventListener("resize", () => { if (document.activeElement === textarea) toEnd(); });
document.addEventListener("visibilitychange", rememberSeen);
log.addEventListener("load", () => { if (isOpened && isAtEnd()) toEnd(); }, true);

function tell(sentence) {
  link.textContent = sentence;
}

function onLine(state) {
  link.dataset.state = state;
  if (state !== "signed_out") {
    tell(words[`js_${state}`]);
    if (state === "online") queue.send();
    return;
  }
  const again = element("a", "", words.js_sign_in_again);
  again.href = "/sign-in";
  link.replaceChildren(words.js_signed_out, again);
}

byId("older").addEventListener("click", async () => {
  const first = Math.min(...shown.keys());
  const before = scroll.scrollHeight;
  const messages = await read(`before=${first}`);
  onMessages(messages, { isHistory: true });
  byId("older").hidden = messages.length < 60;
  scroll.scrollTop += scroll.scrollHeight - before;
});

async function read(query) {
  const answer = await fetch(`/chat/${encodeURIComponent(chat)}/messages?${query}`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

async function showQueue() {
  for (const item of queue.items()) {
    if (item.door === "press") continue;
    const photo = item.door === "photo" ? await findPhoto(item.update_id).catch(() => null) : null;
    if (!waiting.has(item.update_id)) showWaiting(item, photo ? URL.createObjectURL(photo) : null);
  }
}

async function open() {
  try {
    const messages = await read("");
    onMessages(messages);
    byId("older").hidden = messages.length < 60;
    byId("begin").hidden = messages.length > 0 || queue.items().length > 0;
  } catch {
    return setTimeout(open, 2000);
  }
  isOpened = true;
  await showQueue();
  toEnd();
  new Line(chat, { newest: () => newest, heard: onMessages, state: onLine });
  queue.send();
  return undefined;
}

open();

// The chat of one person: shows what the server has, and what waits to get there.

import { Bubbles, element } from "./bubbles.js";
import { Line } from "./line.js";
import { Means } from "./means.js";
import { Queue, findPhoto, newId } from "./queue.js";

const PAGE = 60; // messages that the server gives at once
const MARGIN = 8; // px between a message that is looked at and the edge
const HAND = 1000; // ms after a hand moved in which a scroll is its doing
const ANSWER_PATIENCE = 8000; // ms after which a button may be tried again although nothing answered it

const byId = (id) => document.getElementById(id);
const main = byId("chat");
const chat = main.dataset.chat;
const words = JSON.parse(main.dataset.words);
const [log, scroll, textarea, link] = ["log", "scroll", "words", "link"].map(byId);

const shown = new Map(); // message id → { message, item }
const waiting = new Map(); // update id → { item } of what the server has not shown yet
let newest = 0;
let isFollowing = true; // the eye is at the end, and stays there while things come and grow
let isAwaiting = false; // the last thing done was a press, and nothing has answered it
let wished = ""; // the wish that the drawer was opened for
let hasOlder = false; // above the first message there are more, not loaded yet

const bubbles = new Bubbles({ chat, words, language: main.dataset.language, does: { press, say, look } });
const queue = new Queue(chat, words, { changed: onQueue, signedOut: () => onLine("signed_out") });
const means = new Means({ words, submit, caption });

// ---- what the server has

function onMessages(messages, { isHistory = false } = {}) {
  const wasFollowing = isFollowing;
  let last = null;
  for (const message of messages) {
    if (!isHistory) newest = Math.max(newest, message.revision);
    const known = shown.get(message.id);
    if (known && known.message.revision >= message.revision) continue;
    if (!known && !isHistory && isAbove(message)) continue;
    const item = place(message, known);
    if (!isRetired(message, known)) last = item;
    if (!message.mine && !isHistory) releaseAnswered();
  }
  if (!last) return;
  byId("begin").hidden = true;
  nameDays();
  offerWish();
  if (isHistory) return;
  rememberSeen();
  follow(last, wasFollowing);
}

// What answers a press is looked at, wherever it stands. Otherwise an eye at the end stays there, and any other is told.
function follow(last, wasFollowing) {
  const isAnswer = isAwaiting && last.classList.contains("theirs");
  if (isAnswer) isAwaiting = false;
  if (isAnswer && last.nextElementSibling) lookAt(last);
  else if (!isAnswer && !wasFollowing) byId("newer").hidden = isAtEnd();
  else if (!last.nextElementSibling) toEnd();
}

// Changed, but so far up that it is not on the page yet: it comes with the earlier messages, as it is by then.
function isAbove(message) {
  return hasOlder && message.id < Math.min(...shown.keys());
}

// It only lost its buttons, because a newer message speaks of the same thing: no reason to look back at it.
function isRetired(message, known) {
  return Boolean(known?.message.rows.length) && !message.rows.length && message.text === known.message.text;
}

function place(message, known) {
  const item = bubbles.shown(message);
  item.id = `message-${message.id}`;
  if (message.mine) settle(message.update_id);
  const focused = known?.item.contains(document.activeElement) ? document.activeElement : null;
  shown.set(message.id, { message, item });
  if (known) known.item.replaceWith(item);
  else log.insertBefore(item, itemAfter(message.id));
  if (focused) giveFocus(item, focused.dataset.data);
  if (known) item.classList.add("changed");
  if (message.mine) setMark(item, "sent");
  for (const pressed of queue.items()) {
    if (pressed.message_id === String(message.id) && message.revision <= pressed.seen) holdAgain(item, pressed);
  }
  return item;
}

// What the server shows needs no waiting any more: its answer may have been lost, the words were not.
function settle(updateId) {
  const entry = waiting.get(updateId);
  if (!entry) return;
  entry.item.remove();
  if (entry.source) URL.revokeObjectURL(entry.source);
  waiting.delete(updateId);
  queue.forget(updateId);
}

// Whoever pressed by keyboard stays where the answer is: on the same button if it is still there, else on the words.
function giveFocus(item, data) {
  const keys = [...item.querySelectorAll("button.key")];
  const same = data && keys.find((key) => key.dataset.data === data);
  const box = item.querySelector(".box");
  box.tabIndex = -1;
  (same || box).focus({ preventScroll: true });
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
  const wanted = ["photo", "location"].includes(wish) ? `${wish} ${latest.id} ${latest.revision}` : "";
  if (wanted !== wished) means.offer(Boolean(wanted));
  wished = wanted;
}

function rememberSeen() {
  if (document.hidden) return;
  try {
    localStorage.setItem(`seen:${chat}`, String(newest));
  } catch { /* only a mark in a list */ }
}

// ---- what waits

function onQueue(item, state, detail) {
  if (item.door === "press") return onPressed(item, state, detail);
  const entry = waiting.get(item.update_id);
  if (!entry) return;
  setMark(entry.item, state, detail);
  if (state === "refused") waiting.delete(item.update_id);
}

function onPressed(item, state, detail) {
  const bubble = shown.get(Number(item.message_id))?.item;
  if (!bubble) return;
  if (state === "refused") release(bubble);
  if (state !== "sent") return setMark(bubble, state, detail);
  bubble.querySelector(".mark")?.remove();
  if (newest > item.seen) return release(bubble);
  setTimeout(() => release(bubble), ANSWER_PATIENCE);
}

// `detail` is how much of it is sent, from 0 to 1, or the sentence of a refusal.
function setMark(item, state, detail) {
  const sentences = {
    waiting: () => words.js_waiting,
    sending: () => (detail ? `${words.js_sending} ${Math.floor(detail * 100)}%` : words.js_sending),
    sent: () => words.js_sent,
    failed: () => words.js_failed,
    refused: () => `${words.js_refused}${detail}`,
  };
  item.querySelector(".mark")?.remove();
  const mark = element(state === "failed" ? "button" : "span", `mark ${state}`, sentences[state]());
  if (state === "failed") {
    mark.type = "button";
    mark.addEventListener("click", () => queue.send());
  }
  item.querySelector(".foot").append(mark);
}

function showWaiting(item, source) {
  const message = { mine: true, text: item.text || item.caption || "", at: item.at, source, file_name: item.file_name };
  if (item.door === "locate") message.place = [item.latitude, item.longitude];
  const bubble = bubbles.shown(message);
  setMark(bubble, "waiting");
  waiting.set(item.update_id, { item: bubble, source });
  log.append(bubble);
  isAwaiting = false;
  byId("begin").hidden = true;
  nameDays();
  toEnd();
}

async function submit(item, photo) {
  const whole = { update_id: newId(), at: momentNow(), ...item };
  if (item.door !== "press") showWaiting(whole, photo?.type.startsWith("image/") ? URL.createObjectURL(photo) : null);
  const isKept = await queue.add(whole, photo);
  if (!isKept) tell(words.js_storage_full);
}

// Never before what stands in the chat already: a phone's clock may be slow, and a demo's clock runs ahead.
function momentNow() {
  const times = [...shown.values()].map(({ message }) => Date.parse(message.at));
  return new Date(Math.max(Date.now(), ...times)).toISOString();
}

// ---- what a person does

function say(text) {
  submit({ door: "say", text });
  means.open(false);
}

function press(message, key, button) {
  hold(button.closest(".bubble"), key.data);
  isAwaiting = true;
  submit({ door: "press", data: key.data, message_id: String(message.id), seen: newest });
}

// A pressed message is held until something answers, so that nobody presses twice. Its buttons are not `disabled`:
// that would take the focus away from whoever uses the keyboard.
function hold(item, data) {
  for (const key of item.querySelectorAll("button.key")) {
    key.setAttribute("aria-disabled", "true");
    if (key.dataset.data === data) key.classList.add("pressed");
  }
}

function holdAgain(item, pressed) {
  hold(item, pressed.data);
  setMark(item, "waiting");
}

function release(item) {
  for (const key of item.querySelectorAll("button.key")) {
    key.removeAttribute("aria-disabled");
    key.classList.remove("pressed");
  }
}

function releaseAnswered() {
  const unsent = new Set(queue.items().map((item) => item.message_id));
  for (const pressed of log.querySelectorAll(".key.pressed")) {
    const item = pressed.closest(".bubble");
    if (!unsent.has(item.id.replace("message-", ""))) release(item);
  }
}

function look(source, alt = words.js_photo_alt) {
  Object.assign(byId("photo-large"), { src: source, alt });
  byId("photo-dialog").showModal();
}

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = caption();
  if (text) say(text);
  textarea.focus();
});

// Takes the words out of the box.
function caption() {
  const text = textarea.value.trim();
  textarea.value = "";
  grow();
  return text;
}

textarea.addEventListener("keydown", (event) => {
  const isComposing = event.isComposing || event.keyCode === 229; // Enter that ends a pinyin word, also in Safari
  if (event.key !== "Enter" || event.shiftKey || isComposing) return;
  event.preventDefault();
  byId("composer").requestSubmit();
});
textarea.addEventListener("input", grow);

function grow() {
  textarea.rows = 1;
  while (textarea.rows < 5 && textarea.scrollHeight > textarea.clientHeight) textarea.rows += 1;
}

for (const button of document.querySelectorAll("[data-say]")) {
  button.addEventListener("click", () => say(button.dataset.say));
}

// ---- the eye

function isAtEnd() {
  return scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
}

function toBottom() {
  scroll.scrollTop = scroll.scrollHeight;
  isFollowing = true;
  byId("newer").hidden = true;
}

// A last message that is longer than the screen is read from its beginning.
function toEnd() {
  toBottom();
  const last = log.lastElementChild;
  if (last?.classList.contains("theirs") && last.offsetHeight > scroll.clientHeight) lookAt(last);
}

// Moves as little as it must; `scrollIntoView` would move the whole page under the header too.
function lookAt(item) {
  const [seen, whole] = [item.getBoundingClientRect(), scroll.getBoundingClientRect()];
  const above = seen.top - whole.top - MARGIN;
  const below = seen.bottom - whole.bottom + MARGIN;
  if (above < 0 || seen.height > whole.height) scroll.scrollTop += above;
  else if (below > 0) scroll.scrollTop += below;
  isFollowing = isAtEnd();
}

// Only a hand leads the eye away. A scroll event alone does not tell: it comes late, when there may be more below already.
let movedAt = 0;
for (const kind of ["wheel", "touchmove", "keydown"]) {
  scroll.addEventListener(kind, () => { movedAt = Date.now(); }, { passive: true });
}
scroll.addEventListener("pointerdown", (event) => { if (event.target === scroll) movedAt = Date.now(); });
scroll.addEventListener("scroll", () => {
  if (isAtEnd()) {
    isFollowing = true;
    byId("newer").hidden = true;
  } else if (Date.now() - movedAt < HAND) {
    isFollowing = false;
  }
});
byId("newer").addEventListener("click", toBottom);
document.addEventListener("visibilitychange", rememberSeen);
// A picture that has come, a drawer or a keyboard that has opened must not push the end out of sight.
const sizes = new ResizeObserver(() => isFollowing && toBottom());
for (const part of [log, scroll]) sizes.observe(part);

function tell(sentence) {
  link.textContent = sentence;
}

function onLine(state) {
  if (link.dataset.state === "signed_out") return undefined;
  link.dataset.state = state;
  if (state === "signed_out") return askToSignIn();
  tell(words[`js_${state}`]);
  if (state === "online") queue.send();
  return undefined;
}

function askToSignIn() {
  const again = element("a", "", words.js_sign_in_again);
  again.href = "/sign-in";
  link.replaceChildren(words.js_signed_out, again);
}

byId("older").addEventListener("click", async () => {
  isFollowing = false;
  const messages = await read(`before=${Math.min(...shown.keys())}`).catch(() => null);
  if (!messages) return tell(words.js_offline);
  const first = log.querySelector(".bubble");
  const top = () => first.getBoundingClientRect().top;
  const before = top();
  onMessages(messages, { isHistory: true });
  offerOlder(messages);
  scroll.scrollTop += top() - before;
  return undefined;
});

function offerOlder(messages) {
  hasOlder = messages.length >= PAGE;
  byId("older").hidden = !hasOlder;
}

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
  await showQueue();
  try {
    const messages = await read("");
    onMessages(messages);
    offerOlder(messages);
    byId("begin").hidden = messages.length > 0 || queue.items().length > 0;
  } catch (failure) {
    if (failure.message === "401") return onLine("signed_out");
    return setTimeout(open, 2000);
  }
  toEnd();
  new Line(chat, { newest: () => newest, heard: onMessages, state: onLine });
  queue.send();
  return undefined;
}

open();

// The page around the recomputing: fetches or takes the files, tells how far it is, says the verdict, answers questions.

import { ask } from "./asking.js";
import { FILES, recompute } from "./verify.js";

const byId = (id) => document.getElementById(id);
const tool = byId("tool");
const words = JSON.parse(tool.dataset.words);
const percent = new Intl.NumberFormat(tool.dataset.language === "en" ? "en" : "zh-CN", { style: "percent", maximumFractionDigits: 2 });
const say = (name, facts = {}) => words[`verify_${name}`].replace(/\{(\w+)\}/g, (_, fact) => facts[fact]);
const sayIf = (name, otherwise) => (`verify_${name}` in words ? say(name) : otherwise);
const POOLS = FILES.filter((name) => name.endsWith(".jsonl"));
const own = {}; // files that the visitor gave, by name
let running = null; // what is being recomputed, or was last

// --- Making elements: words are text and never markup ---

function made(tag, classes, ...children) {
  const one = document.createElement(tag);
  if (classes) one.className = classes;
  one.append(...children);
  return one;
}

function rows(pairs, classes = "") {
  const list = made("dl", classes);
  for (const [name, value] of pairs) list.append(made("dt", "", name), made("dd", "", value));
  return list;
}

const code = (text) => made("code", "", text);

function show(place, ...children) {
  byId(place).replaceChildren(...children);
  byId(place).hidden = children.length === 0;
}

// --- Recomputing ---

async function fetched(name) {
  const answer = await fetch(`../draws/${tool.dataset.draw}/${name}`, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status} for ${name}`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function filesOfSite() {
  tell({ step: "fetching", done: 0, total: 0 });
  const files = {};
  for (const name of JSON.parse(tool.dataset.files)) files[name] = await fetched(name);
  return files;
}

// Whatever was begun before goes on in silence: only the newest is shown and asked.
function run(source, take) {
  const mine = {};
  running = mine;
  mine.result = judged(take, source, mine);
  return mine.result;
}

async function judged(take, source, mine) {
  byId("start").disabled = true;
  byId("progress").hidden = false;
  for (const place of ["verdict", "found"]) show(place);
  try {
    const files = await take();
    const progress = (news) => running === mine && tell(news);
    const found = await recompute(files, { progress, of: tool.dataset.draw });
    if (running === mine) show("verdict", ...verdict(found, source));
    return found;
  } catch (fault) {
    if (running === mine) show("verdict", made("p", "verdict bad", say("failed")), made("p", "quiet", String(fault.message)));
    return null;
  } finally {
    if (running === mine) {
      byId("start").disabled = false;
      byId("progress").hidden = true;
      byId("step").textContent = "";
    }
  }
}

// The words change with the step only, lest a reader be read every number.
function tell({ step, done, total }) {
  const sentence = say(`step_${step}`);
  if (byId("step").textContent !== sentence) byId("step").textContent = sentence;
  byId("progress").querySelector("progress").value = total ? done / total : 0;
}

function verdict({ difference, draw }, source) {
  const used = made("p", "quiet", say(`source_${source}`));
  if (difference) {
    const first = say("first", { difference: say(`differs_${difference.name}`, difference.facts) });
    return [made("p", "verdict bad", say("bad")), made("p", "", first), used];
  }
  const facts = { draw: draw.announcement.draw, rounds: draw.rounds };
  const digests = [[say("announcement_digest"), code(draw.announcementDigest)]];
  if (draw.isWhole) digests.push([say("transcript_digest"), code(draw.transcriptDigest)]);
  return [
    made("p", `verdict ${draw.isWhole ? "good" : "part"}`, say(draw.isWhole ? "good" : "part")),
    made("p", "", say(draw.isWhole ? "good_line" : "part_line", facts)),
    rows(digests),
    made("p", "quiet", say("compare")),
    used,
  ];
}

const bySite = () => run("site", filesOfSite);

// --- One's own files ---

function nameOf(file) {
  return FILES.find((name) => new RegExp(`^${name.replace(/\..*/, "")}\\b[^.]*\\.jsonl?$`, "i").test(file.name));
}

async function takeFiles(files) {
  const strangers = [];
  for (const file of files) {
    const name = nameOf(file);
    if (name) own[name] = new Uint8Array(await file.arrayBuffer());
    else strangers.push(file.name);
  }
  const missing = POOLS.filter((name) => !(name in own));
  if (!("transcript.json" in own || "announcement.json" in own)) missing.unshift("transcript.json");
  const lines = [say("own_has", { files: FILES.filter((name) => name in own).join(", ") || "–" })];
  if (strangers.length) lines.push(say("own_strange", { files: strangers.join(", ") }));
  if (missing.length) lines.push(say("own_missing", { files: missing.join(", ") }));
  byId("own-told").textContent = lines.join(" ");
  if (!missing.length) run("own", async () => ({ ...own }));
}

// --- One firm ---

async function bucket(digits) {
  const answer = await fetch(`../draws/${tool.dataset.draw}/codes/${digits}`);
  if (!answer.ok) throw new Error(`${answer.status} for the codes`);
  return answer.json();
}

async function answer(typed) {
  const found = (await running?.result) ?? (await bySite());
  if (!found?.draw) return show("found", made("p", "", say("ask_first")));
  try {
    return show("found", ...told(await ask(found.draw, typed, tool.dataset.codes === "yes" ? bucket : null)));
  } catch {
    return show("found", made("p", "", say("failed")));
  }
}

const GOOD = new Set(["drawn", "replacement"]);

function told(one) {
  if (["wrong_form", "no_codes", "out_of_range"].includes(one.answer)) return [made("p", "", say(`answer_${one.answer}`))];
  const facts = { ...one, cause: one.cause ? sayIf(`cause_${one.cause}`, one.cause) : "" };
  const lines = [made("p", `verdict ${GOOD.has(one.answer) ? "good" : "part"}`, say(`fate_${one.answer}`)), made("p", "", say(`answer_${one.answer}`, facts))];
  if (one.gone) lines.push(made("p", "", say("gone", { round: one.gone.round, cause: say(`gone_${one.gone.cause}`) })));
  lines.push(rows(details(one), "facts"));
  if (one.ticket) lines.push(made("p", "quiet", say("ticket_hint")), rows([[say("ticket"), code(one.ticket)], [say("last"), code(one.last)]]));
  return lines;
}

function details({ id, stratum, size, quota, rank }) {
  const chance = stratum !== undefined && `${quota}/${size} (${percent.format(quota / size)})`;
  return [
    [say("object"), id],
    [say("stratum"), stratum],
    [say("size"), size],
    [say("quota"), quota],
    [say("chance"), chance],
    [say("rank"), rank],
  ].filter(([, value]) => value);
}

// --- What the visitor does ---

byId("start").addEventListener("click", bySite);
byId("own").addEventListener("change", (event) => takeFiles([...event.target.files]));
byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  answer(byId("code").value);
});
for (const kind of ["dragenter", "dragover"]) {
  byId("drop").addEventListener(kind, (event) => {
    event.preventDefault();
    byId("drop").classList.add("over");
  });
}
byId("drop").addEventListener("dragleave", () => byId("drop").classList.remove("over"));
byId("drop").addEventListener("drop", (event) => {
  event.preventDefault();
  byId("drop").classList.remove("over");
  takeFiles([...event.dataTransfer.files]);
});

// Without a safe line (https) a browser keeps its SHA-256 to itself.
if (globalThis.crypto?.subtle) {
  byId("needs").hidden = true;
  tool.hidden = false;
}

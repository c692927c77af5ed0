// The files' fields, exactly (§8). A shape is a function (place, value) that calls the first thing by its place, such as
// `transcript.json rounds[0].seats[1].inspector`.

import { differ } from "./bytes.js";

export const PROTOCOL = "double-random/1";
export const CAUSES = ["recused", "unavailable", "lapsed", "ordered", "withdrawn", "closed", "moved"];
const MOST = Number.MAX_SAFE_INTEGER;

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const wrong = (place, value) => differ("form", { place, value: brief(value) });

export function brief(value) {
  const words = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return words.length > 160 ? `${words.slice(0, 160)}…` : words;
}

const test = (isRight) => (place, value) => isRight(value) || wrong(place, value);
const matching = (pattern) => test((value) => typeof value === "string" && pattern.test(value));
const whole = (least, most = MOST) => test((value) => typeof value === "number" && value >= least && value <= most);
const oneOf = (...words) => test((value) => words.includes(value));
const orNull = (shape) => (place, value) => value === null || shape(place, value);

function object(fields) {
  const names = Object.keys(fields);
  return (place, value) => {
    const isExact = isObject(value) && Object.keys(value).length === names.length && names.every((name) => name in value);
    if (!isExact) differ("fields", { place, fields: names.join(", ") });
    for (const name of names) fields[name](`${place}.${name}`, value[name]);
  };
}

function listOf(shape, { least = 0, isSet = false } = {}) {
  return (place, value) => {
    if (!Array.isArray(value) || value.length < least) wrong(place, value);
    value.forEach((member, at) => shape(`${place}[${at}]`, member));
    if (isSet && new Set(value).size < value.length) differ("twice", { place });
  };
}

// The first shape if the field is there, else the second.
const byField = (field, withIt, without) => (place, value) => (isObject(value) && field in value ? withIt : without)(place, value);

const text = test((value) => typeof value === "string");
const name = test((value) => typeof value === "string" && value !== "");
const id = matching(/^[A-Za-z0-9._-]{1,64}$/);
const digest = matching(/^[0-9a-f]{64}$/);
const ratio = matching(/^(?=.{1,20}$)[01](\.[0-9]+)?$/);

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,9})?Z$/;
const time = test((value) => typeof value === "string" && TIME.test(value) && isOnTheCalendar(...TIME.exec(value).slice(1, 7).map(Number)));

function isOnTheCalendar(year, month, day, hour, minute, second) {
  const days = [31, year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return year > 0 && day >= 1 && day <= (days[month - 1] ?? 0) && hour < 24 && minute < 60 && second < 60;
}

function where(place, value) {
  if (!isObject(value)) wrong(place, value);
  for (const field of Object.keys(value)) listOf(text, { least: 1 })(`${place}.${field}`, value[field]);
}

const stratum = { name, quota: whole(1), size: whole(1), where };
const seal = object({ digest, size: whole(0) });

export const announcement = object({
  announced_at: time,
  anchor: digest,
  draw: id,
  lead: id,
  left_out: listOf(object({ cause: name, number: whole(0) })),
  pools: object({ exclusions: seal, inspectors: seal, objects: seal }),
  protocol: oneOf(PROTOCOL),
  replaces: orNull(id),
  rounds: whole(1, 10000),
  scheme: id,
  sources: listOf(object({ due: time, name }), { least: 1 }),
  strata: listOf(byField("count", object({ count: whole(1), ...stratum }), object({ ratio, ...stratum })), { least: 1 }),
  team_rule: listOf(
    object({ department: id, district: oneOf("same", "other", "any"), qualifications: listOf(text, { isSet: true }), seats: whole(1, 100) }),
    { least: 1 },
  ),
  witnesses: listOf(text),
});

export const exclusion = byField("object", object({ inspector: id, object: id }), object({ inspector: id }));

const cause = oneOf(...CAUSES);
const round = object({
  excluded: listOf(exclusion),
  infeasible: orNull(listOf(text)),
  key: digest,
  link: digest,
  number: whole(0),
  objects: listOf(object({ id, stratum: name, ticket: digest })),
  seats: listOf(object({ inspector: id, seat: text })),
  vacated: listOf(byField("object", object({ cause, object: id }), object({ cause, inspector: id, seat: text }))),
});

export const transcript = object({
  announcement,
  closing: orNull(object({ at: time, reason: text, state: oneOf("closed", "voided") })),
  inputs: listOf(object({ source: name, value: name })),
  protocol: oneOf(PROTOCOL),
  rounds: listOf(round, { least: 1 }),
});

export const inspector = object({
  capacity: whole(0),
  department: id,
  district: text,
  id,
  load: whole(0),
  may_lead: oneOf(true, false),
  qualifications: listOf(text, { isSet: true }),
});

// The four fields that every object has, and whatever else the strata look at: a text or a list of texts.
const always = { id, class: text, district: text, kind: text };

export function candidate(place, value) {
  if (!isObject(value) || !Object.keys(always).every((field) => field in value)) {
    differ("fields", { place, fields: "class, district, id, kind" });
  }
  for (const field of Object.keys(value)) {
    const shape = always[field] ?? (Array.isArray(value[field]) ? listOf(text) : text);
    shape(`${place}.${field}`, value[field]);
  }
}

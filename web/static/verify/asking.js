// What one firm wants to know of a recomputed draw: was it in, what was its chance, why was it drawn or not.

import { sha256, utf8 } from "./bytes.js";

const CODE = /^[0-9A-Z]{18}$/;
const ID = /^[A-Za-z0-9._-]{1,64}$/;

// As it was meant: full-width signs of a Chinese keyboard, blanks and hyphens of a printed form.
export const tidy = (typed) => typed.normalize("NFKC").replace(/\s/g, "");

// Gives { answer, …facts }; the answer's name is that of a sentence. `bucket` fetches what begins with two hex digits.
export async function ask(draw, typed, bucket) {
  const text = tidy(typed);
  if (ID.test(text) && draw.objects.has(text)) return whereabouts(draw, text);
  const code = text.replaceAll("-", "").toUpperCase();
  if (!CODE.test(code)) return { answer: "wrong_form" };
  if (!bucket) return { answer: "no_codes" };
  const digest = await sha256(utf8(code));
  const line = (await bucket(digest.slice(0, 2))).find((one) => one.code === digest);
  if (!line) return { answer: "out_of_range" };
  if (line.left_out) return { answer: "left_out", cause: line.left_out, id: line.object };
  return line.object === null ? { answer: "no_stratum", id: null } : whereabouts(draw, line.object);
}

// One object of the pool, or what calls itself one.
export function whereabouts(draw, id) {
  if (!draw.objects.has(id)) return { answer: "not_in_pool", id };
  const name = draw.stratumOf.get(id);
  if (name === undefined) return { answer: "no_stratum", id };
  const { size, quota } = draw.announcement.strata.find((one) => one.name === name);
  const facts = { id, stratum: name, size, quota };
  return draw.isWhole ? { ...facts, ...fate(draw, id, draw.ranking.get(name), quota) } : { answer: "waits", ...facts };
}

function fate(draw, id, ranking, quota) {
  const at = ranking.findIndex((one) => one.id === id);
  const { round } = draw.chosen.get(id) ?? { round: null };
  const answer = round === null ? "not_drawn" : round === 0 ? "drawn" : "replacement";
  return { answer, round, rank: at + 1, ticket: ranking[at].ticket, last: ranking[quota - 1].ticket, gone: draw.gone.get(id) ?? null };
}

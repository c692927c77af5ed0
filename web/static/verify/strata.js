// Who belongs to which stratum, and how many of it are drawn (§1).

import { differ } from "./bytes.js";

// Name of the stratum → the ids in it, in the order of the pool.
export function sortIntoStrata(strata, objects) {
  const conditions = strata.map(({ name, where }) => [name, Object.keys(where).map((field) => [field, new Set(where[field])])]);
  const members = new Map(strata.map(({ name }) => [name, []]));
  if (members.size < strata.length) differ("twice", { place: "announcement.strata" });
  for (const object of objects.values()) {
    const fitting = conditions.filter(([, fields]) => fields.every(([field, wanted]) => holds(object[field], wanted)));
    if (fitting.length > 1) differ("two_strata", { id: object.id, one: fitting[0][0], other: fitting[1][0] });
    if (fitting.length) members.get(fitting[0][0]).push(object.id);
  }
  return members;
}

function holds(value, wanted) {
  return Array.isArray(value) ? value.some((one) => wanted.has(one)) : value !== undefined && wanted.has(value);
}

export function checkStratum(place, stratum, size) {
  if (stratum.size !== size) differ("value", { place: `${place}.size`, recorded: stratum.size, recomputed: size });
  const quota = "count" in stratum ? stratum.count : shareOf(`${place}.ratio`, stratum.ratio, size);
  if (quota > size) differ("too_many", { place, quota, size });
  if (stratum.quota !== quota) differ("value", { place: `${place}.quota`, recorded: stratum.quota, recomputed: quota });
}

// The ratio of the size, rounded up, in whole numbers of any length.
export function shareOf(place, ratio, size) {
  const [before, after = ""] = ratio.split(".");
  const above = BigInt(before + after);
  const below = 10n ** BigInt(after.length);
  if (above === 0n || above > below) differ("ratio", { place, ratio });
  return Number((above * BigInt(size) + below - 1n) / below);
}

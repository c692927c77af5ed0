// Recomputes a draw of the protocol double-random/1 from its files, and gives the first thing that differs. It was written
// from docs/draw-protocol.md, apart from the program that draws; draw/verify.py is its elder sister. Nothing is sent anywhere.

import { Difference, bytewise, differ, sha256, textOf, utf8 } from "./bytes.js";
import { readCanonical, written } from "./canonical.js";
import { fillSeats, objectOf, seatsOf } from "./seats.js";
import * as shape from "./shape.js";
import { checkStratum, sortIntoStrata } from "./strata.js";
import { hashOfLink, plainly, roundKey, tickets } from "./tickets.js";

export const FILES = ["announcement.json", "transcript.json", "objects.jsonl", "inspectors.jsonl", "exclusions.jsonl"];

// `files`: name → bytes. `announcement.json` may be missing: the transcript holds it too. Null is: everything recomputes.
export async function verify(files) {
  return (await recompute(files)).difference;
}

// The whole answer: `difference` is null or { name, facts }, and `draw` is what a question about one object is answered from.
// Without a transcript (the list is not public yet) the announcement and the pools are checked, and `isWhole` says so.
// `progress` hears { step, done, total }; `of` is the draw that the files should be about.
export async function recompute(files, { progress = () => {}, of = null } = {}) {
  const draw = new Draw(files, progress);
  try {
    await draw.run(of);
    return { difference: null, draw };
  } catch (difference) {
    if (!(difference instanceof Difference)) throw difference;
    return { difference: { name: difference.name, facts: difference.facts }, draw: null };
  }
}

const same = (place, recorded, recomputed) => {
  if (recorded !== recomputed) differ("value", { place, recorded: shape.brief(recorded), recomputed: shape.brief(recomputed) });
};

class Draw {
  constructor(files, progress) {
    Object.assign(this, { files, progress });
    this.isWhole = Boolean(files["transcript.json"]);
    this.holders = new Map(); // seat → inspector, after the rounds so far
    this.standing = new Map(); // object → stratum, the objects that stand after the rounds so far
    this.chosen = new Map(); // object → { round, ticket }
    this.gone = new Map(); // object → { round, cause }
    this.ranking = new Map(); // stratum → [{ id, ticket }], lowest first: everybody in round 0
  }

  async run(of) {
    const record = this.isWhole ? this.read("transcript.json", shape.transcript) : null;
    this.announcement = record ? record.announcement : this.read("announcement.json", shape.announcement);
    await this.checkAnnouncement(of);
    await this.readPools();
    this.checkTeamRule();
    this.checkStrata();
    this.checkSources();
    if (record) await this.checkRounds(record);
  }

  read(file, check) {
    const bytes = this.files[file] ?? differ("missing", { place: file });
    const value = readCanonical(file, textOf(file, bytes));
    check(file, value);
    return value;
  }

  async checkAnnouncement(of) {
    const text = written(this.announcement);
    const published = this.files["announcement.json"];
    if (published && textOf("announcement.json", published) !== text) differ("other_announcement", { place: "announcement.json" });
    if (of !== null && this.announcement.draw !== of) differ("other_draw", { id: this.announcement.draw });
    this.announcementDigest = await sha256(utf8(text));
    this.transcriptDigest = this.isWhole ? await sha256(this.files["transcript.json"]) : null;
  }

  // --- The pools ---

  async readPools() {
    const byLine = (one, other) => bytewise(written(one), written(other));
    const byId = (one, other) => plainly(one.id, other.id);
    this.exclusions = await this.readPool("exclusions", shape.exclusion, byLine);
    this.inspectors = keyed(await this.readPool("inspectors", shape.inspector, byId));
    this.objects = keyed(await this.readPool("objects", shape.candidate, byId));
    this.checkExclusions("exclusions.jsonl", this.exclusions);
  }

  async readPool(pool, check, order) {
    const file = `${pool}.jsonl`;
    const bytes = this.files[file] ?? differ("missing", { place: file });
    const seal = this.announcement.pools[pool];
    same(`${file} SHA-256`, seal.digest, await sha256(bytes));
    const lines = textOf(file, bytes).split("\n");
    if (lines.pop() !== "") differ("no_line_feed", { place: file });
    same(`${file}: size`, seal.size, lines.length);
    this.progress({ step: "reading", done: 0, total: lines.length });
    const values = lines.map((line, at) => readCanonical(`${file}:${at + 1}`, line));
    values.forEach((value, at) => check(`${file}:${at + 1}`, value));
    ascending(file, values, order);
    return values;
  }

  checkExclusions(place, lines) {
    for (const { inspector, object } of lines) {
      if (!this.inspectors.has(inspector)) differ("unknown", { place, id: inspector });
      if (object !== undefined && !this.objects.has(object)) differ("unknown", { place, id: object });
    }
  }

  // --- The announcement ---

  checkTeamRule() {
    const place = "announcement.team_rule";
    const departments = this.announcement.team_rule.map(({ department }) => department);
    same(`${place}[0].department`, departments[0], this.announcement.lead);
    if (new Set(departments).size < departments.length) differ("twice", { place });
    const known = new Set([...this.inspectors.values()].map(({ department }) => department));
    for (const department of departments) if (!known.has(department)) differ("no_inspector", { place, department });
  }

  checkStrata() {
    const { strata } = this.announcement;
    this.neverDrawn = sortIntoStrata(strata, this.objects);
    strata.forEach((stratum, at) => checkStratum(`announcement.strata[${at}]`, stratum, this.neverDrawn.get(stratum.name).length));
    this.stratumOf = new Map([...this.neverDrawn].flatMap(([name, ids]) => ids.map((id) => [id, name])));
  }

  checkSources() {
    const names = this.announcement.sources.map(({ name }) => name);
    if (new Set(names).size < names.length) differ("twice", { place: "announcement.sources" });
  }

  // --- The rounds ---

  async checkRounds({ inputs, rounds }) {
    const announced = this.announcement.sources.map(({ name }) => name);
    same("inputs", JSON.stringify(inputs.map(({ source }) => source)), JSON.stringify(announced));
    if (rounds.length > this.announcement.rounds) differ("too_many_rounds", { number: rounds.length, announced: this.announcement.rounds });
    const inputsDigest = await sha256(utf8(written(inputs)));
    let before = this.announcement.anchor;
    for (const [number, round] of rounds.entries()) {
      same(`rounds[${number}].number`, round.number, number);
      same(`rounds[${number}].link`, before, await hashOfLink(round.link));
      same(`rounds[${number}].key`, round.key, await roundKey(this.announcementDigest, inputsDigest, round.link, number));
      await this.checkRound(`rounds[${number}]`, round);
      before = round.link;
    }
    this.rounds = rounds.length;
  }

  // In the order of §6: empty the seats, take in the exclusions, remove the objects, replace them, fill every open seat.
  async checkRound(place, round) {
    this.checkLines(place, round);
    this.emptySeats(`${place}.vacated`, round);
    this.checkExclusions(`${place}.excluded`, round.excluded);
    this.exclusions.push(...round.excluded);
    const lost = this.removeObjects(`${place}.vacated`, round);
    const open = () => [...this.standing.keys()].flatMap((id) => seatsOf(this.announcement.team_rule, id)).filter((seat) => !this.holders.has(seat));
    if (round.number && !round.vacated.length && !open().length) differ("nothing_vacant", { place });
    sameList(`${place}.objects`, round.objects, await this.drawObjects(round, lost));
    await this.checkSeats(place, round, open());
  }

  checkLines(place, round) {
    const byText = (one, other) => bytewise(written(one), written(other));
    ascending(`${place}.vacated`, round.vacated, byText);
    ascending(`${place}.excluded`, round.excluded, byText);
    if (round.number === 0 && (round.vacated.length || round.excluded.length)) differ("first_round", { place });
  }

  // Whoever left a seat fits no seat of that object any more.
  emptySeats(place, { vacated }) {
    for (const { seat, inspector } of vacated) {
      if (seat === undefined) continue;
      if (this.holders.get(seat) !== inspector) differ("not_holding", { place, id: inspector, seat });
      this.holders.delete(seat);
      this.exclusions.push({ inspector, object: objectOf(seat) });
    }
  }

  // Gives how many of each stratum are to be replaced.
  removeObjects(place, { vacated, number }) {
    const gone = new Map(vacated.filter(({ object }) => object !== undefined).map(({ object, cause }) => [object, cause]));
    const beside = vacated.find(({ seat }) => seat !== undefined && gone.has(objectOf(seat)));
    if (beside) differ("beside", { place, seat: beside.seat });
    const lost = new Map();
    for (const [object, cause] of gone) {
      const stratum = this.standing.get(object) ?? differ("not_standing", { place, id: object });
      lost.set(stratum, (lost.get(stratum) ?? 0) + 1);
      this.standing.delete(object);
      this.gone.set(object, { round: number, cause });
      for (const seat of seatsOf(this.announcement.team_rule, object)) this.holders.delete(seat);
    }
    return lost;
  }

  // The lowest tickets among those that were never drawn; where fewer are left, all of them.
  async drawObjects({ key, number }, lost) {
    const drawn = [];
    for (const { name, quota } of this.announcement.strata) {
      const wanted = number ? lost.get(name) ?? 0 : quota;
      if (!wanted) continue;
      const ranking = await this.ranked(key, this.neverDrawn.get(name));
      if (number === 0) this.ranking.set(name, ranking);
      for (const { id, ticket } of ranking.slice(0, wanted)) {
        drawn.push({ id, stratum: name, ticket });
        this.standing.set(id, name);
        this.chosen.set(id, { round: number, ticket });
      }
      this.neverDrawn.set(name, this.neverDrawn.get(name).filter((id) => !this.chosen.has(id)));
    }
    return drawn;
  }

  async ranked(key, ids) {
    const labels = ids.map((id) => `object:${id}`);
    const found = await tickets(key, labels, (done, total) => this.progress({ step: "tickets", done, total }));
    return ids.map((id, at) => ({ id, ticket: found[at] })).sort((one, other) => plainly(one.ticket, other.ticket) || plainly(one.id, other.id));
  }

  async checkSeats(place, round, open) {
    const { announcement, objects, inspectors, exclusions, holders } = this;
    const progress = (done) => this.progress({ step: "seats", done, total: open.length });
    const found = await fillSeats({ key: round.key, announcement, objects, inspectors, exclusions, holders, progress }, open);
    sameList(`${place}.seats`, round.seats, found.seats.map(([seat, inspector]) => ({ inspector, seat })));
    same(`${place}.infeasible`, JSON.stringify(round.infeasible), JSON.stringify(found.infeasible));
    for (const [seat, inspector] of found.seats) this.holders.set(seat, inspector);
  }
}

const keyed = (lines) => new Map(lines.map((line) => [line.id, line]));

function ascending(place, values, order) {
  values.forEach((value, at) => {
    if (at && order(values[at - 1], value) >= 0) differ("order", { place: `${place}[${at}]` });
  });
}

// Two lists of flat records, member by member, and then how long they are.
function sameList(place, recorded, recomputed) {
  const names = Object.keys(recomputed[0] ?? {});
  const told = (one) => names.map((name) => one[name]).join(" ");
  recorded.slice(0, recomputed.length).forEach((one, at) => same(`${place}[${at}]`, told(one), told(recomputed[at])));
  same(`${place}.length`, recorded.length, recomputed.length);
}

// Filling the open seats of one round (§5).

import { plainly, ticket, tickets } from "./tickets.js";

export const objectOf = (seat) => seat.slice(0, seat.indexOf("/"));

export function seatsOf(teamRule, object) {
  return teamRule.flatMap(({ department, seats }) => Array.from({ length: seats }, (_, at) => `${object}/${department}/${at + 1}`));
}

// Gives { seats: [[seat, inspector]…], infeasible: null or the seats that compete for too few people }.
export async function fillSeats(round, open) {
  const seating = new Seating(round);
  await seating.prepare();
  const order = await seating.inOrder(open);
  for (const [done, seat] of order.entries()) {
    if (done % 50 === 0) round.progress(done);
    const inspector = seating.lowest(seat);
    const reached = inspector ? await seating.place([[seat, inspector]]) : await seating.shift(seat);
    if (reached) return { seats: [], infeasible: [...reached].sort(plainly) };
  }
  return { seats: [...seating.filled].sort(([one], [other]) => plainly(one, other)), infeasible: null };
}

class Seating {
  // `holders`: seat → inspector, of the rounds before; `exclusions`: every line that holds in this round.
  constructor({ key, announcement, objects, inspectors, exclusions, holders }) {
    Object.assign(this, { key, objects, inspectors });
    this.rule = new Map(announcement.team_rule.map((row) => [row.department, row]));
    this.leadSeat = `${announcement.team_rule[0].department}/1`;
    this.filled = new Map(); // the seats of this round
    this.seatsHeld = new Map(); // inspector → those of them that the person holds
    this.teams = new Map(); // object → inspector → seat
    this.queues = new Map(); // see `fitting`
    this.readExclusions(exclusions);
    this.readHolders(holders);
  }

  readExclusions(lines) {
    this.barredEverywhere = new Set();
    this.barredFrom = new Map(); // object → inspectors
    for (const { inspector, object } of lines) {
      if (object === undefined) this.barredEverywhere.add(inspector);
      else if (this.barredFrom.has(object)) this.barredFrom.get(object).add(inspector);
      else this.barredFrom.set(object, new Set([inspector]));
    }
  }

  readHolders(holders) {
    this.load = new Map([...this.inspectors.values()].map(({ id, load }) => [id, load]));
    for (const [seat, inspector] of holders) {
      this.load.set(inspector, this.load.get(inspector) + 1);
      this.team(objectOf(seat)).set(inspector, seat);
    }
  }

  // Everybody's standing at the present load, in one go.
  async prepare() {
    const labels = [...this.load].map(([id, load]) => `inspector:${id}:${load}`);
    const standings = await tickets(this.key, labels);
    this.standing = new Map([...this.load.keys()].map((id, at) => [id, standings[at]]));
  }

  // The open seats by how many fit, counted now, and by their tickets.
  async inOrder(open) {
    const drawn = await tickets(this.key, open.map((seat) => `seat:${seat}`));
    const rows = open.map((seat, at) => ({ seat, ticket: drawn[at], fit: this.howManyFit(seat) }));
    rows.sort((one, other) => one.fit - other.fit || plainly(one.ticket, other.ticket) || plainly(one.seat, other.seat));
    return rows.map(({ seat }) => seat);
  }

  // Whoever fits such a seat, exclusions from single objects aside, in order of standing. Seats of one department, one
  // district and one rank share a queue.
  fitting(seat) {
    const [object, department, number] = seat.split("/");
    const isLead = `${department}/${number}` === this.leadSeat;
    const { district } = this.objects.get(object);
    const name = JSON.stringify([department, isLead, district]);
    if (!this.queues.has(name)) {
      const people = [...this.inspectors.values()].filter((one) => this.fits(one, department, isLead, district));
      const queue = people.map(({ id }) => id).sort(this.byStanding);
      this.queues.set(name, { queue, members: new Set(queue) });
    }
    return this.queues.get(name);
  }

  byStanding = (one, other) => plainly(this.standing.get(one), this.standing.get(other)) || plainly(one, other);

  fits(inspector, department, isLead, district) {
    const row = this.rule.get(department);
    const isHome = inspector.district === district;
    return (
      inspector.department === department &&
      row.qualifications.every((one) => inspector.qualifications.includes(one)) &&
      (row.district === "any" || isHome === (row.district === "same")) &&
      (!isLead || inspector.may_lead) &&
      !this.barredEverywhere.has(inspector.id)
    );
  }

  howManyFit(seat) {
    const { queue, members } = this.fitting(seat);
    const barred = [...this.barred(seat)].filter((one) => members.has(one));
    return queue.length - barred.length;
  }

  barred(seat) {
    return this.barredFrom.get(objectOf(seat)) ?? new Set();
  }

  team(object) {
    if (!this.teams.has(object)) this.teams.set(object, new Map());
    return this.teams.get(object);
  }

  isSpare(id) {
    return this.load.get(id) < this.inspectors.get(id).capacity;
  }

  // Step 2: the lowest by load and standing; the queue is in order of standing already.
  lowest(seat) {
    const [team, barred] = [this.team(objectOf(seat)), this.barred(seat)];
    let best = null;
    let least = Infinity;
    for (const id of this.fitting(seat).queue) {
      const load = this.load.get(id);
      if (load < least && this.isSpare(id) && !team.has(id) && !barred.has(id)) [best, least] = [id, load];
    }
    return best;
  }

  // Step 3: breadth first from `start`. Null when everyone on the way has moved, else the seats reached.
  async shift(start) {
    const cameFrom = new Map([[start, null]]); // seat → the seat from which it was reached; a Map keeps the queue's order
    const met = new Set();
    const unmet = new Map();
    for (const seat of cameFrom.keys()) {
      const team = this.team(objectOf(seat));
      for (const id of this.candidates(seat, met, unmet)) {
        if (!team.has(id) && this.isSpare(id)) return this.place(this.wayBack(seat, id, cameFrom));
        for (const freed of this.freedBy(id, team)) if (!cameFrom.has(freed)) cameFrom.set(freed, seat);
        if (!team.has(id)) met.add(id);
      }
    }
    return cameFrom.keys();
  }

  // In order of standing, those who fit and were not met before. Whoever was met can add nothing: all seats of this round
  // that the person holds went into the queue then.
  candidates(seat, met, unmet) {
    const { queue } = this.fitting(seat);
    const left = (unmet.get(queue) ?? queue).filter((id) => !met.has(id));
    unmet.set(queue, left);
    const barred = this.barred(seat);
    return left.filter((id) => !barred.has(id));
  }

  // The seats that would come free if the person gave up what a seat of this team needs.
  freedBy(id, team) {
    if (team.has(id)) return this.filled.has(team.get(id)) ? [team.get(id)] : [];
    return [...(this.seatsHeld.get(id) ?? [])].sort(plainly);
  }

  wayBack(seat, id, cameFrom) {
    const moves = [[seat, id]];
    for (let to = cameFrom.get(seat), from = seat; to !== null; from = to, to = cameFrom.get(to)) moves.push([to, this.filled.get(from)]);
    return moves;
  }

  // Each takes the seat named with him; all but the first, who alone holds one seat more, leave the one named before.
  async place(moves) {
    for (const [at, [, mover]] of moves.entries()) if (at) this.leave(moves[at - 1][0], mover);
    for (const [seat, mover] of moves) this.take(seat, mover);
    await this.rise(moves[0][1]);
    return null;
  }

  leave(seat, inspector) {
    this.filled.delete(seat);
    this.team(objectOf(seat)).delete(inspector);
    this.seatsHeld.get(inspector).delete(seat);
  }

  take(seat, inspector) {
    this.filled.set(seat, inspector);
    this.team(objectOf(seat)).set(inspector, seat);
    if (!this.seatsHeld.has(inspector)) this.seatsHeld.set(inspector, new Set());
    this.seatsHeld.get(inspector).add(seat);
  }

  // One seat more, a fresh standing, and so another place in the queues.
  async rise(id) {
    const load = this.load.get(id) + 1;
    const standing = await ticket(this.key, `inspector:${id}:${load}`);
    const queues = [...this.queues.values()].filter(({ members }) => members.has(id)).map(({ queue }) => queue);
    for (const queue of queues) queue.splice(this.placeIn(queue, id), 1);
    this.load.set(id, load);
    this.standing.set(id, standing);
    for (const queue of queues) queue.splice(this.placeIn(queue, id), 0, id);
  }

  // Where the person stands in the queue, or would.
  placeIn(queue, id) {
    let [low, high] = [0, queue.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.byStanding(queue[middle], id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

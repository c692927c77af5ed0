"""Who takes which seat (§5): in order of scarcity, by load and standing, with a search where somebody must make room.

Those who fit one kind of seat sit on one *bench*, in a queue by (load, standing). A placing costs one hash and a few
queue steps, so the work grows with inspectors plus seats and not with inspectors times seats.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from draw.announcement import DistrictRule, TeamRow
from draw.keys import ticket
from draw.pools import Exclusion, InspectorCandidate

Waiting: TypeAlias = tuple[int, str, str]
"""A place in a queue: load (or 0 where it does not count), standing, inspector."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat to be filled, with what an inspector must have for it."""

    id: str
    object: str
    district: str
    row: TeamRow
    leads: bool


def seat_ids(object_id: str, team_rule: Sequence[TeamRow]) -> list[str]:
    """The ids of an object's seats, department by department."""
    return [
        f"{object_id}/{row.department}/{number}" for row in team_rule for number in range(1, row.seats + 1)
    ]


def seats_of(object_id: str, district: str, team_rule: Sequence[TeamRow]) -> list[Seat]:
    """The seats of one drawn object; seat 1 of the first department leads."""
    return [
        Seat(
            f"{object_id}/{row.department}/{number}",
            object_id,
            district,
            row,
            leads=(place, number) == (0, 1),
        )
        for place, row in enumerate(team_rule)
        for number in range(1, row.seats + 1)
    ]


class Bench:
    """Those who fit one kind of seat, whatever the object."""

    def __init__(self, members: Iterable[str]) -> None:
        self.members = tuple(members)
        self.known = frozenset(self.members)
        self.queue: list[Waiting] = []
        self.spare_by_standing: list[Waiting] | None = None  # built when a search first comes by
        self.ranking: list[str] | None = None  # all members by standing, until one of them is placed

    def wait(self, load: int, standing: str, inspector: str) -> None:
        """Let a spare inspector queue up at a new load; the place held at the old load is dropped when met."""
        heappush(self.queue, (load, standing, inspector))
        if self.spare_by_standing is not None:
            heappush(self.spare_by_standing, (0, standing, inspector))


class Filling:
    """The filling of one round's seats; it changes with each seat placed.

    `held` are the seats of earlier rounds with their holders, which count in the loads and are never shifted.
    """

    def __init__(
        self,
        key: str,
        inspectors: Sequence[InspectorCandidate],
        team_rule: Sequence[TeamRow],
        *,
        held: Mapping[str, str],
        exclusions: Iterable[Exclusion],
    ) -> None:
        self.holders: dict[str, str] = {}
        """The seats of this round that are filled, with their holders."""
        self._key = key
        self._seats: dict[str, Seat] = {}
        self._seats_by_holder: dict[str, set[str]] = {}
        self._teams: dict[str, dict[str, str]] = {}
        self._barred: dict[str, set[str]] = {}
        shut_out = self._read_exclusions(exclusions)
        self._capacity = {person.id: person.capacity for person in inspectors}
        self._load = {person.id: person.load for person in inspectors}
        for seat, inspector in held.items():
            self._load[inspector] += 1
            self._teams.setdefault(seat.split("/", 1)[0], {})[inspector] = seat
        self._standing: dict[str, str] = {}
        self._benches_of: dict[str, list[Bench]] = {}
        self._benches = self._seat_everybody(
            [person for person in inspectors if person.id not in shut_out], team_rule
        )
        self._benches_for: dict[tuple[str, bool, str], list[Bench]] = {}

    def fill(self, seats: Sequence[Seat]) -> tuple[str, ...] | None:
        """Fill all the seats in the protocol's order; None, or at the first that cannot be filled the seats reached."""
        for seat in self.in_order(seats):
            reached = self.place(seat)
            if reached is not None:
                return reached
        return None

    def in_order(self, seats: Sequence[Seat]) -> list[Seat]:
        """The scarcest first; to be asked before the round's first seat is filled."""
        return sorted(
            seats,
            key=lambda seat: (self._number_who_fit(seat), ticket(self._key, f"seat:{seat.id}"), seat.id),
        )

    def place(self, seat: Seat) -> tuple[str, ...] | None:
        """Fill one seat, shifting others of this round where need be; None, or the seats that a vain search reached."""
        self._seats[seat.id] = seat
        inspector = self._first_in_line(seat)
        if inspector is not None:
            self._sit(inspector, seat)
            self._take_on(inspector)
            return None
        search = _Search(self, seat)
        found = search.run()
        if found is None:
            return tuple(sorted(search.reached))
        self._shift(search, *found)
        return None

    # Who may look where. The search asks these.

    def benches_for(self, seat: Seat) -> list[Bench]:
        """The benches whose members fit the seat, unless they are barred from its object."""
        kind = (seat.row.department, seat.leads, seat.district)
        if kind not in self._benches_for:
            by_district = self._benches[seat.row.department, seat.leads]
            self._benches_for[kind] = [
                bench for district, bench in by_district.items() if _district_fits(seat, district)
            ]
        return self._benches_for[kind]

    def is_barred(self, inspector: str, seat: Seat) -> bool:
        return inspector in self._barred.get(seat.object, ())

    def team_of(self, seat: Seat) -> Mapping[str, str]:
        """Who holds a seat of the same object, of this round or an older one."""
        return self._teams.get(seat.object, {})

    def seat(self, seat_id: str) -> Seat:
        return self._seats[seat_id]

    def seats_held(self, inspector: str) -> list[str]:
        """The seats of this round that the inspector holds."""
        return sorted(self._seats_by_holder.get(inspector, ()))

    def standing(self, inspector: str) -> str:
        return self._standing[inspector]

    def ranking(self, bench: Bench) -> list[str]:
        """Everybody on the bench by standing."""
        if bench.ranking is None:
            bench.ranking = sorted(bench.members, key=self._standing.__getitem__)
        return bench.ranking

    def lowest_spare(self, seat: Seat) -> str | None:
        """Of those who could take the seat at once, the one of lowest standing, whatever the load."""
        for bench in self.benches_for(seat):
            if bench.spare_by_standing is None:
                bench.spare_by_standing = [(0, standing, inspector) for _, standing, inspector in bench.queue]
                heapify(bench.spare_by_standing)
        heaps = [bench.spare_by_standing or [] for bench in self.benches_for(seat)]
        return self._lowest(heaps, seat)

    # Queues.

    def _first_in_line(self, seat: Seat) -> str | None:
        return self._lowest([bench.queue for bench in self.benches_for(seat)], seat)

    def _lowest(self, heaps: Sequence[list[Waiting]], seat: Seat) -> str | None:
        heads = [head for heap in heaps if (head := self._head(heap, seat)) is not None]
        return min(heads)[2] if heads else None

    def _head(self, heap: list[Waiting], seat: Seat) -> Waiting | None:
        """The first in the queue who may take the seat; those whom it only passes over keep their places."""
        team, barred = self.team_of(seat), self._barred.get(seat.object, ())
        passed_over: list[Waiting] = []
        while heap and (self._is_stale(heap[0]) or heap[0][2] in team or heap[0][2] in barred):
            waiting = heappop(heap)
            if not self._is_stale(waiting):
                passed_over.append(waiting)
        head = heap[0] if heap else None
        for waiting in passed_over:
            heappush(heap, waiting)
        return head

    def _is_stale(self, waiting: Waiting) -> bool:
        _, standing, inspector = waiting
        return standing != self._standing[inspector] or not self._is_spare(inspector)

    def _is_spare(self, inspector: str) -> bool:
        return self._load[inspector] < self._capacity[inspector]

    # Placing.

    def _sit(self, inspector: str, seat: Seat) -> None:
        self.holders[seat.id] = inspector
        self._seats_by_holder.setdefault(inspector, set()).add(seat.id)
        self._teams.setdefault(seat.object, {})[inspector] = seat.id

    def _rise(self, inspector: str, seat: Seat) -> None:
        del self.holders[seat.id]
        self._seats_by_holder[inspector].remove(seat.id)
        del self._teams[seat.object][inspector]

    def _take_on(self, inspector: str) -> None:
        self._load[inspector] += 1
        self._stand(inspector)
        for bench in self._benches_of[inspector]:
            bench.ranking = None
            if self._is_spare(inspector):
                bench.wait(self._load[inspector], self._standing[inspector], inspector)

    def _stand(self, inspector: str) -> None:
        self._standing[inspector] = ticket(self._key, f"inspector:{inspector}:{self._load[inspector]}")

    def _shift(self, search: "_Search", last: Seat, newcomer: str) -> None:
        """Everyone on the way from `last` back to the seat searched for moves one step."""
        moves = [(newcomer, last)]
        while (came_from := search.reached[moves[-1][1].id]) is not None:
            moves.append((self.holders[moves[-1][1].id], came_from))
        for (mover, _), (_, old_seat) in zip(moves[1:], moves, strict=False):
            self._rise(mover, old_seat)  # all rise before anyone sits: two steps may lie in one team
        for mover, new_seat in moves:
            self._sit(mover, new_seat)
        self._take_on(newcomer)

    # Setting out the benches.

    def _read_exclusions(self, exclusions: Iterable[Exclusion]) -> set[str]:
        shut_out: set[str] = set()
        for exclusion in exclusions:
            if exclusion.object is None:
                shut_out.add(exclusion.inspector)
            else:
                self._barred.setdefault(exclusion.object, set()).add(exclusion.inspector)
        return shut_out

    def _seat_everybody(
        self, inspectors: Sequence[InspectorCandidate], team_rule: Sequence[TeamRow]
    ) -> dict[tuple[str, bool], dict[str | None, Bench]]:
        by_department: dict[str, list[InspectorCandidate]] = {}
        for person in inspectors:
            by_department.setdefault(person.department, []).append(person)
        benches: dict[tuple[str, bool], dict[str | None, Bench]] = {}
        for place, row in enumerate(team_rule):
            qualified = [
                person
                for person in by_department.get(row.department, ())
                if set(row.qualifications) <= set(person.qualifications)
            ]
            benches[row.department, False] = self._set_out(row, qualified)
            if place == 0:
                benches[row.department, True] = self._set_out(row, [one for one in qualified if one.may_lead])
        return benches

    def _set_out(self, row: TeamRow, qualified: Sequence[InspectorCandidate]) -> dict[str | None, Bench]:
        members: dict[str | None, list[str]] = {}
        for person in qualified:
            district = None if row.district is DistrictRule.ANY else person.district
            members.setdefault(district, []).append(person.id)
        benches = {district: Bench(ids) for district, ids in members.items()}
        for bench in benches.values():
            self._queue_up(bench)
        return benches

    def _queue_up(self, bench: Bench) -> None:
        for inspector in bench.members:
            self._benches_of.setdefault(inspector, []).append(bench)
            if inspector not in self._standing:
                self._stand(inspector)
            if self._is_spare(inspector):
                bench.queue.append((self._load[inspector], self._standing[inspector], inspector))
        heapify(bench.queue)

    def _number_who_fit(self, seat: Seat) -> int:
        benches = self.benches_for(seat)
        barred = self._barred.get(seat.object, ())
        return sum(len(bench.members) - sum(one in bench.known for one in barred) for bench in benches)


class _Search:
    """The breadth-first search of §5.3: whose move would free somebody for a seat."""

    def __init__(self, filling: Filling, start: Seat) -> None:
        self.reached: dict[str, Seat | None] = {start.id: None}
        """Each seat that entered the queue, with the seat its holder would move to."""
        self._filling = filling
        self._queue = [start]
        self._met: set[str] = set()
        self._unmet: dict[Bench, list[str]] = {}

    def run(self) -> tuple[Seat, str] | None:
        """The last seat on the way and the spare person found for it; None if there is no way."""
        for seat in self._queue:  # it grows while we walk
            spare = self._filling.lowest_spare(seat)
            if spare is not None:
                return seat, spare  # whom the same look would also have put into the queue no longer matters
            self._look_from(seat)
        return None

    def _look_from(self, seat: Seat) -> None:
        team = self._filling.team_of(seat)
        for inspector in self._to_look_at(seat, team):
            if inspector in team:
                if team[inspector] in self._filling.holders:  # an older seat is never shifted
                    self._enter(team[inspector], seat)
            elif inspector not in self._met:
                self._met.add(inspector)
                for held in self._filling.seats_held(inspector):
                    self._enter(held, seat)

    def _to_look_at(self, seat: Seat, team: Mapping[str, str]) -> list[str]:
        """Those who fit the seat, by standing; of those already met only its own team: the others change nothing."""
        benches = self._filling.benches_for(seat)
        looked_at: list[str] = []
        for bench in benches:
            unmet = [
                one for one in self._unmet.get(bench, self._filling.ranking(bench)) if one not in self._met
            ]
            self._unmet[bench] = unmet
            looked_at += [one for one in unmet if not self._filling.is_barred(one, seat)]
        again = [one for one in team if one in self._met and any(one in bench.known for bench in benches)]
        if again or len(benches) > 1:
            looked_at = sorted(looked_at + again, key=self._filling.standing)
        return looked_at

    def _enter(self, seat_id: str, came_from: Seat) -> None:
        if seat_id not in self.reached:
            self.reached[seat_id] = came_from
            self._queue.append(self._filling.seat(seat_id))


def _district_fits(seat: Seat, district: str | None) -> bool:
    if seat.row.district is DistrictRule.ANY:
        return True
    return (district == seat.district) is (seat.row.district is DistrictRule.SAME)

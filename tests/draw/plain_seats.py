"""§5 of the protocol word for word: slow, without queues or memory, to hold the fast ones against."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

from draw.double_random import DistrictRule, Exclusion, InspectorCandidate, TeamRow


class PlainFilling:
    """Fills the open seats of one round; `steps` counts how many people each search moved."""

    def __init__(
        self,
        key: str,
        inspectors: Sequence[InspectorCandidate],
        team_rule: Sequence[TeamRow],
        districts: Mapping[str, str],
        *,
        held: Mapping[str, str],
        exclusions: Iterable[Exclusion],
    ) -> None:
        self.key, self.team_rule, self.districts, self.older = key, team_rule, districts, dict(held)
        self.people = {person.id: person for person in inspectors}
        self.exclusions = set(exclusions)
        self.filled: dict[str, str] = {}
        self.steps: list[int] = []

    def ticket(self, label: str) -> str:
        return sha256(f"{self.key}:{label}".encode()).hexdigest()

    def load(self, one: str) -> int:
        return self.people[one].load + [*self.older.values(), *self.filled.values()].count(one)

    def is_spare(self, one: str) -> bool:
        return self.load(one) < self.people[one].capacity

    def standing(self, one: str) -> str:
        return self.ticket(f"inspector:{one}:{self.load(one)}")

    def fits(self, one: str, seat: str) -> bool:
        object_id, department, number = seat.split("/")
        person = self.people[one]
        row = next(row for row in self.team_rule if row.department == department)
        same = person.district == self.districts[object_id]
        return (
            person.department == department
            and all(needed in person.qualifications for needed in row.qualifications)
            and (row.district is DistrictRule.ANY or same is (row.district is DistrictRule.SAME))
            and (person.may_lead or row is not self.team_rule[0] or number != "1")
            and Exclusion(one) not in self.exclusions
            and Exclusion(one, object_id) not in self.exclusions
        )

    def seat_in_team(self, one: str, seat: str) -> str | None:
        team = seat.split("/")[0] + "/"
        both = {**self.older, **self.filled}
        return next((held for held, by in both.items() if by == one and held.startswith(team)), None)

    def in_order(self, seats: Iterable[str]) -> list[str]:
        def rank(seat: str) -> tuple[int, str]:
            return sum(self.fits(one, seat) for one in self.people), self.ticket(f"seat:{seat}")

        return sorted(seats, key=rank)

    def fill(self, seats: Iterable[str]) -> list[str] | None:
        for seat in self.in_order(seats):
            reached = self.place(seat)
            if reached is not None:
                return reached
        return None

    def place(self, seat: str) -> list[str] | None:
        free = [
            one
            for one in self.people
            if self.fits(one, seat) and self.is_spare(one) and self.seat_in_team(one, seat) is None
        ]
        if free:
            self.filled[seat] = min(free, key=lambda one: (self.load(one), self.standing(one)))
            return None
        return self.search(seat)

    def search(self, start: str) -> list[str] | None:
        way: dict[str, str] = {}
        queue, met = [start], set()
        for seat in queue:
            for one in sorted((one for one in self.people if self.fits(one, seat)), key=self.standing):
                own = self.seat_in_team(one, seat)
                if own is not None:
                    found = [own] if own in self.filled else []
                elif one in met:
                    found = []
                elif self.is_spare(one):
                    self.walk_back(one, seat, way)
                    return None
                else:
                    met.add(one)
                    found = sorted(held for held, by in self.filled.items() if by == one)
                for held in found:
                    if held not in queue:
                        way[held] = seat
                        queue.append(held)
        return sorted(queue)

    def walk_back(self, one: str, seat: str, way: Mapping[str, str]) -> None:
        self.steps.append(1)
        while seat in way:
            self.filled[seat], one = one, self.filled[seat]
            seat = way[seat]
            self.steps[-1] += 1
        self.filled[seat] = one

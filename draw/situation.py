"""What follows from a transcript: who holds which seat now, which objects stand, what is open, who may not return."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from draw.announcement import TeamRow
from draw.pools import Exclusion
from draw.refusals import DuplicateId, InconsistentRecord, NotHeld
from draw.seats import seat_ids
from draw.transcript import DrawnObject, FilledSeat, Round, Transcript, Vacancy, VacatedObject, VacatedSeat


@dataclass(frozen=True, slots=True)
class Situation:
    """How a draw stands after its last round.

    `holders` maps each filled seat to its inspector, `objects` each object still standing to its stratum;
    `open_seats` are the seats of these objects that nobody holds, sorted; `exclusions` those that became known in the
    rounds, with everyone who left a seat.
    """

    holders: Mapping[str, str]
    objects: Mapping[str, str]
    ever_drawn: frozenset[str]
    exclusions: frozenset[Exclusion]
    open_seats: tuple[str, ...]
    rounds_left: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why the last round was infeasible: these seats compete for too few people of one department."""

    department: str
    qualifications: tuple[str, ...]
    district: str
    leads: bool
    """They are all leads' seats: people there may be, but too few who may lead."""
    seats: tuple[str, ...]

    @property
    def sentence(self) -> str:
        held = (
            f"with {', '.join(self.qualifications)}"
            if self.qualifications
            else "without further qualifications"
        )
        held += ", who may lead" if self.leads else ""
        named = ", ".join(self.seats[:6]) + (
            f" and {len(self.seats) - 6} more" if len(self.seats) > 6 else ""
        )
        return (
            f"Department {self.department} has too few inspectors ({held}, district rule {self.district}) "
            f"for {len(self.seats)} seats that compete for them: {named}."
        )


class Ledger:
    """The situation while rounds are being applied to it, oldest first."""

    def __init__(self, team_rule: Sequence[TeamRow]) -> None:
        self.holders: dict[str, str] = {}
        self.objects: dict[str, str] = {}
        self.ever_drawn: set[str] = set()
        self.exclusions: set[Exclusion] = set()
        self._team_rule = team_rule

    def vacate(self, vacancies: Sequence[Vacancy]) -> list[str]:
        """Empty seats and remove objects; the strata of the removed objects, one entry each.

        Raises NotHeld for a seat that the named inspector does not hold or an object that does not stand, DuplicateId
        for one named twice or a seat named beside its object.
        """
        self._check_vacancies(vacancies)
        for vacancy in vacancies:
            if isinstance(vacancy, VacatedSeat):
                self._empty(vacancy)
        return [self._remove(vacancy) for vacancy in vacancies if isinstance(vacancy, VacatedObject)]

    def exclude(self, exclusions: Iterable[Exclusion]) -> None:
        self.exclusions.update(exclusions)

    def add_objects(self, drawn: Iterable[DrawnObject]) -> None:
        for one in drawn:
            if one.id in self.ever_drawn:
                raise InconsistentRecord(f"Object {one.id} is drawn a second time.")
            self.ever_drawn.add(one.id)
            self.objects[one.id] = one.stratum

    def open_seats(self) -> list[str]:
        """The seats of standing objects that nobody holds."""
        every = (seat for one in self.objects for seat in seat_ids(one, self._team_rule))
        return sorted(seat for seat in every if seat not in self.holders)

    def take_seats(self, filled: Sequence[FilledSeat], number: int) -> None:
        if [one.seat for one in filled] != self.open_seats():
            raise InconsistentRecord(f"Round {number} does not fill exactly the seats that were open.")
        self.holders.update((one.seat, one.inspector) for one in filled)

    def apply(self, held: Round) -> None:
        """Replay a recorded round."""
        self.vacate(held.vacated)
        self.exclude(held.excluded)
        self.add_objects(held.objects)
        if held.infeasible is None:
            self.take_seats(held.seats, held.number)

    def _check_vacancies(self, vacancies: Sequence[Vacancy]) -> None:
        gone: set[str] = set()
        for vacancy in vacancies:
            name = vacancy.object if isinstance(vacancy, VacatedObject) else vacancy.seat
            if name in gone:
                raise DuplicateId(f"{name} is vacated twice.")
            gone.add(name)
        for vacancy in vacancies:
            if isinstance(vacancy, VacatedSeat) and vacancy.seat.split("/", 1)[0] in gone:
                raise DuplicateId(
                    f"Seat {vacancy.seat} falls vacant with its object and is not named beside it."
                )

    def _empty(self, vacancy: VacatedSeat) -> None:
        if self.holders.get(vacancy.seat) != vacancy.inspector:
            raise NotHeld(f"Seat {vacancy.seat} is not held by inspector {vacancy.inspector}.")
        del self.holders[vacancy.seat]
        self.exclusions.add(Exclusion(vacancy.inspector, vacancy.seat.split("/", 1)[0]))

    def _remove(self, vacancy: VacatedObject) -> str:
        if vacancy.object not in self.objects:
            raise NotHeld(f"Object {vacancy.object} does not stand in this draw.")
        for seat in seat_ids(vacancy.object, self._team_rule):
            self.holders.pop(seat, None)
        return self.objects.pop(vacancy.object)


def ledger_of(transcript: Transcript) -> Ledger:
    """The ledger after every recorded round; raises InconsistentRecord where a round does not follow from the last."""
    ledger = Ledger(transcript.announcement.team_rule)
    for held in transcript.rounds:
        ledger.apply(held)
    return ledger


def situation_of(transcript: Transcript) -> Situation:
    """How the draw stands after its last round."""
    ledger = ledger_of(transcript)
    return Situation(
        holders=ledger.holders,
        objects=ledger.objects,
        ever_drawn=frozenset(ledger.ever_drawn),
        exclusions=frozenset(ledger.exclusions),
        open_seats=tuple(ledger.open_seats()),
        rounds_left=transcript.announcement.rounds - len(transcript.rounds),
    )


def shortage_of(transcript: Transcript) -> Shortage | None:
    """Why the last round filled no seat, or None if it filled them all."""
    return shortage_in(transcript.rounds[-1], transcript.announcement.team_rule)


def shortage_in(held: Round, team_rule: Sequence[TeamRow]) -> Shortage | None:
    """The same of one round, which may be a rehearsed one."""
    if held.infeasible is None:
        return None
    # All seats of a search are of one department: an inspector has one, and the team rule names it once.
    department = held.infeasible[0].split("/")[1]
    row = next(row for row in team_rule if row.department == department)
    leads = department == team_rule[0].department and all(seat.endswith("/1") for seat in held.infeasible)
    return Shortage(department, row.qualifications, str(row.district), leads, held.infeasible)

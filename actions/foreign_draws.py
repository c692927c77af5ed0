"""外部抽取: a draw held elsewhere is brought in as a whole or not at all, and then goes on like one of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.naming import NamingProblem, VisitTakenIn, problems_of, take_in
from inspection.departments import PREFECTURE, level_of
from inspection.foreign_draws import (
    ForeignDraw,
    ForeignProblem,
    ForeignVisit,
    Place,
    content,
    digest,
    problems_of_form,
    seat_numbers,
)
from inspection.naming import Origin
from inspection.refusals import IllegalStep, NotFound, Unacceptable
from inspection.states import SchemeState
from storage.store import Records
from storage.tables.exchange import ForeignBatch
from storage.tables.inspections import Selection
from storage.tables.registers import InspectionItem, Person, RegisteredObject, Scheme


class DrawDoesNotFit(Unacceptable):
    """Fact: `number`, of the `problems`, which are all that was found, with their places."""

    code = "foreign_draw_does_not_fit"

    def __init__(self, problems: Sequence[ForeignProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(None, number=len(self.problems))


@dataclass(frozen=True)
class BroughtIn:
    selection: Selection
    is_new: bool
    """False where the very same batch was brought in before: nothing was changed."""


def check_draw(records: Records, draw: ForeignDraw, *, at: datetime) -> list[ForeignProblem]:
    """Everything that speaks against the batch, with its place; nothing is changed."""
    scheme = records.find(Scheme, draw.scheme_id)
    if scheme is None:
        facts = {"register": "schemes", "value": draw.scheme_id}
        return [ForeignProblem(Place(field="scheme_id"), "unknown_reference", facts)]
    found = list(problems_of_form(draw, scheme.departments[0], at=at))
    for number, visit in enumerate(draw.visits):
        found += _problems_of_items(records, scheme, number, visit)
    visits = [_taken_in(scheme, visit) for visit in draw.visits]
    doubles = {problem.place.visit for problem in found if problem.code == "foreign_object_twice"}
    once = [visit for number, visit in enumerate(visits) if number not in doubles]
    places = _places(scheme, draw)
    found += [_placed(records, problem, places) for problem in problems_of(records, scheme, once)]
    return found


def bring_in_draw(
    records: Records,
    draw: ForeignDraw,
    *,
    department: str | None,
    district: str = PREFECTURE,
    by: Person | None,
    actor: str,
    at: datetime,
) -> BroughtIn:
    """Takes the batch in, and everybody on a seat is told. `department` is whose program brings it, which must lead the
    scheme at the level of `district`; None for the installation itself. `actor` is who, for the record: a person's id
    or `token:<id>`.

    The same batch once more changes nothing; another one of the same number is refused (`batch_differs`), and one that
    does not fit with all that is wrong (`DrawDoesNotFit`).
    """
    scheme = records.find(Scheme, draw.scheme_id)
    if scheme is not None:
        _require_leading(scheme, department, district)
        records.lock(Scheme, scheme.id)
    text = content(draw)
    known = records.find(ForeignBatch, (draw.platform, draw.batch))
    if known is not None:
        _require_leading(records.get(Scheme, known.scheme_id), department, district)
        if known.digest != digest(text):
            raise IllegalStep("batch_differs", batch=draw.batch, platform=draw.platform)
        return BroughtIn(records.get(Selection, known.selection_id), is_new=False)
    if scheme is not None and scheme.state is not SchemeState.FILED:
        raise IllegalStep("foreign_scheme_state", scheme=scheme.id)
    problems = check_draw(records, draw, at=at)
    if problems or scheme is None:
        raise DrawDoesNotFit(problems)
    return BroughtIn(_bring_in(records, scheme, draw, text, by=by, actor=actor, at=at), is_new=True)


def _require_leading(scheme: Scheme, department: str | None, district: str) -> None:
    """Another's is not there: of another department, or of another level (nobody draws for another authority)."""
    is_of_level = level_of(scheme.district) == level_of(district)
    if department is not None and not (scheme.departments[0] == department and is_of_level):
        raise NotFound


def _bring_in(
    records: Records,
    scheme: Scheme,
    draw: ForeignDraw,
    text: str,
    *,
    by: Person | None,
    actor: str,
    at: datetime,
) -> Selection:
    selection = take_in(
        records,
        scheme.id,
        [_taken_in(scheme, visit) for visit in draw.visits],
        origin=Origin.ELSEWHERE,
        platform=draw.platform,
        batch=draw.batch,
        evidence_digest=draw.evidence_sha256,
        chosen_at=draw.drawn_at,
        by=by,
        at=at,
    )
    records.add(
        ForeignBatch(
            platform=draw.platform,
            batch=draw.batch,
            digest=digest(text),
            scheme_id=scheme.id,
            selection_id=selection.id,
            content=text,
            brought_at=at,
            brought_by=actor,
        )
    )
    facts = {
        "platform": draw.platform,
        "batch": draw.batch,
        "digest": digest(text),
        "drawn_by": draw.drawn_by,
    }
    records.journal("draw.bring_in", selection.id, by=by.id if by else None, at=at, actor=actor, **facts)
    return selection


def _taken_in(scheme: Scheme, visit: ForeignVisit) -> VisitTakenIn:
    seats = seat_numbers(visit, scheme.departments[0])
    people = {seat: one.officer for seat, one in zip(seats, visit.team, strict=True)}
    return VisitTakenIn(visit.object_id, people, visit.items, visit.stratum)


# --- What is wrong, and where --------------------------------------------------------------------------------------


def _problems_of_items(
    records: Records, scheme: Scheme, number: int, visit: ForeignVisit
) -> list[ForeignProblem]:
    found = []
    for item in visit.items:
        place, facts = Place(number, field="items"), {"register": "items", "value": item}
        if records.find(InspectionItem, item) is None:
            found.append(ForeignProblem(place, "unknown_reference", facts))
        elif item not in scheme.items:
            found.append(ForeignProblem(place, "foreign_item_elsewhere", facts))
    return found


def _places(scheme: Scheme, draw: ForeignDraw) -> dict[tuple[str, str], Place]:
    """Where each visit and each seat of it came from; of an object that came twice the first."""
    places: dict[tuple[str, str], Place] = {}
    for number, visit in enumerate(draw.visits):
        places.setdefault((visit.object_id, ""), Place(number, field="object_id"))
        for at, seat in enumerate(seat_numbers(visit, scheme.departments[0])):
            places.setdefault((visit.object_id, seat), Place(number, at, "officer"))
    return places


_OF_OBJECT = {"visited_before": "foreign_visited_before", "other_district": "foreign_other_district"}


def _placed(records: Records, problem: NamingProblem, places: dict[tuple[str, str], Place]) -> ForeignProblem:
    whole = places[problem.object_id, ""]
    place = places.get((problem.object_id, problem.seat), whole)
    department = problem.seat.partition("/")[0]
    if problem.cause == "no_object":
        return ForeignProblem(place, "unknown_reference", {"register": "objects", "value": problem.object_id})
    if problem.cause == "unknown":
        facts = {"value": problem.person, "departments": (department,)}
        return ForeignProblem(place, "foreign_officer_unknown", facts)
    if problem.cause == "too_few":
        registered = records.get(RegisteredObject, problem.object_id)
        facts = {"departments": (department,), "value": registered.name}
        return ForeignProblem(Place(whole.visit, field="team"), "foreign_too_few", facts)
    if problem.cause == "seat_unknown":
        return ForeignProblem(
            Place(place.visit, place.seat, "department"), "foreign_department", {"value": department}
        )
    if problem.cause in _OF_OBJECT:
        return ForeignProblem(place, _OF_OBJECT[problem.cause], {"value": problem.object_id})
    person = records.find(Person, problem.person)
    facts = {"value": person.name if person else problem.person, "hindrance": problem.cause}
    return ForeignProblem(place, "foreign_hindrance", facts)

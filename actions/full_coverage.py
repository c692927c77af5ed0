"""特殊重点领域 (博州政办发〔2019〕33号, 二㈢5): every object of a field is visited by the rules that it already has, by
teams that the head names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from actions.naming import VisitTakenIn, take_in
from actions.pools import Standing, values_of
from actions.rights import found, require
from inspection.clues import UNREGISTERED
from inspection.departments import PREFECTURE, may_visit
from inspection.frequency import GONE
from inspection.naming import Candidate, Origin, Wanted, hindrance
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, Unacceptable
from inspection.rights import Deed
from inspection.schemes import SchemeKind
from inspection.states import SchemeState
from inspection.strata import Row, fits
from inspection.words import clean_words
from storage import clues, draws, naming
from storage.results import last_journalled
from storage.store import Records
from storage.tables.clues import SpecialField
from storage.tables.inspections import Selection
from storage.tables.registers import Person, RegisteredObject, Scheme

MOST_OBJECTS = 400
"""In one scheme; a larger field is covered in several."""
REASON_LIMIT = 200


@dataclass(frozen=True)
class ProposedSeat:
    """`seat` as `<department>/<number>`; `person` is empty where nobody fits. `fit` are those who may sit there."""

    seat: str
    is_lead: bool
    person: str
    fit: Sequence[Candidate]


@dataclass(frozen=True)
class ProposedTeam:
    object: RegisteredObject
    seats: Sequence[ProposedSeat]


def objects_of_rows(
    records: Records, rows: Sequence[Mapping[str, object]], *, within: str = PREFECTURE
) -> list[str]:
    """Every object that fits one of the rows and has not gone, by id; a county's scheme has those of the county."""
    wanted, standing = [Row.from_json(row) for row in rows], Standing.now(records, ())
    return [
        one.id
        for one in draws.objects_in_register(records)
        if one.status not in GONE
        and one.kind != UNREGISTERED
        and may_visit(within, one.district)
        and any(fits(row.where, values_of(one, standing)) for row in wanted)
    ]


def rows_of_field(field: SpecialField) -> list[dict[str, object]]:
    """The objects of a field as rows of a scheme: those of its industries, and those on its lists."""
    rows: list[dict[str, object]] = []
    if field.industries:
        rows.append({"name": field.name, "where": {"industry": list(field.industries)}, "ratio": "1"})
    if field.lists:
        name = field.name if not rows else f"{field.name} 2"
        rows.append({"name": name, "where": {"lists": list(field.lists)}, "ratio": "1"})
    return rows


def fields_of_department(records: Records, person: Person) -> list[tuple[SpecialField, int]]:
    """The special fields of the person's department, each with the number of its objects."""
    require(Deed.SEE_FIELDS, person)
    return [
        (field, len(objects_of_rows(records, rows_of_field(field))))
        for field in clues.active_fields(records)
        if field.department == person.department
    ]


def propose_teams(records: Records, scheme_id: str, *, by: Person) -> list[ProposedTeam]:
    """A fair division of the lead department's officers over all objects: for every seat the least burdened who may
    take it. The head may change every name before any is told."""
    scheme = _to_name(records, scheme_id, by)
    lead = scheme.departments[0]
    candidates = naming.candidates_of(records, lead, first_day=scheme.first_day, last_day=scheme.last_day)
    given: dict[str, int] = {}
    proposed = []
    for object_id in _objects(records, scheme):
        registered = records.get(RegisteredObject, object_id)
        team: set[str] = set()
        seats = []
        for number in range(1, scheme.seats_per_department + 1):
            wanted = Wanted(
                department=lead,
                is_lead=number == 1,
                object_id=object_id,
                object_district=registered.district,
                district_rule=scheme.district_rule,
                qualifications=tuple(scheme.qualifications.get(lead, ())),
                last_day=scheme.last_day,
            )
            fit = [one for one in candidates if hindrance(wanted, one, team=(), left=()) is None]
            free = [
                one for one in fit if one.id not in team and one.load + given.get(one.id, 0) < one.capacity
            ]
            chosen = min(free, key=lambda one: (one.load + given.get(one.id, 0), one.id), default=None)
            if chosen is not None:
                team.add(chosen.id)
                given[chosen.id] = given.get(chosen.id, 0) + 1
            seats.append(ProposedSeat(f"{lead}/{number}", wanted.is_lead, chosen.id if chosen else "", fit))
        proposed.append(ProposedTeam(registered, seats))
    return proposed


def name_teams(
    records: Records,
    scheme_id: str,
    people: Mapping[str, Mapping[str, str]],
    *,
    reason: str,
    by: Person,
    at: datetime,
) -> Selection:
    """The head names the teams, by object and seat, and gives the reason that stands in the record.

    What is left open is asked for seat by seat, of other departments by their heads. Refuses anybody else, a scheme
    that is not approved, and whoever may not sit there.
    """
    scheme = _to_name(records, scheme_id, by)
    if not reason.strip():
        raise Incomplete("words_needed")
    visits = [
        VisitTakenIn(one, {seat: person for seat, person in people.get(one, {}).items() if person})
        for one in _objects(records, scheme)
    ]
    return take_in(
        records,
        scheme_id,
        visits,
        origin=Origin.NAMED,
        reason=clean_words(reason, REASON_LIMIT),
        chosen_at=at,
        may_be_open=True,
        by=by,
        at=at,
    )


def _to_name(records: Records, scheme_id: str, by: Person) -> Scheme:
    scheme = found(records, Scheme, scheme_id, Deed.COVER_FIELD)
    require(Deed.COVER_FIELD, by, of=scheme.departments[0], in_=scheme.district)
    scheme = records.lock(Scheme, scheme_id)
    if scheme.kind != SchemeKind.FULL_COVERAGE:
        raise IllegalStep
    if scheme.state in (SchemeState.DRAWN, SchemeState.FINISHED):
        line = last_journalled(records, "scheme.take_in", scheme_id)
        raise AlreadyDone(what="done_named_teams", done_at=line.at if line else scheme.decided_at)
    if scheme.state is not SchemeState.FILED:
        raise Incomplete("scheme_not_approved", head=by.name)
    return scheme


def _objects(records: Records, scheme: Scheme) -> list[str]:
    found = objects_of_rows(records, scheme.strata, within=scheme.district)
    if not found:
        raise Unacceptable("coverage_empty")
    if len(found) > MOST_OBJECTS:
        raise Unacceptable("coverage_too_many", number=len(found), limit=MOST_OBJECTS)
    return found

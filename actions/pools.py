"""What a draw is made from: both registers frozen, the strata and the team rule, and where each firm stands."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from actions.refused_draws import refused
from draw.double_random import (
    DistrictRule,
    DrawnObject,
    Exclusion,
    InspectorCandidate,
    LeftOut,
    ObjectCandidate,
    Pools,
    StratumPlan,
    TeamRow,
    read_pools,
)
from draw.double_random import Refusal as DrawRefusal
from inspection.certificates import is_certified_through
from inspection.clues import UNREGISTERED
from inspection.departments import DISTRICTS, EXPERTS, may_visit
from inspection.frequency import ListedVisits, OwnVisit, cause_to_leave_out
from inspection.special_fields import belongs, watched_in_full
from inspection.strata import ROWS_FIELD, Row, Stratification, Values, fits, items_for, stratify
from inspection.supervision.rules import (
    RiskLevel,
    SupervisionRules,
    effective_class,
    kind_of_items,
    lowest_cap,
    risk_level,
)
from storage import assignments, clues, draws, supervision
from storage.draws import ObjectEntry
from storage.register_rows import object_labels
from storage.store import Records
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Inspector, Scheme

_DISTRICT_WORDS = {code: district.name for code, district in DISTRICTS.items()}
_A_YEAR = timedelta(days=366)
"""Our own visits are looked at at least so far around the first day of a scheme: its calendar year lies within."""


@dataclass(frozen=True)
class Frozen:
    """All that a draw is announced with, as it stands at this moment."""

    pools: Pools
    left_out: tuple[LeftOut, ...]
    strata: tuple[StratumPlan, ...]
    team_rule: tuple[TeamRow, ...]
    codes: str
    """As `DrawRecord.codes`."""


@dataclass(frozen=True)
class Standing:
    """What supervision says of the objects: the rules, the risk level of those that have one, the kinds of items."""

    rules: SupervisionRules
    levels: Mapping[str, RiskLevel]
    kinds: Mapping[str, str]

    @classmethod
    def now(cls, records: Records, items: Sequence[str]) -> "Standing":
        _version, rules = supervision.standing_supervision(records)
        levels = {
            id: level
            for id, found in supervision.indicators(records).items()
            if (level := risk_level(rules.risk, found)) is not None
        }
        return cls(rules, levels, supervision.kinds_of(records, items))

    def class_of(self, entry: ObjectEntry) -> str:
        """The effective one: what the frozen pool shows and strata go by."""
        return effective_class(self.rules.risk, entry.credit_class, self.levels.get(entry.id))


@dataclass(frozen=True)
class _Range:
    """The objects of a scheme's range: those that may be drawn, and why the others may not."""

    candidates: list[ObjectEntry]
    left_out: dict[str, str]
    """Cause by object id."""
    codes: list[tuple[str, str]]
    """(credit code, object id) of everyone in the range who has one."""


def freeze(records: Records, scheme: Scheme) -> Frozen:
    """Reads the registers as they are now. Refuses `draw_refused` or `count_shared` for rows that make no strata."""
    standing = Standing.now(records, scheme.items)
    found = _range_of(records, scheme, standing)
    officers = draws.inspectors_of(records, scheme.departments)
    try:
        strata = _stratify(scheme, found.candidates, standing)
        pools = Pools.frozen(
            objects=[_object_candidate(one, strata.rows_of, standing) for one in found.candidates],
            inspectors=_people(records, scheme, officers),
            exclusions=_exclusions(records, scheme, officers, {one.id for one in found.candidates}),
        )
    except DrawRefusal as refusal:
        raise refused(refusal) from refusal
    causes = Counter(found.left_out.values())
    return Frozen(
        pools=pools,
        left_out=tuple(LeftOut(cause, number) for cause, number in sorted(causes.items())),
        strata=tuple(
            StratumPlan(cell.name, where=cell.where, ratio=cell.ratio, count=cell.count)
            for cell in strata.cells
        ),
        team_rule=tuple(_team_rule(scheme)),
        codes=_codes(found),
    )


def frozen_pools(draw: DrawRecord) -> Pools:
    """The pools as they were announced, from the bytes that were kept."""
    return read_pools(pool_files(draw))


def pool_files(draw: DrawRecord) -> dict[str, bytes]:
    """The three files as published, by name."""
    return {
        "objects.jsonl": draw.objects.encode(),
        "inspectors.jsonl": draw.inspectors.encode(),
        "exclusions.jsonl": draw.exclusions.encode(),
    }


def items_of(scheme: Scheme, pools: Pools, drawn: Iterable[DrawnObject]) -> dict[str, list[str]]:
    """By drawn object the items of the scheme for which it is visited, told from its line in the frozen pool."""
    rows = [Row.from_json(one) for one in scheme.strata]
    wanted = {one.id for one in drawn}
    return {
        one.id: items_for(rows, {**one.more, **_plain_fields(one)}, scheme.items)
        for one in pools.objects
        if one.id in wanted
    }


def _plain_fields(candidate: ObjectCandidate) -> dict[str, str]:
    return {"class": candidate.credit_class, "district": candidate.district, "kind": candidate.kind}


# --- Objects ---------------------------------------------------------------------------------------------------------


def _range_of(records: Records, scheme: Scheme, standing: Standing) -> _Range:
    rows = [Row.from_json(one) for one in scheme.strata]
    labels = _labels_asked_for(records, rows)
    reach = max(_A_YEAR, timedelta(days=scheme.stays_away_days))
    own = draws.own_visits(records, between=(scheme.first_day - reach, scheme.first_day + reach))
    fields = watched_in_full(clues.active_fields(records), scheme.items)
    found = _Range([], {}, [])
    for entry in draws.objects_in_register(records):
        entry.labels = labels.get(entry.id, [])
        values = values_of(entry, standing)
        if entry.kind == UNREGISTERED or not any(fits(row.where, values) for row in rows):
            continue
        if not may_visit(scheme.district, entry.district):
            continue  # another county's, which a county does not draw
        cap = _cap_of(entry, items_for(rows, values, scheme.items), standing)
        cause = _cause_to_leave_out(scheme, entry, own.get(entry.id, ()), cap)
        if cause is None and any(belongs(field, values) for field in fields):
            cause = "special_field"
        if cause is None:
            found.candidates.append(entry)
        else:
            found.left_out[entry.id] = cause
        if entry.credit_code:
            found.codes.append((entry.credit_code, entry.id))
    return found


def _cap_of(entry: ObjectEntry, items: list[str], standing: Standing) -> int:
    """At most so many visits in the year: by the list, or fewer by the rule of its class."""
    kind = kind_of_items(standing.kinds, items)
    return lowest_cap(standing.rules.of_class(kind, standing.class_of(entry)), entry.yearly_cap)


def _cause_to_leave_out(
    scheme: Scheme, entry: ObjectEntry, own: Iterable[OwnVisit], yearly_cap: int
) -> str | None:
    return cause_to_leave_out(
        status=entry.status,
        departments=scheme.departments,
        listed=ListedVisits(
            in_all=entry.visits_this_year,
            by_department=entry.visits_by_department,
            counted_on=entry.visits_counted_on,
            last_on=entry.last_inspected_on,
        ),
        own=tuple(own),
        yearly_cap=yearly_cap,
        first_day=scheme.first_day,
        stays_away_days=scheme.stays_away_days,
        is_exempt=scheme.cap_exemption is not None,
    )


def _stratify(scheme: Scheme, candidates: Iterable[ObjectEntry], standing: Standing) -> Stratification:
    rows = [Row.from_json(one) for one in scheme.strata]
    valued = ((one.id, values_of(one, standing)) for one in candidates)
    return stratify(rows, valued, words=_DISTRICT_WORDS)


def values_of(entry: ObjectEntry, standing: Standing) -> Values:
    """What the rows of a scheme choose by."""
    return {
        "class": standing.class_of(entry),
        "district": entry.district,
        "kind": entry.kind,
        "industry": entry.industry,
        "lists": entry.special_lists,
        "risk": standing.levels[entry.id].value if entry.id in standing.levels else "",
        "labels": entry.labels,
    }


def _labels_asked_for(records: Records, rows: Sequence[Row]) -> Mapping[str, list[str]]:
    """By object its labels, where a row chooses by them: then they stand in the pool too, for all to see."""
    return object_labels(records) if any("labels" in row.where for row in rows) else {}


def _object_candidate(entry: ObjectEntry, rows_of: Mapping[str, str], standing: Standing) -> ObjectCandidate:
    """Of an object whose risk is known its level stands in the pool, and its class by the list where it is drawn by
    another: whoever recomputes the draw sees by what it was drawn."""
    more: dict[str, str | tuple[str, ...]] = {
        "industry": entry.industry,
        "lists": tuple(entry.special_lists),
    }
    if entry.labels:
        more["labels"] = tuple(entry.labels)
    if rows_of:
        more[ROWS_FIELD] = rows_of[entry.id]
    credit_class = standing.class_of(entry)
    if entry.id in standing.levels:
        more["risk"] = standing.levels[entry.id].value
    if credit_class != entry.credit_class:
        more["listed_class"] = entry.credit_class
    return ObjectCandidate(
        id=entry.id, credit_class=credit_class, district=entry.district, kind=entry.kind, more=more
    )


def _codes(found: _Range) -> str:
    """So that a firm finds itself by its code without telling it to anybody: the code stands here as its digest."""
    lines = sorted(
        (hashlib.sha256(code.encode()).hexdigest(), id, found.left_out.get(id)) for code, id in found.codes
    )
    return "".join(
        json.dumps({"code": code, "left_out": cause, "object": id}, separators=(",", ":")) + "\n"
        for code, id, cause in lines
    )


# --- People ----------------------------------------------------------------------------------------------------------


def _people(records: Records, scheme: Scheme, officers: Sequence[Inspector]) -> list[InspectorCandidate]:
    experts = draws.experts_of(records, scheme.expert_field) if scheme.expert_seats else []
    ids = [officer.id for officer in officers] + [expert.id for expert in experts]
    loads = assignments.loads(records, ids)
    return [
        *(_inspector_candidate(officer, loads.get(officer.id, 0)) for officer in officers),
        *(
            InspectorCandidate(
                id=expert.id,
                department=EXPERTS,
                district=expert.district,
                qualifications=(expert.field,),
                capacity=expert.capacity,
                load=loads.get(expert.id, 0),
                may_lead=False,
            )
            for expert in experts
        ),
    ]


def _inspector_candidate(officer: Inspector, load: int) -> InspectorCandidate:
    return InspectorCandidate(
        id=officer.id,
        department=officer.department,
        district=officer.district,
        qualifications=tuple(officer.qualifications),
        capacity=officer.capacity,
        load=load,
        may_lead=officer.may_lead,
    )


def _exclusions(
    records: Records, scheme: Scheme, officers: Sequence[Inspector], objects: set[str]
) -> list[Exclusion]:
    """Who must not be seated, at one object or at all; never the reason."""
    absent = draws.absent_between(records, scheme.first_day, scheme.last_day)
    known = {officer.id for officer in officers}
    return [
        *(Exclusion(officer.id) for officer in officers if not _may_serve(officer, absent, scheme.last_day)),
        *(
            Exclusion(inspector, registered)
            for inspector, registered in draws.declared_interests(records)
            if inspector in known and registered in objects
        ),
    ]


def _may_serve(officer: Inspector, absent: set[str], last_day: date) -> bool:
    return officer.id not in absent and is_certified_through(officer.certificate_expires, last_day)


def _team_rule(scheme: Scheme) -> Iterable[TeamRow]:
    for department in scheme.departments:
        yield TeamRow(
            department,
            seats=scheme.seats_per_department,
            qualifications=tuple(scheme.qualifications.get(department, ())),
            district=DistrictRule(scheme.district_rule),
        )
    if scheme.expert_seats:
        yield TeamRow(EXPERTS, seats=scheme.expert_seats, qualifications=(scheme.expert_field,))

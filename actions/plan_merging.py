"""The joint office merges what departments filed: what could be one visit, what breaks a cap, what clashes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from actions.planning import NAME_LIMIT, open_year, planned, require_joint_office, special_objects
from inspection.planning.lines import (
    Joint,
    Met,
    PlannedLine,
    Proposal,
    expected_visits,
    joint_of,
    meet_lines,
    near_pairs,
)
from inspection.planning.looks import CapLook, Clash, look_at_caps, look_for_clashes
from inspection.refusals import IllegalStep, NotFound, Unacceptable
from inspection.states import PLAN_LINE, PlanFilingState, PlanLineState, PlanLineStep
from inspection.strata import Row
from inspection.words import clean_words
from storage import planning, supervision
from storage.calendars import calendar_of
from storage.once import add_once
from storage.store import Records
from storage.tables.planning import PlanDeclined, PlanLine
from storage.tables.registers import Person

_FILED = frozenset({PlanFilingState.FILED, PlanFilingState.MERGED})


@dataclass(frozen=True)
class MergeLook:
    """All that the office looks at: the lines with the objects and visits of each, what could be joined, what was
    declined, caps and clashes."""

    lines: tuple[PlanLine, ...]
    sizes: Mapping[str, int]
    visits: Mapping[str, int]
    proposals: tuple[Proposal, ...]
    declined: tuple[Proposal, ...]
    caps: tuple[CapLook, ...]
    clashes: tuple[Clash, ...]


def look_at_plan(records: Records, year: int) -> MergeLook:
    """Reckons anew from the registers as they stand; nothing of it is kept."""
    stored = mergeable_lines(records, year)
    lines, met = _meet(records, year, stored)
    _version, rules = supervision.standing_supervision(records)
    said_no = planning.declined(records, [line.id for line in lines])
    near = near_pairs(lines, met, rules.planning.neighbouring_days)
    refused = [one for one in near if _pair(one) in said_no]
    same_lead = [one for one in near if one.one.department == one.other.department]
    open_ones = [one for one in near if one not in refused and one not in same_lead]
    kinds = supervision.kinds_of(records, {item for line in lines for item in line.items})
    clashes = look_for_clashes(
        year,
        lines,
        met,
        near=[one for one in near if one not in open_ones],
        items=planning.items(records),
        officers=planning.officers(records),
        rule=rules.planning,
        calendar=calendar_of(records),
    )
    return MergeLook(
        lines=tuple(stored),
        sizes={line.id: met.sizes.get(number, 0) for number, line in enumerate(lines)},
        visits={line.id: expected_visits(line, met.rows[number]) for number, line in enumerate(lines)},
        proposals=tuple(open_ones),
        declined=tuple(refused),
        caps=tuple(look_at_caps(year, lines, met, rules, kinds)),
        clashes=tuple(clashes),
    )


def mergeable_lines(records: Records, year: int) -> list[PlanLine]:
    """What was filed and not joined, and the joint lines; drafts are nobody's business yet."""
    filed = {one.department for one in planning.filings(records, year) if one.state in _FILED}
    found = planning.lines(records, year, [PlanLineState.PROPOSED, PlanLineState.KEPT])
    return [line for line in found if line.parts or line.department in filed]


def size_of_lines(records: Records, year: int, lines: list[PlanLine]) -> dict[str, int]:
    """The objects in the range of each line, by id."""
    met = _meet(records, year, lines)[1]
    return {line.id: met.sizes.get(number, 0) for number, line in enumerate(lines)}


def accept_proposal(records: Records, one_id: str, other_id: str, *, by: Person, at: datetime) -> PlanLine:
    """Two lines become one joint line, whose departments come together."""
    one, other = _two_lines(records, one_id, other_id, by)
    sizes = size_of_lines(records, one.year, [one, other])
    joint = joint_of(planned(one), planned(other), sizes)
    line = _joint_line(records, joint, one, other)
    records.add(line)
    for part in (one, other):
        records.move(PLAN_LINE, part, PlanLineStep.JOIN, by=by.id, at=at, joint=line.id)
    records.journal("plan_line.add", line.id, by=by.id, at=at, parts=line.parts)
    line.about_count = _visits(records, line)
    return line


def decline_proposal(records: Records, one_id: str, other_id: str, *, by: Person, at: datetime) -> None:
    """Two lines stay two visits; it is not proposed again, and stands among the clashes."""
    one, other = _two_lines(records, one_id, other_id, by)
    first, second = sorted((one.id, other.id))
    row = {"one": first, "other": second, "declined_at": at, "declined_by": by.id}
    if add_once(records, PlanDeclined, [row], key=("one", "other")):
        records.journal("plan_line.decline", first, by=by.id, at=at, other=second)


def split_line(records: Records, line_id: str, *, by: Person, at: datetime) -> list[PlanLine]:
    """A joint line is taken apart again; gives its parts."""
    line = _joint(records, line_id, by)
    parts = [records.lock(PlanLine, id) for id in line.parts]
    records.move(PLAN_LINE, line, PlanLineStep.DROP, by=by.id, at=at)
    for part in parts:
        records.move(PLAN_LINE, part, PlanLineStep.SPLIT, by=by.id, at=at, joint=line.id)
    return parts


def set_window(
    records: Records, line_id: str, *, name: str, first_day: date, last_day: date, by: Person, at: datetime
) -> PlanLine:
    """The office gives a joint line its name and its time."""
    line = _joint(records, line_id, by)
    if last_day < first_day:
        raise Unacceptable("plan_window_wrong", first=first_day, last=last_day)
    before = [line.name, str(line.first_day), str(line.last_day)]
    line.name = clean_words(name, NAME_LIMIT)
    line.first_day, line.last_day = first_day, last_day
    records.journal("plan_line.change", line.id, by=by.id, at=at, before=before)
    return line


def _joint(records: Records, line_id: str, by: Person) -> PlanLine:
    require_joint_office(by)
    open_year(records, records.get(PlanLine, line_id).year)
    line = records.lock(PlanLine, line_id)
    if not line.parts:
        raise NotFound
    if line.state is not PlanLineState.PROPOSED:
        raise IllegalStep
    return line


def _two_lines(records: Records, one_id: str, other_id: str, by: Person) -> tuple[PlanLine, PlanLine]:
    require_joint_office(by)
    year = records.get(PlanLine, one_id).year
    open_year(records, year)
    known = {line.id: line for line in mergeable_lines(records, year)}
    if one_id not in known or other_id not in known or one_id == other_id:
        raise IllegalStep("plan_lines_moved")
    first, second = sorted((one_id, other_id))
    locked = {id: records.lock(PlanLine, id) for id in (first, second)}
    return locked[one_id], locked[other_id]


def _joint_line(records: Records, joint: Joint, one: PlanLine, other: PlanLine) -> PlanLine:
    lead, joined = (one, other) if joint.lead.id == one.id else (other, one)
    state = PLAN_LINE.initial
    assert isinstance(state, PlanLineState)
    names = dict.fromkeys((lead.name, joined.name))
    districts = {*lead.districts, *joined.districts} if lead.districts and joined.districts else set()
    return PlanLine(
        id=planning.next_line_id(records, one.year, lead.department),
        year=one.year,
        department=lead.department,
        name="、".join(names)[:NAME_LIMIT],
        kind=lead.kind,
        joining=list(joint.departments[1:]),
        items=list(joint.items),
        object_range="；".join(
            dict.fromkeys(text for text in (lead.object_range, joined.object_range) if text)
        ),
        rows=[_row_as_stored(row) for row in joint.rows],
        frequency=f"每年{joint.times}次",
        times=joint.times,
        level="、".join(
            dict.fromkeys(one for text in (lead.level, joined.level) for one in text.split("、") if one)
        ),
        districts=sorted(districts),
        first_day=joint.first_day,
        last_day=joint.last_day,
        parts=[lead.id, joined.id],
        state=state,
    )


def _row_as_stored(row: Row) -> dict[str, object]:
    where = {name: list(values) for name, values in row.where.items()}
    return {"name": row.name, "where": where, "items": list(row.items), "ratio": row.ratio}


def _visits(records: Records, line: PlanLine) -> int:
    lines, met = _meet(records, line.year, [line])
    return expected_visits(lines[0], met.rows[0]) // line.times


def _meet(records: Records, year: int, stored: list[PlanLine]) -> tuple[list[PlannedLine], Met]:
    lines = [planned(line) for line in stored]
    return lines, meet_lines(lines, planning.object_groups(records, year, special_objects(records)))


def _pair(proposal: Proposal) -> tuple[str, str]:
    first, second = sorted((proposal.one.id, proposal.other.id))
    return first, second

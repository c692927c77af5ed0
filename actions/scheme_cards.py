"""A scheme in short, as heads read it before they decide, and its eight parts in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from actions.draws import COLLECTING, announcement_of
from actions.full_coverage import objects_of_rows
from actions.pools import freeze
from draw.double_random import SECRET_BYTES
from inspection.deadlines.rules import RuleName
from inspection.departments import district_name
from inspection.refusals import Refusal
from inspection.schemes import DRAWN_KINDS, SchemeKind
from inspection.words import shortened
from notifications.messages.approval import (
    CountersignAsked,
    CountersignLine,
    SchemeParts,
    SchemeSubmitted,
)
from notifications.messages.schemes import StratumLine
from storage import approvals, clues, deadlines
from storage.store import Records
from storage.tables.inspections import DrawSource
from storage.tables.registers import Person, Plan, Scheme
from storage.tables.schemes import Countersignature

STRATA_SHOWN = 8
MOST_LINES = 12


@dataclass(frozen=True)
class Expected:
    """What a draw would take as the registers stand: by stratum, and how many are left out for a full year."""

    strata: tuple[StratumLine, ...] = ()
    at_cap: int = 0

    @property
    def objects(self) -> int:
        return sum(one.quota for one in self.strata)


class _Facts(TypedDict):
    """The fields with which every such card begins."""

    scheme: str
    name: str
    kind: str
    departments: tuple[str, ...]
    operator: str
    first_day: date
    last_day: date
    strata: tuple[StratumLine, ...]
    strata_more: int
    officers: int
    temporary_reason: str
    cap_exemption: str
    list_withheld_basis: str
    is_list_public: bool
    at_cap: int
    clues: int
    names_open_at: datetime | None


def expected_draw(records: Records, scheme: Scheme, *, at: datetime) -> Expected:
    """Sizes and quotas as if it were announced now. Refuses what announcing would refuse."""
    if SchemeKind(scheme.kind) not in DRAWN_KINDS:
        number = len(objects_of_rows(records, scheme.strata))
        return Expected((StratumLine(scheme.name, number, number),) if number else ())
    frozen = freeze(records, scheme)
    source = DrawSource(draw_id="", number=1, name="expected", due=at + COLLECTING)
    announcement = announcement_of(
        scheme, frozen, secret=bytes(SECRET_BYTES), sources=[source], at=at, number=1, replaces=None
    )
    return Expected(
        strata=tuple(StratumLine(one.name, one.size, one.quota) for one in announcement.strata),
        at_cap=sum(one.number for one in frozen.left_out if one.cause == "cap"),
    )


def approval_card(records: Records, scheme: Scheme, *, at: datetime) -> SchemeSubmitted:
    """What the head of the lead department is asked."""
    clock = deadlines.running(records, RuleName.SCHEME_APPROVAL, scheme.id)
    said = approvals.countersignatures(records, scheme)
    return SchemeSubmitted(
        **_facts(records, scheme, at=at),
        countersigned=tuple(CountersignLine(one.department, one.state.value, one.words) for one in said),
        decide_by=clock.due_at if clock else at,
    )


def countersign_card(records: Records, row: Countersignature, *, at: datetime) -> CountersignAsked:
    """What the head of a joining department is asked."""
    scheme = records.get(Scheme, row.scheme_id)
    return CountersignAsked(
        **_facts(records, scheme, at=at), countersignature=row.id, state=row.state.value, words=row.words
    )


def _facts(records: Records, scheme: Scheme, *, at: datetime) -> _Facts:
    try:
        expected = expected_draw(records, scheme, at=at)
    except Refusal:  # the registers have changed since; the announcement says why
        expected = Expected()
    operator = records.find(Person, scheme.submitted_by) if scheme.submitted_by else None
    seats = scheme.seats_per_department * len(scheme.departments)
    return {
        "scheme": scheme.id,
        "name": scheme.name,
        "kind": scheme.kind,
        "departments": tuple(scheme.departments),
        "operator": operator.name if operator else "",
        "first_day": scheme.first_day,
        "last_day": scheme.last_day,
        "strata": expected.strata[:STRATA_SHOWN],
        "strata_more": max(0, len(expected.strata) - STRATA_SHOWN),
        "officers": expected.objects * seats,
        "names_open_at": scheme.names_open_at,
        "temporary_reason": shortened(scheme.temporary_reason),
        "cap_exemption": scheme.cap_exemption or "",
        "list_withheld_basis": shortened(scheme.list_withheld_basis),
        "is_list_public": scheme.is_list_public,
        "at_cap": expected.at_cap,
        "clues": clues.number_of_scheme(records, scheme.id),
    }


def parts_card(records: Records, scheme: Scheme, *, countersignature: str = "") -> SchemeParts:
    """The eight parts of the notice, with what the teams will be briefed with."""
    plan = records.find(Plan, scheme.plan_id) if scheme.plan_id else None
    items = approvals.items_by_id(records, scheme.items)
    return SchemeParts(
        scheme=scheme.id,
        name=scheme.name,
        plan=plan.name if plan else "",
        items=tuple(shortened(one.title) for one in items[:MOST_LINES]),
        objects=tuple(said_row(row) for row in scheme.strata[:MOST_LINES]),
        content=shortened(scheme.content),
        method=shortened(scheme.method),
        level=shortened(scheme.level),
        first_day=scheme.first_day,
        last_day=scheme.last_day,
        requirements=shortened(scheme.requirements),
        handling=shortened(scheme.handling),
        key_points=shortened(scheme.key_points),
        notes=shortened(scheme.notes),
        countersignature=countersignature,
    )


def said_row(row: Mapping[str, Any]) -> str:
    """One row of the object range: its name, whom it takes, how many."""
    where: Mapping[str, Sequence[str]] = row["where"]
    values = [district_name(one) if name == "district" else one for name in where for one in where[name]]
    wanted = row.get("count") or _percent(str(row.get("ratio") or ""))
    detail = "、".join(values)
    return f"{row['name']}（{detail}）：{wanted}" if detail else f"{row['name']}：{wanted}"


def _percent(ratio: str) -> str:
    return f"{float(ratio) * 100:g}%" if ratio.replace(".", "", 1).isdigit() else ratio

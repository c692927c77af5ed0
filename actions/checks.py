"""核验: whether an inspection that somebody was told of is real, and what it may be about."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from actions.check_codes import is_check_code
from actions.firm_visits import VisitsOfYear, visits_this_year
from inspection.calendar.beijing import beijing_day
from inspection.departments import EXPERTS
from inspection.states import NO_VISITS, ApprovalState, InspectionState
from storage import public, visit_approvals
from storage.store import Records
from storage.tables.follow_ups import InspectionNotice
from storage.tables.inspections import Inspection
from storage.tables.registers import InspectionItem, Scheme
from storage.veils import shown_object


class CheckState(StrEnum):
    """How far the inspection is, to whom it is announced."""

    COMING = "coming"
    UNDER_WAY = "under_way"
    OVER = "over"
    CALLED_OFF = "called_off"


@dataclass(frozen=True)
class CheckedItem:
    """What may be looked at, on which basis."""

    title: str
    basis: str
    department: str


@dataclass(frozen=True)
class CheckedInspection:
    """What the holder of the code is told. No officer is named: the officers show their certificates."""

    id: str
    state: CheckState
    object_name: str
    departments: tuple[str, ...]
    items: tuple[CheckedItem, ...]
    scheme: str
    scheme_name: str
    first_day: date
    last_day: date
    began_on: date | None
    team: tuple[tuple[str, int], ...]
    """Seats by department, the lead first."""
    experts: int
    visits: tuple[VisitsOfYear, ...]
    is_public: bool
    """Its result is."""
    approvals: tuple[tuple[str, str], ...]
    """Authority and `ApprovalState`, the lead first; none where the visit needs no approval."""
    takes_recusals: bool
    """There is a notice whose own code lets the firm apply for recusal; that code is not shown here."""


_OVER = {InspectionState.VISITED: CheckState.OVER, InspectionState.CLOSED: CheckState.OVER}


def check_inspection(
    records: Records, inspection_id: str, code: str, *, at: datetime
) -> CheckedInspection | None:
    """The inspection that this code belongs to; None for any other code, in the same time and words."""
    is_right = is_check_code(records, inspection_id, code)
    inspection = records.find(Inspection, inspection_id)
    if inspection is None or not is_right:
        return None
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = shown_object(records, inspection)
    seats = public.team_size(records, inspection.id)
    today = beijing_day(at)
    visits = visits_this_year(records, registered, today=today, departments=scheme.departments)
    return CheckedInspection(
        id=inspection.id,
        state=_state_of(inspection),
        object_name=registered.name,
        departments=tuple(scheme.departments),
        items=tuple(_items(records, inspection, scheme)),
        scheme=scheme.id,
        scheme_name=scheme.name,
        first_day=scheme.first_day,
        last_day=scheme.last_day,
        began_on=beijing_day(inspection.started_at) if inspection.started_at else None,
        team=tuple((one, seats.get(one, 0)) for one in scheme.departments),
        experts=seats.get(EXPERTS, 0),
        visits=tuple(visits),
        is_public=bool(public.versions(records, inspection.id)),
        approvals=tuple(_approvals(records, inspection, scheme)),
        takes_recusals=records.find(InspectionNotice, inspection.id) is not None
        and inspection.state not in {*NO_VISITS, *_OVER},
    )


def _state_of(inspection: Inspection) -> CheckState:
    if inspection.state in NO_VISITS:
        return CheckState.CALLED_OFF
    if inspection.state in _OVER:
        return _OVER[inspection.state]
    return CheckState.UNDER_WAY if inspection.started_at else CheckState.COMING


def _approvals(records: Records, inspection: Inspection, scheme: Scheme) -> list[tuple[str, str]]:
    found = {one.department: one.state for one in visit_approvals.of_inspection(records, inspection.id)}
    shown = [(one, found[one]) for one in scheme.departments if one in found]
    return [(department, state.value) for department, state in shown if state is not ApprovalState.DROPPED]


def _items(records: Records, inspection: Inspection, scheme: Scheme) -> list[CheckedItem]:
    found = (records.find(InspectionItem, one) for one in inspection.items or scheme.items)
    return [CheckedItem(one.title, one.basis, one.department) for one in found if one is not None]

"""Whether a visit may start: what the heads of its authorities have said so far."""

from collections.abc import Sequence
from datetime import datetime

from actions.deadlines import end_deadline
from actions.deciders import deciders
from inspection.deadlines.rules import RuleName
from inspection.refusals import Incomplete
from inspection.states import APPROVAL, ApprovalState, ApprovalStep, DeadlineStep
from storage import visit_approvals
from storage.store import Records
from storage.tables.follow_ups import InspectionApproval
from storage.tables.inspections import Inspection
from storage.tables.registers import Person, Scheme

_LETS_START = frozenset({ApprovalState.APPROVED, ApprovalState.TO_MAKE_UP, ApprovalState.MADE_UP})


def missing_approvals(records: Records, inspection: Inspection) -> list[InspectionApproval]:
    """Those without which this visit must not start; none where its scheme needs no approval."""
    scheme = records.get(Scheme, inspection.scheme_id)
    if not scheme.needs_approval:
        return []
    found = visit_approvals.of_inspection(records, inspection.id)
    missing = [one for one in found if one.state not in _LETS_START]
    return sorted(missing, key=lambda one: scheme.departments.index(one.department))


def names_of_heads(records: Records, missing: Sequence[InspectionApproval]) -> tuple[str, ...]:
    """Whose word is awaited."""
    found = (one.name for approval in missing for one in _heads(records, approval))
    return tuple(dict.fromkeys(found))


def _heads(records: Records, approval: InspectionApproval) -> list[Person]:
    return deciders(records, approval.department, records.get(Scheme, approval.scheme_id).district)


def require_approvals(records: Records, inspection: Inspection) -> None:
    """Refuses a visit that a head still has to approve, and says who."""
    missing = missing_approvals(records, inspection)
    if missing:
        departments = [one.department for one in missing]
        raise Incomplete(
            "visit_not_approved", departments=departments, heads=names_of_heads(records, missing)
        )


def drop_approvals(records: Records, inspection_id: str, *, at: datetime) -> None:
    """The visit does not take place, so nobody has to approve it."""
    for approval in visit_approvals.of_inspection(records, inspection_id):
        if approval.state in {ApprovalState.AWAITED, ApprovalState.REFUSED}:
            records.move(APPROVAL, approval, ApprovalStep.DROP, by=None, at=at)
            end_deadline(records, RuleName.APPROVAL, approval.id, DeadlineStep.CANCEL, at=at)

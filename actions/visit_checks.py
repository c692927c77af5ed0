"""出示检查码: the officers of a confirmed team show the firm a code that proves the inspection."""

from actions.check_codes import check_url
from inspection.refusals import Incomplete, NotYours
from inspection.states import NO_VISITS, AssignmentState, TeamState
from storage import assignments
from storage.store import Records
from storage.tables.inspections import Inspection, Team
from storage.tables.registers import Person

_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})


def require_shower(records: Records, inspection_id: str, *, by: Person) -> None:
    """For a member of the confirmed team of a visit that takes place. Refuses anybody else as for no visit at all."""
    inspection = records.find(Inspection, inspection_id)
    member = assignments.member(records, inspection_id, by.id) if inspection else None
    if inspection is None or member is None or member.assignment is None or inspection.state in NO_VISITS:
        raise NotYours
    is_confirmed = records.get(Team, inspection_id).state is TeamState.CONFIRMED
    if member.assignment.state not in _SEATED or not is_confirmed:
        raise Incomplete("team_not_confirmed")


def visit_check_url(records: Records, inspection_id: str, *, by: Person, public_url: str) -> str:
    """The address that the QR code holds. Refuses as `require_shower`."""
    require_shower(records, inspection_id, by=by)
    return check_url(records, inspection_id, public_url=public_url)

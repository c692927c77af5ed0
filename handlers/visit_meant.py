"""Which visit something is for that does not say so itself; never a guess."""

from handlers.turn import Turn
from inspection.states import ChecklistState, InspectionState
from storage import checklists, visits
from storage.tables.inspections import Inspection

_FILLED_IN = (InspectionState.VISITING, InspectionState.VISITED)


def visit_meant(turn: Turn) -> Inspection | None:
    """The visit on the screen, else the only one whose checklist is open, else the only one; None where a guess could
    file evidence elsewhere."""
    mine = visits.visits_of(turn.records, turn.person.id, *_FILLED_IN)
    on_screen = next((one for one in mine if one.id == turn.talk.data.get("inspection")), None)
    if on_screen is not None:
        return on_screen
    still_open = [one for one in mine if not _is_locked(turn, one)] or mine
    return still_open[0] if len(still_open) == 1 else None


def _is_locked(turn: Turn, inspection: Inspection) -> bool:
    found = checklists.parts(turn.records, inspection.id)
    return any(part.state is ChecklistState.LOCKED for part in found)

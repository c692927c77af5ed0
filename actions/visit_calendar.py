"""The window of a visit for the calendar of a member's phone."""

from inspection.deadlines.rules import RuleName
from inspection.icalendar import CalendarEntry, icalendar
from inspection.refusals import Incomplete, NotFound, NotYours
from inspection.states import NO_VISITS, AssignmentState, TeamState
from notifications.catalogue import label, unveiled_words
from notifications.formats import departments
from storage import assignments, deadlines
from storage.store import Records
from storage.tables.inspections import Inspection, Team
from storage.tables.registers import Person, Scheme
from storage.veils import shown_object

_SEATED = frozenset({AssignmentState.CONFIRMED, AssignmentState.COMPLETED})


def visit_icalendar(records: Records, inspection_id: str, *, by: Person) -> str:
    """The entry in the reader's language, for a member of the confirmed team; after the visit was called off, or its
    object replaced, for whoever was of the team: it takes the entry out of the calendar again.

    Refuses `NotYours` for anybody else, as for a visit that does not exist, and `team_not_confirmed` before.
    """
    inspection = records.find(Inspection, inspection_id)
    if inspection is None:
        raise NotFound
    is_cancelled = inspection.state in NO_VISITS
    if is_cancelled:
        _require_former_member(records, inspection_id, by)
    else:
        _require_member(records, inspection_id, by)
    windows = deadlines.all_of(records, RuleName.VISIT_WINDOW, inspection_id)
    if not windows:
        raise Incomplete("team_not_confirmed")
    scheme = records.get(Scheme, inspection.scheme_id)
    registered = shown_object(records, inspection)
    has_place = registered.latitude is not None and registered.longitude is not None
    newest = windows[-1]
    return icalendar(
        CalendarEntry(
            uid=f"{inspection_id}@shuangsuiji",
            sequence=len(windows) - 1 + is_cancelled,
            changed_at=(newest.ended_at or newest.started_at) if is_cancelled else newest.started_at,
            first_day=scheme.first_day,
            last_day=scheme.last_day,
            title=unveiled_words(label("ics_title", by.language, object=registered.name), by.language),
            address=registered.address,
            description=label(
                "ics_description",
                by.language,
                scheme=scheme.name,
                departments=departments(scheme.departments, by.language),
            ),
            place=(registered.latitude or 0.0, registered.longitude or 0.0) if has_place else None,
            is_cancelled=is_cancelled,
        )
    )


def _require_member(records: Records, inspection_id: str, person: Person) -> None:
    member = assignments.member(records, inspection_id, person.id)
    if member is None or member.assignment is None:
        raise NotYours
    is_confirmed = records.get(Team, inspection_id).state is TeamState.CONFIRMED
    if member.assignment.state not in _SEATED or not is_confirmed:
        raise Incomplete("team_not_confirmed")


def _require_former_member(records: Records, inspection_id: str, person: Person) -> None:
    if not assignments.was_released(records, inspection_id, person.id):
        raise NotYours

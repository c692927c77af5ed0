"""A confirmed team on its way: start, check in, look at the progress, end."""

from actions.access import require_lead
from actions.briefing import names_to_ask_about
from actions.field_cards import object_name, overview_card, result_card, summary_of_result, visit_card
from actions.on_site import member_on_site
from actions.visit_approvals import not_approved_card
from actions.visits import check_in, end_visit, start_visit
from handlers.answers import on_place_of_question
from handlers.strays import ask_about
from handlers.turn import Replies, Turn
from inspection.places import check_place
from inspection.states import InspectionState
from notifications.buttons.visits import VisitAct, VisitButton
from notifications.messages.briefing import BriefingsUnread
from notifications.messages.visits import CheckedIn
from storage import visits
from storage.tables.inspections import Inspection
from storage.veils import shown_object


def on_visit_button(turn: Turn, button: VisitButton) -> Replies:
    acts = {VisitAct.CARD: _card, VisitAct.START: _start, VisitAct.OVERVIEW: _overview, VisitAct.END: _end}
    return acts[button.act](turn, button.inspection)


def on_location(turn: Turn) -> Replies:
    """A location answers the question on the screen if that asks for one. Else it is a check-in at the visit under
    way; the one on the screen, when there are several. When none of them is, it is kept and asked about: a guess would
    put somebody where they never were."""
    place = turn.incoming.latitude, turn.incoming.longitude
    check_place(*place)
    answered = on_place_of_question(turn)
    if answered is not None:
        return answered
    under_way = visits.visits_of(turn.records, turn.person.id, InspectionState.VISITING)
    on_screen = [one for one in under_way if one.id == turn.talk.data.get("inspection")]
    if len(on_screen or under_way) != 1:
        return (ask_about(turn, None),)
    (inspection,) = on_screen or under_way
    kept = check_in(turn.records, inspection.id, *place, by=turn.person, at=turn.at)
    registered = shown_object(turn.records, inspection)
    return (
        CheckedIn(inspection=inspection.id, object=registered.name, distance_m=kept.distance_m, at=kept.at),
    )


def _card(turn: Turn, inspection_id: str) -> Replies:
    member = member_on_site(turn.records, inspection_id, turn.person)
    return (visit_card(turn.records, turn.records.get(Inspection, inspection_id), member),)


def _start(turn: Turn, inspection_id: str) -> Replies:
    """Where a head has not approved it yet, the two ways on are shown instead; the lead is asked once when somebody
    has not read the briefing, and pressing again starts."""
    member_on_site(turn.records, inspection_id, turn.person)
    inspection = turn.records.get(Inspection, inspection_id)
    waits = not_approved_card(turn.records, inspection)
    if waits is not None:
        return (waits,)
    if inspection.state is InspectionState.READY:
        unread = names_to_ask_about(turn.records, inspection_id, by=turn.person, at=turn.at)
        if unread:
            name = object_name(turn.records, inspection)
            return (BriefingsUnread(inspection=inspection_id, object=name, people=unread),)
    start_visit(turn.records, inspection_id, by=turn.person, at=turn.at)
    return _card(turn, inspection_id)


def _overview(turn: Turn, inspection_id: str) -> Replies:
    require_lead(turn.records, inspection_id, turn.person)
    inspection = turn.records.get(Inspection, inspection_id)
    if inspection.ended_at is not None:
        return (result_card(turn.records, inspection, turn.person, at=turn.at),)
    return (overview_card(turn.records, inspection, at=turn.at),)


def _end(turn: Turn, inspection_id: str) -> Replies:
    inspection = end_visit(turn.records, inspection_id, by=turn.person, at=turn.at)
    turn.talk.end_about(inspection_id)
    return (summary_of_result(turn.records, inspection),)

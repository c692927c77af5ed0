"""Where a person is and what is next, for `/where`. What waits for the person comes along as its own card, so that the
step that is named can be taken at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from actions.briefing import briefing_card
from actions.ceremony import (
    invitation_message,
    open_invitations,
    open_second_entries,
    second_entry_message,
)
from actions.clues import clue_card
from actions.department_reviews import is_own_reviewer
from actions.field_cards import department_review_card, review_card
from actions.gone import reported_message
from actions.leave import asked_message
from actions.matter_access import concerns
from actions.matter_cards import crime_card, transfer_card
from actions.naming import seat_message, seats_to_name
from actions.on_site import joint_reviewers
from actions.plan_cards import plan_card
from actions.recusal_applications import firm_asked_message
from actions.review_lines import waiting_for
from actions.rights import is_allowed
from actions.scheme_cards import approval_card, countersign_card
from actions.teams import team_facts
from actions.visit_approvals import first_waiting
from handlers.talk import TalkState
from handlers.turn import Replies, Turn
from handlers.where_field import is_in_hand, placeless, where_in_field
from inspection.departments import is_within
from inspection.leave import Origin
from inspection.rights import Deed
from inspection.roles import Role
from inspection.states import AssignmentState, InspectionState, SchemeState
from notifications.messages.desk import Where
from notifications.messages.message import Message
from notifications.messages.teams import TeamReady
from notifications.messages.visit_approvals import ApprovalCard
from storage import approvals, assignments, briefings, clues, desk, follow_ups, planning, schemes
from storage.store import Records
from storage.tables.clues import Clue
from storage.tables.follow_ups import SuspectedCrime
from storage.tables.inspections import (
    Assignment,
    DepartmentReview,
    DrawRecord,
    DrawSource,
    Inspection,
    LeaveRequest,
    Seat,
    Transfer,
)
from storage.tables.planning import PlanFiling
from storage.tables.registers import Person, RegisteredObject, Scheme
from storage.tables.schemes import Briefing, Countersignature
from storage.veils import shown_object

_ASKED_FOR_WORDS = {
    TalkState.LEAVE_WORDS: "now_leave_words",
    TalkState.SEND_BACK_WORDS: "now_send_back_words",
    TalkState.PUBLIC_VALUE: "now_public_value",
    TalkState.PUBLIC_VALUE_NAME: "now_public_value_name",
    TalkState.VOID_REASON: "now_void_reason",
    TalkState.ORDER_WORDS: "now_order_words",
    TalkState.RETURN_WORDS: "now_return_words",
    TalkState.APPROVAL_WORDS: "now_approval_words",
    TalkState.FIRM_WORDS: "now_firm_words",
    TalkState.ANSWER_WORDS: "now_answer_words",
    TalkState.MATTER_WORDS: "now_matter_words",
    TalkState.FOLLOW_UP_WORDS: "now_follow_up_words",
}


@dataclass(frozen=True)
class Desk:
    """All that is this person's, or waits for this person."""

    held: list[tuple[Assignment, Inspection, RegisteredObject]]
    teams: list[Inspection]
    """Complete ones that the person leads."""
    requests: list[LeaveRequest]
    results: list[Inspection]
    findings: list[DepartmentReview]
    """What the own department found and this person may review."""
    gone: list[Inspection]
    seats: list[Seat]
    """Open ones for which this person may name somebody."""
    numbers: list[tuple[DrawRecord, DrawSource]]
    """Draws that wait for this witness's number."""
    visits: list[ApprovalCard]
    """Visits that wait for this head."""
    entries: list[tuple[DrawRecord, DrawSource]]
    """Public values that a colleague has entered and this person may enter too."""
    schemes: list[Scheme]
    """Submitted to this head."""
    countersigning: list[Countersignature]
    clues: list[Clue]
    """That wait for this head."""
    briefings: list[Briefing]
    """That this member has not read."""
    crimes: list[SuspectedCrime]
    """That this head was asked about."""
    transfers: list[Transfer]
    """For which this liaison's department has not signed."""
    plans: list[PlanFiling]
    """That this liaison has still to file."""

    def in_state(self, state: AssignmentState) -> list[tuple[Assignment, Inspection, RegisteredObject]]:
        return [one for one in self.held if one[0].state is state]


def show_where(turn: Turn) -> Replies:
    """What is in hand comes first, then what others wait for, then what the person waits for."""
    if turn.talk.state in _ASKED_FOR_WORDS:
        return (_where(turn, _desk(turn), _ASKED_FOR_WORDS[turn.talk.state], _object_in_talk(turn)),)
    waiting = _desk(turn)
    in_field = where_in_field(turn, waiting=len(waiting.in_state(AssignmentState.NOTIFIED)))
    if in_field is not None and is_in_hand(turn, in_field):
        return (in_field,)
    return _waited_for(turn, waiting) or ((in_field,) if in_field else (_resting(turn, waiting),))


def _waited_for(turn: Turn, waiting: Desk) -> Replies:
    """The first thing that somebody waits for, with its card; nothing when nobody does."""
    asked = waiting.in_state(AssignmentState.NOTIFIED)
    if asked:
        return (_where(turn, waiting, "now_answer", asked[0][2].name),)
    for name, now, card in _WAITED_FOR:
        found = getattr(waiting, name)
        if found:
            return (_where(turn, waiting, now), card(turn, found[0]))
    return ()


def _request_card(turn: Turn, request: LeaveRequest) -> Message:
    is_firm = request.origin == Origin.FIRM
    return firm_asked_message(turn.records, request) if is_firm else asked_message(turn.records, request)


def _findings_card(turn: Turn, review: DepartmentReview) -> Message:
    inspection = turn.records.get(Inspection, review.inspection_id)
    return department_review_card(turn.records, inspection, review)


def _transfer_card(turn: Turn, transfer: Transfer) -> Message:
    return transfer_card(turn.records, transfer, department=turn.person.department)


def _team_ready(records: Records, inspection: Inspection) -> TeamReady:
    return TeamReady(**team_facts(records, inspection.id), is_drawn=inspection.draw_id is not None)


_WAITED_FOR: tuple[tuple[str, str, Callable[[Turn, Any], Message]], ...] = (
    ("numbers", "now_witness", lambda turn, one: invitation_message(turn.records, *one)),
    ("entries", "now_second_entry", lambda turn, one: second_entry_message(turn.records, *one)),
    ("clues", "now_decide_clue", lambda turn, one: clue_card(turn.records, one, turn.person)),
    ("crimes", "now_decide_crime", lambda turn, one: crime_card(turn.records, one, reader_id=turn.person.id)),
    ("requests", "now_decide", _request_card),
    ("schemes", "now_approve", lambda turn, one: approval_card(turn.records, one, at=turn.at)),
    ("countersigning", "now_countersign", lambda turn, one: countersign_card(turn.records, one, at=turn.at)),
    ("teams", "now_confirm", lambda turn, one: _team_ready(turn.records, one)),
    ("results", "now_review", lambda turn, one: review_card(turn.records, one)),
    ("findings", "now_review_findings", _findings_card),
    ("visits", "now_approve_visits", lambda _turn, one: one),
    ("gone", "now_verify", lambda turn, one: reported_message(turn.records, one)),
    ("seats", "now_name", lambda turn, one: seat_message(turn.records, one.id, by=turn.person)),
    ("briefings", "now_read", lambda turn, one: briefing_card(turn.records, one)),
    ("transfers", "now_sign_transfer", _transfer_card),
    ("plans", "now_file_plan", lambda turn, one: plan_card(turn.records, turn.person, one.year)),
)
"""What of the desk comes first, how it is called, and the card of its first."""


def _resting(turn: Turn, waiting: Desk) -> Where:
    """Nobody waits for this person: what the person waits for, or nothing."""
    sure = waiting.in_state(AssignmentState.ACCEPTED) + waiting.in_state(AssignmentState.CONFIRMED)
    if sure and all(inspection.state is InspectionState.GONE_REPORTED for _held, inspection, _object in sure):
        return _where(turn, waiting, "now_gone", sure[0][2].name)
    if sure:
        return _where(turn, waiting, "now_team")
    if waiting.held:
        return _where(turn, waiting, "now_asked", waiting.held[0][2].name)
    if Role.OPERATOR not in turn.person.roles:
        return _where(turn, waiting, "now_idle")
    to_draw = schemes.led_by(
        turn.records,
        turn.person.department,
        turn.person.district,
        states=(SchemeState.FILED, SchemeState.ANNOUNCED),
    )
    return _where(turn, waiting, "now_draw" if to_draw else "now_scheme")


def _where(turn: Turn, waiting: Desk, now: str, object_name: str = "") -> Where:
    asked = waiting.in_state(AssignmentState.NOTIFIED)
    return Where(
        now=now,
        object=object_name,
        answer_by=asked[0][0].answer_by if asked else None,
        waiting=len(asked),
        accepted=len(waiting.in_state(AssignmentState.ACCEPTED)),
        confirmed=len(waiting.in_state(AssignmentState.CONFIRMED)),
        requests=len(waiting.requests),
        results=len(waiting.results) + len(waiting.findings),
        gone=len(waiting.gone),
        **placeless(turn),
    )


def _desk(turn: Turn) -> Desk:
    records, person = turn.records, turn.person
    held = assignments.live_of_person(records, person.id)
    is_operator, is_head = Role.OPERATOR in person.roles, Role.HEAD in person.roles
    is_liaison = Role.LIAISON in person.roles
    return Desk(
        held=held,
        teams=_teams_to_confirm(turn, held),
        requests=desk.requests_to_decide(records, person.id),
        results=_results_to_review(turn),
        findings=_findings_to_review(turn),
        gone=desk.gone_to_verify(records, person.department, person.district) if is_operator else [],
        seats=seats_to_name(records, person),
        visits=[card for card in [first_waiting(records, person)] if card is not None],
        numbers=open_invitations(records, person),
        entries=open_second_entries(records, person),
        schemes=approvals.submitted_to(records, person.department, person.district) if is_head else [],
        countersigning=approvals.asked_to_countersign(records, person.id) if is_head else [],
        clues=_clues_to_decide(records, person) if is_head else [],
        briefings=briefings.unread_by(records, person.id),
        crimes=follow_ups.crimes_to_decide(records, person) if is_head else [],
        transfers=_transfers_to_sign(records, person) if is_liaison else [],
        plans=planning.awaited_filings(records, person.department)
        if is_allowed(Deed.FILE_PLAN, person)
        else [],
    )


def _clues_to_decide(records: Records, head: Person) -> list[Clue]:
    found = clues.waiting(records, head.department)
    return [one for one in found if is_within(one.district, head.district)]


def _transfers_to_sign(records: Records, liaison: Person) -> list[Transfer]:
    found = follow_ups.transfers_to_sign(records, liaison.department)
    return [one for one in found if concerns(records, one.inspection_id, liaison)]


def _teams_to_confirm(
    turn: Turn, held: list[tuple[Assignment, Inspection, RegisteredObject]]
) -> list[Inspection]:
    led = {
        inspection.id: inspection
        for assignment, inspection, _object in held
        if turn.records.get(Seat, assignment.seat_id).is_lead
        and inspection.state is not InspectionState.GONE_REPORTED
    }
    return [led[one] for one in desk.assembled(turn.records, list(led))]


def _results_to_review(turn: Turn) -> list[Inspection]:
    """Those that this person may review: nobody reviews a result of their own."""
    if not {Role.REVIEWER, Role.HEAD}.intersection(turn.person.roles):
        return []
    return [
        inspection
        for inspection in desk.results_to_review(turn.records, turn.person.department)
        if any(one.id == turn.person.id for one in joint_reviewers(turn.records, inspection))
        and not waiting_for(turn.records, inspection)
    ]


def _findings_to_review(turn: Turn) -> list[DepartmentReview]:
    if not {Role.REVIEWER, Role.HEAD}.intersection(turn.person.roles):
        return []
    department = turn.person.department
    return [
        review
        for review in desk.findings_to_review(turn.records, department)
        if is_own_reviewer(
            turn.records, turn.records.get(Inspection, review.inspection_id), department, turn.person
        )
    ]


def _object_in_talk(turn: Turn) -> str:
    data = turn.talk.data
    if "draw" in data:
        draw = turn.records.find(DrawRecord, data["draw"])
        return turn.records.get(Scheme, draw.scheme_id).name if draw else ""
    if "scheme" in data:
        scheme = turn.records.find(Scheme, data["scheme"])
        return scheme.name if scheme else ""
    about = (data[name] for name in ("assignment", "subject", "approvals", "request") if name in data)
    inspection_id = data.get("inspection") or next(about, "").split("/")[0]
    inspection = turn.records.find(Inspection, inspection_id)
    return shown_object(turn.records, inspection).name if inspection else ""

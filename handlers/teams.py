"""The lead looks at the team, confirms it, or sends a seat back."""

from datetime import datetime

from actions.access import require_lead
from actions.assigning import is_drawn
from actions.groups import may_offer_group, offer_group
from actions.rights import found
from actions.teams import (
    confirm_team,
    refuse_choosing,
    refuse_sending_back,
    send_back_seat,
    team_facts,
)
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.rights import Deed
from inspection.states import TeamState
from notifications.buttons.assignments import SendBackButton, TeamAct, TeamButton
from notifications.messages.groups import GroupOffered
from notifications.messages.teams import (
    AskSendBackWords,
    ChooseSeat,
    SeatRedrawn,
    TeamConfirmed,
    TeamReady,
    TeamView,
)
from storage import briefings
from storage.tables.inspections import Assignment, Inspection, Team
from storage.tables.registers import Person
from storage.veils import shown_object


def on_team_button(turn: Turn, button: TeamButton) -> Replies:
    acts = {
        TeamAct.VIEW: _view,
        TeamAct.CONFIRM: _confirm,
        TeamAct.CHOOSE_SEAT: _choose_seat,
        TeamAct.GROUP: _group,
    }
    return acts[button.act](turn, button.inspection)


def on_send_back_button(turn: Turn, button: SendBackButton) -> Replies:
    assignment = found(turn.records, Assignment, button.assignment, Deed.LEAD_TEAM)
    refuse_sending_back(turn.records, assignment, by=turn.person)
    turn.talk.step(TalkStep.ASK_SEND_BACK_WORDS, assignment=assignment.id)
    person = turn.records.get(Person, assignment.person_id)
    inspection = assignment.inspection_id
    drawn = is_drawn(turn.records, inspection)
    return (AskSendBackWords(inspection=inspection, person=person.name, is_drawn=drawn),)


def on_send_back_words(turn: Turn) -> Replies:
    assignment_id = turn.talk.data["assignment"]
    assignment = send_back_seat(turn.records, assignment_id, turn.incoming.text, by=turn.person, at=turn.at)
    turn.talk.end()
    inspection = turn.records.get(Inspection, assignment.inspection_id)
    message = SeatRedrawn(
        inspection=inspection.id,
        object=shown_object(turn.records, inspection).name,
        person=turn.records.get(Person, assignment.person_id).name,
        is_drawn=inspection.draw_id is not None,
    )
    return (message,)


def _view(turn: Turn, inspection_id: str) -> Replies:
    require_lead(turn.records, inspection_id, turn.person)
    team = turn.records.get(Team, inspection_id)
    facts = team_facts(turn.records, inspection_id)
    if team.state is TeamState.ASSEMBLED:
        return (TeamReady(**facts, is_drawn=is_drawn(turn.records, inspection_id)),)
    if team.state is TeamState.CONFIRMED and team.confirmed_at is not None:
        return (_confirmed(turn, inspection_id, team.confirmed_at),)
    return (TeamView(**facts),)


def _confirm(turn: Turn, inspection_id: str) -> Replies:
    confirm_team(turn.records, inspection_id, by=turn.person, at=turn.at)
    return (_confirmed(turn, inspection_id, turn.at),)


def _confirmed(turn: Turn, inspection_id: str, confirmed_at: datetime) -> TeamConfirmed:
    offers = may_offer_group(turn.records, turn.records.get(Inspection, inspection_id))
    facts = team_facts(turn.records, inspection_id)
    unread = tuple(one.name for one in briefings.unread_of(turn.records, inspection_id))
    return TeamConfirmed(**facts, confirmed_at=confirmed_at, may_have_group=offers, unread=unread)


def _group(turn: Turn, inspection_id: str) -> Replies:
    """The lead decides whether the team talks in a group; nothing of the check depends on it."""
    secret = turn.tools.new_secret()
    link, until = offer_group(turn.records, inspection_id, secret, by=turn.person, at=turn.at)
    inspection = turn.records.get(Inspection, inspection_id)
    firm = shown_object(turn.records, inspection).name
    return (GroupOffered(inspection=inspection_id, object=firm, link=link, until=until),)


def _choose_seat(turn: Turn, inspection_id: str) -> Replies:
    refuse_choosing(turn.records, inspection_id, by=turn.person)
    facts = team_facts(turn.records, inspection_id)
    return (ChooseSeat(**facts, is_drawn=is_drawn(turn.records, inspection_id)),)

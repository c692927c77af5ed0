"""A scheme before the heads: looked at, countersigned, approved or returned; and the members' own briefings."""

from actions.access import require_operator
from actions.approvals import (
    approve_scheme,
    countersign,
    object_to_scheme,
    refuse_countersigning,
    refuse_deciding,
    return_scheme,
)
from actions.briefing import (
    briefing_card,
    confirmed_of,
    own_briefing,
    people_of_teams,
    read_briefing,
    supplement_scheme,
)
from actions.rights import require
from actions.scheme_cards import approval_card, countersign_card, parts_card
from handlers.matter_words import Purpose, ask_words
from handlers.turn import Replies, Turn
from inspection.refusals import NotYours
from inspection.rights import Deed
from inspection.roles import Role
from inspection.states import CountersignState, SchemeState
from notifications.buttons.approval import (
    ApprovalAct,
    ApprovalButton,
    BriefingAct,
    BriefingButton,
    CountersignAct,
    CountersignButton,
    SupplementButton,
)
from notifications.messages.approval import (
    AskObjection,
    AskSchemeReturnWords,
    SchemeDecided,
    SchemeWithdrawn,
)
from notifications.messages.briefing import AskSupplement, SupplementSent
from storage import approvals
from storage.tables.registers import Scheme
from storage.tables.schemes import Countersignature

# --- The head of the lead department ---------------------------------------------------------------------------------


def on_approval_button(turn: Turn, button: ApprovalButton) -> Replies:
    acts = {
        ApprovalAct.CARD: _card,
        ApprovalAct.PARTS: _parts,
        ApprovalAct.APPROVE: _approve,
        ApprovalAct.RETURN: _ask_return_words,
    }
    return acts[button.act](turn, button.scheme)


def _card(turn: Turn, scheme_id: str) -> Replies:
    scheme = turn.records.get(Scheme, scheme_id)
    require(Deed.APPROVE_SCHEME, turn.person, of=scheme.departments[0], in_=scheme.district)
    if scheme.state is SchemeState.SUBMITTED:
        return (approval_card(turn.records, scheme, at=turn.at),)
    return (_decided(turn, scheme),)


def _decided(turn: Turn, scheme: Scheme) -> SchemeDecided | SchemeWithdrawn:
    if scheme.decided_at is None:
        return SchemeWithdrawn(scheme=scheme.id, name=scheme.name, is_countersign=False, at=turn.at)
    return SchemeDecided(
        scheme=scheme.id,
        name=scheme.name,
        is_approved=not scheme.decision_words,
        words=scheme.decision_words,
        at=scheme.decided_at,
    )


def _parts(turn: Turn, scheme_id: str) -> Replies:
    """For every head whose department takes part; each comes back to the own card."""
    scheme = turn.records.get(Scheme, scheme_id)
    department = turn.person.department
    if department not in scheme.departments:
        raise NotYours
    require(Deed.READ_SCHEME_PARTS, turn.person, of=department, in_=scheme.district)
    rows = {one.department: one.id for one in approvals.countersignatures(turn.records, scheme)}
    return (parts_card(turn.records, scheme, countersignature=rows.get(department, "")),)


def _approve(turn: Turn, scheme_id: str) -> Replies:
    scheme = approve_scheme(turn.records, scheme_id, by=turn.person, at=turn.at)
    return (_decided(turn, scheme),)


def _ask_return_words(turn: Turn, scheme_id: str) -> Replies:
    scheme = refuse_deciding(turn.records, scheme_id, by=turn.person)
    ask_words(turn, Purpose.RETURN_SCHEME, scheme=scheme_id)
    return (AskSchemeReturnWords(scheme=scheme_id, name=scheme.name),)


def on_scheme_return_words(turn: Turn) -> Replies:
    """The words are the reason; the scheme goes back with them."""
    scheme = return_scheme(
        turn.records, turn.talk.data["scheme"], turn.incoming.text, by=turn.person, at=turn.at
    )
    turn.talk.end()
    return (_decided(turn, scheme),)


# --- The heads of the joining departments ----------------------------------------------------------------------------


def on_countersign_button(turn: Turn, button: CountersignButton) -> Replies:
    acts = {
        CountersignAct.CARD: _countersign_card,
        CountersignAct.SIGN: _sign,
        CountersignAct.OBJECT: _ask_objection,
    }
    return acts[button.act](turn, button.countersignature)


def _countersign_card(turn: Turn, countersignature_id: str) -> Replies:
    row = turn.records.get(Countersignature, countersignature_id)
    if Role.HEAD not in turn.person.roles or turn.person.department != row.department:
        raise NotYours
    scheme = turn.records.get(Scheme, row.scheme_id)
    is_over = row.state is CountersignState.OVER and scheme.state is SchemeState.DRAFTED
    if is_over or row.submission != scheme.submissions:
        return (SchemeWithdrawn(scheme=scheme.id, name=scheme.name, is_countersign=True, at=turn.at),)
    return (countersign_card(turn.records, row, at=turn.at),)


def _sign(turn: Turn, countersignature_id: str) -> Replies:
    row = countersign(turn.records, countersignature_id, by=turn.person, at=turn.at)
    return (countersign_card(turn.records, row, at=turn.at),)


def _ask_objection(turn: Turn, countersignature_id: str) -> Replies:
    row = refuse_countersigning(turn.records, countersignature_id, by=turn.person)
    scheme = turn.records.get(Scheme, row.scheme_id)
    ask_words(turn, Purpose.OBJECT, countersignature=row.id, scheme=scheme.id)
    return (AskObjection(countersignature=row.id, scheme=scheme.id, name=scheme.name),)


def on_objection_words(turn: Turn) -> Replies:
    row = object_to_scheme(
        turn.records, turn.talk.data["countersignature"], turn.incoming.text, by=turn.person, at=turn.at
    )
    turn.talk.end()
    return (countersign_card(turn.records, row, at=turn.at),)


# --- The operator ----------------------------------------------------------------------------------------------------


def on_supplement_button(turn: Turn, button: SupplementButton) -> Replies:
    """Asks for the word more to all confirmed teams."""
    scheme, teams = confirmed_of(turn.records, button.scheme, by=turn.person)
    ask_words(turn, Purpose.SUPPLEMENT, scheme=scheme.id)
    people = people_of_teams(turn.records, teams)
    return (AskSupplement(scheme=scheme.id, name=scheme.name, people=people),)


def on_supplement_words(turn: Turn) -> Replies:
    scheme = require_operator(turn.records, turn.talk.data["scheme"], turn.person)
    words = turn.incoming.text
    people, teams = supplement_scheme(turn.records, scheme.id, words, by=turn.person, at=turn.at)
    turn.talk.end()
    return (
        SupplementSent(scheme=scheme.id, name=scheme.name, people=people, teams=teams, words=words.strip()),
    )


# --- A member of a team ----------------------------------------------------------------------------------------------


def on_briefing_button(turn: Turn, button: BriefingButton) -> Replies:
    if button.act is BriefingAct.READ:
        briefing = read_briefing(turn.records, button.briefing, by=turn.person, at=turn.at)
    else:
        briefing = own_briefing(turn.records, button.briefing, by=turn.person)
    return (briefing_card(turn.records, briefing),)

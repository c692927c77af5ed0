"""The operator's scheme: look, prepare, announce, watch the public inputs come in, draw, or give the draw up."""

from datetime import datetime
from typing import TypedDict

from actions.access import require_operator
from actions.approvals import submit_scheme, withdraw_scheme
from actions.ceremony import choose_witness, name_public_value, sources_message
from actions.draws import announce_draw, drawable, run_draw, void_draw
from actions.pools import frozen_pools
from actions.scheme_drafts import refuse_changing, set_names_hour
from actions.shares import share_findings
from draw.double_random import Announcement, shortage_of
from handlers.matter_words import Purpose, ask_words
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.refusals import AlreadyDone, NotYours
from inspection.roles import Role
from inspection.schemes import missing_parts
from inspection.states import InspectionState, SchemeState
from inspection.supervision.rules import ShareFinding
from notifications.buttons.ceremony import InviteAct, InviteButton
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.messages.ceremony import (
    AskPublicValueName,
    AskVoidReason,
    CeremonyCard,
    DrawVoided,
    WitnessLine,
)
from notifications.messages.schemes import (
    AskNamesHour,
    DrawAnnounced,
    DrawFinished,
    DrawInfeasible,
    SchemeCard,
    SchemeLine,
    SchemeList,
    StratumLine,
)
from storage import briefings, draws, people, schemes
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Person, Scheme

WITNESSES_SHOWN = 20
_NONE = frozenset({"无", "没有", "none", "-"})
"""What says that no public value is wanted, or no hour."""


def show_schemes(turn: Turn) -> Replies:
    """The schemes of the operator's department; nobody else is shown buttons that are not for them."""
    if Role.OPERATOR not in turn.person.roles:
        raise NotYours("no_schemes")
    rows = schemes.shown_to(turn.records, turn.person.department, turn.person.district)
    lines = tuple(SchemeLine(row.id, row.name, row.state.value) for row in rows)
    return (SchemeList(schemes=lines),)


def on_scheme_button(turn: Turn, button: SchemeButton) -> Replies:
    acts = {
        SchemeAct.VIEW: _view,
        SchemeAct.PREPARE: _prepare,
        SchemeAct.NAME: _ask_name,
        SchemeAct.ANNOUNCE: _announce,
        SchemeAct.SOURCES: _sources,
        SchemeAct.DRAW: _draw,
        SchemeAct.SUBMIT: _submit,
        SchemeAct.WITHDRAW: _withdraw,
        SchemeAct.VOID: _ask_void_reason,
        SchemeAct.HOUR: _ask_names_hour,
    }
    return acts[button.act](turn, button.scheme)


def on_invite_button(turn: Turn, button: InviteButton) -> Replies:
    invited = button.act is InviteAct.INVITE
    scheme = choose_witness(
        turn.records, button.scheme, button.witness, invited=invited, by=turn.person, at=turn.at
    )
    return (_ceremony_card(turn, scheme),)


def on_public_value_name(turn: Turn) -> Replies:
    """The words name the public value that the draw will take in."""
    words = turn.incoming.text.strip()
    name = "" if words.lower() in _NONE else words
    scheme = name_public_value(turn.records, turn.talk.data["scheme"], name, by=turn.person, at=turn.at)
    turn.talk.end()
    return (_ceremony_card(turn, scheme),)


def _ask_names_hour(turn: Turn, scheme_id: str) -> Replies:
    scheme = refuse_changing(turn.records, scheme_id, by=turn.person)
    ask_words(turn, Purpose.NAMES_HOUR, scheme=scheme_id)
    return (AskNamesHour(scheme_id, scheme.name, scheme.names_open_at, scheme.first_day),)


def on_names_hour_words(turn: Turn) -> Replies:
    """The words are the hour, or say that there is none; the card shows it."""
    words, scheme_id = turn.incoming.text.strip(), turn.talk.data["scheme"]
    hour = "" if words.lower() in _NONE else words
    set_names_hour(turn.records, scheme_id, hour, by=turn.person, at=turn.at)
    turn.talk.end()
    return _view(turn, scheme_id)


def on_void_reason(turn: Turn) -> Replies:
    """The words are the public reason; the draw is given up with them."""
    scheme_id = turn.talk.data["scheme"]
    draw = void_draw(turn.records, scheme_id, reason=turn.incoming.text, by=turn.person, at=turn.at)
    turn.talk.end()
    name = turn.records.get(Scheme, scheme_id).name
    return (DrawVoided(draw=draw.id, name=name, reason=draw.void_reason),)


def _view(turn: Turn, scheme_id: str) -> Replies:
    scheme = require_operator(turn.records, scheme_id, turn.person)
    counts = draws.progress(turn.records, scheme_id)
    card = SchemeCard(
        id=scheme.id,
        name=scheme.name,
        state=scheme.state.value,
        departments=tuple(scheme.departments),
        seats_per_department=scheme.seats_per_department,
        first_day=scheme.first_day,
        last_day=scheme.last_day,
        progress=tuple(
            (state.value, counts[state.value]) for state in InspectionState if state.value in counts
        ),
        kind=scheme.kind,
        names_open_at=scheme.names_open_at,
        **_approval_facts(turn, scheme),
    )
    return (card,)


class _ApprovalFacts(TypedDict):
    missing: tuple[str, ...]
    head: str
    returned: str
    may_supplement: bool
    unread: int


def _approval_facts(turn: Turn, scheme: Scheme) -> _ApprovalFacts:
    """What of the card is about approval and briefing."""
    is_draft = scheme.state is SchemeState.DRAFTED
    head = people.head_of(turn.records, scheme.departments[0], scheme.district)
    is_briefed = scheme.needs_briefing and scheme.state is SchemeState.DRAWN
    return {
        "missing": missing_parts(scheme) if is_draft else (),
        "head": head.name if head else "",
        "returned": scheme.decision_words if is_draft else "",
        "may_supplement": is_briefed and bool(briefings.confirmed_teams(turn.records, scheme.id)),
        "unread": briefings.unread_in(turn.records, scheme.id) if is_briefed else 0,
    }


def _submit(turn: Turn, scheme_id: str) -> Replies:
    submit_scheme(turn.records, scheme_id, by=turn.person, at=turn.at)
    return _view(turn, scheme_id)


def _withdraw(turn: Turn, scheme_id: str) -> Replies:
    withdraw_scheme(turn.records, scheme_id, by=turn.person, at=turn.at)
    return _view(turn, scheme_id)


def _prepare(turn: Turn, scheme_id: str) -> Replies:
    scheme = require_operator(turn.records, scheme_id, turn.person)
    if scheme.state is not SchemeState.FILED:
        return _view(turn, scheme_id)
    return (_ceremony_card(turn, scheme),)


def _ceremony_card(turn: Turn, scheme: Scheme) -> CeremonyCard:
    return CeremonyCard(
        scheme=scheme.id,
        name=scheme.name,
        witnesses=tuple(
            WitnessLine(one.id, one.name, one.title, is_invited=one.id in scheme.witnesses)
            for one in _witnesses_to_show(turn, scheme)
        ),
        public_value=scheme.public_value,
    )


def _witnesses_to_show(turn: Turn, scheme: Scheme) -> list[Person]:
    """As many as a thumb can scroll over, and in any case those who are invited; a scheme's list may name any other."""
    everybody = people.with_role(turn.records, Role.WITNESS)
    others = [one.id for one in everybody if one.id not in scheme.witnesses][:WITNESSES_SHOWN]
    return [one for one in everybody if one.id in scheme.witnesses or one.id in others]


def _ask_name(turn: Turn, scheme_id: str) -> Replies:
    scheme = require_operator(turn.records, scheme_id, turn.person)
    if scheme.state is not SchemeState.FILED:
        return _view(turn, scheme_id)
    turn.talk.step(TalkStep.ASK_PUBLIC_VALUE_NAME, scheme=scheme_id)
    return (AskPublicValueName(scheme=scheme_id, current=scheme.public_value),)


def _announce(turn: Turn, scheme_id: str) -> Replies:
    announcement = announce_draw(
        turn.records, scheme_id, secret=turn.tools.new_secret(), by=turn.person, at=turn.at
    )
    message = DrawAnnounced(
        scheme=scheme_id,
        name=turn.records.get(Scheme, scheme_id).name,
        draw=announcement.draw,
        strata=tuple(StratumLine(one.name, one.size, one.quota) for one in announcement.strata),
        objects=announcement.pools["objects.jsonl"].size,
        inspectors=announcement.pools["inspectors.jsonl"].size,
        left_out=tuple((one.cause, one.number) for one in announcement.left_out),
        digest=announcement.digest,
        anchor=announcement.anchor,
        sources=tuple(one.name for one in announcement.sources),
        due=datetime.fromisoformat(announcement.sources[0].due),
        shares=_shares(turn, announcement),
    )
    return (message,)


def _shares(turn: Turn, announcement: Announcement) -> tuple[ShareFinding, ...]:
    """What stands outside the rules of supervision, of the pools as they were frozen just now."""
    scheme, draw = (
        turn.records.get(Scheme, announcement.scheme),
        turn.records.get(DrawRecord, announcement.draw),
    )
    return share_findings(turn.records, scheme, announcement, frozen_pools(draw))


def _sources(turn: Turn, scheme_id: str) -> Replies:
    scheme = require_operator(turn.records, scheme_id, turn.person)
    draw = draws.open_draw(turn.records, scheme_id)
    if scheme.state is not SchemeState.ANNOUNCED or draw is None:
        return _view(turn, scheme_id)
    return (sources_message(turn.records, draw),)


def _draw(turn: Turn, scheme_id: str) -> Replies:
    transcript = run_draw(turn.records, scheme_id, by=turn.person, at=turn.at)
    scheme = turn.records.get(Scheme, scheme_id)
    shortage = shortage_of(transcript)
    if shortage is not None:
        return (
            DrawInfeasible(
                scheme=scheme.id,
                name=scheme.name,
                draw=transcript.announcement.draw,
                department=shortage.department,
                qualifications=shortage.qualifications,
                district=shortage.district,
                leads=shortage.leads,
                seats=shortage.seats,
            ),
        )
    first = transcript.rounds[0]
    return (
        DrawFinished(
            scheme=scheme.id,
            name=scheme.name,
            draw=transcript.announcement.draw,
            objects=len(first.objects),
            seats=len(first.seats),
            inputs=tuple((one.source, one.value) for one in transcript.inputs),
            digest=transcript.digest,
        ),
    )


def _ask_void_reason(turn: Turn, scheme_id: str) -> Replies:
    scheme = require_operator(turn.records, scheme_id, turn.person)
    try:
        draw = drawable(turn.records, scheme)
    except AlreadyDone:
        return _view(turn, scheme_id)
    turn.talk.step(TalkStep.ASK_VOID_REASON, scheme=scheme_id)
    return (AskVoidReason(scheme=scheme_id, draw=draw.id),)

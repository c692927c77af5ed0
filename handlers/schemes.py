"""The operator's scheme: look, announce, say the public number, draw."""

from datetime import datetime

from actions.access import require_operator
from actions.draws import SOURCE_NAME, announce_draw, run_draw
from draw.double_random import shortage_of
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, Unacceptable
from inspection.states import InspectionState, SchemeState
from notifications.buttons.schemes import SchemeAct, SchemeButton
from notifications.messages.schemes import (
    AskPublicNumber,
    DrawAnnounced,
    DrawFinished,
    DrawInfeasible,
    SchemeCard,
    SchemeLine,
    SchemeList,
    StratumLine,
)
from storage import draws, schemes
from storage.tables.registers import Scheme

NUMBER_LIMIT = 64


def show_schemes(turn: Turn) -> Replies:
    """The schemes of the operator's department."""
    rows = schemes.led_by(turn.records, turn.person.department)
    lines = tuple(SchemeLine(row.id, row.name, row.state.value) for row in rows)
    return (SchemeList(schemes=lines),)


def on_scheme_button(turn: Turn, button: SchemeButton) -> Replies:
    acts = {SchemeAct.VIEW: _view, SchemeAct.ANNOUNCE: _announce, SchemeAct.DRAW: _ask_number}
    return acts[button.act](turn, button.scheme)


def on_public_number(turn: Turn) -> Replies:
    """The words are the number that the witness said aloud; the draw follows from it at once."""
    value = turn.incoming.text.strip()
    if not value:
        raise Incomplete("number_needed")
    if len(value) > NUMBER_LIMIT:
        raise Unacceptable("words_too_long", length=len(value), limit=NUMBER_LIMIT)
    scheme_id = turn.talk.data["scheme"]
    transcript = run_draw(turn.records, scheme_id, value=value, by=turn.person, at=turn.at)
    turn.talk.end()
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
                seats=len(shortage.seats),
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
            value=value,
            digest=transcript.digest,
        ),
    )


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
    )
    return (card,)


def _announce(turn: Turn, scheme_id: str) -> Replies:
    announcement = announce_draw(
        turn.records, scheme_id, secret=turn.tools.new_secret(), by=turn.person, at=turn.at
    )
    source = announcement.sources[0]
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
        source=source.name,
        due=datetime.fromisoformat(source.due),
    )
    return (message,)


def _ask_number(turn: Turn, scheme_id: str) -> Replies:
    scheme = require_operator(turn.records, scheme_id, turn.person)
    draw = draws.open_draw(turn.records, scheme_id)
    if scheme.state is SchemeState.DRAWN and draw is not None and draw.drawn_at is not None:
        raise AlreadyDone(what="done_drawn", done_at=draw.drawn_at)
    if scheme.state is not SchemeState.ANNOUNCED:
        raise IllegalStep
    turn.talk.step(TalkStep.ASK_PUBLIC_NUMBER, scheme=scheme_id)
    return (AskPublicNumber(scheme=scheme_id, source=SOURCE_NAME),)

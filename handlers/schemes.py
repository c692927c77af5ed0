"""The operator's scheme: look, announce, say the public number, draw."""

import re
import unicodedata
from datetime import datetime

from actions.access import require_operator
from actions.draws import SOURCE_NAME, announce_draw, drawable, run_draw
from draw.double_random import shortage_of
from handlers.talk import TalkStep
from handlers.turn import Replies, Turn
from inspection.refusals import Incomplete, NotYours, Unacceptable
from inspection.roles import Role
from inspection.states import InspectionState
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
_IS_A_NUMBER = re.compile(r"[\d\s,，、.。-]*\d[\d\s,，、.。-]*")
"""What a witness can say: digits and what parts them. Any other words are a slip, and the draw can't be repeated."""


def show_schemes(turn: Turn) -> Replies:
    """The schemes of the operator's department; nobody else is shown buttons that are not for them."""
    if Role.OPERATOR not in turn.person.roles:
        raise NotYours("no_schemes")
    rows = schemes.led_by(turn.records, turn.person.department)
    lines = tuple(SchemeLine(row.id, row.name, row.state.value) for row in rows)
    return (SchemeList(schemes=lines),)


def on_scheme_button(turn: Turn, button: SchemeButton) -> Replies:
    acts = {SchemeAct.VIEW: _view, SchemeAct.ANNOUNCE: _announce, SchemeAct.DRAW: _ask_number}
    return acts[button.act](turn, button.scheme)


def on_public_number(turn: Turn) -> Replies:
    """The words are the number that the witness said aloud; the draw follows from it at once."""
    value = turn.incoming.text.strip()
    if len(value) > NUMBER_LIMIT:
        raise Unacceptable("words_too_long", length=len(value), limit=NUMBER_LIMIT)
    if not _IS_A_NUMBER.fullmatch(unicodedata.normalize("NFKC", value)):
        raise Incomplete("number_needed")
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
    drawable(turn.records, scheme)
    turn.talk.step(TalkStep.ASK_PUBLIC_NUMBER, scheme=scheme_id)
    return (AskPublicNumber(scheme=scheme_id, source=SOURCE_NAME),)

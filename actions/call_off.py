"""A drawn scheme is called off before its first visit: everybody is released, and the draw is voided in public."""

from datetime import datetime

from actions.clue_links import give_back_clues
from actions.draws import keep_transcript, tell_voided
from actions.redraws import release_team
from actions.rights import require
from draw.double_random import ClosingState, close, read_transcript
from inspection.refusals import AlreadyDone, IllegalStep, Unacceptable
from inspection.rights import Deed
from inspection.states import (
    INSPECTION,
    NO_VISITS,
    SCHEME,
    InspectionState,
    InspectionStep,
    SchemeState,
    SchemeStep,
)
from inspection.words import clean_words
from storage import draws, results
from storage.store import Records
from storage.tables.inspections import DrawRecord, Inspection
from storage.tables.registers import Person, Scheme

REASON_LIMIT = 500
_BEFORE_THE_VISIT = frozenset(
    {InspectionState.ASSEMBLING, InspectionState.READY, InspectionState.GONE_REPORTED}
)


def call_off_scheme(
    records: Records, scheme_id: str, *, reason: str, by: Person, at: datetime
) -> DrawRecord | None:
    """The head of the lead department gives up what was drawn, or taken in (then there is no draw to give back). The
    scheme ends with it: whoever wants these objects
    inspected files a new one, so that nobody can draw again until the outcome pleases.

    Refuses anybody else, a scheme that is not drawn, and `visits_begun` once a team has started.
    """
    scheme = records.get(Scheme, scheme_id)
    require(Deed.CALL_OFF, by, of=scheme.departments[0], in_=scheme.district)
    scheme = records.lock(Scheme, scheme_id)
    if scheme.state is SchemeState.VOIDED:
        raise AlreadyDone(what="done_voided", done_at=_voided_at(records, scheme_id) or at)
    if scheme.state is not SchemeState.DRAWN:
        raise IllegalStep
    reason = clean_words(reason, REASON_LIMIT)
    inspections = [records.lock(Inspection, one) for one in draws.inspections_of(records, scheme_id)]
    begun = sum(one.state not in _BEFORE_THE_VISIT | NO_VISITS or bool(one.started_at) for one in inspections)
    if begun:
        raise Unacceptable("visits_begun", number=begun)
    standing = draws.open_draw(records, scheme_id)
    draw = records.lock(DrawRecord, standing.id) if standing is not None else None
    for inspection in inspections:
        if inspection.state in _BEFORE_THE_VISIT:
            records.move(INSPECTION, inspection, InspectionStep.CALL_OFF, by=by.id, at=at)
            release_team(records, inspection, cause="called_off", by=by, at=at)
    if draw is not None:
        _close(records, scheme, draw, reason, by=by, at=at)
    records.move(
        SCHEME, scheme, SchemeStep.VOID, by=by.id, at=at, draw=draw.id if draw else None, reason=reason
    )
    give_back_clues(records, scheme, by=by, at=at)
    return draw


def _close(
    records: Records, scheme: Scheme, draw: DrawRecord, reason: str, *, by: Person, at: datetime
) -> None:
    assert draw.transcript is not None
    transcript = read_transcript(draw.transcript.encode())
    keep_transcript(draw, close(transcript, state=ClosingState.VOIDED, reason=reason, at=at))
    tell_voided(records, scheme, draw, reason, by=by, at=at)


def _voided_at(records: Records, scheme_id: str) -> datetime | None:
    line = results.last_journalled(records, "scheme.void", scheme_id)
    return line.at if line else None

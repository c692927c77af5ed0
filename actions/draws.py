"""The double draw as a deed: announce with all frozen, draw with the public inputs, or give it up in public
(docs/draw-protocol.md). How the inputs come in is `actions.ceremony`'s."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from actions.access import require_operator
from actions.approved import require_approved
from actions.assigning import assign, open_inspections
from actions.pools import Frozen, freeze, frozen_pools, items_of
from actions.refused_draws import public_reason, refused
from actions.shares import refuse_shares
from actions.telling import tell
from draw.double_random import (
    Announcement,
    ClosingState,
    Pools,
    PublicInput,
    Source,
    Transcript,
    announce,
    close,
    read_announcement,
    run_round_zero,
    shortage_of,
)
from draw.double_random import Refusal as DrawRefusal
from inspection.refusals import AlreadyDone, IllegalStep, Incomplete, Unacceptable
from inspection.schemes import DRAWN_KINDS, SchemeKind
from inspection.states import SCHEME, SchemeState, SchemeStep
from inspection.words import clean_words
from notifications.messages.ceremony import DrawRecorded, DrawVoided, WitnessInvited
from storage import draws, due
from storage.store import Records
from storage.tables.inspections import DrawRecord, DrawSource
from storage.tables.registers import Person, Scheme

ROUNDS = 2000
"""Round 0 and the redraws that one chain allows: far more than a scheme can need, and cheap (one hash each)."""
COLLECTING = timedelta(days=1)
"""How long the public inputs are waited for before the draw is said to be postponed."""
REASON_LIMIT = 500


def announce_draw(
    records: Records,
    scheme_id: str,
    *,
    secret: bytes,
    by: Person,
    at: datetime,
    due_at: datetime | None = None,
) -> Announcement:
    """Freezes both pools, publishes their digests with the anchor of the secret, and invites the witnesses that the
    scheme names, before any randomness exists. `due_at` is until when the public inputs are awaited.

    Refuses `source_needed` without a single witness or public value, `share_above_rule` for a share above the rule of a
    class, and with the draw's own sentence what can't be drawn as it is (an empty stratum, a count above the pool, …);
    `list_reason_needed` where the drawn list is to be withheld and no law is named. Nothing is kept then.
    """
    scheme = require_operator(records, scheme_id, by)
    require_approved(records, scheme)
    if scheme.state is not SchemeState.FILED:
        raise _announced_before(records, scheme)
    if SchemeKind(scheme.kind) not in DRAWN_KINDS:
        raise IllegalStep("scheme_not_drawn")
    if not scheme.is_list_public and not scheme.list_withheld_basis:
        raise Unacceptable("list_reason_needed")
    due_at = due_at or at + COLLECTING
    frozen, earlier = freeze(records, scheme), draws.draws_of(records, scheme_id)
    number = len(earlier) + 1
    sources = _sources(records, scheme, f"D-{scheme.id}-{number}", due_at)
    announcement = announcement_of(
        scheme, frozen, secret=secret, sources=sources, at=at, number=number,
        replaces=earlier[-1].id if earlier else None,
    )  # fmt: skip
    refuse_shares(records, scheme, announcement, frozen.pools)
    draw = _draw_record(scheme, announcement, frozen, secret, by=by, at=at)
    records.add(draw, *sources)
    records.move(SCHEME, scheme, SchemeStep.ANNOUNCE, by=by.id, at=at, digest=announcement.digest)
    due.plan(records, kind="draw_due", subject=draw.id, due_at=due_at)
    for source in sources:
        if source.witness_id is not None:
            message = invitation(scheme, draw, announcement, source)
            tell(records, source.witness_id, message, key=f"invited:{draw.id}:{source.number}", at=at)
    return announcement


def announcement_of(
    scheme: Scheme,
    frozen: Frozen,
    *,
    secret: bytes,
    sources: Sequence[DrawSource],
    at: datetime,
    number: int,
    replaces: str | None,
) -> Announcement:
    """What would be published; `draw_refused` with the draw's own sentence for what can't be drawn as it is."""
    try:
        return announce(
            draw=f"D-{scheme.id}-{number}",
            scheme=scheme.id,
            lead=scheme.departments[0],
            announced_at=at,
            pools=frozen.pools,
            strata=frozen.strata,
            team_rule=frozen.team_rule,
            sources=[Source(source.name, source.due) for source in sources],
            rounds=ROUNDS,
            secret=secret,
            left_out=frozen.left_out,
            witnesses=[source.name for source in sources if source.witness_id is not None],
            replaces=replaces,
        )
    except DrawRefusal as refusal:
        raise refused(refusal) from refusal


def run_draw(records: Records, scheme_id: str, *, by: Person, at: datetime) -> Transcript:
    """Draws objects and teams from the frozen pools with the public inputs, and tells everybody who was drawn; all who
    took part get the record.

    Refuses `inputs_missing` while a source has given nothing: that postpones the draw, and there is no fall-back. When
    seats can't all be filled nothing is drawn: the draw is voided in public and the scheme may be announced anew.
    `shortage_of(transcript)` tells which of the two happened.
    """
    scheme = require_operator(records, scheme_id, by)
    draw = records.lock(DrawRecord, drawable(records, scheme).id)
    pools = frozen_pools(draw)
    transcript = _round_zero(records, draw, pools)
    due.cancel(records, draw.id, at=at)
    shortage = shortage_of(transcript)
    if shortage is not None:
        reason = public_reason(shortage)
        closed = close(transcript, state=ClosingState.VOIDED, reason=reason, at=at)
        keep_transcript(draw, closed)
        tell_voided(records, scheme, draw, reason, by=None, at=at)
        records.move(SCHEME, scheme, SchemeStep.POSTPONE, by=by.id, at=at, draw=draw.id)
        return closed
    keep_transcript(draw, transcript)
    draw.drawn_at = at
    records.move(SCHEME, scheme, SchemeStep.DRAW, by=by.id, at=at, transcript=transcript.digest)
    first = transcript.rounds[0]
    open_inspections(records, scheme, draw, first.objects, items_of(scheme, pools, first.objects), at=at)
    assign(records, scheme, first.seats, round_number=0, at=at)
    message = DrawRecorded(
        draw=draw.id,
        name=scheme.name,
        objects=len(first.objects),
        seats=len(first.seats),
        digest=transcript.digest,
        inputs=tuple((one.source, one.value) for one in transcript.inputs),
    )
    for person in _who_took_part(records, draw) - {by.id}:
        tell(records, person, message, key=f"recorded:{draw.id}:{person}", at=at)
    return transcript


def void_draw(records: Records, scheme_id: str, *, reason: str, by: Person, at: datetime) -> DrawRecord:
    """Gives up a draw that has been announced and not run. It stays public with its reason, and the scheme may be
    announced anew, which names it.

    Refuses `inputs_complete` once every source has given its value: from then on somebody who knows the secret could
    see the outcome, and a draw that can be dropped when it displeases is none.
    """
    scheme = require_operator(records, scheme_id, by)
    draw = records.lock(DrawRecord, drawable(records, scheme).id)
    if not missing_sources(draws.sources_of(records, draw.id)):
        raise Unacceptable("inputs_complete")
    due.cancel(records, draw.id, at=at)
    tell_voided(records, scheme, draw, clean_words(reason, REASON_LIMIT), by=by, at=at)
    records.move(SCHEME, scheme, SchemeStep.POSTPONE, by=by.id, at=at, draw=draw.id)
    return draw


def drawable(records: Records, scheme: Scheme) -> DrawRecord:
    """The announced draw of a scheme; refuses when it was drawn before, or is not announced."""
    draw = draws.open_draw(records, scheme.id)
    if draw is not None and draw.drawn_at is not None:
        raise AlreadyDone(what="done_drawn", done_at=draw.drawn_at)
    if scheme.state is not SchemeState.ANNOUNCED or draw is None:
        raise IllegalStep
    return draw


def missing_sources(sources: Sequence[DrawSource]) -> list[DrawSource]:
    """Those that have not given their value yet."""
    return [source for source in sources if source.value is None]


def invitation(
    scheme: Scheme, draw: DrawRecord, announcement: Announcement, source: DrawSource
) -> WitnessInvited:
    """What a witness reads first, and again when the number is still missing."""
    return WitnessInvited(
        draw=draw.id,
        name=scheme.name,
        objects=announcement.pools["objects.jsonl"].size,
        inspectors=announcement.pools["inspectors.jsonl"].size,
        digest=announcement.digest,
        anchor=announcement.anchor,
        due=source.due,
    )


def keep_transcript(draw: DrawRecord, transcript: Transcript) -> None:
    """Writes the record of the draw with the round that was just added."""
    draw.transcript = transcript.to_bytes().decode()


def _announced_before(records: Records, scheme: Scheme) -> IllegalStep | AlreadyDone:
    draw = draws.open_draw(records, scheme.id)
    if draw is None:
        return IllegalStep()
    return AlreadyDone(what="done_announced", done_at=draw.announced_at)


def _sources(records: Records, scheme: Scheme, draw_id: str, due_at: datetime) -> list[DrawSource]:
    invited = [records.get(Person, one) for one in scheme.witnesses]
    named: list[tuple[str, str | None]] = [
        (_title_of(person), person.id) for person in invited if person.is_active
    ]
    if scheme.public_value:
        named.append((scheme.public_value, None))
    if not named:
        raise Incomplete("source_needed")
    names = [name for name, _ in named]
    return [
        DrawSource(
            draw_id=draw_id,
            number=number,
            name=name if names.count(name) == 1 else f"{name}（{number}）",
            witness_id=witness,
            due=due_at,
        )
        for number, (name, witness) in enumerate(named, start=1)
    ]


def _title_of(witness: Person) -> str:
    return f"{witness.title} {witness.name}".strip()


def _round_zero(records: Records, draw: DrawRecord, pools: Pools) -> Transcript:
    sources = draws.sources_of(records, draw.id)
    missing = missing_sources(sources)
    if missing:
        raise Incomplete("inputs_missing", sources=tuple(source.name for source in missing))
    inputs = [PublicInput(source.name, source.value or "") for source in sources]
    announcement = read_announcement(draw.announcement.encode())
    try:
        return run_round_zero(announcement, pools, bytes.fromhex(draw.secret), inputs)
    except DrawRefusal as refusal:
        raise refused(refusal) from refusal


def _draw_record(
    scheme: Scheme, announcement: Announcement, frozen: Frozen, secret: bytes, *, by: Person, at: datetime
) -> DrawRecord:
    files = frozen.pools.files()
    return DrawRecord(
        id=announcement.draw,
        scheme_id=scheme.id,
        announcement=announcement.to_bytes().decode(),
        objects=files["objects.jsonl"].decode(),
        inspectors=files["inspectors.jsonl"].decode(),
        exclusions=files["exclusions.jsonl"].decode(),
        codes=frozen.codes,
        secret=secret.hex(),
        announced_at=at,
        announced_by=by.id,
    )


def tell_voided(
    records: Records, scheme: Scheme, draw: DrawRecord, reason: str, *, by: Person | None, at: datetime
) -> None:
    """Writes down that the draw is void and why, and tells all who took part. `by` is None where the rule did it."""
    draw.voided_at, draw.voided_by, draw.void_reason = at, by.id if by else None, reason
    records.journal("draw.void", draw.id, by=by.id if by else None, at=at)
    message = DrawVoided(draw=draw.id, name=scheme.name, reason=reason)
    for person in _who_took_part(records, draw) - ({by.id} if by else set()):
        tell(records, person, message, key=f"voided:{draw.id}:{person}", at=at)


def _who_took_part(records: Records, draw: DrawRecord) -> set[str]:
    """Witnesses, whoever entered a public value, and who announced."""
    sources = draws.sources_of(records, draw.id)
    return {
        person
        for source in sources
        for person in (source.witness_id, source.first_by, source.given_by)
        if person is not None
    } | {draw.announced_by}

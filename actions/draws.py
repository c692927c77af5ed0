"""The double draw as a deed: announce with all frozen, then draw with the public number (docs/draw-protocol.md)."""

from collections import Counter
from datetime import datetime, timedelta

from actions.access import require_operator
from actions.assigning import assign, open_inspections
from draw.double_random import (
    Announcement,
    ClosingState,
    DistrictRule,
    Exclusion,
    InspectorCandidate,
    LeftOut,
    ObjectCandidate,
    Pools,
    PublicInput,
    Shortage,
    Source,
    StratumPlan,
    TeamRow,
    Transcript,
    announce,
    close,
    read_announcement,
    read_pools,
    run_round_zero,
    shortage_of,
)
from draw.double_random import Refusal as DrawRefusal
from inspection.pools import cause_to_leave_out, fits, is_certified_through
from inspection.refusals import AlreadyDone, IllegalStep, Unacceptable
from inspection.states import SCHEME, SchemeState, SchemeStep
from storage import assignments, draws
from storage.store import Records
from storage.tables.inspections import DrawRecord
from storage.tables.registers import Inspector, Person, RegisteredObject, Scheme

ROUNDS = 2000
"""Round 0 and the redraws that one chain allows: far more than a scheme can need, and cheap (one hash each)."""
SOURCE_NAME = "现场见证数字"
SOURCE_DUE = timedelta(days=1)


def announce_draw(
    records: Records, scheme_id: str, *, secret: bytes, by: Person, at: datetime
) -> Announcement:
    """Freezes both pools and publishes their digests with the anchor of the secret, before any randomness exists.

    Refuses with the draw's own sentence when the scheme can't be drawn as it is (an empty stratum, a count above
    the pool, …); nothing is kept then.
    """
    scheme = require_operator(records, scheme_id, by)
    if scheme.state is not SchemeState.FILED:
        raise _announced_before(records, scheme)
    pools, left_out = freeze_pools(records, scheme)
    earlier = draws.draws_of(records, scheme_id)
    try:
        announcement = announce(
            draw=f"D-{scheme.id}-{len(earlier) + 1}",
            scheme=scheme.id,
            lead=scheme.departments[0],
            announced_at=at,
            pools=pools,
            strata=[_stratum(one) for one in scheme.strata],
            team_rule=[_team_row(scheme, department) for department in scheme.departments],
            sources=[Source(SOURCE_NAME, at + SOURCE_DUE)],
            rounds=ROUNDS,
            secret=secret,
            left_out=left_out,
            replaces=earlier[-1].id if earlier else None,
        )
    except DrawRefusal as refusal:
        raise Unacceptable("draw_refused", reason=str(refusal)) from refusal
    records.add(_draw_record(scheme, announcement, pools, secret, by=by, at=at))
    records.move(SCHEME, scheme, SchemeStep.ANNOUNCE, by=by.id, at=at, digest=announcement.digest)
    return announcement


def run_draw(records: Records, scheme_id: str, *, value: str, by: Person, at: datetime) -> Transcript:
    """Draws objects and teams from the frozen pools with the public number, and tells everybody who was drawn.

    When seats can't all be filled nothing is drawn: the draw is voided in public and the scheme may be announced
    anew. `shortage_of(transcript)` tells which of the two happened.
    """
    scheme = require_operator(records, scheme_id, by)
    draw = drawable(records, scheme)
    announcement = read_announcement(draw.announcement.encode())
    try:
        transcript = run_round_zero(
            announcement, frozen_pools(draw), bytes.fromhex(draw.secret), [PublicInput(SOURCE_NAME, value)]
        )
    except DrawRefusal as refusal:
        raise Unacceptable("draw_refused", reason=str(refusal)) from refusal
    shortage = shortage_of(transcript)
    if shortage is not None:
        return _void(records, scheme, draw, transcript, shortage, by=by, at=at)
    keep_transcript(draw, transcript)
    draw.drawn_at = at
    records.move(SCHEME, scheme, SchemeStep.DRAW, by=by.id, at=at, transcript=transcript.digest)
    first = transcript.rounds[0]
    open_inspections(records, scheme, draw, first.objects, at=at)
    assign(records, scheme, first.seats, round_number=0, at=at)
    return transcript


def drawable(records: Records, scheme: Scheme) -> DrawRecord:
    """The announced draw of a scheme; refuses when it was drawn before, or is not announced."""
    draw = draws.open_draw(records, scheme.id)
    if draw is not None and draw.drawn_at is not None:
        raise AlreadyDone(what="done_drawn", done_at=draw.drawn_at)
    if scheme.state is not SchemeState.ANNOUNCED or draw is None:
        raise IllegalStep
    return draw


def freeze_pools(records: Records, scheme: Scheme) -> tuple[Pools, list[LeftOut]]:
    """The candidates as they stand now; who must not be seated goes into the exclusions, never the reason."""
    objects, left_out = _object_candidates(records, scheme)
    officers = draws.inspectors_of(records, scheme.departments)
    loads = assignments.loads(records, [officer.id for officer in officers])
    absent = draws.absent_between(records, scheme.first_day, scheme.last_day)
    barred = [
        Exclusion(officer.id)
        for officer in officers
        if officer.id in absent or not is_certified_through(officer.certificate_expires, scheme.last_day)
    ]
    known, present = {officer.id for officer in officers}, {one.id for one in objects}
    interests = [
        Exclusion(inspector, registered)
        for inspector, registered in draws.declared_interests(records)
        if inspector in known and registered in present
    ]
    candidates = [_inspector_candidate(officer, loads.get(officer.id, 0)) for officer in officers]
    return Pools.frozen(objects=objects, inspectors=candidates, exclusions=[*barred, *interests]), left_out


def frozen_pools(draw: DrawRecord) -> Pools:
    """The pools as they were announced, from the bytes that were kept."""
    return read_pools(pool_files(draw))


def pool_files(draw: DrawRecord) -> dict[str, bytes]:
    """The three files as published, by name."""
    return {
        "objects.jsonl": draw.objects.encode(),
        "inspectors.jsonl": draw.inspectors.encode(),
        "exclusions.jsonl": draw.exclusions.encode(),
    }


def keep_transcript(draw: DrawRecord, transcript: Transcript) -> None:
    """Writes the record of the draw with the round that was just added."""
    draw.transcript = transcript.to_bytes().decode()


def _announced_before(records: Records, scheme: Scheme) -> IllegalStep | AlreadyDone:
    draw = draws.open_draw(records, scheme.id)
    if draw is None:
        return IllegalStep()
    return AlreadyDone(what="done_announced", done_at=draw.announced_at)


def _object_candidates(records: Records, scheme: Scheme) -> tuple[list[ObjectCandidate], list[LeftOut]]:
    candidates, causes = [], Counter[str]()
    for registered in draws.objects_in_register(records):
        if not any(fits(stratum["where"], _fields_of(registered)) for stratum in scheme.strata):
            continue
        cause = cause_to_leave_out(
            status=registered.status,
            visits_this_year=registered.visits_this_year,
            yearly_cap=registered.yearly_cap,
        )
        if cause is None:
            candidates.append(_object_candidate(registered))
        else:
            causes[cause] += 1
    return candidates, [LeftOut(cause, number) for cause, number in sorted(causes.items())]


def _fields_of(registered: RegisteredObject) -> dict[str, str | list[str]]:
    return {
        "class": registered.credit_class,
        "district": registered.district,
        "kind": registered.kind,
        "industry": registered.industry,
        "lists": registered.special_lists,
    }


def _object_candidate(registered: RegisteredObject) -> ObjectCandidate:
    return ObjectCandidate(
        id=registered.id,
        credit_class=registered.credit_class,
        district=registered.district,
        kind=registered.kind,
        more={"industry": registered.industry, "lists": tuple(registered.special_lists)},
    )


def _inspector_candidate(officer: Inspector, load: int) -> InspectorCandidate:
    return InspectorCandidate(
        id=officer.id,
        department=officer.department,
        district=officer.district,
        qualifications=tuple(officer.qualifications),
        capacity=officer.capacity,
        load=load,
        may_lead=officer.may_lead,
    )


def _stratum(plan: dict[str, object]) -> StratumPlan:
    where = {field: tuple(values) for field, values in dict(plan["where"]).items()}  # type: ignore[call-overload]
    return StratumPlan(str(plan["name"]), where=where, ratio=plan.get("ratio"), count=plan.get("count"))  # type: ignore[arg-type]


def _team_row(scheme: Scheme, department: str) -> TeamRow:
    return TeamRow(
        department,
        seats=scheme.seats_per_department,
        qualifications=tuple(scheme.qualifications.get(department, ())),
        district=DistrictRule(scheme.district_rule),
    )


def _draw_record(
    scheme: Scheme, announcement: Announcement, pools: Pools, secret: bytes, *, by: Person, at: datetime
) -> DrawRecord:
    files = pools.files()
    return DrawRecord(
        id=announcement.draw,
        scheme_id=scheme.id,
        announcement=announcement.to_bytes().decode(),
        objects=files["objects.jsonl"].decode(),
        inspectors=files["inspectors.jsonl"].decode(),
        exclusions=files["exclusions.jsonl"].decode(),
        secret=secret.hex(),
        announced_at=at,
        announced_by=by.id,
    )


def _void(
    records: Records,
    scheme: Scheme,
    draw: DrawRecord,
    transcript: Transcript,
    shortage: Shortage,
    *,
    by: Person,
    at: datetime,
) -> Transcript:
    voided = close(transcript, state=ClosingState.VOIDED, reason=shortage.sentence, at=at)
    keep_transcript(draw, voided)
    draw.voided_at = at
    records.move(
        SCHEME, scheme, SchemeStep.POSTPONE, by=by.id, at=at, draw=draw.id, department=shortage.department
    )
    return voided

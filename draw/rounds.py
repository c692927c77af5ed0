"""Round 0 and the redraw rounds (§4 to §6)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from draw.announcement import Announcement, check_pools
from draw.keys import PublicInput, anchor_of, link_of, round_key
from draw.objects import lowest_tickets
from draw.pools import Exclusion, Pools, check_exclusions, exclusion_line
from draw.refusals import NoLinksLeft, NothingVacant, WrongSecret
from draw.seats import Filling, seats_of
from draw.situation import Ledger, ledger_of
from draw.transcript import (
    DrawnObject,
    FilledSeat,
    Round,
    Transcript,
    Vacancy,
    check_inputs,
    check_open,
    check_record,
    vacancy_line,
)


def run_round_zero(
    announcement: Announcement, pools: Pools, secret: bytes, inputs: Sequence[PublicInput]
) -> Transcript:
    """Draw the objects and fill their seats; the transcript with round 0.

    Raises PoolsChanged, MissingInput (the draw is postponed) or WrongSecret. A round that cannot be filled is returned
    and not raised: ask `shortage_of`.
    """
    check_inputs(announcement, tuple(inputs))
    _check_secret(announcement, secret)
    members = check_pools(announcement, pools)
    link = link_of(secret, announcement.rounds, 0)
    key = round_key(announcement.digest, inputs, link, 0)
    return Transcript(announcement, tuple(inputs), (_first_round(announcement, pools, members, key, link),))


def rehearse_round_zero(announcement: Announcement, pools: Pools, key: str) -> Round:
    """Round 0 as it would be under any key: for rehearsals before the announcement is published. It has no link."""
    return _first_round(announcement, pools, check_pools(announcement, pools), key, link="")


def run_redraw(
    transcript: Transcript,
    pools: Pools,
    secret: bytes,
    *,
    vacated: Sequence[Vacancy] = (),
    excluded: Sequence[Exclusion] = (),
) -> Transcript:
    """Append one round that fills all that is vacant: what is named, and what an infeasible round left open.

    Raises NotHeld, NothingVacant, NoLinksLeft, AlreadyClosed, PoolsChanged, WrongSecret, UnknownId, or
    InconsistentRecord for a transcript that contradicts itself. An infeasible round is returned, not raised.
    """
    check_open(transcript)
    check_record(transcript)
    announcement, number = transcript.announcement, len(transcript.rounds)
    if number >= announcement.rounds:
        raise NoLinksLeft(f"Draw {announcement.draw} has held all of its {announcement.rounds} rounds.")
    _check_secret(announcement, secret)
    members = check_pools(announcement, pools)
    check_exclusions(excluded, pools, "excluded")
    link = link_of(secret, announcement.rounds, number)
    asked = Round(
        number=number,
        link=link,
        key=round_key(announcement.digest, transcript.inputs, link, number),
        objects=(),
        seats=(),
        vacated=tuple(sorted(vacated, key=vacancy_line)),
        excluded=tuple(sorted(set(excluded), key=exclusion_line)),
        infeasible=None,
    )
    held = _hold_redraw(asked, ledger_of(transcript), members, announcement, pools)
    return replace(transcript, rounds=(*transcript.rounds, held))


def _first_round(
    announcement: Announcement, pools: Pools, members: Mapping[str, Sequence[str]], key: str, link: str
) -> Round:
    quotas = {stratum.name: stratum.quota for stratum in announcement.strata}
    drawn = _draw_objects(key, quotas, members)
    opening = Round(0, link, key, objects=drawn, seats=(), vacated=(), excluded=(), infeasible=None)
    ledger = Ledger(announcement.team_rule)
    ledger.add_objects(drawn)
    return _fill(opening, ledger, announcement, pools)


def _hold_redraw(
    asked: Round,
    ledger: Ledger,
    members: Mapping[str, Sequence[str]],
    announcement: Announcement,
    pools: Pools,
) -> Round:
    lost = Counter(ledger.vacate(asked.vacated))
    ledger.exclude(asked.excluded)
    if not asked.vacated and not ledger.open_seats():
        raise NothingVacant(f"Draw {announcement.draw} has no vacant seat, so there is nothing to redraw.")
    never_drawn = {name: [one for one in members[name] if one not in ledger.ever_drawn] for name in lost}
    quotas = {stratum.name: lost[stratum.name] for stratum in announcement.strata if stratum.name in lost}
    drawn = _draw_objects(asked.key, quotas, never_drawn)
    ledger.add_objects(drawn)
    return _fill(replace(asked, objects=drawn), ledger, announcement, pools)


def _draw_objects(
    key: str, quotas: Mapping[str, int], members: Mapping[str, Sequence[str]]
) -> tuple[DrawnObject, ...]:
    """By stratum in the announced order, then by ticket."""
    return tuple(
        DrawnObject(id=one, stratum=name, ticket=its_ticket)
        for name, quota in quotas.items()
        for its_ticket, one in lowest_tickets(key, members[name], quota)
    )


def _fill(opening: Round, ledger: Ledger, announcement: Announcement, pools: Pools) -> Round:
    """The round with every open seat filled, or with the seats in the way."""
    districts = {
        candidate.id: candidate.district for candidate in pools.objects if candidate.id in ledger.objects
    }
    to_fill = set(ledger.open_seats())
    seats = [
        seat
        for one in ledger.objects
        for seat in seats_of(one, districts[one], announcement.team_rule)
        if seat.id in to_fill
    ]
    exclusions = [*pools.exclusions, *ledger.exclusions]
    filling = Filling(
        opening.key, pools.inspectors, announcement.team_rule, held=ledger.holders, exclusions=exclusions
    )
    reached = filling.fill(seats)
    if reached is not None:
        return replace(opening, infeasible=reached)
    filled = tuple(FilledSeat(seat, inspector) for seat, inspector in sorted(filling.holders.items()))
    return replace(opening, seats=filled)


def _check_secret(announcement: Announcement, secret: bytes) -> None:
    if anchor_of(secret, announcement.rounds) != announcement.anchor:
        raise WrongSecret(
            f"The secret does not lead to the anchor of draw {announcement.draw}; it belongs to another."
        )

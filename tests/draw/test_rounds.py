from dataclasses import replace
from datetime import datetime

import pytest

from draw.double_random import (
    Cause,
    ClosingState,
    Exclusion,
    Pools,
    PublicInput,
    Refusal,
    StratumPlan,
    TeamRow,
    Transcript,
    VacatedObject,
    VacatedSeat,
    close,
    read_transcript,
    run_redraw,
    run_round_zero,
    shortage_of,
    situation_of,
)
from draw.refusals import (
    AlreadyClosed,
    BadTime,
    DuplicateId,
    InconsistentRecord,
    LinksOutOfOrder,
    MissingInput,
    NoLinksLeft,
    NotCanonical,
    NotHeld,
    NothingVacant,
    PoolsChanged,
    UnknownId,
    WrongSecret,
)
from draw.rounds import rehearse_round_zero
from tests.draw.builders import AT, INPUTS, a_secret, an_announcement, an_inspector, an_object, some_pools

_RULE = [TeamRow("market", 2)]


def _pools(inspectors: int = 6, objects: int = 5) -> Pools:
    return Pools.frozen(
        objects=[an_object(number) for number in range(objects)],
        inspectors=[an_inspector(f"m{number}") for number in range(inspectors)],
    )


def _drawn(pools: Pools, *, count: int = 2, rounds: int = 3) -> Transcript:
    announcement = an_announcement(
        pools, strata=[StratumPlan("all", {}, count=count)], team_rule=_RULE, rounds=rounds
    )
    return run_round_zero(announcement, pools, a_secret(), INPUTS)


def _leave(transcript: Transcript, number: int = 0, cause: Cause = Cause.RECUSED) -> VacatedSeat:
    filled = transcript.rounds[0].seats[number]
    return VacatedSeat(filled.seat, filled.inspector, cause)


def test_a_redraw_fills_what_was_vacated_and_leaves_the_rest() -> None:
    pools = _pools()
    before = _drawn(pools)
    left = _leave(before)
    after = run_redraw(before, pools, a_secret(), vacated=[left])
    assert after.rounds[0] == before.rounds[0]
    held = after.rounds[1]
    assert [filled.seat for filled in held.seats] == [left.seat]
    assert held.seats[0].inspector != left.inspector
    assert held.key != before.rounds[0].key
    was, now = situation_of(before).holders, situation_of(after).holders
    assert {seat for seat in was if was[seat] != now[seat]} == {left.seat}


def test_a_closed_object_is_replaced_by_one_never_drawn_and_its_seats_fall_with_it() -> None:
    pools = _pools()
    before = _drawn(pools)
    gone, kept = (one.id for one in before.rounds[0].objects)
    after = run_redraw(before, pools, a_secret(), vacated=[VacatedObject(gone, Cause.CLOSED)])
    (replacement,) = after.rounds[1].objects
    assert replacement.id not in {gone, kept}
    now = situation_of(after)
    assert set(now.objects) == {kept, replacement.id}
    assert {seat.split("/")[0] for seat in now.holders} == {kept, replacement.id}


def test_where_nobody_is_left_that_was_never_drawn_an_object_is_not_replaced() -> None:
    pools = _pools(objects=2)
    before = _drawn(pools)
    after = run_redraw(before, pools, a_secret(), vacated=[VacatedObject("o1", Cause.MOVED)])
    assert (after.rounds[1].objects, after.rounds[1].seats) == ((), ())
    assert set(situation_of(after).objects) == {"o0"}


def test_an_exclusion_holds_from_its_round_on() -> None:
    pools = _pools(inspectors=5)
    before = _drawn(pools, count=1)
    free = {one.id for one in pools.inspectors} - {filled.inspector for filled in before.rounds[0].seats}
    shut_out = sorted(free)[:2]
    after = run_redraw(
        before, pools, a_secret(), vacated=[_leave(before)], excluded=[Exclusion(one) for one in shut_out]
    )
    assert {filled.inspector for filled in after.rounds[1].seats} == free - set(shut_out)


def test_what_an_infeasible_round_left_open_is_filled_by_a_later_one() -> None:
    pools = Pools.frozen(
        objects=[
            an_object(1, credit_class="C"),
            an_object(2, credit_class="C"),
            an_object(3, district="south"),
        ],
        inspectors=[an_inspector("m1", capacity=2), an_inspector("m2", capacity=2)],
    )
    before = _drawn(pools, count=2)
    after = run_redraw(before, pools, a_secret(), vacated=[_leave(before), _leave(before, 2)])
    assert after.rounds[1].seats == ()
    shortage = shortage_of(after)
    assert shortage is not None
    assert set(shortage.seats) <= {_leave(before).seat, _leave(before, 2).seat}
    gone = _leave(before).seat.split("/")[0]
    last = run_redraw(after, pools, a_secret(), vacated=[VacatedObject(gone, Cause.WITHDRAWN)])
    assert shortage_of(last) is not None, "the other seat's former holder may still not return"
    assert situation_of(last).open_seats == tuple(sorted(situation_of(last).open_seats))
    assert read_transcript(last.to_bytes()) == last


def test_a_round_after_an_infeasible_one_needs_no_names_and_fills_all_open_seats() -> None:
    pools = Pools.frozen(
        objects=[an_object(1), an_object(2)], inspectors=[an_inspector(f"m{n}", capacity=1) for n in range(3)]
    )
    before = _drawn(pools, count=2)
    assert before.rounds[0].infeasible is not None
    assert len(situation_of(before).open_seats) == 4
    again = run_redraw(before, pools, a_secret())
    assert again.rounds[1].infeasible is not None
    fewer = run_redraw(again, pools, a_secret(), vacated=[VacatedObject("o1", Cause.CLOSED)])
    assert {filled.seat for filled in fewer.rounds[2].seats} == {"o2/market/1", "o2/market/2"}


def test_only_seats_of_the_round_are_shifted() -> None:
    """The only one who could make room holds an older seat, so there is no way."""
    pools = Pools.frozen(
        objects=[an_object(1), an_object(2)],
        inspectors=[an_inspector(f"m{n}", capacity=1) for n in range(4)] + [an_inspector("m4", capacity=1)],
        exclusions=[Exclusion("m4", "o2")],
    )
    before = _drawn(pools, count=2)
    now = situation_of(before).holders
    seat = next(seat for seat in sorted(now) if seat.startswith("o2/"))
    free = ({one.id for one in pools.inspectors} - set(now.values())).pop()
    after = run_redraw(before, pools, a_secret(), vacated=[VacatedSeat(seat, now[seat], Cause.LAPSED)])
    assert (after.rounds[1].infeasible == (seat,)) is (free == "m4")
    untouched = {one: holder for one, holder in now.items() if one != seat}
    assert untouched.items() <= situation_of(after).holders.items()


def test_the_rehearsal_is_round_zero_under_another_key() -> None:
    pools = _pools()
    drawn = _drawn(pools)
    rehearsed = rehearse_round_zero(drawn.announcement, pools, drawn.rounds[0].key)
    assert replace(rehearsed, link=drawn.rounds[0].link) == drawn.rounds[0]
    assert rehearse_round_zero(drawn.announcement, pools, "another").objects != drawn.rounds[0].objects


@pytest.mark.parametrize(
    "inputs", [(), (PublicInput("witness.2", "1"),), (PublicInput("witness.1", ""),), (*INPUTS, *INPUTS)]
)
def test_a_missing_or_foreign_input_postpones(inputs: tuple[PublicInput, ...]) -> None:
    pools = some_pools()
    with pytest.raises(Refusal) as caught:
        run_round_zero(an_announcement(pools), pools, a_secret(), inputs)
    assert "witness." in str(caught.value)


def test_a_source_out_of_order_is_a_missing_one() -> None:
    pools = some_pools()
    with pytest.raises(MissingInput, match="postponed"):
        run_round_zero(an_announcement(pools), pools, a_secret(), [PublicInput("lottery", "1"), *INPUTS])


def test_what_a_redraw_refuses() -> None:
    pools = _pools()
    drawn = _drawn(pools)
    left = _leave(drawn)
    with pytest.raises(NothingVacant, match="no vacant seat"):
        run_redraw(drawn, pools, a_secret())
    with pytest.raises(NotHeld, match=f"Seat {left.seat} is not held by inspector m9"):
        run_redraw(drawn, pools, a_secret(), vacated=[replace(left, inspector="m9")])
    with pytest.raises(NotHeld, match="Object o9 does not stand"):
        run_redraw(drawn, pools, a_secret(), vacated=[VacatedObject("o9", Cause.CLOSED)])
    with pytest.raises(DuplicateId, match="vacated twice"):
        run_redraw(drawn, pools, a_secret(), vacated=[left, replace(left, cause=Cause.LAPSED)])
    gone = VacatedObject(left.seat.split("/")[0], Cause.CLOSED)
    with pytest.raises(DuplicateId, match="not named beside it"):
        run_redraw(drawn, pools, a_secret(), vacated=[left, gone])
    with pytest.raises(UnknownId, match="m9"):
        run_redraw(drawn, pools, a_secret(), vacated=[left], excluded=[Exclusion("m9")])
    with pytest.raises(WrongSecret, match="another"):
        run_redraw(drawn, pools, a_secret("of another draw"), vacated=[left])
    with pytest.raises(PoolsChanged):
        run_redraw(drawn, _pools(inspectors=7), a_secret(), vacated=[left])


def test_the_links_run_out() -> None:
    pools = _pools()
    drawn = _drawn(pools, rounds=1)
    with pytest.raises(NoLinksLeft, match="all of its 1 rounds"):
        run_redraw(drawn, pools, a_secret(), vacated=[_leave(drawn)])


def test_nothing_is_appended_after_the_closing() -> None:
    pools = _pools()
    drawn = _drawn(pools)
    closed = close(drawn, state=ClosingState.VOIDED, reason="the pools were wrong", at=AT)
    assert closed.closing is not None
    assert closed.closing.at == "2026-03-02T01:30:00Z"
    assert read_transcript(closed.to_bytes()) == closed
    with pytest.raises(AlreadyClosed, match="voided since 2026-03-02"):
        run_redraw(closed, pools, a_secret(), vacated=[_leave(drawn)])
    with pytest.raises(AlreadyClosed):
        close(closed, state=ClosingState.CLOSED, reason="", at=AT)
    with pytest.raises(BadTime, match="no time zone"):
        close(drawn, state=ClosingState.CLOSED, reason="", at=datetime(2026, 1, 1))  # noqa: DTZ001


def test_a_record_that_contradicts_itself_is_refused() -> None:
    pools = _pools()
    drawn = _drawn(pools)
    two = run_redraw(drawn, pools, a_secret(), vacated=[_leave(drawn)])
    first, second = two.rounds
    with pytest.raises(LinksOutOfOrder, match="number 1 instead of 0"):
        read_transcript(replace(two, rounds=(replace(second, vacated=()), first)).to_bytes())
    with pytest.raises(LinksOutOfOrder, match="does not hash to the link of round 0"):
        read_transcript(replace(two, rounds=(first, replace(second, link=first.link))).to_bytes())
    with pytest.raises(InconsistentRecord, match="key of round 1"):
        read_transcript(replace(two, rounds=(first, replace(second, key=first.key))).to_bytes())
    with pytest.raises(InconsistentRecord, match="exactly the seats"):
        situation_of(replace(two, rounds=(first, replace(second, seats=()))))
    with pytest.raises(NotCanonical, match="The transcript is not canonical JSON"):
        read_transcript(two.to_bytes()[:-20])

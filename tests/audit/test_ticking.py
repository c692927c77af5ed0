"""Whoever ticks, however late and by whatever clock: each piece of due work is done once, or said to be missed."""

import asyncio
import contextlib
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from actions.deadlines import reminder_key
from actions.due_work import DUE_ACTIONS, OVERTAKEN_BY
from bot.ticking import _JOB, BATCH, _keep_awake, make_scheduler, tick
from inspection.states import AssignmentState
from storage import due
from storage.migrate import migrate
from storage.store import Store
from storage.tables.inspections import Assignment
from storage.tables.messaging import DueWork, OutboxLine
from tests.actions.story import a_drawn_story, rows_of
from tests.audit.crowd import ANSWER_TIME, ask_everybody, plan_lapses, plan_reminders
from tests.builders import NOW
from tests.postgres import fresh_database
from tests.served import ROOT, until

HALF = ANSWER_TIME / 2


def _tick(store: Store, at: datetime, *, limit: int = BATCH) -> int:
    return tick(store, lambda: at, lambda: None, limit=limit)


def _outcomes(store: Store) -> Counter[tuple[str, str]]:
    with store.reading() as records:
        works = rows_of(records, DueWork)
    return Counter((work.kind, re.sub("^told:.*", "told", work.outcome or "")) for work in works)


def _told(store: Store) -> Counter[str]:
    with store.reading() as records:
        return Counter(line.kind for line in rows_of(records, OutboxLine))


def test_what_is_due_is_done_in_as_many_batches_as_it_takes(store: Store) -> None:
    with store.transaction() as records:
        plan_reminders(records, ask_everybody(records, 3), due_at=NOW + HALF)
    assert _tick(store, NOW + HALF, limit=5) == 12
    assert _tick(store, NOW + HALF, limit=5) == 0
    assert _outcomes(store) == {("remind", "told"): 12}
    assert _told(store) == {"answer_reminder": 12}


@pytest.mark.parametrize("limit", [2, BATCH])
def test_after_an_outage_each_is_reminded_once_of_what_should_have_been_said_thrice(
    store: Store, limit: int
) -> None:
    with store.transaction() as records:
        ids = ask_everybody(records, 1)
        for round in range(3):
            plan_reminders(records, ids, due_at=NOW + timedelta(hours=round), round=round)
    _tick(store, NOW + HALF, limit=limit)
    assert _outcomes(store) == {("remind", "told"): 12}
    assert _told(store) == {"answer_reminder": 4}


def test_after_an_outage_over_the_deadline_the_lapse_is_done_and_the_reminder_is_missed(store: Store) -> None:
    story = a_drawn_story(store)
    story.later(hours=30)
    _tick(store, story.at)
    assert _outcomes(store)["remind", "missed: superseded"] == 4
    assert _outcomes(store)["lapse", "done"] == 4
    assert {one.state for one in story.assignments()} == {AssignmentState.LAPSED, AssignmentState.NOTIFIED}
    assert story.told(story.assignments(state=AssignmentState.LAPSED)[0].person_id) == [
        "assignment_drawn",
        "assignment_lapsed",
    ]


def test_what_decides_something_is_never_passed_over() -> None:
    assert set(OVERTAKEN_BY) <= set(DUE_ACTIONS)
    assert not {"lapse", "decide_by_default", "draw_due"} & set(OVERTAKEN_BY)


def test_a_clock_that_jumps_ahead_and_back_does_nothing_twice_and_loses_nothing(store: Store) -> None:
    with store.transaction() as records:
        ids = ask_everybody(records, 1)
        plan_reminders(records, ids, due_at=NOW + HALF)
    assert _tick(store, NOW + HALF) == 4
    assert _tick(store, NOW - timedelta(days=3)) == 0
    with (
        store.transaction() as records
    ):  # planned on the clock that was set back, with one of a later time done
        plan_reminders(records, ids, due_at=NOW - timedelta(days=2), round=1)
    assert _tick(store, NOW - timedelta(days=2)) == 4
    assert _tick(store, NOW + HALF) == 0
    assert _outcomes(store) == {("remind", "told"): 8}
    assert _told(store) == {"answer_reminder": 8}


def test_work_that_the_database_refuses_stands_in_nobodys_way(store: Store) -> None:
    with store.transaction() as records:
        ids = ask_everybody(records, 2)
        plan_reminders(records, ids, due_at=NOW + HALF)
        due.plan(records, kind="lapse", subject="nobody", due_at=NOW, key="refused")
    assert _tick(store, NOW + HALF) == 9
    assert _outcomes(store)["remind", "told"] == 8
    assert _told(store) == {"answer_reminder": 8}
    [refused] = [outcome for (kind, outcome) in _outcomes(store) if kind == "lapse"]
    assert str(refused).startswith("superseded: ")


def test_work_whose_rows_break_a_rule_of_the_database_is_set_aside_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(records: Any, work: DueWork, *, at: datetime) -> None:
        records.add(Assignment(**records.get(Assignment, work.subject).model_dump()))

    monkeypatch.setattr("actions.due_work.DUE_ACTIONS", {**DUE_ACTIONS, "breaks": breaks})
    with store.transaction() as records:
        ids = ask_everybody(records, 2)
        due.plan(records, kind="breaks", subject=ids[0], due_at=NOW)
        plan_reminders(records, ids, due_at=NOW + HALF)
    assert _tick(store, NOW + HALF) == 9
    assert _outcomes(store) == {("breaks", "failed"): 1, ("remind", "told"): 8}


def test_a_tick_says_that_it_moves_as_often_as_it_does(store: Store) -> None:
    beats: list[int] = []
    with store.transaction() as records:
        plan_reminders(records, ask_everybody(records, 1), due_at=NOW)
    tick(store, lambda: NOW, lambda: None, beat=lambda: beats.append(1), limit=2)
    assert len(beats) == 3


async def test_a_wall_clock_that_was_set_back_stops_no_tick() -> None:
    """To the scheduler it is the same as a job whose turn is an hour away."""
    has_ticked, loop = asyncio.Event(), asyncio.get_running_loop()
    scheduler = make_scheduler(lambda: loop.call_soon_threadsafe(has_ticked.set))
    scheduler.start()
    watch = asyncio.create_task(_keep_awake(scheduler))
    scheduler.get_job(_JOB).modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
    async with asyncio.timeout(10):
        await has_ticked.wait()
    watch.cancel()
    scheduler.shutdown(wait=False)


# --- Several processes on one store ----------------------------------------------------------------------------------

_TICKS = """
import os, sys, threading
from datetime import datetime
from bot.ticking import tick
from storage.store import Store

def go_on():
    while True:
        tick(store, lambda: at, lambda: None, limit=int(sys.argv[3]))

at = datetime.fromisoformat(sys.argv[2])
store = Store(sys.argv[1])
print("ready", flush=True)
os.dup2(2, 1)  # nobody reads what is logged, and a pipe that is full would hold it up for ever
input()
threading.Thread(target=go_on, daemon=True).start()
sys.stdin.read()
"""


@contextlib.contextmanager
def _processes(url: str, number: int, *, limit: int) -> Iterator[list[subprocess.Popen[str]]]:
    """So many that tick as soon as they are given a line, all at once."""
    line = [sys.executable, "-c", _TICKS, url, (NOW + HALF).isoformat(), str(limit)]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(line, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(number)]
    try:
        for one in running:
            assert one.stdout
            assert one.stdout.readline() == "ready\n"
        yield running
    finally:
        for one in running:
            one.kill()
            one.communicate()


def _go(running: list[subprocess.Popen[str]]) -> None:
    for one in running:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()


def _done(store: Store) -> int:
    with store.reading() as records:
        rows = select(func.count()).where(col(DueWork.done_at).is_not(None))
        return int(records.session.execute(rows).scalar_one())


def _share(pieces: int, processes: int, kill_at: list[int], while_waiting: Callable[[], None]) -> None:
    """`pieces` fall due at once, before so many processes; one of them is killed each time so many are done."""
    with fresh_database(migrate) as url, contextlib.closing(Store(url)) as store:
        with store.transaction() as records:
            ids = ask_everybody(records, pieces // 4)
            plan_reminders(records, ids, due_at=NOW + HALF)
        with _processes(url, processes, limit=5) as running:
            _go(running)
            for victim, number in zip(running, kill_at, strict=False):
                until(lambda number=number: _done(store) >= number)  # type: ignore[misc]
                victim.kill()
                while_waiting()
            until(lambda: _done(store) == pieces)
        assert _outcomes(store) == {("remind", "told"): pieces}
        with store.reading() as records:
            lines, works = rows_of(records, OutboxLine), rows_of(records, DueWork)
        assert sorted(line.key for line in lines) == sorted(reminder_key(work.id) for work in works)


@pytest.mark.postgres
def test_three_processes_share_what_is_due_and_two_are_killed_in_the_middle() -> None:
    _share(200, 3, [40, 100], lambda: None)


@pytest.mark.postgres
@pytest.mark.faults
def test_four_processes_let_forty_seats_of_one_draw_lapse_once_each() -> None:
    """A lapse draws anew for all that lapsed in the same draw, so that two at once would wait for each other."""
    with fresh_database(migrate) as url, contextlib.closing(Store(url)) as store:
        story = a_drawn_story(store, officers=60, objects=60, count=10)
        asked = {one.id for one in story.assignments()}
        with store.transaction() as records:
            works = rows_of(records, DueWork, kind="lapse")
            for work in works:
                work.due_at = NOW + timedelta(hours=6)
            for one in asked:
                records.get(Assignment, one).answer_by = NOW + timedelta(hours=6)
        with _processes(url, 4, limit=5) as running:
            _go(running)
            until(lambda: all(one.state is AssignmentState.LAPSED for one in story.assignments(round=0)))
            until(lambda: _pending(store, "lapse", NOW + HALF) == 0)
        assert len(asked) == 40
        assert {one.id for one in story.assignments(state=AssignmentState.LAPSED)} == asked
        assert _told(store)["assignment_lapsed"] == 40
        story.check_rules()


def _pending(store: Store, kind: str, at: datetime) -> int:
    with store.reading() as records:
        works = rows_of(records, DueWork, kind=kind, done_at=None)
    return sum(work.due_at <= at for work in works)


@pytest.mark.postgres
@pytest.mark.faults
@pytest.mark.parametrize("seed", range(6))
def test_four_processes_with_kills_at_other_moments(seed: int) -> None:
    _share(2000, 4, [11 + 97 * seed, 403 + 61 * seed, 977 + 31 * seed], lambda: time.sleep(0.03 * seed))


@pytest.mark.postgres
def test_a_process_that_ticks_passes_by_what_another_has_in_hand() -> None:
    with fresh_database(migrate) as url, contextlib.closing(Store(url)) as store:
        with store.transaction() as records:
            ids = ask_everybody(records, 2)
            plan_reminders(records, ids, due_at=NOW)
            plan_lapses(records, [])
        with store.transaction() as held:
            assert len(due.claim(held, at=NOW, limit=3)) == 3
            assert _tick(store, NOW) == 5
            held.session.rollback()
        assert _tick(store, NOW) == 3
        assert _told(store) == {"answer_reminder": 8}

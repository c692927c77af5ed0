"""The tick: APScheduler only says that a second has passed; what is due stands in the store."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

from actions.due_work import ALONE, DUE_ACTIONS, OVERTAKEN_BY, do_due_work
from actions.reminding import WINDOW
from bot.meters import Meter
from inspection.refusals import Refusal
from storage import due
from storage.store import Records, Store, StoreFault, is_about_values
from storage.tables.messaging import DueWork
from storage.traces import caused_by, trace_of_work

TICK_SECONDS = 1
BATCH = 200
LONGEST_BATCH = 0.25
"""Seconds after which a batch is committed as far as it is: the others who write wait meanwhile."""
TOGETHER = 25
CAREFUL_BATCH = 50
FAILED = "failed"
Savepoint = Callable[[Records], AbstractContextManager[None]]
_JOB = "tick"
_UNCOUNTED = Meter()
_log = structlog.get_logger()


def _nothing() -> None:
    pass


def make_scheduler(tick: Callable[[], object]) -> AsyncIOScheduler:
    """A scheduler that calls `tick` every second in a thread; a late tick is one tick, not a lost one."""
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(tick, "interval", id=_JOB, seconds=TICK_SECONDS, executor="default")
    return scheduler


@contextlib.asynccontextmanager
async def ticking(tick: Callable[[], object]) -> AsyncIterator[None]:
    """While the block runs, `tick` is called every second, whatever is done to the machine's clock meanwhile."""
    scheduler = make_scheduler(tick)
    scheduler.start()
    watch = asyncio.create_task(_keep_awake(scheduler))
    try:
        yield
    finally:
        watch.cancel()
        scheduler.shutdown(wait=False)


async def _keep_awake(scheduler: AsyncIOScheduler) -> None:
    """APScheduler reckons by the wall's clock: set back by an hour, it would sleep for an hour. This reckons by one
    that nobody can set."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        job, now = scheduler.get_job(_JOB), datetime.now(UTC)
        if job is not None and job.next_run_time > now + timedelta(seconds=2 * TICK_SECONDS):
            _log.warning("clock_set_back", by=str(job.next_run_time - now))
            job.modify(next_run_time=now)


def tick(
    store: Store,
    clock: Callable[[], datetime],
    after: Callable[[], None],
    *,
    beat: Callable[[], None] = _nothing,
    limit: int = BATCH,
    meter: Meter = _UNCOUNTED,
) -> int:
    """Does everything that is due, batch by batch, and gives how much it was. `beat` is called as often as something
    moves, so that others can tell a long tick from one that hangs; `meter` hears how it goes."""
    total = 0
    while True:
        beat()
        try:
            number = _tick_batch(store, clock(), limit, meter)
        except StoreFault as fault:
            _log.warning("store_fault", doing="ticking", failure=type(fault).__name__)
            return total
        if not number:
            return total
        total += number
        after()


def _tick_batch(store: Store, at: datetime, limit: int, meter: Meter) -> int:
    """A quick savepoint does where nothing is undone but a refusal; after any other fault the session may be of no use
    any more, and the batch is done again with savepoints that hold."""
    with store.reading() as records:
        first = due.next_due_at(records)
    meter.came_late(max(0.0, (at - first).total_seconds()) if first is not None else 0.0)
    if first is None or first > at:
        return 0
    try:
        return _do_batch(store, at, limit, Records.step, TOGETHER, meter)
    except Exception as fault:
        if _is_the_worlds(fault):
            raise
    return _do_batch(store, at, min(limit, CAREFUL_BATCH), Records.attempt, 1, meter)


def _do_batch(
    store: Store, at: datetime, limit: int, savepoint: Savepoint, together: int, meter: Meter
) -> int:
    with store.transaction("clock") as records:
        works = due.claim(records, at=at, limit=limit, alone=ALONE)
        overtaken = due.overtaken(records, works, by=OVERTAKEN_BY, at=at)
        outcomes = dict.fromkeys(overtaken, due.SUPERSEDED)
        left = [work for work in works if work.id not in overtaken]
        due.read_ahead(records, left, until=at + WINDOW)
        give_way_at = time.monotonic() + LONGEST_BATCH
        for start in range(0, len(left), together):
            outcomes |= _do_some(records, left[start : start + together], at, savepoint)
            if time.monotonic() > give_way_at:
                break
        due.finish_all(records, outcomes, at=at)
    _note_done(works, outcomes, meter)
    return len(outcomes)


def _note_done(works: Sequence[DueWork], outcomes: Mapping[int, str], meter: Meter) -> None:
    """After the commit: what stands in the log has happened."""
    for work in works:
        if (outcome := outcomes.get(work.id or 0)) is not None:
            word = outcome if outcome in (due.DONE, FAILED) else "superseded"
            meter.done(work.kind if work.kind in DUE_ACTIONS else "unknown", word)
            trace = trace_of_work(work.key)
            _log.info("due_work_taken_up", number=work.id, kind=work.kind, outcome=word, trace=trace)


def _do_some(
    records: Records, works: Sequence[DueWork], at: datetime, savepoint: Savepoint
) -> dict[int, str]:
    """What became of each, by id. Hardly any is ever refused, so that many share one savepoint."""
    if len(works) > 1 and _are_done_together(records, works, at):
        return {work.id or 0: due.DONE for work in works}
    return {work.id or 0: _do(records, work, at, savepoint) for work in works}


def _are_done_together(records: Records, works: Sequence[DueWork], at: datetime) -> bool:
    """False, and nothing done, where one of them was refused."""
    try:
        with records.step():
            for work in works:
                with caused_by(trace_of_work(work.key)):
                    do_due_work(records, work, at=at)
    except Refusal:
        return False
    return True


def _do(records: Records, work: DueWork, at: datetime, savepoint: Savepoint) -> str:
    """What became of it. It is looked up anew: where the one before was refused, what that had done to others is
    undone in the store alone."""
    trace = trace_of_work(work.key)
    try:
        with savepoint(records), caused_by(trace):
            do_due_work(records, records.get(DueWork, work.id), at=at)
    except Refusal as refusal:
        return f"superseded: {refusal.sentence}"
    except Exception as fault:
        # One broken deadline must not hold up the others; it stays visible with its outcome.
        if savepoint is not Records.attempt or _is_the_worlds(fault):
            raise
        _log.error("due_work_failed", kind=work.kind, subject=work.subject, exc_info=True, trace=trace)
        return FAILED
    return due.DONE


def _is_the_worlds(fault: Exception) -> bool:
    return isinstance(fault, StoreFault) and not is_about_values(fault)

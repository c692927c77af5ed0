"""The tick: APScheduler only says that a second has passed; what is due stands in the store."""

from collections.abc import Callable
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # type: ignore[import-untyped]

from actions.due_work import do_due_work
from inspection.refusals import Refusal
from storage import due
from storage.store import Records, Store, StoreFault, is_about_values
from storage.tables.messaging import DueWork

TICK_SECONDS = 1
BATCH = 50
_log = structlog.get_logger()


def make_scheduler(tick: Callable[[], None]) -> AsyncIOScheduler:
    """A scheduler that calls `tick` every second in a thread; a late tick is one tick, not a lost one."""
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    scheduler.add_job(tick, "interval", seconds=TICK_SECONDS, executor="default")
    return scheduler


def tick(store: Store, clock: Callable[[], datetime], after: Callable[[], None]) -> int:
    """Does everything that is due, batch by batch, and gives how much it was."""
    total = 0
    while True:
        try:
            number = _tick_batch(store, clock())
        except StoreFault as fault:
            _log.warning("store_fault", doing="ticking", failure=type(fault).__name__)
            return total
        total += number
        if number:
            after()
        if number < BATCH:
            return total


def _tick_batch(store: Store, at: datetime) -> int:
    with store.reading() as records:
        first = due.next_due_at(records)
    if first is None or first > at:
        return 0
    with store.transaction("clock") as records:
        works = due.claim(records, at=at, limit=BATCH)
        for work in works:
            _do(records, work, at)
        return len(works)


def _do(records: Records, work: DueWork, at: datetime) -> None:
    try:
        with records.attempt():
            do_due_work(records, work, at=at)
        due.finish(work, at=at)
    except Refusal as refusal:
        due.finish(work, at=at, outcome=f"superseded: {refusal.sentence}")
    except Exception as fault:
        # One broken deadline must not hold up the others; it stays visible with its outcome.
        if isinstance(fault, StoreFault) and not is_about_values(fault):
            raise
        _log.error("due_work_failed", kind=work.kind, subject=work.subject, exc_info=True)
        due.finish(work, at=at, outcome="failed")

"""The tick among a hundred thousand reminders, on both databases: what a minute with five thousand due takes, and what
a tick costs while nothing is due; and the auditor's look at ten thousand open inspections.

The bars are of the whole deed: claimed, told through the outbox, done. On SQLite the file is written with synchronous
FULL; PostgreSQL is the one that the tests start, which does not wait for the disk.
"""

import contextlib
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from actions.audit import audit
from bot.ticking import tick
from scripts.bench.measure import Measure, best_of
from storage.migrate import migrate
from storage.store import Store
from tests.audit.crowd import ask_everybody, plan_reminders
from tests.builders import NOW
from tests.postgres import fresh_database

PENDING, FEW, DUE, OPEN = 100_000, 1_000, 5_000, 10_000
CLAIM_SECONDS, IDLE_MS, GROWTH, AUDIT_SECONDS = 5.0, 5.0, 1.5, 2.0
_DUE_AT = NOW + timedelta(hours=12)
_LATER = _DUE_AT + timedelta(days=1)
_TICKS = 200


def measure_ticking() -> Iterator[Measure]:
    for database in ("SQLite", "PostgreSQL"):
        with _a_store(database) as store:
            yield from _measure(store, database)
        with _a_store(database) as store:
            yield _audit(store, database)


@contextlib.contextmanager
def _a_store(database: str) -> Iterator[Store]:
    with contextlib.ExitStack() as stack:
        if database == "SQLite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = f"sqlite:///{Path(folder) / 'ticking.db'}"
            migrate(url)
        else:
            url = stack.enter_context(fresh_database(migrate))
        yield stack.enter_context(contextlib.closing(Store(url)))


def _measure(store: Store, database: str) -> Iterator[Measure]:
    with store.transaction() as records:
        asked = ask_everybody(records, DUE // 4)
        plan_reminders(records, asked[:FEW], due_at=_LATER, round=1)
    few = _idle(store)
    with store.transaction() as records:
        for round in range(2, (PENDING - FEW) // DUE + 1):
            plan_reminders(records, asked, due_at=_LATER, round=round)
        for minute in range(60):
            chosen = asked[minute::60]
            plan_reminders(records, chosen, due_at=_DUE_AT + timedelta(seconds=minute))
    many = _idle(store)
    yield Measure(
        f"a tick with nothing due among {PENDING:,}, {database}", 1000 * many, IDLE_MS, "the bar", unit="ms",
        at_most=1.0,
    )  # fmt: skip
    yield Measure(
        f"the same beside one among {FEW:,}, {database}", 1000 * many, 1000 * few, f"among {FEW:,}", unit="ms",
        at_most=GROWTH,
    )  # fmt: skip
    began = time.perf_counter()
    done = tick(store, lambda: _DUE_AT + timedelta(minutes=1), lambda: None)
    seconds = time.perf_counter() - began
    assert done == DUE, done
    yield Measure(
        f"{DUE:,} of {PENDING:,} that fall due in one minute, told and done, {database}", seconds, CLAIM_SECONDS,
        "the bar", at_most=1.0,
    )  # fmt: skip


def _audit(store: Store, database: str) -> Measure:
    with store.transaction() as records:
        ask_everybody(records, OPEN)

    def look() -> None:
        with store.reading() as records:
            assert audit(records, NOW) == []

    what = f"the audit of {OPEN:,} open inspections with {4 * OPEN:,} officers, {database}"
    return Measure(what, best_of(3, look), AUDIT_SECONDS, "the bar", at_most=1.0)


def _idle(store: Store) -> float:
    """Seconds of one tick that finds nothing to do."""

    def ticks() -> None:
        for _ in range(_TICKS):
            assert tick(store, lambda: NOW, lambda: None) == 0

    ticks()
    return best_of(5, ticks) / _TICKS

"""When the canary's trial run is due, what its result means, and how it is said."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.canary.trial import Trial, TrialFailed, TrialStep
from notifications.command_line import said
from notifications.formats import moment
from storage import canary_results
from storage.canary_results import CANARY, CanaryResult
from storage.shadow import ShadowTaken, shadow_store
from storage.store import Records, Store, StoreFault, reason

EVERY = timedelta(days=1)
AGAIN_AFTER = timedelta(hours=1)
"""A trial that failed is tried again so soon: what was mended shows itself."""
GOOD_FOR = timedelta(hours=26)
FIRST_AFTER = 600.0
"""Seconds: a service that has just started has other things to do."""
_log = structlog.get_logger()


def run_trial(store: Store, url: str, folder: Path, at: datetime) -> CanaryResult:
    """Runs it now in a shadow of the store at `url`, and keeps in `store` how it ended, which is all that is written
    there. Raises `ShadowTaken` while another process runs one, and what the real store raises."""
    began, step, failure = time.monotonic(), TrialStep.BEGUN, ""
    trial = None
    try:
        with shadow_store(url, folder, CANARY) as shadow:
            trial = Trial(shadow, at)
            trial.run()
    except ShadowTaken:
        raise
    except Exception as fault:
        failure = _words_for(fault)
        _log.error("canary_failed", exc_info=not isinstance(fault, TrialFailed | StoreFault))
    step = trial.step if trial is not None else step
    result = CanaryResult(
        at, round(time.monotonic() - began, 3), step.value, failure, None if failure else at
    )
    with store.transaction(CANARY) as records:
        if failure:
            before = canary_results.last(records)
            result = replace(result, good_at=before.good_at if before else None)
        canary_results.keep(records, result)
    return result


def _words_for(fault: Exception) -> str:
    said_so = reason(fault) if isinstance(fault, StoreFault) else str(fault)
    return f"{type(fault).__name__}: {said_so}"[:300]


class CanaryWatch:
    """Runs the trial once a day, on a thread of its own; `store` is one that nobody else waits for."""

    def __init__(
        self,
        store: Store,
        url: str,
        folder: Path,
        clock: Callable[[], datetime],
        now: Callable[[], float] = time.monotonic,
        trial: Callable[[Store, str, Path, datetime], CanaryResult] = run_trial,
    ) -> None:
        self._store, self._url, self._folder, self._clock, self._now = store, url, folder, clock, now
        self._trial = trial
        self._began = now()
        self._running: threading.Thread | None = None

    def look(self) -> None:
        """Starts a trial when one is due and none is running. Raises nothing."""
        if (self._running is not None and self._running.is_alive()) or self._age() < FIRST_AFTER:
            return
        try:
            with self._store.reading() as records:
                is_due = _is_due(canary_results.last(records), self._clock())
        except StoreFault as fault:
            _log.warning("store_fault", doing="looking at the canary", failure=type(fault).__name__)
            return
        if is_due:
            self._running = threading.Thread(target=self._run, name="canary", daemon=True)
            self._running.start()

    def wait(self) -> None:
        """For the trial that is running, to its end or for some seconds."""
        if self._running is not None:
            self._running.join(timeout=20)

    def reasons(self, records: Records) -> dict[str, int]:
        """For `/health`: why it is red."""
        last = canary_results.last(records)
        if last is not None and last.failure:
            return {"canary_failed": 1}
        good_at = last.good_at if last is not None else None
        has_old = good_at is None or self._clock() - good_at > GOOD_FOR
        return {"canary_old": 1} if has_old and self._age() > GOOD_FOR.total_seconds() else {}

    def _age(self) -> float:
        return self._now() - self._began

    def _run(self) -> None:
        try:
            self._trial(self._store, self._url, self._folder, self._clock())
        except ShadowTaken:
            pass  # another process is at it, and its result is ours as well
        except Exception as fault:
            _log.error("canary_not_kept", failure=type(fault).__name__)


def _is_due(last: CanaryResult | None, at: datetime) -> bool:
    """A result from a time to come was kept before the clock was set back."""
    if last is None or last.at > at + AGAIN_AFTER:
        return True
    return at - last.at >= (AGAIN_AFTER if last.failure else EVERY)


def result_line(result: CanaryResult, language: str) -> str:
    """One trial in words."""
    name = "canary_failed" if result.failure else "canary_good"
    facts = {"at": moment(result.at, language), "took": f"{result.took:.1f}", "failure": result.failure}
    return said(name, language, step=said(f"trial_{result.step}", language), **facts)


def canary_lines(records: Records, language: str) -> Iterator[str]:
    """For `shuangsuiji status`."""
    last = canary_results.last(records)
    if last is not None:
        yield result_line(last, language)


def canary_state(records: Records) -> dict[str, object] | None:
    """For `/health`; None before the first trial. The failure's own words are for the command line."""
    last = canary_results.last(records)
    if last is None:
        return None
    good_at = last.good_at.isoformat() if last.good_at else None
    return {"at": last.at.isoformat(), "step": last.step, "ok": not last.failure, "good_at": good_at}

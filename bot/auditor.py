"""The auditor: looks every minute whether everything open can go on and nothing due lies waiting.

It has a thread and connections to the store of its own, and reckons by a clock that nobody can set: a tick that hangs,
a pool that is empty and a loop that stands still are what it is there to see.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import structlog

from actions.audit import Flaw, audit
from actions.audit_alarm import note_flaws
from notifications.catalogue import label
from notifications.command_line import said
from notifications.formats import moment
from storage import audit_alarms
from storage.audit_alarms import INSTALLATION
from storage.store import Records, Store, StoreFault

EVERY = 60.0
"""Seconds."""
SILENT_AFTER = 300.0
"""Seconds without a sign of life after which the tick, or the auditor, is said to hang."""
_JUMP = 30.0
"""Seconds by which the wall's clock may go otherwise than ours between two looks; beyond that it was set, and whatever
is late now has not had its minute yet."""
_log = structlog.get_logger()


class Pulse:
    """Says how long ago it was last heard."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._at = now, now()

    def beat(self) -> None:
        self._at = self._now()

    @property
    def silence(self) -> float:
        """Seconds."""
        return self._now() - self._at

    @property
    def is_silent(self) -> bool:
        return self.silence > SILENT_AFTER


class Auditor:
    """`tick` beats with the clock tick; `daily` is called at each look, for what is done now and then; `after` when
    there is something to send. The store is the auditor's own, and closed with it."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        tick: Pulse,
        after: Callable[[], None],
        daily: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self._clock, self._tick, self._after, self._daily, self._now = clock, tick, after, daily, now
        self._seen: frozenset[Flaw] = frozenset()
        self._looked: tuple[float, datetime] | None = None
        self._standing: Mapping[str, int] = {}
        self._own, self._failures = Pulse(now), 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="auditor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """What is being looked at is looked at to its end, unless it hangs."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self.store.close()

    def look(self) -> None:
        """One look. Raises nothing: tomorrow's look still wants doing."""
        try:
            self._look()
            self._failures = 0
        except Exception as fault:
            self._failures += 1
            is_the_worlds = isinstance(fault, StoreFault)
            _log.error("audit_failed", failure=type(fault).__name__, exc_info=not is_the_worlds)
        self._own.beat()

    def reasons(self) -> dict[str, int]:
        """Why this process is not well, by kind of flaw with their number; what stands in the store as an alarm is not
        among it. Reads nothing, so that it answers when the store does not."""
        found = dict(self._standing)
        if self._tick.is_silent:
            found["tick_silent"] = 1
        if self._own.is_silent:
            found["auditor_silent"] = 1
        if self._failures > 1:
            found["store_unanswered"] = self._failures
        return found

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.look()
            self._daily()
            self._stopping.wait(EVERY)

    def _look(self) -> None:
        at = self._clock()
        before = frozenset() if self._has_jumped(at) else self._seen
        with self.store.reading() as records:
            found = frozenset(audit(records, at))
            has_alarm = bool(audit_alarms.present(records))
        standing, self._seen = found & before, found
        self._standing = Counter(flaw.kind.value for flaw in standing)
        if self._tick.is_silent:
            _log.error("tick_silent")
        if standing:
            _log.error("flaws", **self._standing)
        if standing or has_alarm:
            with self.store.transaction("auditor") as records:
                has_news = note_flaws(records, standing, found, at=at)
            if has_news:
                self._after()

    def _has_jumped(self, at: datetime) -> bool:
        now, looked = self._now(), self._looked
        self._looked = (now, at)
        if looked is None:
            return False
        return abs((at - looked[1]) - timedelta(seconds=now - looked[0])) > timedelta(seconds=_JUMP)


def alarm_reasons(records: Records) -> dict[str, int]:
    """For `/health`: what stands as an alarm, by kind of flaw; which matters they are is nobody's business there."""
    total: Counter[str] = Counter()
    for alarm in audit_alarms.present(records):
        total.update(alarm.counts)
    return dict(total)


def audit_lines(records: Records, language: str) -> Iterator[str]:
    """For `shuangsuiji status`."""
    for alarm in audit_alarms.present(records):
        kinds = [f"{label(f'flaw_{kind}', language)} {number}" for kind, number in alarm.counts.items()]
        yield said(
            "audit_alarm",
            language,
            department="" if alarm.department == INSTALLATION else alarm.department,
            since=moment(alarm.since, language),
            kinds=said("comma", language).join(kinds),
        )

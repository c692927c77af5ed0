"""What stands in the store, for Prometheus: read when it is asked for, and at most once in a few seconds.

Every process that serves `/metrics` gives the same figures, for they are the store's: a dashboard takes the greatest of
them and never their sum.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from storage import troubles
from storage.figures import Figures, read_figures
from storage.outbox import Queue
from storage.store import Records, Store, StoreFault
from storage.troubles import ChannelTrouble

FRESH_SECONDS = 5.0
ANYWHERE = "any"
"""In place of a channel: it goes wherever its person is by then."""
_PREFIX = "shuangsuiji_"
_Values = Iterable[tuple[tuple[str, ...], float]]


@dataclass(frozen=True)
class _Read:
    at: datetime
    figures: Figures
    troubles: list[ChannelTrouble]
    alarms: Mapping[str, int]


class StoreMetrics(Collector):
    """Add it to a registry. `alarms` gives what the auditor says of the store, by kind; the store is not closed."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        alarms: Callable[[Records], Mapping[str, int]],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._clock, self._alarms, self._now = store, clock, alarms, now
        self._last: _Read | None = None
        self._read_at: float | None = None
        self._reading = threading.Lock()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        read = self._newest()
        yield _gauge("store_up", "Whether the store answered", (), [((), float(read is not None))])
        for name, words, labels, values in _FAMILIES:
            yield _gauge(name, words, labels, values(read) if read is not None else ())

    def _newest(self) -> _Read | None:
        """Of several who ask at once one reads, and the others get what was read last: a store that hangs must not
        take one thread after the other."""
        if not self._reading.acquire(blocking=False):
            return self._last
        try:
            if self._read_at is None or self._now() - self._read_at >= FRESH_SECONDS:
                self._last, self._read_at = self._read(), self._now()
        finally:
            self._reading.release()
        return self._last

    def _read(self) -> _Read | None:
        at = self._clock()
        try:
            with self._store.reading() as records:
                figures = read_figures(records, at=at)
                return _Read(at, figures, troubles.present(records), self._alarms(records))
        except StoreFault:
            return None


def _gauge(name: str, words: str, labels: tuple[str, ...], values: _Values) -> GaugeMetricFamily:
    family = GaugeMetricFamily(_PREFIX + name, words, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def _inbox_updates(read: _Read) -> _Values:
    yield from (((channel, "pending"), one.number) for channel, one in read.figures.inbox.items())
    yield from (((channel, "quarantined"), number) for channel, number in read.figures.set_aside.items())


def _inbox_age(read: _Read) -> _Values:
    return [((), read.figures.oldest_update().age(read.at))]


def _outbox_lines(read: _Read) -> _Values:
    for channel, queue in read.figures.outbox.items():
        yield (channel or ANYWHERE, "due"), queue.due
        yield (channel or ANYWHERE, "later"), queue.later
    yield from (((channel or ANYWHERE, "dead"), number) for channel, number in read.figures.dead.items())


def _outbox_age(read: _Read) -> _Values:
    return [((channel or ANYWHERE,), _age(queue, read.at)) for channel, queue in read.figures.outbox.items()]


def _age(queue: Queue, at: datetime) -> float:
    return max(0.0, (at - queue.oldest).total_seconds()) if queue.oldest is not None else 0.0


def _due_works(read: _Read) -> _Values:
    for kind, one in read.figures.due.items():
        yield from (((kind, "due"), one.due), ((kind, "overdue"), one.overdue), ((kind, "soon"), one.soon))


def _due_age(read: _Read) -> _Values:
    since = read.figures.earliest_due
    return [((), max(0.0, (read.at - since).total_seconds()) if since is not None else 0.0)]


def _deadlines(read: _Read) -> _Values:
    for rule, one in read.figures.deadlines.items():
        yield from (((rule, "ends_today"), one.ends_today), ((rule, "overdue"), one.overdue))


_FAMILIES: tuple[tuple[str, str, tuple[str, ...], Callable[[_Read], _Values]], ...] = (
    ("inbox_updates", "Updates that are open", ("channel", "state"), _inbox_updates),
    ("inbox_age_seconds", "Since when the oldest open update waits", (), _inbox_age),
    ("outbox_lines", "Messages that are not sent", ("channel", "state"), _outbox_lines),
    ("outbox_age_seconds", "Since when the oldest message that may go waits", ("channel",), _outbox_age),
    ("due_works", "Due work", ("kind", "state"), _due_works),
    ("due_age_seconds", "For how long the earliest due work has been due", (), _due_age),
    ("deadlines", "Running deadlines of the trade", ("rule", "state"), _deadlines),
    ("files_waiting", "Pictures to be fetched", (), lambda read: [((), read.figures.files.number)]),
    ("papers_waiting", "Papers to be made", (), lambda read: [((), read.figures.papers.number)]),
    (
        "exchange_deliveries",
        "What is to be handed over to other platforms",
        ("state",),
        lambda read: [((state,), number) for state, number in read.figures.deliveries.items()],
    ),
    (
        "flaws",
        "What the auditor and the trial run found",
        ("kind",),
        lambda read: [((kind,), number) for kind, number in read.alarms.items()],
    ),
    (
        "channel_ailing",
        "1 for a messenger that is not well",
        ("channel", "ailment"),
        lambda read: [((one.channel, one.ailment), 1) for one in read.troubles],
    ),
)

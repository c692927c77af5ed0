"""The counters and histograms of this process, for Prometheus: a registry of its own, made in the wiring.

docs/observability.md says what each means; docs/dashboard.json and docs/alerts.yml speak of the same names.
"""

import threading
from collections.abc import Callable, Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from bot.meters import Meter

_PREFIX = "shuangsuiji_"
disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, of when it began, which nobody asks for
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_PATIENT = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
_MANY = (1, 2, 5, 10, 20, 50, 100)


class Metrics(Meter):
    """Counts. Labels hold names from the program only, never what people send: there are few of each."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._answered = self._histogram("handler_seconds", "Answering one update", _QUICK, "handler")
        self._batch = self._histogram("batch_updates", "Updates answered in one commit", _MANY)
        self._commit = self._histogram("commit_seconds", "The commit of one batch of updates", _QUICK)
        self._replied = self._histogram("reply_seconds", "From word to reply", _PATIENT, "channel")
        self._updates = self._counter("updates", "Updates closed", "channel", "outcome")
        self._sends = self._counter("sends", "Tries to send one message", "channel", "result")
        self._done = self._counter("due_done", "Due work taken up", "kind", "outcome")
        self._late = self._gauge("tick_lag_seconds", "How late the earliest due work was taken up")
        self._gauge("threads", "Threads of this process").set_function(threading.active_count)

    def answered(self, handler: str, seconds: float) -> None:
        self._answered.labels(handler).observe(seconds)

    def committed(self, number: int, seconds: float) -> None:
        self._batch.observe(number)
        self._commit.observe(seconds)

    def taken_up(self, channel: str, outcome: str) -> None:
        self._updates.labels(channel, outcome).inc()

    def sent(self, channel: str, result: str) -> None:
        self._sends.labels(channel, result).inc()

    def replied(self, channel: str, seconds: float) -> None:
        self._replied.labels(channel).observe(seconds)

    def came_late(self, seconds: float) -> None:
        self._late.set(seconds)

    def done(self, kind: str, outcome: str) -> None:
        self._done.labels(kind, outcome).inc()

    def watch(self, name: str, words: str, value: Callable[[], float]) -> None:
        """A value that is asked for at each reading."""
        self._gauge(name, words).set_function(value)

    def page(self) -> tuple[bytes, str]:
        """Everything as Prometheus reads it, and the media type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST

    def _histogram(self, name: str, words: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(_PREFIX + name, words, labels, buckets=buckets, registry=self.registry)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(_PREFIX + name, words, labels, registry=self.registry)

    def _gauge(self, name: str, words: str) -> Gauge:
        return Gauge(_PREFIX + name, words, registry=self.registry)

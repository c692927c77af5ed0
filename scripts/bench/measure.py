"""What one measurement is, and how time is taken."""

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """`ours` beside `peer`, both in `unit`; `at_most` is the bar for ours / peer, None where there is none yet."""

    what: str
    ours: float
    peer: float
    peer_name: str
    unit: str = "s"
    at_most: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.ratio <= self.at_most

    @property
    def bar_shown(self) -> str:
        return "" if self.at_most is None else f"≤ {self.at_most:g}"

    def shown(self, number: float) -> str:
        return f"{number:,.0f} {self.unit}" if number >= 1000 else f"{number:.3g} {self.unit}"


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the quickest of some runs: what the machine can do when nothing disturbs it."""
    return min(_seconds(work) for _ in range(times))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def machine() -> str:
    """For the head of a table."""
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"

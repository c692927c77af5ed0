"""The echo by Telegram of `scripts.bench.telegram`, by one, two and four of our processes on one store.

The people, the fake Telegram, PostgreSQL and the processes share the cores of one machine: what a second and a fourth
process bring can be seen only where there are cores for them, and beyond that what the sharing costs. Each speaks
twice, and the better figures count: what the machine does meanwhile disturbs all.
"""

import contextlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from scripts.bench.measure import Measure
from scripts.bench.telegram import (
    AT_ONCE,
    PEOPLE,
    WHOLE,
    Echoed,
    Running,
    aiogram_python,
    bare,
    better,
    echoed,
    ours_beside,
    store_of,
)
from storage.migrate import migrate
from tests.postgres import fresh_database
from tests.telegram.server import FakeTelegram

SPLITS: Mapping[int, Sequence[str]] = {
    1: (WHOLE,),
    2: ("receive,deliver,tick,web", "work"),
    4: ("receive,tick,web", "work", "work", "deliver"),
}
_SPOKEN = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def measure_processes() -> Iterator[Measure]:
    peers = {
        "bare python-telegram-bot": _twice(lambda telegram: bare(telegram, sys.executable, "bare_ptb")),
        "bare aiogram": _twice(lambda telegram: bare(telegram, aiogram_python(), "bare_aiogram")),
    }
    for database, spoken in _SPOKEN.items():
        for number, split in SPLITS.items():
            ours = _by(database, split)
            what = f"an echo by {number} process{'es' if number > 1 else ''} on {spoken}"
            yield from _beside(ours, peers, what)


def _by(database: str, split: Sequence[str]) -> Echoed:
    @contextlib.contextmanager
    def running(telegram: FakeTelegram) -> Iterator[None]:
        with tempfile.TemporaryDirectory() as folder, _address(database, Path(folder)) as url:
            store_of(url, PEOPLE).close()
            with ours_beside(telegram, Path(folder), url, per_second=1_000_000, split=split):
                yield

    return _twice(running)


def _twice(running: Running) -> Echoed:
    return better([echoed(running) for _ in range(2)])


@contextlib.contextmanager
def _address(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'shuangsuiji.db'}"
    else:
        with fresh_database(migrate) as url:
            yield url


def _beside(ours: Echoed, peers: Mapping[str, Echoed], what: str) -> Iterator[Measure]:
    for name, peer in peers.items():
        yield Measure(f"{what}: each", 1e6 / ours.per_second, 1e6 / peer.per_second, name, unit="µs")
    for name, peer in peers.items():
        yield Measure(
            f"{what}: half waited, {AT_ONCE} at once", 1000 * ours.p50, 1000 * peer.p50, name, unit="ms"
        )
        yield Measure(f"{what}: 99 of 100 waited", 1000 * ours.p99, 1000 * peer.p99, name, unit="ms")

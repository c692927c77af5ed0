"""Faults of a region, each brought about under load, and the table of what came of them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median

from rich.table import Table

from actions.journal_check import Trust, examine, trusted_keys
from storage.outbox import LEASE
from tests.served import ANY_SIZE, keep_files_below
from tests.serving.account import Account, recovery, rests, slowest, taken
from tests.serving.load import Load
from tests.serving.region import Host, Region
from tests.serving.wrong_clock import off_by

OFF_BY = 600
"""Seconds by which a clock is wrong."""
BETWEEN = (0.3, 1.5)
"""Seconds between two faults."""
RESTS_WITHIN = 4 * LEASE.total_seconds()
"""What was in the hand of somebody who was killed waits until the lease ends."""


@dataclass(frozen=True)
class Size:
    """How much is done of each; 0 leaves it out."""

    kills: int
    restarts: int
    cuts: int
    seconds: float
    """For how long each of the others lasts: a wrong clock, a bucket that is busy, a full disk."""
    is_told_together: bool = False
    """All kinds in one row: the leases of what was killed are waited for once, and not after each kind."""


SHORT = Size(kills=3, restarts=1, cuts=1, seconds=0, is_told_together=True)


@dataclass
class Row:
    """What came of one kind of fault."""

    fault: str
    times: int
    lost: int
    doubled: int
    seen_twice: int
    recoveries: list[float]
    slowest: float
    notes: list[str] = field(default_factory=list)
    """Sentences about what is wrong, and about what did not come to rest."""

    @property
    def is_well(self) -> bool:
        return not self.lost and not self.doubled and not self.notes

    def cells(self) -> list[str]:
        middle = f"{median(self.recoveries):.2f} s" if self.recoveries else "–"
        longest = f"{max(self.recoveries):.2f} s" if self.recoveries else "–"
        numbers = [str(one) for one in (self.times, self.lost, self.doubled, self.seen_twice)]
        return [self.fault, *numbers, middle, longest, f"{self.slowest:.1f} s"]


class Trial:
    """Tries one kind after the other, in one region with one load."""

    def __init__(self, region: Region, load: Load, size: Size, seed: int) -> None:
        self.region, self.load, self.size, self.dice = region, load, size, Random(seed)
        self.rows: list[Row] = []
        self.strikes = 0
        """Since the beginning, a process that died, or lines that were cut: at each, every phone may have had one
        message in hand."""
        self._before = Account()

    def all_faults(self, clock: Path | None) -> None:
        """`clock` is the library that makes one wrong; None leaves that out."""
        size = self.size
        if size.is_told_together:
            brought = [self._kill] * size.kills + [self._crash] * size.restarts + [self._cut] * size.cuts
            self._try_all("processes killed, PostgreSQL killed, lines cut", brought)
            return
        self._try("kill -9 of one of four processes", size.kills, self._kill)
        self._try("PostgreSQL killed and started", size.restarts, self._crash)
        self._try("all lines to PostgreSQL cut", size.cuts, self._cut)
        if size.seconds:
            if clock is not None:
                self._try("one clock 10 min ahead, one 10 min behind", 1, lambda: self._wrong_clocks(clock))
            self._try("S3 answers 503", 1, self._busy_bucket)
            self._try("one process on a full disk, lines cut", 1, self._full_disk)

    def _try(self, fault: str, times: int, brings: Callable[[], float]) -> None:
        if times:
            self._try_all(fault, [brings] * times)

    def _try_all(self, fault: str, brought: Sequence[Callable[[], float]]) -> None:
        """Under load; then all comes to rest, and the account is taken."""
        began, ends = time.monotonic(), []
        self.load.begins()
        try:
            for brings in brought:
                time.sleep(self.dice.uniform(*BETWEEN))
                ends.append(brings())
            self.region.all_are_up()
            time.sleep(max(BETWEEN))
        finally:
            self.load.ends()
        left = rests(self.load, RESTS_WITHIN)
        self.rows.append(self._row(fault, began, ends, left))

    def _row(self, fault: str, began: float, ends: list[float], left: Mapping[str, int]) -> Row:
        account, before = taken(self.load), self._before
        self._before = account
        found = [one for end in ends if (one := recovery(self.load, end)) is not None]
        wrong = [*account.lost, *account.doubled, *account.illegal]
        known = {*before.lost, *before.doubled, *before.illegal}
        wrong = [one for one in wrong if one not in known] + self._journal_flaws()
        return Row(
            fault=fault,
            times=len(ends),
            lost=len(account.lost) - len(before.lost),
            doubled=len(account.doubled) - len(before.doubled),
            seen_twice=account.seen_twice.total() - before.seen_twice.total(),
            recoveries=found,
            slowest=slowest(self.load, began),
            notes=wrong + [f"{number} left: {what}" for what, number in left.items()],
        )

    def _journal_flaws(self) -> list[str]:
        """As `shuangsuiji journal verify` looks."""
        with self.region.store.reading() as records:
            flaw, _told = examine(records, Trust(trusted_keys(records)))
        return [f"the journal: {flaw}"] if flaw else []

    def most_seen_twice(self) -> int:
        """On one phone."""
        return max(self._before.seen_twice.values(), default=0)

    # --- each gives the moment when it was over

    def _kill(self) -> float:
        """Mostly the one that is started again comes up before the next dies, and sometimes not."""
        host = self.dice.choice(self.region.hosts)
        host.member.kill()
        self.strikes += 1
        ended = time.monotonic()
        self.region.start_again(host, {})
        if self.dice.random() < 0.75:
            self.region.wait_for(host)
        return ended

    def _crash(self) -> float:
        self.strikes += 1
        self.region.crash()
        return time.monotonic()

    def _cut(self) -> float:
        self._cuts()
        return time.monotonic()

    def _cuts(self) -> None:
        self.strikes += 1
        assert self.region.cut() > 0

    def _wrong_clocks(self, library: Path) -> float:
        """Who delivers and ticks is ahead, and who delivers and works is behind."""
        ahead, behind = self._with_role("tick"), self._with_role("deliver")
        for host, by in ((ahead, OFF_BY), (behind, -OFF_BY)):
            self._moves(host, off_by(library, by))
        time.sleep(self.size.seconds)
        for host in (ahead, behind):
            self._moves(host, {})
        return time.monotonic()

    def _moves(self, host: Host, environment: Mapping[str, str]) -> None:
        """To a machine whose clock is such; it is told to stop, and finishes what it has in hand."""
        host.member.process.terminate()
        host.member.process.wait()
        self.region.start_again(host, environment)
        self.region.wait_for(host)

    def _with_role(self, role: str) -> Host:
        return next(host for host in self.region.hosts if "deliver" in host.roles and role in host.roles)

    def _busy_bucket(self) -> float:
        with self._lasting(self.region.door.is_busy.set, self.region.door.is_busy.clear):
            pass
        assert self.region.door.refused > 0, "nobody has knocked"
        return time.monotonic()

    def _full_disk(self) -> float:
        """Nothing of ours lies there but the log, and it has something to say when the lines are cut."""
        victim = self.dice.choice(self.region.hosts).member.process.pid
        with self._lasting(lambda: keep_files_below(victim, 1), lambda: keep_files_below(victim, ANY_SIZE)):
            self._cuts()
        return time.monotonic()

    @contextmanager
    def _lasting(self, begin: Callable[[], None], end: Callable[[], None]) -> Iterator[None]:
        begin()
        try:
            yield
            time.sleep(self.size.seconds)
        finally:
            end()


def table_of(rows: list[Row], title: str) -> Table:
    """As `make faults` prints it."""
    heads = ("fault", "times", "lost", "doubled", "seen twice", "recovery p50", "max", "slowest answer")
    table = Table(*heads, title=title, title_justify="left")
    for row in rows:
        table.add_row(*row.cells())
    return table

"""The pace of several processes that send for one bot: what each may is written in the store, and all read it there."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.pace import (
    CLOCKS_DIFFER,
    PER_SECOND,
    Bucket,
    Fresh,
    Pacing,
    Waiter,
    overall_bucket,
    telegram_bucket,
)
from bot.rounds import IDLE_SECONDS, note_fault
from storage import paces
from storage.paces import ALL, Mark
from storage.store import Records, Store

FORGET_SECONDS = 60.0
RESTED_SECONDS = 600.0
"""Longer than any bucket takes to be full again."""
GATHERING = 0.02
"""Seconds between two rounds at least, where it is only for the next token that somebody waits."""
_SPARE = 1.0
"""Notices leave so many tokens of all to the replies: those that wait in other processes go first, too."""

InThread = Callable[..., Awaitable[Any]]


@dataclass(frozen=True)
class _Wish:
    """What one round asks for, in the order of turns, and the holds that are not in the store yet, in seconds."""

    replies: Sequence[str]
    notices: Sequence[str]
    holds: Mapping[str, float]


@dataclass(frozen=True)
class _Answer:
    replies: Sequence[bool]
    notices: Sequence[bool]
    soonest: float
    """When the next turn may be."""
    held_until: Mapping[str, float]
    """Of the chats that were asked for, and of all together."""


class SharedPace(Pacing):
    """In rounds: one short transaction for all who wait. Where the store does not answer nobody sends: what waits is a
    letter of that store's outbox."""

    def __init__(
        self,
        store: Store,
        channel: str,
        clock: Callable[[], float],
        per_second: float = PER_SECOND,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        fresh: Fresh | None = None,
        in_thread: InThread = asyncio.to_thread,
    ) -> None:
        """`clock` gives the store's time, in seconds since 1970; it is asked in threads, too."""
        super().__init__(clock, sleep)
        self._ledger = _Ledger(store, channel, clock, per_second, fresh or telegram_bucket)
        self._in_thread = in_thread
        self._held_until: dict[str, float] = {}
        self._unwritten: dict[str, float] = {}
        self._is_asked = False
        self._asking: asyncio.Task[None] | None = None

    def held_for(self, chat: str) -> float:
        now = self._clock()
        until = max(self._held_until.get(name, -math.inf) for name in (chat, ALL))
        return max(0.0, until - now)

    def hold(self, chat: str, seconds: float) -> None:
        until = self._clock() + seconds
        self._unwritten[chat] = max(until, self._unwritten.get(chat, until))
        self._held_until[chat] = max(until, self._held_until.get(chat, until))
        self._let_go()

    def _take_at_once(self, chat: str) -> bool:
        return False

    def _let_go(self) -> None:
        self._is_asked = True
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._ask())

    async def _ask(self) -> None:
        while self._is_asked and (self._replies or self._notices or self._unwritten):
            self._is_asked = False
            try:
                await self._round()
            except Exception as fault:
                note_fault("waiting for a turn", fault)
                self._set_alarm(self._clock() + IDLE_SECONDS)
                return

    async def _round(self) -> None:
        replies, notices = list(self._replies), list(self._notices)
        holds, self._unwritten = self._unwritten, {}
        wish = _Wish([one.chat for one in replies], [one.chat for one in notices], holds)
        try:
            answer: _Answer = await self._in_thread(self._ledger.answer, wish)
        except BaseException:
            self._unwritten = holds | self._unwritten
            raise
        now = self._clock()
        self._held_until |= answer.held_until
        self._held_until = {name: until for name, until in self._held_until.items() if until > now}
        _wake(self._replies, replies, answer.replies)
        _wake(self._notices, notices, answer.notices)
        if answer.soonest < math.inf:
            self._set_alarm(max(answer.soonest, now + GATHERING))


def _wake(queue: list[Waiter], asked: Sequence[Waiter], may_go: Sequence[bool]) -> None:
    """A turn that somebody gave up meanwhile is lost: slower than allowed is allowed."""
    for waiter, goes in zip(asked, may_go, strict=True):
        if goes and waiter in queue:
            queue.remove(waiter)
            if not waiter.turn.done():
                waiter.turn.set_result(None)


class _Ledger:
    """One channel's buckets, as they stand in the store."""

    def __init__(
        self, store: Store, channel: str, clock: Callable[[], float], per_second: float, fresh: Fresh
    ) -> None:
        self._store, self.channel, self.clock = store, channel, clock
        self._per_second, self._fresh = per_second, fresh
        self._forgot_at = -math.inf

    def answer(self, wish: _Wish) -> _Answer:
        """Called in a thread. Raises what the database raises, and then nobody has had a turn."""
        with self._store.transaction() as records:
            return _Round(self, records, wish).answer()

    def forget(self, records: Records, now: float) -> None:
        if now - self._forgot_at > FORGET_SECONDS:
            paces.forget(records, self.channel, before=now - RESTED_SECONDS, now=now)
            self._forgot_at = now

    def bucket(self, chat: str, mark: Mark | None, now: float) -> Bucket:
        bucket = overall_bucket(self._per_second, now) if chat == ALL else self._fresh(chat, now)
        if mark is not None:
            bucket.tokens, bucket.at = min(mark.tokens, bucket.height), mark.at
            if mark.at - now > CLOCKS_DIFFER:
                bucket.at = now
            bucket.held_until = mark.held_until or -math.inf
        return bucket


class _Round:
    """Everybody else waits for the row of all together until it ends."""

    def __init__(self, ledger: _Ledger, records: Records, wish: _Wish) -> None:
        self._ledger, self._records, self._wish = ledger, records, wish
        overall = paces.lock(records, ledger.channel)
        self._now = ledger.clock()
        self._buckets: dict[str, Bucket] = {}
        self._changed: set[str] = set()
        self._soonest = math.inf
        self._lay_out(ALL, overall)

    def answer(self) -> _Answer:
        overall, now = self._buckets[ALL], self._now
        spare = _SPARE if overall.height >= 1 + _SPARE else 0.0
        ready = overall.due(now, 0.0 if self._wish.replies else spare)
        if ready > now and not self._wish.holds:
            self._write()
            may_go = [False] * len(self._wish.replies), [False] * len(self._wish.notices)
            return _Answer(*may_go, ready, {ALL: overall.held_until})
        self._read([*self._wish.replies, *self._wish.notices, *self._wish.holds])
        self._hold()
        replies = [self._takes(chat, 0.0) for chat in self._wish.replies]
        notices = [self._takes(chat, spare) for chat in self._wish.notices]
        self._write()
        self._ledger.forget(self._records, now)
        held = {name: bucket.held_until for name, bucket in self._buckets.items()}
        return _Answer(replies, notices, self._soonest, held)

    def _read(self, chats: Sequence[str]) -> None:
        marks = paces.read(self._records, self._ledger.channel, set(chats))
        for chat in chats:
            self._lay_out(chat, marks.get(chat))

    def _lay_out(self, chat: str, mark: Mark | None) -> None:
        self._buckets[chat] = self._ledger.bucket(chat, mark, self._now)
        if mark is not None and mark.at - self._now > CLOCKS_DIFFER:
            self._changed.add(chat)  # it counts from now on, and must remember that

    def _hold(self) -> None:
        for chat, until in self._wish.holds.items():
            self._buckets[chat].held_until = max(self._buckets[chat].held_until, until)
            self._changed.add(chat)
        if self._wish.holds:
            held = paces.held(self._records, self._ledger.channel, self._now)
            held |= {chat: self._buckets[chat].held_until for chat in self._wish.holds}
            if sum(until > self._now for until in held.values()) > 1:
                self._buckets[ALL].held_until = max(held.values())
                self._changed.add(ALL)

    def _takes(self, chat: str, spare: float) -> bool:
        overall, bucket, now = self._buckets[ALL], self._buckets[chat], self._now
        ready = max(overall.due(now, spare), bucket.due(now))
        if ready > now:
            self._soonest = min(self._soonest, ready)
            return False
        overall.take()
        bucket.take()
        self._changed |= {ALL, chat}
        return True

    def _write(self) -> None:
        marks = {}
        for chat in self._changed:
            bucket = self._buckets[chat]
            marks[chat] = Mark(bucket.tokens, bucket.at, max(bucket.held_until, 0.0))
        paces.write(self._records, self._ledger.channel, marks)

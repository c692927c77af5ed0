"""How fast we speak: a little slower than the messenger allows, in all and to each chat, replies before notices."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

PER_SECOND = 29.5
BURST = 10
REMEMBERED = 4000
"""Chats; those that have been quiet long enough to start afresh are forgotten."""
_GRAIN = 1e-5
"""Of a token. Seconds since 1970 are as coarse as that."""
CLOCKS_DIFFER = 5.0
"""Seconds by which a bucket may have been looked at later than now; where it is more, the clock was set back."""


class Bucket:
    """Tokens that come back at a steady rate, up to a height."""

    __slots__ = ("at", "height", "held_until", "rate", "tokens")

    def __init__(self, height: float, rate: float, now: float) -> None:
        self.held_until = -math.inf
        self.height, self.rate, self.tokens, self.at = height, rate, height, now

    def due(self, now: float, spare: float = 0.0) -> float:
        """When there will be a token, beside so many to `spare`; `now` or before: there is one."""
        if self.at - now > CLOCKS_DIFFER:
            self.at = now
        self.tokens = min(self.height, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)  # what another's clock has counted already is not counted twice
        lacking = 1 + spare - self.tokens
        ready = now + lacking / self.rate if lacking > _GRAIN else now
        return max(ready, self.held_until)

    def take(self) -> None:
        self.tokens -= 1

    def is_rested(self, now: float) -> bool:
        """As good as new."""
        return self.due(now) <= now and self.tokens >= self.height


@dataclass(slots=True, eq=False)
class Waiter:
    """Somebody who wants to send one message."""

    chat: str
    turn: asyncio.Future[None]


Fresh = Callable[[str, float], Bucket]
"""The bucket of a chat of which nothing is known, at this moment."""


class NoMoreTurns(Exception):
    """We are about to end."""


class Pacing:
    """Whose turn it is: replies before notices. Everybody else goes on while one chat must wait."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._clock, self._sleep = clock, sleep
        self._replies: list[Waiter] = []
        self._notices: list[Waiter] = []
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at = math.inf
        self._is_closed = False

    async def turn(self, chat: str, *, is_reply: bool = False) -> None:
        """Returns when one message, or one change of a message, may go to this chat. Raises `NoMoreTurns`."""
        if self._is_closed:
            raise NoMoreTurns
        if not self._replies and not self._notices and self._take_at_once(chat):
            return
        waiter = Waiter(chat, asyncio.get_running_loop().create_future())
        queue = self._replies if is_reply else self._notices
        queue.append(waiter)
        self._let_go()
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter in queue:
                queue.remove(waiter)
            raise

    def close(self) -> None:
        """From now on it is nobody's turn, and those who wait hear that at once: at thirty a second, some hundred of
        them would hold up the end of the process for longer than those who restart it are patient."""
        self._is_closed = True
        for waiter in (*self._replies, *self._notices):
            if not waiter.turn.done():
                waiter.turn.set_exception(NoMoreTurns())
        self._replies.clear()
        self._notices.clear()

    def held_for(self, chat: str) -> float:
        """Seconds in which the messenger wants to hear nothing here; 0 in the usual case."""
        raise NotImplementedError

    def hold(self, chat: str, seconds: float) -> None:
        """The messenger wants us to wait here. Said of two chats at once it means everybody: we are too fast in all."""
        raise NotImplementedError

    def _take_at_once(self, chat: str) -> bool:
        """Where nobody waits: whether it is this chat's turn now."""
        raise NotImplementedError

    def _let_go(self) -> None:
        """Wakes all whose turn it is, and sets the alarm for the next."""
        raise NotImplementedError

    def _set_alarm(self, at: float) -> None:
        if self._alarm is not None and not self._alarm.done():
            if self._alarm_at <= at:
                return
            self._alarm.cancel()
        self._alarm_at = at
        self._alarm = asyncio.get_running_loop().create_task(self._ring(at))

    async def _ring(self, at: float) -> None:
        await self._sleep(max(0.0, at - self._clock()))
        self._alarm = None
        self._let_go()


class Pace(Pacing):
    """Of the one process that sends, in its memory."""

    def __init__(
        self,
        per_second: float = PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        fresh: Fresh | None = None,
    ) -> None:
        """`fresh` makes the bucket of a chat, at this moment of `clock`; without it, Telegram's."""
        super().__init__(clock, sleep)
        self._fresh = fresh or telegram_bucket
        self._overall = overall_bucket(per_second, clock())
        self._chats: dict[str, Bucket] = {}
        self._full_at = REMEMBERED
        self._held: dict[str, float] = {}

    def held_for(self, chat: str) -> float:
        now = self._clock()
        until = max(self._bucket(chat, now).held_until, self._overall.held_until)
        return max(0.0, until - now)

    def hold(self, chat: str, seconds: float) -> None:
        now = self._clock()
        until = now + seconds
        bucket = self._bucket(chat, now)
        bucket.held_until = max(bucket.held_until, until)
        self._held = {name: end for name, end in self._held.items() if end > now} | {chat: bucket.held_until}
        if len(self._held) > 1:
            self._overall.held_until = max(self._held.values())

    def _take_at_once(self, chat: str) -> bool:
        return self._take(chat, self._clock())

    def _take(self, chat: str, now: float) -> bool:
        bucket = self._bucket(chat, now)
        if self._overall.due(now) > now or bucket.due(now) > now:
            return False
        self._overall.take()
        bucket.take()
        return True

    def _let_go(self) -> None:
        now, soonest = self._clock(), math.inf
        for queue in (self._replies, self._notices):
            for waiter in list(queue):
                if self._overall.due(now) <= now and self._take(waiter.chat, now):
                    queue.remove(waiter)
                    if not waiter.turn.done():
                        waiter.turn.set_result(None)
                else:
                    soonest = min(soonest, self._bucket(waiter.chat, now).due(now))
        if soonest < math.inf:
            self._set_alarm(max(soonest, self._overall.due(now)))

    def _bucket(self, chat: str, now: float) -> Bucket:
        bucket = self._chats.get(chat)
        if bucket is None:
            if len(self._chats) >= self._full_at:
                self._forget(now)
            bucket = self._chats[chat] = self._fresh(chat, now)
        return bucket

    def _forget(self, now: float) -> None:
        self._chats = {name: one for name, one in self._chats.items() if not one.is_rested(now)}
        self._full_at = max(REMEMBERED, 2 * len(self._chats))


def overall_bucket(per_second: float, now: float) -> Bucket:
    """Of all chats together."""
    return Bucket(min(BURST, per_second), per_second, now)


def telegram_bucket(chat: str, now: float) -> Bucket:
    """One a second to a person, twenty a minute to a group (its number is below zero), and three at once."""
    if chat.startswith("-"):
        return Bucket(3, 17 / 60, now)
    return Bucket(3, 0.95, now)

"""How much a bot may say: 30 a second in all, one a second to a person, 20 a minute to a group."""

import math
from collections.abc import Callable

from tests.telegram import limits
from tests.telegram.refusals import too_many_requests


class Bucket:
    """Tokens that come back at a steady rate, up to a height."""

    def __init__(self, height: float, rate: float) -> None:
        self._height, self._rate = height, rate
        self._tokens, self._at = height, 0.0

    def lacks(self, now: float) -> float:
        """Seconds until there is one token."""
        if now > self._at:
            self._tokens = min(self._height, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1 - self._tokens) / self._rate)

    def take(self) -> None:
        self._tokens -= 1


class Flood:
    """Off until a test turns it on: on a clock that stands, thirty messages would be all there ever are."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.is_on = False
        self.refused = 0
        self._clock = clock
        self._overall = Bucket(limits.PER_SECOND, limits.PER_SECOND)
        self._chats: dict[int, Bucket] = {}

    def take(self, chat_id: int) -> None:
        """Lets one message through or refuses it; one that is refused costs nothing."""
        if not self.is_on:
            return
        now, chat = self._clock(), self._of(chat_id)
        wait = max(self._overall.lacks(now), chat.lacks(now))
        if wait > 1e-9:
            self.refused += 1
            raise too_many_requests(max(1, math.ceil(wait)))
        self._overall.take()
        chat.take()

    def _of(self, chat_id: int) -> Bucket:
        """Groups have ids below zero."""
        if chat_id not in self._chats:
            minute = limits.PER_MINUTE_IN_A_GROUP
            self._chats[chat_id] = (
                Bucket(minute, minute / 60)
                if chat_id < 0
                else Bucket(limits.BURST_IN_A_CHAT, limits.PER_SECOND_IN_A_CHAT)
            )
        return self._chats[chat_id]

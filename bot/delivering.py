"""The deliverer: takes what is due from the outbox, hands it to its channels, writes down how it went."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.channels.channel import Channel, SendError, Sent
from bot.working import IDLE_SECONDS, note_fault, pause
from storage import outbox
from storage.outbox import Letter
from storage.store import Store

BATCH = 100
LONGEST_WAIT = timedelta(minutes=10)
TRIES = 12
_log = structlog.get_logger()


class Deliverer:
    """Runs until it is told to stop."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], clock: Callable[[], datetime]) -> None:
        self._store, self._channels, self._clock = store, channels, clock
        self._woken, self._is_stopping = asyncio.Event(), False

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        """Lets `run` return when the batch in hand is sent and noted; called on the loop."""
        self._is_stopping = True
        self._woken.set()

    async def run(self) -> None:
        while not self._is_stopping:
            self._woken.clear()
            if await self._deliver() < BATCH:
                await pause(self._woken)

    async def _deliver(self) -> int:
        try:
            return await self.deliver_batch()
        except Exception as fault:  # whatever it was, the next letters still want to go
            note_fault("delivering", fault)
            await asyncio.sleep(IDLE_SECONDS)
            return BATCH

    async def deliver_batch(self) -> int:
        """Sends what is due now and gives how many there were; each one's fate is on record before the next batch."""
        letters = await asyncio.to_thread(self._claim)
        by_channel: defaultdict[str, list[Letter]] = defaultdict(list)
        for letter in letters:
            by_channel[letter.channel].append(letter)
        for name, group in by_channel.items():
            outcomes = await self._send(name, group)
            await asyncio.to_thread(self._note, group, outcomes)
        return len(letters)

    def _claim(self) -> list[Letter]:
        with self._store.transaction() as records:
            return outbox.claim(records, limit=BATCH, at=self._clock())

    async def _send(self, name: str, letters: Sequence[Letter]) -> Sequence[Sent | SendError]:
        channel = self._channels.get(name)
        if channel is None:
            return [SendError(retryable=True, reason=f"channel {name} is not running") for _ in letters]
        try:
            return await channel.send(letters)
        except Exception as fault:  # a channel's own mistake is its letters' delay, not everybody's
            _log.error("channel_failed", channel=name, exc_info=True)
            return [SendError(retryable=True, reason=type(fault).__name__) for _ in letters]

    def _note(self, letters: Sequence[Letter], outcomes: Sequence[Sent | SendError]) -> None:
        at, fates = self._clock(), list(zip(letters, outcomes, strict=True))
        delivered = [(letter, fate.message_id) for letter, fate in fates if isinstance(fate, Sent)]
        with self._store.transaction() as records:
            outbox.sent(records, delivered, at=at)
            for letter, fate in fates:
                if isinstance(fate, SendError):
                    outbox.failed(records, letter, fate.reason, retry_at=_retry_at(letter, fate, at))


def _retry_at(letter: Letter, error: SendError, at: datetime) -> datetime | None:
    if not error.retryable or letter.attempts >= TRIES:
        return None
    waiting = error.retry_after or timedelta(seconds=2**letter.attempts)
    return at + min(waiting, LONGEST_WAIT)

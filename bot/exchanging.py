"""The sender: hands over to other platforms what waits in the store, and writes down how it went."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import httpx

from actions.exchange import Attempt, note_attempt
from bot.platform_call import TIMEOUTS, WHOLE_CALL, call_platform
from bot.rounds import Rounds, note_fault
from storage import exchange
from storage.exchange import Parcel
from storage.store import Store

PER_TARGET = 4
"""Calls at the same moment; one platform that hangs must not hold up the others."""
GRACE_SECONDS = 3.0
"""When told to stop: what has no answer by then is sent again at the next start, under the same id."""


class Sender(Rounds):
    """`after` is called when somebody may have been written a message about it."""

    doing = "handing over"

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        after: Callable[[], None],
        *,
        whole_call: float = WHOLE_CALL,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`transport` carries the calls in place of the network."""
        super().__init__()
        self._store, self._clock, self._after = store, clock, after
        self._whole_call = whole_call
        self._in_hand: Counter[str] = Counter()
        self._calls: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(
            timeout=TIMEOUTS, trust_env=False, follow_redirects=False, transport=transport
        )

    async def _turn(self) -> bool:
        parcels = await self._taken()
        for parcel in parcels:
            task = asyncio.create_task(self._hand_over(parcel))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        return bool(parcels)

    async def _finish(self) -> None:
        if self._calls:
            _, late = await asyncio.wait(self._calls, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self.close()

    async def close(self) -> None:
        await self._client.aclose()

    async def send_batch(self) -> int:
        """Sends what is due now, and gives how many there were; how each went is on record when it returns."""
        parcels = await self._taken()
        await asyncio.gather(*(self._hand_over(one) for one in parcels))
        return len(parcels)

    async def _taken(self) -> list[Parcel]:
        parcels = await asyncio.to_thread(self._claim)
        self._in_hand.update(one.target for one in parcels)
        return parcels

    def _claim(self) -> list[Parcel]:
        at = self._clock()
        with self._store.reading() as records:
            names = exchange.waiting_targets(records, at)
        rooms = {name: PER_TARGET - self._in_hand[name] for name in names if self._in_hand[name] < PER_TARGET}
        if not rooms:
            return []
        with self._store.transaction("exchange") as records:
            return [
                parcel
                for name, room in rooms.items()
                for parcel in exchange.claim(records, name, at=at, limit=room)
            ]

    async def _hand_over(self, parcel: Parcel) -> None:
        """Where the store can't note how it went, the lease ends, and it is sent once more."""
        try:
            attempt = await call_platform(self._client, parcel, self._clock, seconds=self._whole_call)
            await asyncio.to_thread(self._note, parcel, attempt)
            self._after()
        except Exception as fault:
            note_fault("noting what was handed over", fault)
        finally:
            self._in_hand[parcel.target] -= 1
            self._woken.set()

    def _note(self, parcel: Parcel, attempt: Attempt) -> None:
        with self._store.transaction("exchange") as records:
            note_attempt(records, parcel.number, attempt, at=self._clock())

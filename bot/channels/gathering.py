"""Updates that come one by one, stored together: a commit costs the same for one as for fifty."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")
R = TypeVar("R")
_log = structlog.get_logger()


class Gathering(Generic[T]):
    """Those that come before a commit begins share it; those that come while it is on its way share the next one."""

    def __init__(self, store: Callable[[Callable[[], list[T]]], Awaitable[None]]) -> None:
        """`store` has them on disk when it returns, in their order; a repeat adds nothing. It is given what takes all
        that have come, which it calls once, as late as it can and in any thread: where it must wait for its turn, those
        that come meanwhile need not wait for the next."""
        self._store = store
        self._waiting: deque[tuple[T, asyncio.Future[bool]]] = deque()
        self._storing: asyncio.Task[None] | None = None

    def stored(self, update: T) -> asyncio.Future[bool]:
        """Whether it is on disk, once that is known; where it is not, the messenger brings it again."""
        loop = asyncio.get_running_loop()
        stored: asyncio.Future[bool] = loop.create_future()
        self._waiting.append((update, stored))
        if self._storing is None:
            self._storing = loop.create_task(self._store_all())
        return stored

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                batch = _Batch(self._waiting)
                is_stored = await self._try_to_store(batch)
                for stored in batch.told or batch.take_all().told:
                    if not stored.done():
                        stored.set_result(is_stored)
        finally:
            self._storing = None

    async def _try_to_store(self, batch: "_Batch[T]") -> bool:
        try:
            await self._store(batch.take)
        except Exception as fault:  # the messenger keeps them and comes again
            number = len(batch.told)
            _log.error("updates_not_stored", number=number, fault=type(fault).__name__, exc_info=True)
            return False
        return True


class _Batch(Generic[T]):
    """What shares one commit, once it was taken."""

    def __init__(self, waiting: deque[tuple[T, asyncio.Future[bool]]]) -> None:
        self._waiting = waiting
        self._updates: list[T] = []
        self.told: list[asyncio.Future[bool]] = []

    def take(self) -> list[T]:
        while self._waiting:
            update, stored = self._waiting.popleft()
            self._updates.append(update)
            self.told.append(stored)
        return self._updates

    def take_all(self) -> "_Batch[T]":
        """It was not even tried: all who wait hear so."""
        self.take()
        return self


class Together(Generic[T, R]):
    """Questions that come while others are being answered are answered together next, each with its own answer."""

    def __init__(self, do: Callable[[list[T]], Awaitable[Sequence[R]]]) -> None:
        """`do` gives an answer for each, in their order; what it raises, each who asked gets."""
        self._do = do
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._doing: asyncio.Task[None] | None = None

    def ask(self, one: T) -> asyncio.Future[R]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[R] = loop.create_future()
        self._waiting.append((one, answer))
        if self._doing is None:
            self._doing = loop.create_task(self._do_all())
        return answer

    async def _do_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._do_batch(batch)
        finally:
            self._doing = None

    async def _do_batch(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            answers = await self._do([one for one, _ in batch])
        except Exception as fault:
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(fault)
            return
        for (_, answer), found in zip(batch, answers, strict=True):
            if not answer.done():
                answer.set_result(found)

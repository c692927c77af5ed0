"""Updates that come one by one, stored together: a commit costs the same for one as for fifty."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")
R = TypeVar("R")
_log = structlog.get_logger()


class Gathering(Generic[T]):
    """Those that come while a commit is on its way share the next one."""

    def __init__(self, store: Callable[[list[T]], Awaitable[None]]) -> None:
        """`store` has them on disk when it returns, in this order; a repeat adds nothing."""
        self._store = store
        self._waiting: list[tuple[T, asyncio.Future[bool]]] = []
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
                batch, self._waiting = self._waiting, []
                is_stored = await self._try_to_store([update for update, _ in batch])
                for _, stored in batch:
                    if not stored.done():
                        stored.set_result(is_stored)
        finally:
            self._storing = None

    async def _try_to_store(self, updates: list[T]) -> bool:
        try:
            await self._store(updates)
        except Exception as fault:  # the messenger keeps them and comes again
            _log.error("updates_not_stored", number=len(updates), fault=type(fault).__name__, exc_info=True)
            return False
        return True


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

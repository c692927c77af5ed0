"""Updates that come one by one, stored together: a commit costs the same for one as for fifty."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")
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

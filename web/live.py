"""Wake-ups inside one process: whoever posts into a chat pokes it, and the browsers that look at it are told at once.
What is posted by another process pokes it too, by way of the store's bells (`bot.listening`).

A poke carries nothing. The truth is in the store, and a browser that missed one asks for what is newer than it has;
so a poke that is lost costs a moment and no message.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator


class Ear:
    """One listener of one chat. It hears every poke from the moment it was made."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._poked = asyncio.Event()

    def poke(self) -> None:
        """May be called from any thread; a loop that has ended hears nothing any more."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._poked.set)

    async def wait(self, seconds: float) -> bool:
        """True as soon as there was a poke since the last wait, False when none came for so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._poked.wait()
        except TimeoutError:
            return False
        self._poked.clear()
        return True


class Live:
    """Who is listening to which chat, in this process."""

    def __init__(self) -> None:
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)
        self.is_closed = False

    def poke(self, chat: str) -> None:
        """There is something new in this chat. Call it after the commit; from any thread."""
        for ear in list(self._ears.get(chat, ())):
            ear.poke()

    @contextlib.contextmanager
    def listening(self, chat: str) -> Iterator[Ear]:
        """Ask the store after this began, then wait: nothing can slip in between."""
        ear = Ear()
        self._ears[chat].add(ear)
        try:
            yield ear
        finally:
            self._ears[chat].discard(ear)
            if not self._ears[chat]:
                del self._ears[chat]

    async def wait(self, chat: str, seconds: float) -> bool:
        """One wait without keeping an ear: True when the chat is poked within that time."""
        with self.listening(chat) as ear:
            return await ear.wait(seconds)

    def poke_everybody(self) -> None:
        """There may be something new in any chat."""
        for chat in list(self._ears):
            self.poke(chat)

    def close(self) -> None:
        """Ends every open stream, so that a server which stops does not wait for its visitors."""
        self.is_closed = True
        self.poke_everybody()

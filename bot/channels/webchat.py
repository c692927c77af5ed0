"""The web chat as a channel: its messenger is a table of our own, so a whole batch is one commit."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.channels.channel import SendError, Sent
from storage import web_chat
from storage.outbox import Letter
from storage.store import Store, StoreFault
from web.live import Live


class WebChat:
    """Posts letters into the chats that browsers show, and tells the browsers."""

    name = web_chat.CHANNEL

    def __init__(self, store: Store, live: Live, clock: Callable[[], datetime]) -> None:
        self._store, self._live, self._clock = store, live, clock

    async def send(self, letters: Sequence[Letter]) -> list[Sent | SendError]:
        """All of them in one transaction, off the loop; a letter that stands there already keeps its place."""
        if not letters:
            return []
        try:
            sent = await asyncio.to_thread(self._post, letters)
        except StoreFault as fault:
            return [SendError(retryable=True, reason=f"store: {type(fault).__name__}") for _ in letters]
        for chat in {letter.chat for letter in letters}:
            self._live.poke(chat)
        return [Sent(message_id) for message_id in sent]

    def _post(self, letters: Sequence[Letter]) -> list[str]:
        at = self._clock()
        with self._store.transaction(self.name) as records:
            web_chat.lock(records, (letter.chat for letter in letters))
            messages = [
                web_chat.post(
                    records, letter.chat, letter.body, update_id=f"out:{letter.key}", at=at, slot=letter.slot
                )
                for letter in letters
            ]
            return [str(message.id) for message in messages]

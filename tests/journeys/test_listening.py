"""Two processes at one store: what one of them does is heard by the other at once."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.channels.webchat import WebChat
from bot.errands import Errand, Errands
from bot.listening import CHATS, listening_for
from bot.rounds import Rounds
from notifications.outgoing import Outgoing
from storage import inbox
from storage.outbox import Letter
from storage.store import Store
from tests.builders import NOW
from tests.stores import on_both
from web.live import Live

PATIENCE = 10.0


class Bystander(Rounds):
    """Does nothing but hear that it was woken."""

    async def hears(self) -> None:
        async with asyncio.timeout(PATIENCE):
            await self._woken.wait()
        self._woken.clear()


class Beside:
    """The other process: its rounds, its browsers, and its own way to the store."""

    def __init__(self, store: Store) -> None:
        self.store, self.live, self.worker = store, Live(), Bystander()
        errands = Errands()
        errands.are_done_by(self.worker, Errand.ANSWER)
        self.listener = listening_for(store, errands, self.live)


@contextlib.asynccontextmanager
async def _beside(store: Store) -> AsyncIterator[Beside]:
    other = Store(store.engine.url.render_as_string(hide_password=False))
    beside = Beside(other)
    beside.listener.start()
    try:
        await beside.worker.hears()  # at the beginning everybody is woken
        yield beside
    finally:
        await asyncio.to_thread(beside.listener.close)
        other.close()


@on_both
async def test_a_message_that_another_process_posts_is_in_the_browser_at_once(store: Store) -> None:
    async with _beside(store) as beside:
        with beside.live.listening("P1") as ear, beside.live.listening("P2") as of_another:
            letter = Letter(1, "k", "web", "P1", Outgoing("help", "好").to_json(), None, None)
            await WebChat(store, Live(), lambda: NOW).send([letter], lambda *_: None)
            assert await ear.wait(PATIENCE)
            if not store.is_sqlite:  # which says that there was a commit, and not whose
                assert not await of_another.wait(0)


@on_both
async def test_what_another_process_takes_in_wakes_the_worker_here(store: Store) -> None:
    async with _beside(store) as beside:
        with store.transaction() as records:
            inbox.keep(records, [{"update_id": "1", "chat": "a", "body": {}}], channel="web", at=NOW)
        await beside.worker.hears()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
async def test_when_the_line_was_cut_everybody_is_woken_once_it_stands_again(store: Store) -> None:
    """Nobody knows what was rung meanwhile."""
    async with _beside(store) as beside:
        with beside.live.listening("P1") as ear:
            with store.transaction() as records:
                cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
                records.session.execute(text(cut))
            await beside.worker.hears()
            assert await ear.wait(PATIENCE)


async def test_all_browsers_are_poked_twice_a_second_however_much_is_written(store: Store) -> None:
    """On SQLite, where nobody knows whose message it was; the last commit is not forgotten."""
    async with _beside(store) as beside:
        with beside.live.listening("P1") as ear:
            began, pokes = time.monotonic(), 0
            for number in range(60):
                with store.transaction() as records:
                    inbox.keep(
                        records, [{"update_id": str(number), "chat": "a", "body": {}}], channel="web", at=NOW
                    )
                pokes += await ear.wait(0.02)
            written = time.monotonic() - began
            while await ear.wait(3 * CHATS):
                pokes += 1
    assert 2 <= pokes <= 2 + written / CHATS + 1

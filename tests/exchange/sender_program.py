"""The sender as a process of its own, as `serve` begins it on SQLite: it lives until it is killed."""

import asyncio
import sys

from bot.clock import Clock
from bot.exchanging import Sender
from storage import exchange
from storage.store import Store


async def _run(store: Store) -> None:
    with store.transaction() as records:
        exchange.let_go(records)
    await Sender(store, Clock(), lambda: None).run()


if __name__ == "__main__":
    asyncio.run(_run(Store(sys.argv[1])))

"""The worker: takes what came in, in its order, and answers it; a batch is one commit."""

import asyncio
import traceback
from collections.abc import Callable
from datetime import datetime

import structlog

from actions.telling import answer
from handlers.dispatch import answer_update
from handlers.turn import Tools
from notifications.incoming import Incoming
from notifications.messages.refused import SetAside
from storage import inbox, people
from storage.store import Records, Store, StoreFault, is_about_values
from storage.tables.messaging import InboxUpdate

BATCH = 40
IDLE_SECONDS = 1.0
_log = structlog.get_logger()


class Worker:
    """Runs until it is told to stop; `after` is called when a commit may have left something to send."""

    def __init__(
        self, store: Store, tools: Tools, clock: Callable[[], datetime], after: Callable[[], None]
    ) -> None:
        self._store, self._tools, self._clock, self._after = store, tools, clock, after
        self._woken, self._is_stopping = asyncio.Event(), False

    def wake(self) -> None:
        """There is work; called on the loop."""
        self._woken.set()

    def stop(self) -> None:
        """Lets `run` return when the batch in hand is done; called on the loop."""
        self._is_stopping = True
        self._woken.set()

    async def run(self) -> None:
        while not self._is_stopping:
            self._woken.clear()
            if await self._work() < BATCH:
                await pause(self._woken)

    async def _work(self) -> int:
        try:
            number = await asyncio.to_thread(work_batch, self._store, self._tools, self._clock)
        except Exception as fault:  # whatever it was, tomorrow's updates still want their answers
            note_fault("working", fault)
            await asyncio.sleep(IDLE_SECONDS)
            return BATCH
        if number:
            self._after()
        return number


def note_fault(doing: str, fault: Exception) -> None:
    """One line in the log; a store that does not answer is the world's fault, all else is ours and leaves its trace."""
    if isinstance(fault, StoreFault):
        _log.warning("store_fault", doing=doing, failure=type(fault).__name__)
    else:
        _log.error("fault", doing=doing, exc_info=fault)


def work_batch(store: Store, tools: Tools, clock: Callable[[], datetime], limit: int = BATCH) -> int:
    """Answers up to `limit` updates in one transaction and gives how many there were.

    A fault of the store undoes the whole batch, which is then done again; any other fault, and values that no store
    would take, set aside the one update that caused it, and the rest goes on.
    """
    with store.transaction() as records:
        updates = inbox.take(records, limit)
        for update in updates:
            _apply(records, update, tools, clock())
        return len(updates)


def _apply(records: Records, update: InboxUpdate, tools: Tools, at: datetime) -> None:
    records.channel = update.channel
    try:
        try:
            _answer(records, update, tools, at)
        except StoreFault as fault:
            if not is_about_values(fault):
                raise
            _answer(records, update, tools, at)  # another process may have written the same just now
    except Exception as fault:  # whatever our own code failed on must not stop the next person
        if isinstance(fault, StoreFault) and not is_about_values(fault):
            raise
        _log.error("update_set_aside", number=update.id, channel=update.channel, exc_info=True)
        inbox.quarantine(update, traceback.format_exc(), at=at)
        _say_so(records, update, at)


def _answer(records: Records, update: InboxUpdate, tools: Tools, at: datetime) -> None:
    with records.attempt():
        incoming, number = Incoming.from_json(update.body), update.id or 0
        answer_update(records, incoming, number=number, tools=tools, at=at)
        inbox.finish(update, at=at)


def _say_so(records: Records, update: InboxUpdate, at: datetime) -> None:
    """The person hears it, unless even that fails: the operator sees the update all the same."""
    try:
        with records.attempt():
            _tell_the_person(records, update, at)
    except Exception as fault:
        if isinstance(fault, StoreFault) and not is_about_values(fault):
            raise
        _log.error("not_told", number=update.id, exc_info=True)


def _tell_the_person(records: Records, update: InboxUpdate, at: datetime) -> None:
    found = people.behind_account(records, update.channel, update.chat)
    answer(
        records,
        SetAside(number=update.id or 0),
        language=found[0].language if found else "zh",
        channel=update.channel,
        chat=update.chat,
        key=f"set_aside:{update.id}:{update.attempts}",
        is_fresh=True,
        at=at,
    )


async def pause(woken: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            await woken.wait()
    except TimeoutError:
        pass

"""The worker: takes what came in, in its order, and answers it; a batch is one commit."""

import asyncio
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from actions.telling import answer
from bot.following import Handled, note_handled
from bot.meters import Meter
from bot.rounds import Rounds
from handlers.dispatch import answer_update, handled_as
from handlers.turn import Tools
from notifications.incoming import Incoming
from notifications.messages.refused import SetAside
from storage import inbox, people
from storage.inbox import Taken
from storage.store import Records, Store, StoreFault, is_a_clash, is_about_values
from storage.traces import caused_by, trace_of_update

BATCH = 100
LONGEST_BATCH = 0.05
"""Seconds."""
PATIENCE, PATIENCE_ALONE = 0.25, 1.0
"""Seconds that a batch, and one update alone, wait for what another process holds. Two batches that wait for each other
would else be found out by PostgreSQL after a second."""
_UNCOUNTED = Meter()
_log = structlog.get_logger()


class Worker(Rounds):
    """`after` is called when a commit may have left something to send; `meter` hears how it goes."""

    doing = "working"

    def __init__(
        self,
        store: Store,
        tools: Tools,
        clock: Callable[[], datetime],
        after: Callable[[], None],
        meter: Meter = _UNCOUNTED,
    ) -> None:
        super().__init__()
        self._store, self._tools, self._clock, self._after = store, tools, clock, after
        self._meter = meter

    async def _turn(self) -> bool:
        number = await asyncio.to_thread(work_batch, self._store, self._tools, self._clock, meter=self._meter)
        if number:
            self._after()
        return number > 0


def work_batch(
    store: Store,
    tools: Tools,
    clock: Callable[[], datetime],
    limit: int = BATCH,
    *,
    meter: Meter = _UNCOUNTED,
) -> int:
    """Answers up to `limit` updates in one transaction and gives how many there were.

    A fault of the store undoes the whole batch, which is then done again. Anything else that goes wrong undoes it too,
    and it is done again one by one, at once: whatever cannot be done, or holds values that no store would take, is set
    aside alone, and where another process stood in the way it stands in the way of one at most.
    """
    taken: list[Taken] = []
    try:
        with store.transaction(patience=PATIENCE) as records:
            taken += inbox.take(records, limit)
            handled = _answer_all(records, taken, tools, clock)
            answered = time.perf_counter()
        note_handled(handled, time.perf_counter() - answered, meter)
        return len(handled)
    except Exception as fault:
        if _is_the_worlds(fault):
            raise
    for update in taken:
        with caused_by(trace_of_update(update.channel, update.update_id)):
            _answer_alone(store, update.id, tools, clock, meter)
    return len(taken)


def _is_the_worlds(fault: Exception) -> bool:
    return isinstance(fault, StoreFault) and not is_about_values(fault) and not is_a_clash(fault)


def _answer_all(
    records: Records, updates: Sequence[Taken], tools: Tools, clock: Callable[[], datetime]
) -> list[Handled]:
    """Stops early when it has taken long: the others who write wait meanwhile."""
    read = [(update, Incoming.from_json(update.body)) for update in updates]
    people.meet(records, ((one.channel, one.account, one.chat) for _, one in read))
    done: list[Handled] = []
    give_way_at = time.monotonic() + LONGEST_BATCH
    for update, incoming in read:
        records.channel = update.channel
        done.append(_answer(records, update, incoming, tools, clock()))
        if time.monotonic() > give_way_at:
            break
    inbox.finish(records, [one.number for one in done], at=clock())
    return done


def _answer(records: Records, update: Taken, incoming: Incoming, tools: Tools, at: datetime) -> Handled:
    trace, began = trace_of_update(update.channel, update.update_id), time.perf_counter()
    with caused_by(trace, incoming.received_at):
        answer_update(records, incoming, number=update.id, tools=tools, at=at)
    seconds = time.perf_counter() - began
    return Handled(update.id, update.channel, trace, handled_as(incoming), seconds)


def _answer_alone(
    store: Store, number: int, tools: Tools, clock: Callable[[], datetime], meter: Meter
) -> None:
    """A second try is fair: another process may have written the same just then. While one stands in the way the update
    stays open, and those behind it in its chat with it, for the next turn."""
    try:
        with store.transaction(patience=PATIENCE_ALONE) as records:
            update = inbox.take_one(records, number)
            handled = _answer_all(records, [update], tools, clock) if update is not None else []
            answered = time.perf_counter()
        note_handled(handled, time.perf_counter() - answered, meter)
    except Exception as fault:  # whatever our own code failed on must not stop the next person
        if is_a_clash(fault):
            _log.info("update_waits", number=number, failure=type(fault).__name__)
            return
        if _is_the_worlds(fault):
            raise
        _log.error("update_set_aside", number=number, exc_info=True)
        _set_aside(store, number, traceback.format_exc(), clock(), meter)


def _set_aside(store: Store, number: int, trace: str, at: datetime, meter: Meter) -> None:
    """The person hears it, unless even that fails: the operator sees the update all the same."""
    for tells in (True, False):
        try:
            with store.transaction(patience=PATIENCE_ALONE) as records:
                update = inbox.take_one(records, number)
                if update is not None:
                    inbox.quarantine(records, number, trace, at=at)
                    if tells:
                        _tell_the_person(records, update, at)
            if update is not None:
                meter.taken_up(update.channel, "set_aside")
            return
        except Exception as fault:
            if is_a_clash(fault):
                return  # it stays open, and fails again at the next turn
            if _is_the_worlds(fault) or not tells:
                raise
            _log.error("not_told", number=number, exc_info=True)


def _tell_the_person(records: Records, update: Taken, at: datetime) -> None:
    found = people.behind_account(records, update.channel, update.chat)
    answer(
        records,
        SetAside(number=update.id),
        language=found[0].language if found else "zh",
        channel=update.channel,
        chat=update.chat,
        key=f"set_aside:{update.id}:{update.attempts}",
        is_fresh=True,
        at=at,
    )

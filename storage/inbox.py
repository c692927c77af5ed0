"""What came in: stored before it is acknowledged, taken in order, closed in the transaction that applied it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlmodel import col

from storage.once import add_once
from storage.store import Records
from storage.tables.messaging import InboxState, InboxUpdate


def keep(records: Records, updates: Sequence[Mapping[str, Any]], *, channel: str, at: datetime) -> int:
    """Stores updates (`update_id`, `chat`, `body`); a repeat adds nothing. Gives how many were new."""
    fresh = {"channel": channel, "state": InboxState.PENDING, "attempts": 0, "error": "", "received_at": at}
    rows = [{**update, **fresh} for update in updates]
    return add_once(records, InboxUpdate, rows, key=("channel", "update_id"))


_OPEN = (
    select(InboxUpdate)
    .where(col(InboxUpdate.state) == InboxState.PENDING)
    .order_by(col(InboxUpdate.id))
    .limit(bindparam("limit"))
    .with_for_update()
)


def take(records: Records, limit: int) -> list[InboxUpdate]:
    """The oldest open updates in the order they came, held until the transaction ends."""
    return list(records.session.execute(_OPEN, {"limit": limit}).scalars())


def finish(update: InboxUpdate, *, at: datetime) -> None:
    """Closes an update; the commit that follows makes its effects and its closing one thing."""
    update.state, update.done_at = InboxState.DONE, at


def quarantine(update: InboxUpdate, error: str, *, at: datetime) -> None:
    """Sets a poisoned update aside with the end of its trace, where the error stands; kept, and in nobody's way."""
    update.state, update.error, update.done_at = InboxState.QUARANTINED, error[-4000:], at
    update.attempts += 1


def release(records: Records, number: int) -> bool:
    """Puts a quarantined update back into the queue; False, and nothing changed, when it is not one."""
    changed = records.session.execute(
        update(InboxUpdate)
        .where(col(InboxUpdate.id) == number, col(InboxUpdate.state) == InboxState.QUARANTINED)
        .values(state=InboxState.PENDING, done_at=None)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def quarantined(records: Records) -> list[InboxUpdate]:
    """What an operator must look at, oldest first."""
    rows = (
        select(InboxUpdate)
        .where(col(InboxUpdate.state) == InboxState.QUARANTINED)
        .order_by(col(InboxUpdate.id))
    )
    return list(records.session.execute(rows).scalars())


def counts(records: Records) -> dict[str, int]:
    """Updates by state."""
    rows = records.session.execute(
        select(col(InboxUpdate.state), func.count()).group_by(col(InboxUpdate.state))
    )
    return {state.value: number for state, number in rows}

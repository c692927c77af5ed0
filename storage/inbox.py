"""What came in: stored before it is acknowledged, taken in order, closed in the transaction that applied it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, exists, func, literal_column, select, text, update
from sqlmodel import col

from storage import bells
from storage.bells import Bell
from storage.once import add_once
from storage.store import Records
from storage.tables.messaging import InboxState, InboxUpdate

_UPDATES: Table = InboxUpdate.__table__  # type: ignore[attr-defined]


def keep(
    records: Records,
    updates: Sequence[Mapping[str, Any]],
    *,
    channel: str,
    at: datetime,
    numbers_return: bool = False,
) -> int:
    """Stores updates (`update_id`, `chat`, `body`); a repeat adds nothing. Gives how many were new. Where a messenger's
    `numbers_return`, one that was last seen long ago is another update."""
    fresh = {"channel": channel, "state": InboxState.PENDING, "attempts": 0, "error": "", "received_at": at}
    rows = [{**update, **fresh} for update in updates]
    new = add_once(records, InboxUpdate, rows, key=("channel", "update_id"))
    if numbers_return and new < len(rows):
        namesakes = _namesakes(records, [row["update_id"] for row in rows], channel=channel, at=at)
        again = [
            {**row, "update_id": f"{row['update_id']}@{at:%Y%m%d}"}
            for row in rows
            if row["update_id"] in namesakes
        ]
        new += add_once(records, InboxUpdate, again, key=("channel", "update_id"))
    if new:
        bells.ring(records, Bell.INBOX)
    return new


def known(records: Records, ids: Sequence[str], *, channel: str) -> set[str]:
    """Those of these updates that are here already."""
    rows = select(_UPDATES.c.update_id).where(_UPDATES.c.channel == channel, _UPDATES.c.update_id.in_(ids))
    return set(records.session.execute(rows).scalars()) if ids else set()


REPEATS_WITHIN = timedelta(days=2)
"""A messenger that was not told that an update arrived brings it again for a day."""


def _namesakes(records: Records, ids: Sequence[str], *, channel: str, at: datetime) -> set[str]:
    """Numbers that another update had long ago: after a quiet week Telegram goes on with any number it likes."""
    rows = select(_UPDATES.c.update_id).where(
        _UPDATES.c.channel == channel,
        _UPDATES.c.update_id.in_(ids),
        _UPDATES.c.received_at < at - REPEATS_WITHIN,
    )
    return set(records.session.execute(rows).scalars())


def keep_aside(records: Records, update: Mapping[str, Any], error: str, *, channel: str, at: datetime) -> int:
    """Stores an update that cannot be worked on, where an operator sees it. Gives 1 if it was new."""
    row = {
        **update, "channel": channel, "state": InboxState.QUARANTINED, "attempts": 0, "error": error[-4000:],
        "received_at": at, "done_at": at,
    }  # fmt: skip
    return add_once(records, InboxUpdate, [row], key=("channel", "update_id"))


@dataclass(frozen=True)
class Taken:
    """One open update in hand."""

    id: int
    channel: str
    chat: str
    update_id: str
    body: dict[str, Any]
    attempts: int


_COLUMNS = tuple(_UPDATES.c[name] for name in ("id", "channel", "chat", "update_id", "body", "attempts"))
_IS_OPEN = _UPDATES.c.state == literal_column(f"'{InboxState.PENDING.value}'")
"""Written out: an index of open updates serves no query that might ask for others."""
_OPEN = select(*_COLUMNS).where(_IS_OPEN).order_by(_UPDATES.c.id).limit(bindparam("limit"))
_IN_HAND = _OPEN.with_for_update()
_OLDER = _UPDATES.alias("older")
_THIS_ONE = _IN_HAND.where(
    _UPDATES.c.id == bindparam("number"),
    ~exists().where(
        _OLDER.c.state == literal_column(f"'{InboxState.PENDING.value}'"),
        _OLDER.c.channel == _UPDATES.c.channel,
        _OLDER.c.chat == _UPDATES.c.chat,
        _OLDER.c.id < _UPDATES.c.id,
    ),
)
_CLOSED = (
    update(_UPDATES)
    .where(_UPDATES.c.id == bindparam("number"))
    .values(state=InboxState.DONE, done_at=bindparam("at"))
)

_CHATS = text("""
    WITH waiting AS MATERIALIZED (
        SELECT channel, chat FROM inbox_update WHERE state = 'pending' GROUP BY channel, chat ORDER BY min(id)
    )
    SELECT channel, chat FROM waiting
    WHERE pg_try_advisory_xact_lock(hashtextextended(channel || ':' || chat, 4)) LIMIT :chats
""")
"""The chats that have waited longest and are in nobody's hand, from here on in ours. What is sorted is materialized, so
that the lock is tried in this order, and not beyond the limit."""
_OF_CHATS = _IN_HAND.where(
    text("(channel, chat) IN (SELECT * FROM unnest(CAST(:channels AS text[]), CAST(:chats AS text[])))")
)
_CHAT_OF_ONE = text("""
    SELECT pg_try_advisory_xact_lock(hashtextextended(channel || ':' || chat, 4))
    FROM inbox_update WHERE id = :number
""")


CHATS = 20
"""In one hand at most: about as many as are answered before a batch gives way. What lies there longer, another worker
could have answered."""


def take(records: Records, limit: int, *, chats: int = CHATS) -> list[Taken]:
    """The oldest open updates in the order they came, held until the transaction ends.

    Several workers share the inbox on PostgreSQL by chats: of a chat that another one has in hand nothing is taken,
    and of ours nothing is left out, for the updates are looked up when the chat is held. A lock on the rows would not
    do: of an update that is committed late, or released, the row is free while a younger one is being answered.
    """
    if not _is_shared(records):
        return [Taken(*row) for row in records.session.execute(_IN_HAND, {"limit": limit})]
    held = records.session.execute(_CHATS, {"chats": chats}).all()
    if not held:
        return []
    names = {"channels": [one.channel for one in held], "chats": [one.chat for one in held]}
    return [Taken(*row) for row in records.session.execute(_OF_CHATS, {"limit": limit, **names})]


def look(records: Records, limit: int) -> list[Taken]:
    """The same without holding them: to see what there is."""
    return [Taken(*row) for row in records.session.execute(_OPEN, {"limit": limit})]


def take_one(records: Records, number: int) -> Taken | None:
    """This update, if it is still open, the first of its chat, and nobody else has the chat in hand."""
    if _is_shared(records) and not records.session.execute(_CHAT_OF_ONE, {"number": number}).scalar():
        return None
    row = records.session.execute(_THIS_ONE, {"limit": 1, "number": number}).first()
    return Taken(*row) if row else None


def _is_shared(records: Records) -> bool:
    """SQLite has one writer at a time, who has all of it in hand."""
    return records.session.get_bind().dialect.name == "postgresql"


def finish(records: Records, numbers: Sequence[int], *, at: datetime) -> None:
    """Closes updates; the commit that follows makes their effects and their closing one thing."""
    if numbers:
        records.session.connection().execute(_CLOSED, [{"number": number, "at": at} for number in numbers])


def quarantine(records: Records, number: int, error: str, *, at: datetime) -> None:
    """Sets a poisoned update aside with the end of its trace, where the error stands; kept, and in nobody's way."""
    records.session.execute(
        update(_UPDATES)
        .where(_UPDATES.c.id == number)
        .values(
            state=InboxState.QUARANTINED,
            error=error[-4000:],
            done_at=at,
            attempts=_UPDATES.c.attempts + 1,
        )
    )


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


def open_counts(records: Records) -> dict[str, int]:
    """The same of those updates that are not done with, which don't grow with the years."""
    rows = records.session.execute(
        select(col(InboxUpdate.state), func.count())
        .where(col(InboxUpdate.state).in_((InboxState.PENDING, InboxState.QUARANTINED)))
        .group_by(col(InboxUpdate.state))
    )
    return {state.value: number for state, number in rows}

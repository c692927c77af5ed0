"""Taking in what a messenger delivers: on disk first, acknowledged after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notifications.incoming import Incoming
from storage import card_codes, inbox
from storage.card_codes import NewCode
from storage.store import Records, Store, StoreFault, is_about_values, safe_text

Row = dict[str, Any]
_NUMBERS_RETURN = frozenset({"telegram"})
"""After a week without updates Telegram goes on with any number it likes."""


@dataclass(frozen=True)
class Unreadable:
    """An update that a channel could make nothing of, as it came, and why."""

    update_id: str
    raw: object
    reason: str


def receive_updates(
    store: Store,
    updates: Sequence[Incoming],
    unreadable: Sequence[Unreadable] = (),
    codes: Sequence[NewCode] = (),
    *,
    channel: str,
    at: datetime,
) -> int:
    """Stores updates of one channel in one transaction and gives how many were new; only after it has returned may
    the messenger be told that they arrived. A repeat of an update adds nothing. What could not be read is kept where
    an operator sees it, and so is what the database does not take as it is. `codes` came with presses on cards."""
    rows = [{"update_id": one.update_id, "chat": one.chat, "body": one.to_json()} for one in updates]
    aside = [(_aside(one.update_id, one.raw), one.reason) for one in unreadable]
    try:
        return _keep(store, rows, aside, channel, at, codes)
    except StoreFault as fault:
        if not is_about_values(fault):
            raise
    return sum(_keep_alone(store, row, channel, at) for row in rows) + _keep(store, [], aside, channel, at)


def _keep(
    store: Store,
    rows: list[Row],
    aside: list[tuple[Row, str]],
    channel: str,
    at: datetime,
    codes: Sequence[NewCode] = (),
) -> int:
    if not rows and not aside:
        return 0
    with store.transaction(channel, is_waited_for=True) as records:
        _keep_codes(records, codes, channel, at)
        new = inbox.keep(records, rows, channel=channel, at=at, numbers_return=channel in _NUMBERS_RETURN)
        return new + sum(inbox.keep_aside(records, row, why, channel=channel, at=at) for row, why in aside)


def _keep_codes(records: Records, codes: Sequence[NewCode], channel: str, at: datetime) -> None:
    """Not of a press that is brought again: its code is used by now, and a newer one may stand in its place."""
    if codes:
        known = inbox.known(records, [one.update_id for one in codes], channel=channel)
        new = [one for one in codes if one.update_id not in known]
        card_codes.keep(records, new, channel=channel, at=at)


def _keep_alone(store: Store, row: Row, channel: str, at: datetime) -> int:
    """One that no store would take as it is must not hold back those that came with it, for ever."""
    try:
        return _keep(store, [row], [], channel, at)
    except StoreFault as fault:
        if not is_about_values(fault):
            raise
        why = f"{type(fault).__name__}: the database does not take it as it is"
        return _keep(store, [], [(_aside(row["update_id"], row["body"]), why)], channel, at)


def _aside(update_id: str, raw: object) -> Row:
    return {"update_id": update_id, "chat": "", "body": {"raw": safe_text(raw)}}

"""The newest code of each card: by it a messenger lets us change, once, what it has shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col

from storage.once import put
from storage.store import Records
from storage.tables.messaging import CardCode

_PLACE = ("channel", "chat", "message_id")


@dataclass(frozen=True)
class NewCode:
    """A code that came with a card that was sent, or with a press on one."""

    chat: str
    message_id: str
    code: str
    update_id: str = ""
    """Of the press; empty where we sent the card."""


def keep(records: Records, codes: Sequence[NewCode], *, channel: str, at: datetime) -> None:
    """Each takes the place of the older one of its card. One that is known stays as it is: what comes twice has not
    become unused again."""
    newest = {(one.chat, one.message_id): one.code for one in codes}
    rows = [
        {"channel": channel, "chat": chat, "message_id": card, "code": code, "given_at": at, "used_by": None}
        for (chat, card), code in newest.items()
        if (known := find(records, channel, chat, card)) is None or known.code != code
    ]
    put(records, CardCode, rows, key=_PLACE)


def find(records: Records, channel: str, chat: str, message_id: str) -> CardCode | None:
    return records.find(CardCode, (channel, chat, message_id))


def use(records: Records, code: CardCode, *, by: str) -> bool:
    """Notes for which letter it is shown, before it is; False where it is another letter's, or was replaced."""
    changed = records.session.execute(
        update(CardCode)
        .where(
            *_is(code),
            col(CardCode.code) == code.code,
            (col(CardCode.used_by).is_(None)) | (col(CardCode.used_by) == by),
        )
        .values(used_by=by)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def forget(records: Records, code: CardCode) -> None:
    """It is of no use any more; a newer one stays."""
    records.session.execute(delete(CardCode).where(*_is(code), col(CardCode.code) == code.code))


def forget_older(records: Records, before: datetime) -> int:
    """Those that no messenger takes any more; gives how many they were."""
    gone = records.session.execute(delete(CardCode).where(col(CardCode.given_at) < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _is(code: CardCode) -> tuple[Any, ...]:
    return (
        col(CardCode.channel) == code.channel,
        col(CardCode.chat) == code.chat,
        col(CardCode.message_id) == code.message_id,
    )

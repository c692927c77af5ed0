"""The web chat's own messages: for that channel this table is the messenger.

A chat's revisions count every new or changed message from 1. They are given inside the transaction, under a lock of
that chat, so whoever has seen revision n has seen everything below it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, text
from sqlmodel import col

from storage import bells
from storage.bells import Bell
from storage.store import Records
from storage.tables.messaging import WebMessage

CHANNEL = "web"
"""Its name in `channel` columns; a chat has the id of its person."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
"""All else is no address of a file, and some of it no text that a database takes."""
_REMEMBERED = 100
"""So many earlier update ids of a slot are known again; a repeat comes within a minute, not so many messages later."""


@dataclass(frozen=True)
class Latest:
    """Where a chat stands: its newest revision, and its newest message."""

    revision: int
    message: WebMessage


def lock(records: Records, chats: Iterable[str]) -> None:
    """Holds the chats until the transaction ends; always in one order, so that two of us never wait for each other.

    SQLite has one writer at a time already.
    """
    if records.session.get_bind().dialect.name != "postgresql":
        return
    for chat in sorted(set(chats)):
        records.session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:chat, 2))"), {"chat": chat}
        )


def post(
    records: Records,
    chat: str,
    body: dict[str, Any],
    *,
    update_id: str,
    at: datetime,
    is_mine: bool = False,
    slot: str | None = None,
) -> WebMessage:
    """Puts a message into a chat, or, where one stands in its `slot`, into that one's place with a new revision; a
    body that `is_fresh` comes at the end instead, and the older message of the slot loses its buttons.

    The same `update_id` again changes nothing and gives the message as it stands, even when the slot has been taken
    by a later one since.
    """
    lock(records, [chat])
    found: list[WebMessage] = list(
        records.session.execute(_MET, {"chat": chat, "slot": slot, "update": update_id}).scalars()
    )
    standing = next((one for one in found if slot and one.slot == slot and not one.is_mine), None)
    earlier = _earlier(standing)
    known = next((one for one in found if one.update_id == update_id), None)
    known = standing if update_id in earlier else known
    if known is not None:
        return known
    bells.ring(records, Bell.CHAT, chat)
    body = {**body, "earlier": earlier[-_REMEMBERED:]}
    if standing is not None and not body.get("is_fresh"):
        return _replace(records, standing, body, update_id=update_id, at=at)
    if standing is not None:
        _retire(records, standing)
    message = WebMessage(
        chat=chat,
        revision=newest_revision(records, chat) + 1,
        is_mine=is_mine,
        update_id=update_id,
        slot=slot,
        body=body,
        at=at,
    )
    records.add(message)
    return message


def _earlier(standing: WebMessage | None) -> list[str]:
    """Every update id that the slot has shown before, oldest first."""
    return [*standing.body.get("earlier", []), standing.update_id or ""] if standing else []


def _replace(
    records: Records, standing: WebMessage, body: dict[str, Any], *, update_id: str, at: datetime
) -> WebMessage:
    standing.body, standing.update_id, standing.at = body, update_id, at
    standing.revision = newest_revision(records, standing.chat) + 1
    records.session.flush()
    return standing


def _retire(records: Records, standing: WebMessage) -> None:
    standing.body, standing.slot = {**standing.body, "rows": []}, None
    standing.revision = newest_revision(records, standing.chat) + 1
    records.session.flush()


def _of(chat: str) -> Select[WebMessage]:
    return select(WebMessage).where(col(WebMessage.chat) == chat)


_NEWEST = select(func.max(col(WebMessage.revision))).where(col(WebMessage.chat) == bindparam("chat"))
_MET = (
    select(WebMessage)
    .where(
        col(WebMessage.chat) == bindparam("chat"),
        or_(col(WebMessage.slot) == bindparam("slot"), col(WebMessage.update_id) == bindparam("update")),
    )
    .order_by(col(WebMessage.id))
)
"""Whatever a new message may meet in its chat: the one that stands in its slot, and itself, posted before."""


def newest_revision(records: Records, chat: str) -> int:
    """The chat's last revision; 0 in an empty chat."""
    return records.session.execute(_NEWEST, {"chat": chat}).scalar_one() or 0


def newest_revisions(records: Records) -> dict[str, int]:
    """Every chat that has messages, with its last revision."""
    rows = select(col(WebMessage.chat), func.max(col(WebMessage.revision))).group_by(col(WebMessage.chat))
    return dict(records.session.execute(rows).all())


def since(records: Records, chat: str, revision: int, *, limit: int = 200) -> list[WebMessage]:
    """What is newer than `revision`, in the order of revisions; ask again with the last one when `limit` came."""
    rows = (
        _of(chat).where(col(WebMessage.revision) > revision).order_by(col(WebMessage.revision)).limit(limit)
    )
    return list(records.session.execute(rows).scalars())


def page(records: Records, chat: str, *, before: int | None = None, limit: int = 50) -> list[WebMessage]:
    """The latest messages, oldest first, or those that stand above the message `before`."""
    rows = _of(chat).order_by(col(WebMessage.id).desc()).limit(limit)
    if before is not None:
        rows = rows.where(col(WebMessage.id) < before)
    return list(records.session.execute(rows).scalars())[::-1]


def shows_photo(records: Records, chat: str, sha256: str) -> bool:
    """Whether this picture was sent in this chat: only there may it be looked at."""
    if not _DIGEST.fullmatch(sha256):
        return False
    rows = select(func.count()).where(
        col(WebMessage.chat) == chat, col(WebMessage.body)["photo"].as_string() == sha256
    )
    return bool(records.session.execute(rows).scalar_one())


def document_of(records: Records, chat: str, sha256: str) -> dict[str, Any] | None:
    """What a message of this chat says of this document; None where none brought it: only there may it be had."""
    if not _DIGEST.fullmatch(sha256):
        return None
    rows = select(WebMessage).where(
        col(WebMessage.chat) == chat,
        ~col(WebMessage.is_mine),
        col(WebMessage.body)["document"]["sha256"].as_string() == sha256,
    )
    message = records.session.execute(rows.order_by(col(WebMessage.id).desc()).limit(1)).scalar()
    return message.body["document"] if message is not None else None


def latest_of_every_chat(records: Records) -> dict[str, Latest]:
    """Every chat that has messages."""
    newest = (
        select(func.max(col(WebMessage.revision)).label("revision"), func.max(col(WebMessage.id)).label("id"))
        .group_by(col(WebMessage.chat))
        .subquery()
    )
    rows = select(WebMessage, newest.c.revision).join(newest, col(WebMessage.id) == newest.c.id)
    return {message.chat: Latest(revision, message) for message, revision in records.session.execute(rows)}

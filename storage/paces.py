"""How fast the processes of one channel have spoken, all together and to each chat: numbers, of which `bot.channels`
knows what they mean."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select, text
from sqlmodel import col

from storage.once import add_each_once, put
from storage.store import Records
from storage.tables.messaging import PaceMark

ALL = ""
"""Stands for all chats together."""
_KEY = ("channel", "chat")
_COLUMNS = (col(PaceMark.tokens), col(PaceMark.at), col(PaceMark.held_until))


@dataclass(frozen=True)
class Mark:
    """What was left of the tokens at that moment; times in seconds since 1970, 0 for none."""

    tokens: float
    at: float
    held_until: float


def lock(records: Records, channel: str) -> Mark | None:
    """The mark of all together; whoever else asks for it waits until this transaction ends. None at the very first.

    This transaction does not wait for the disk: what a crash of the database takes back is half a second of counting.
    """
    if records.session.get_bind().dialect.name == "postgresql":
        records.session.execute(text("SET LOCAL synchronous_commit = off"))
    wanted = select(*_COLUMNS).where(col(PaceMark.channel) == channel, col(PaceMark.chat) == ALL)
    found = records.session.execute(wanted.with_for_update()).one_or_none()
    if found is None:
        unknown = {"channel": channel, "chat": ALL, "tokens": 0.0, "at": 0.0, "held_until": 0.0}
        add_each_once(records, PaceMark, [unknown], key=_KEY)
        found = records.session.execute(wanted.with_for_update()).one()
    return Mark(*found) if found.at else None


def read(records: Records, channel: str, chats: Collection[str]) -> dict[str, Mark]:
    """Of those chats that have spoken lately. Only while the mark of all together is locked."""
    wanted = select(col(PaceMark.chat), *_COLUMNS)
    wanted = wanted.where(col(PaceMark.channel) == channel, col(PaceMark.chat).in_(chats))
    return {chat: Mark(*numbers) for chat, *numbers in records.session.execute(wanted)}


def held(records: Records, channel: str, now: float) -> dict[str, float]:
    """The chats in which the messenger wants to hear nothing now, and until when."""
    wanted = select(col(PaceMark.chat), col(PaceMark.held_until))
    wanted = wanted.where(
        col(PaceMark.channel) == channel, col(PaceMark.chat) != ALL, col(PaceMark.held_until) > now
    )
    return {one.chat: one.held_until for one in records.session.execute(wanted)}


def write(records: Records, channel: str, marks: Mapping[str, Mark]) -> None:
    """Each in the place of the one before."""
    rows = [
        {"channel": channel, "chat": chat, "tokens": one.tokens, "at": one.at, "held_until": one.held_until}
        for chat, one in sorted(marks.items())
    ]
    put(records, PaceMark, rows, key=_KEY)


def forget(records: Records, channel: str, *, before: float, now: float) -> None:
    """The chats that have been quiet for so long that nothing is to be known of them."""
    old = (col(PaceMark.at) < before) & (col(PaceMark.held_until) < now) & (col(PaceMark.chat) != ALL)
    records.session.execute(
        delete(PaceMark).where(col(PaceMark.channel) == channel, old),
        execution_options={"synchronize_session": False},
    )

"""What goes out: written by the action that caused it, sent after its commit, checked again just before sending."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Exists, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from storage.once import add_once
from storage.store import Records
from storage.tables.inspections import Assignment
from storage.tables.messaging import ChannelAccount, OutboxLine, OutboxState, SentMessage

LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Letter:
    """One claimed line with its destination: what a channel needs to send it. `replaces` is the messenger's id of the
    message that stands in this slot, when there is one to edit."""

    line_id: int
    key: str
    channel: str
    chat: str
    body: dict[str, Any]
    slot: str | None
    replaces: str | None
    attempts: int = 1
    """This one included."""


def write(records: Records, line: OutboxLine) -> bool:
    """Adds a line once: a second one of the same key changes nothing and gives False."""
    return bool(add_once(records, OutboxLine, [line.model_dump(exclude={"id"})], key=("key",)))


def claim(records: Records, *, limit: int, at: datetime) -> list[Letter]:
    """The lines whose turn has come, in the order they were written, held for `LEASE`.

    A line waits while an older one to the same chat or person is in hand or put off: what it says may build on it, and
    a late older message would otherwise take the place of a newer one in its slot. A line whose assignment has moved
    on is dropped here, and one whose person can't be reached anywhere is dead.
    """
    due = records.session.execute(_DUE, {"at": at, "limit": limit}).scalars()
    letters = [_claimed(records, line, at) for line in due]
    return [letter for letter in letters if letter is not None]


def let_go(records: Records, channel: str) -> None:
    """Makes everybody's again what a deliverer of this channel held when it died, without waiting for `LEASE`.

    Only for a channel that knows a letter which it has shown: some of them it has, and another process may have some
    in hand right now.
    """
    records.session.execute(
        update(OutboxLine)
        .where(
            col(OutboxLine.channel) == channel,
            col(OutboxLine.state) == OutboxState.PENDING,
            col(OutboxLine.claimed_until).is_not(None),
        )
        .values(claimed_until=None)
    )


def _waits_for_an_older_one(at: BindParameter[datetime]) -> Exists:
    older = aliased(OutboxLine)
    same_chat = and_(col(older.channel) == col(OutboxLine.channel), col(older.chat) == col(OutboxLine.chat))
    return exists().where(
        col(older.state) == OutboxState.PENDING,
        col(older.attempts) > 0,
        or_(col(older.claimed_until) >= at, col(older.due_at) > at),
        col(older.id) < col(OutboxLine.id),
        or_(same_chat, col(older.person_id) == col(OutboxLine.person_id)),
    )


_AT: BindParameter[datetime] = bindparam("at")
_DUE = (
    select(OutboxLine)
    .where(
        col(OutboxLine.state) == OutboxState.PENDING,
        col(OutboxLine.due_at) <= _AT,
        or_(col(OutboxLine.claimed_until).is_(None), col(OutboxLine.claimed_until) < _AT),
        ~_waits_for_an_older_one(_AT),
    )
    .order_by(col(OutboxLine.id))
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)


def _claimed(records: Records, line: OutboxLine, at: datetime) -> Letter | None:
    if not _is_still_true(records, line):
        line.state = OutboxState.DROPPED
        return None
    if line.channel is None or line.chat is None:
        account = reachable_account(records, line.person_id)
        if account is None:
            line.state, line.error = OutboxState.DEAD, "no channel"
            return None
        line.channel, line.chat = account.channel, account.chat
    line.claimed_until = at + LEASE
    line.attempts += 1
    standing = records.find(SentMessage, (line.channel, line.chat, line.slot)) if line.slot else None
    assert line.id is not None
    replaces = standing.message_id if standing else None
    return Letter(line.id, line.key, line.channel, line.chat, line.body, line.slot, replaces, line.attempts)


def _is_still_true(records: Records, line: OutboxLine) -> bool:
    if line.subject is None or line.while_state is None:
        return True
    assignment = records.find(Assignment, line.subject)
    return assignment is None or assignment.state.value == line.while_state


_REACHABLE = (
    select(ChannelAccount)
    .where(
        col(ChannelAccount.person_id) == bindparam("person"),
        col(ChannelAccount.revoked_at).is_(None),
        col(ChannelAccount.unreachable_since).is_(None),
    )
    .order_by(col(ChannelAccount.last_used_at).desc())
    .limit(1)
)


def reachable_account(records: Records, person_id: str | None) -> ChannelAccount | None:
    """Where the person was last, among the accounts that still work."""
    return records.session.execute(_REACHABLE, {"person": person_id}).scalars().first()


def sent(records: Records, delivered: Sequence[tuple[Letter, str]], *, at: datetime) -> None:
    """Notes of each letter the messenger's id, so that the next message of the slot can take its place."""
    fate = {"state": OutboxState.SENT, "sent_at": at, "claimed_until": None}
    lines = [{"id": letter.line_id, "message_id": message_id, **fate} for letter, message_id in delivered]
    records.session.execute(update(OutboxLine), lines)
    for letter, message_id in delivered:
        if letter.slot:
            _stands(records, letter, letter.slot, message_id)


def _stands(records: Records, letter: Letter, slot: str, message_id: str) -> None:
    standing = records.find(SentMessage, (letter.channel, letter.chat, slot))
    if standing is None:
        records.session.add(
            SentMessage(channel=letter.channel, chat=letter.chat, slot=slot, message_id=message_id)
        )
    else:
        standing.message_id = message_id


def failed(records: Records, letter: Letter, error: str, *, retry_at: datetime | None) -> None:
    """Puts the line off until `retry_at`, or, with None, sets it aside as dead, where an operator sees it."""
    line = records.get(OutboxLine, letter.line_id)
    line.error, line.claimed_until = error[:1000], None
    if retry_at is None:
        line.state = OutboxState.DEAD
    else:
        line.due_at = retry_at


def revive_for(records: Records, person_id: str) -> None:
    """Puts back what found no channel, now that the person has one."""
    records.session.execute(
        update(OutboxLine)
        .where(
            col(OutboxLine.person_id) == person_id,
            col(OutboxLine.state) == OutboxState.DEAD,
            col(OutboxLine.error) == "no channel",
        )
        .values(state=OutboxState.PENDING, error="")
    )


def revive(records: Records, number: int, *, at: datetime) -> bool:
    """Puts one dead line back as if it had never been tried; False, and nothing changed, when it is not one."""
    changed = records.session.execute(
        update(OutboxLine)
        .where(col(OutboxLine.id) == number, col(OutboxLine.state) == OutboxState.DEAD)
        .values(state=OutboxState.PENDING, error="", attempts=0, due_at=at, claimed_until=None)
    )
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def dead(records: Records) -> list[OutboxLine]:
    """What an operator must look at, oldest first."""
    rows = select(OutboxLine).where(col(OutboxLine.state) == OutboxState.DEAD).order_by(col(OutboxLine.id))
    return list(records.session.execute(rows).scalars())


def counts(records: Records) -> dict[str, int]:
    """Lines by state."""
    rows = records.session.execute(
        select(col(OutboxLine.state), func.count()).group_by(col(OutboxLine.state))
    )
    return {state.value: number for state, number in rows}

"""What goes out: written by the action that caused it, sent after its commit, checked again just before sending."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Table, and_, bindparam, case, exists, func, or_, select, text, update
from sqlmodel import col

from storage import bells, traces
from storage.bells import Bell
from storage.once import add_each_once, put
from storage.store import Records
from storage.tables.inspections import Assignment
from storage.tables.messaging import ChannelAccount, OutboxLine, OutboxState, SentMessage

LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(minutes=10)
"""No line that was tried waits longer for its next try."""
NO_CHANNEL = "no channel"
"""The error of a dead line whose person could not be reached anywhere; it lives again as soon as that changes."""


def _yes() -> bool:
    return True


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
    parts_sent: int = 0
    """Of a text in several messages: how many have arrived by earlier tries."""
    is_urgent: bool = False
    """Somebody waits for it, or for what stands behind it."""
    trace: str | None = None
    """The mark of what caused it."""
    asked_at: datetime | None = None
    """Of a reply: when the person said what it answers."""
    is_held: Callable[[], bool] = field(default=_yes, compare=False, repr=False)
    """Asked just before it is sent: when its lease has run out, somebody else may be sending it."""


def write(records: Records, line: Mapping[str, Any]) -> None:
    """Adds a line at the end of the transaction, once: a second one of the same key changes nothing."""
    cause = traces.cause()
    asked_at = cause.asked_at if line.get("is_reply") else None
    records.lines.append({**_NEW_LINE, "trace": cause.trace, "asked_at": asked_at, **line})
    records.finishing[write_all] = None
    bells.ring(records, Bell.OUTBOX)


_NEW_LINE: Mapping[str, Any] = {
    "person_id": None, "channel": None, "chat": None, "slot": None, "subject": None, "while_state": None,
    "state": OutboxState.PENDING, "attempts": 0, "error": "", "parts_sent": 0,
}  # fmt: skip


def write_all(records: Records) -> None:
    """Writes the lines of this transaction that still wait for its end."""
    lines, records.lines = records.lines, []
    add_each_once(records, OutboxLine, lines, key=("key",))


def addressee(person_id: str | None, channel: str | None, chat: str | None) -> str:
    """Whose queue a line stands in."""
    return person_id or f"{channel}:{chat}"


@dataclass(frozen=True)
class Room:
    """How many lines may be taken, and for which channels none: they have all they may have in hand."""

    lines: int
    full: frozenset[str] = frozenset()


def claim(records: Records, *, at: datetime, replies: Room, notices: Room) -> list[Letter]:
    """The lines whose turn has come, held for `LEASE`, as far as there is room for replies and for notices.

    A queue is sent in its order, one line at a time: what a line says may build on the one before, and a late older
    message would otherwise take the place of a newer one in its slot. Whoever waits for a reply comes first, with what
    stands before it in the same queue. A line whose assignment has moved on is dropped here, and one whose person
    can't be reached anywhere is dead.
    """
    letters: list[Letter] = []
    for lines, room, is_urgent in ((_ANSWERS, replies, True), (_NOTICES, notices, False)):
        if room.lines > 0:
            facts = {"at": at, "soon": at + LONGEST_WAIT, "limit": room.lines}
            due = records.session.execute(lines, {**facts, "full": sorted(room.full)}).all()
            found = _letters(records, _alone(records, due, at), room.full, is_urgent) if due else []
            _hold(records, found, until=at + LEASE)
            letters += found
    return letters


def _alone(records: Records, due: Sequence[Any], at: datetime) -> list[Any]:
    """Those whose queue has no other line in hand: one that was committed late stands before one that is on its way,
    perhaps since a moment ago by another deliverer. So the queues are held first, and looked at then."""
    queues = sorted({line.addressee for line in due})
    if records.session.get_bind().dialect.name == "postgresql":
        queues = list(records.session.execute(_FREE_QUEUES, {"queues": queues}).scalars())
    busy = set(records.session.execute(_BUSY, {"queues": queues, "at": at}).scalars())
    free = set(queues) - busy
    return [line for line in due if line.addressee in free]


def renew(records: Records, letters: Sequence[Letter], *, at: datetime) -> list[Letter]:
    """Holds what is still in our hand for another `LEASE`, and gives it; the others are somebody else's by now, or are
    not to be sent any more."""
    ids = [letter.line_id for letter in letters]
    rows = records.session.execute(
        update(_LINES)
        .where(_LINE.id.in_(ids), _LINE.state == OutboxState.PENDING, _LINE.claimed_until.is_not(None))
        .values(claimed_until=at + LEASE)
        .returning(_LINE.id, _LINE.attempts)
    )
    tries: dict[int, int] = dict(rows.all())
    return [letter for letter in letters if tries.get(letter.line_id) == letter.attempts]


def _hold(records: Records, letters: Sequence[Letter], until: datetime) -> None:
    if letters:
        rows = [
            {"line": one.line_id, "to": one.channel, "at": one.chat, "tried": one.attempts, "until": until}
            for one in letters
        ]
        records.session.connection().execute(_HELD, rows)


def _letters(records: Records, due: Sequence[Any], full: frozenset[str], is_urgent: bool) -> list[Letter]:
    """What of these lines is still true and can reach somebody, with what stands in their slots."""
    due = _still_true(records, due)
    addresses = _addresses(records, due, full)
    standing = _standing(records, [(*addresses[line.id], line.slot) for line in due if line.id in addresses])
    return [
        Letter(
            line.id, line.key, *addresses[line.id], line.body, line.slot,
            standing.get((*addresses[line.id], line.slot)), line.attempts + 1, line.parts_sent, is_urgent,
            line.trace, line.asked_at,
        )
        for line in due
        if line.id in addresses
    ]  # fmt: skip


def _still_true(records: Records, due: Sequence[Any]) -> list[Any]:
    named = {line.subject for line in due if line.subject is not None and line.while_state is not None}
    if not named:
        return list(due)
    states = dict(
        records.session.execute(
            select(col(Assignment.id), col(Assignment.state)).where(col(Assignment.id).in_(named))
        ).all()
    )
    false = {
        line.id
        for line in due
        if line.while_state is not None and states.get(line.subject, line.while_state) != line.while_state
    }
    _set_aside(records, false, OutboxState.DROPPED)
    return [line for line in due if line.id not in false]


def _addresses(records: Records, due: Sequence[Any], full: frozenset[str]) -> dict[int, tuple[str, str]]:
    """Where each line goes: what it names, or where its person was last among the accounts that still work."""
    found = {line.id: (line.channel, line.chat) for line in due if line.chat is not None}
    wanted = {line.person_id for line in due if line.chat is None}
    if not wanted:
        return found
    accounts = _reachable(records, wanted)
    for line in due:
        if line.chat is None and line.person_id in accounts:
            found[line.id] = accounts[line.person_id]
    _set_aside(records, {line.id for line in due if line.id not in found}, OutboxState.DEAD, NO_CHANNEL)
    return {id: address for id, address in found.items() if address[0] not in full}


def _set_aside(records: Records, ids: set[int], state: OutboxState, error: str = "") -> None:
    if ids:
        records.session.execute(
            update(OutboxLine).where(col(OutboxLine.id).in_(ids)).values(state=state, error=error)
        )


def _standing(records: Records, places: list[tuple[str, str, str | None]]) -> dict[tuple[str, ...], str]:
    wanted = {place for place in places if place[2]}
    if not wanted:
        return {}
    rows = records.session.execute(
        select(
            col(SentMessage.channel),
            col(SentMessage.chat),
            col(SentMessage.slot),
            col(SentMessage.message_id),
        ).where(
            col(SentMessage.channel).in_({channel for channel, _, _ in wanted}),
            col(SentMessage.chat).in_({chat for _, chat, _ in wanted}),
            col(SentMessage.slot).in_({slot for _, _, slot in wanted}),
        )
    ).all()
    return {tuple(row[:3]): row[3] for row in rows}


def stands_with(records: Records, person_id: str, slot: str) -> bool:
    """Whether a message of this slot stands on a phone of this person, where another one would take its place."""
    rows = (
        select(col(SentMessage.message_id))
        .join(
            ChannelAccount,
            (col(ChannelAccount.channel) == col(SentMessage.channel))
            & (col(ChannelAccount.chat) == col(SentMessage.chat)),
        )
        .where(col(ChannelAccount.person_id) == person_id, col(SentMessage.slot) == slot)
    )
    return records.session.execute(rows).first() is not None


@dataclass(frozen=True)
class Standing:
    """A message with buttons that stands in a slot of a chat, and the line that put it there."""

    line_id: int
    channel: str
    chat: str
    slot: str
    body: dict[str, Any]


def standing_elsewhere(
    records: Records, person_id: str, slots: Collection[str], *, channel: str, chat: str
) -> list[Standing]:
    """What of these slots stands in other chats of this person, and still has buttons."""
    if not slots:
        return []
    places = (
        select(col(SentMessage.channel), col(SentMessage.chat), col(SentMessage.slot))
        .join(
            ChannelAccount,
            (col(ChannelAccount.channel) == col(SentMessage.channel))
            & (col(ChannelAccount.chat) == col(SentMessage.chat)),
        )
        .where(
            col(ChannelAccount.person_id) == person_id,
            col(ChannelAccount.revoked_at).is_(None),
            col(SentMessage.slot).in_(slots),
            or_(col(SentMessage.channel) != channel, col(SentMessage.chat) != chat),
        )
    )
    newest = [_newest_in(records, person_id, *place) for place in records.session.execute(places).all()]
    return [one for one in newest if one is not None and one.body["rows"]]


def _newest_in(records: Records, person_id: str, channel: str, chat: str, slot: str) -> Standing | None:
    rows = (
        select(col(OutboxLine.id), col(OutboxLine.body))
        .where(
            col(OutboxLine.addressee) == person_id,
            col(OutboxLine.channel) == channel,
            col(OutboxLine.chat) == chat,
            col(OutboxLine.slot) == slot,
            col(OutboxLine.state) == OutboxState.SENT,
        )
        .order_by(col(OutboxLine.id).desc())
        .limit(1)
    )
    found = records.session.execute(rows).first()
    return Standing(found[0], channel, chat, slot, found[1]) if found else None


def _is_due(line: Any) -> Any:
    """Its time has come and nobody has it in hand. What is for now is so on a clock that was set back too, and a next
    try too far ahead was written before that."""
    is_free = or_(line.claimed_until.is_(None), line.claimed_until < _AT)
    is_time = or_(_has_come(line), and_(line.attempts > 0, line.due_at > _SOON))
    return and_(is_free, is_time)


def _is_in_the_way(line: Any) -> Any:
    """It goes before those behind it, or waits for its next try and they with it; one for a later day does not."""
    return or_(_has_come(line), line.attempts > 0)


def _has_come(line: Any) -> Any:
    return or_(line.due_at <= _AT, line.due_at <= line.created_at)


_AT: BindParameter[datetime] = bindparam("at")
_SOON: BindParameter[datetime] = bindparam("soon")
_LINES: Table = OutboxLine.__table__  # type: ignore[attr-defined]
_LINE, _OLDER, _ASKING = _LINES.c, _LINES.alias("older").c, _LINES.alias("asking").c
_IS_FIRST = ~exists().where(
    _OLDER.state == OutboxState.PENDING,
    _OLDER.addressee == _LINE.addressee,
    _OLDER.id < _LINE.id,
    _is_in_the_way(_OLDER),
)
_FREE_QUEUES = text(
    "SELECT queue FROM unnest(CAST(:queues AS text[])) queue"
    " WHERE pg_try_advisory_xact_lock(hashtextextended(queue, 5))"
)
_BUSY = select(_LINE.addressee).where(
    _LINE.state == OutboxState.PENDING,
    _LINE.addressee.in_(bindparam("queues", expanding=True)),
    _LINE.claimed_until >= _AT,
)
_COLUMNS = (
    "id", "key", "addressee", "person_id", "channel", "chat", "slot", "body", "subject", "while_state", "attempts",
    "parts_sent", "trace", "asked_at",
)  # fmt: skip
_DUE = (
    select(*(_LINE[name] for name in _COLUMNS))
    .where(
        _LINE.state == OutboxState.PENDING,
        _is_due(_LINE),
        _IS_FIRST,
        or_(_LINE.channel.is_(None), _LINE.channel.not_in(bindparam("full", expanding=True))),
    )
    .order_by(_LINE.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True, of=_LINES)
)
_HELD = (
    update(_LINES)
    .where(_LINE.id == bindparam("line"))
    .values(
        channel=bindparam("to"),
        chat=bindparam("at"),
        attempts=bindparam("tried"),
        claimed_until=bindparam("until"),
    )
)
_SENT = (
    update(_LINES)
    .where(_LINE.id == bindparam("line"))
    .values(
        state=OutboxState.SENT, claimed_until=None, sent_at=bindparam("at"), message_id=bindparam("message")
    )
)
_ANSWERS = (
    _DUE.where(
        _LINE.addressee.in_(
            select(_ASKING.addressee).where(_ASKING.state == OutboxState.PENDING, _ASKING.is_reply)
        )
    )
    .order_by(None)
    .order_by(_LINE.id + 0)
)
"""Replies too, for each stands in the queue of somebody who waits for one. What waits is sorted: in the order of the
ids a planner that thinks much waits would walk through all that was ever sent."""
_NOTICES = _DUE.where(~_LINE.is_reply)


def _reachable(records: Records, people: Collection[str]) -> dict[str, tuple[str, str]]:
    """Where each of these people was last, among the accounts that still work."""
    rows = records.session.execute(
        select(col(ChannelAccount.person_id), col(ChannelAccount.channel), col(ChannelAccount.chat))
        .where(
            col(ChannelAccount.person_id).in_(people),
            col(ChannelAccount.revoked_at).is_(None),
            col(ChannelAccount.unreachable_since).is_(None),
        )
        .order_by(col(ChannelAccount.last_used_at))
    ).all()
    return {person: (channel, chat) for person, channel, chat in rows}


def let_go(records: Records, channel: str | None = None) -> None:
    """Makes everybody's again what a deliverer held when it died, without waiting for `LEASE`: of a channel that knows
    a letter which it has shown, or, where there is no other process that may have some in hand right now, of all.

    Some of it has arrived. So of all channels only what was tried once is let go: a process that dies again and again
    as soon as it speaks must not say the same to somebody at each of its starts.
    """
    is_safe = col(OutboxLine.attempts) <= 1 if channel is None else col(OutboxLine.channel) == channel
    records.session.execute(
        update(OutboxLine)
        .where(
            is_safe, col(OutboxLine.state) == OutboxState.PENDING, col(OutboxLine.claimed_until).is_not(None)
        )
        .values(claimed_until=None)
    )


def sent(records: Records, delivered: Sequence[tuple[Letter, str]], *, at: datetime) -> None:
    """Notes of each letter the messenger's id, so that the next message of the slot can take its place."""
    if not delivered:
        return
    lines = [{"line": letter.line_id, "message": message_id, "at": at} for letter, message_id in delivered]
    records.session.connection().execute(_SENT, lines)
    standing = {
        (letter.channel, letter.chat, letter.slot): message_id
        for letter, message_id in delivered
        if letter.slot and letter.replaces != message_id
    }
    if standing:
        rows = [{**dict(zip(_PLACE, place, strict=True)), "message_id": id} for place, id in standing.items()]
        put(records, SentMessage, rows, key=_PLACE)


_PLACE = ("channel", "chat", "slot")


def put_off(records: Records, letter: Letter, error: str, *, retry_at: datetime, parts_sent: int = 0) -> None:
    """The line waits until then, and its queue with it; where somebody else has it in hand by now, nothing changes."""
    line = _in_hand(records, letter)
    if line is not None:
        line.error, line.claimed_until, line.due_at = error[:1000], None, retry_at
        line.parts_sent = max(line.parts_sent, parts_sent)


def give_up(records: Records, letter: Letter, error: str) -> None:
    """Sets the line aside as dead, where an operator sees it; where somebody else has it in hand by now, nothing
    changes."""
    line = _in_hand(records, letter)
    if line is not None:
        line.error, line.claimed_until, line.state = error[:1000], None, OutboxState.DEAD


def _in_hand(records: Records, letter: Letter) -> OutboxLine | None:
    """The line, locked, while it is this letter's: every claim counts."""
    line = records.lock(OutboxLine, letter.line_id)
    return line if line.state is OutboxState.PENDING and line.attempts == letter.attempts else None


def send_elsewhere(records: Records, channel: str, chat: str) -> None:
    """Notices on their way to an account that no longer works go where else their person is; replies die with it."""
    write_all(records)
    waiting = and_(
        col(OutboxLine.state) == OutboxState.PENDING,
        col(OutboxLine.channel) == channel,
        col(OutboxLine.chat) == chat,
    )
    notices = col(OutboxLine.person_id).is_not(None)
    records.session.execute(
        update(OutboxLine)
        .where(waiting, notices)
        .values(channel=None, chat=None, claimed_until=None, attempts=0, parts_sent=0)
    )
    records.session.execute(
        update(OutboxLine)
        .where(waiting, ~notices)
        .values(state=OutboxState.DEAD, error=NO_CHANNEL, claimed_until=None)
    )


def take_back(records: Records, keys: Collection[str]) -> set[str]:
    """Drops those of these lines that nobody has been sent and no deliverer has in hand, and gives their keys."""
    write_all(records)
    found: set[str] = set(
        records.session.execute(
            update(OutboxLine)
            .where(
                col(OutboxLine.key).in_(keys),
                col(OutboxLine.state).in_((OutboxState.PENDING, OutboxState.DEAD)),
                col(OutboxLine.claimed_until).is_(None),
            )
            .values(state=OutboxState.DROPPED)
            .returning(col(OutboxLine.key))
        ).scalars()
    )
    return found


def drop_for(records: Records, channel: str, chat: str, kind: str | None = None) -> None:
    """Whatever waits for this chat, or what of one kind does, is no longer of use to anybody."""
    write_all(records)
    waiting = update(OutboxLine).where(
        col(OutboxLine.state) == OutboxState.PENDING,
        col(OutboxLine.channel) == channel,
        col(OutboxLine.chat) == chat,
        col(OutboxLine.person_id).is_(None),
    )
    if kind is not None:
        waiting = waiting.where(col(OutboxLine.kind) == kind)
    records.session.execute(waiting.values(state=OutboxState.DROPPED, claimed_until=None))


def drop_of_person(records: Records, person_id: str) -> None:
    """Whatever waits for somebody who has left stays here."""
    write_all(records)
    waiting = update(OutboxLine).where(
        col(OutboxLine.state) == OutboxState.PENDING,
        (col(OutboxLine.person_id) == person_id) | (col(OutboxLine.addressee) == person_id),
    )
    records.session.execute(waiting.values(state=OutboxState.DROPPED, claimed_until=None))


def drop_overtaken(records: Records, channel: str, chat: str, slot: str) -> None:
    """What would change a card of this chat, and is about to be overtaken by newer words in the same place; what is to
    be heard at the end of the chat stays, and so does what a deliverer has in hand."""
    write_all(records)
    waiting = select(OutboxLine).where(
        col(OutboxLine.state) == OutboxState.PENDING,
        col(OutboxLine.channel) == channel,
        col(OutboxLine.chat) == chat,
        col(OutboxLine.slot) == slot,
        col(OutboxLine.claimed_until).is_(None),
    )
    for line in records.session.execute(waiting.with_for_update(skip_locked=True)).scalars():
        if not line.body.get("is_fresh"):
            line.state = OutboxState.DROPPED


def readdress(records: Records, channel: str, chat: str, new_chat: str) -> None:
    """What waits for a group goes to its new number, and at once."""
    write_all(records)
    records.session.execute(
        update(OutboxLine)
        .where(
            col(OutboxLine.state) == OutboxState.PENDING,
            col(OutboxLine.addressee) == addressee(None, channel, chat),
        )
        .values(
            chat=new_chat,
            addressee=addressee(None, channel, new_chat),
            due_at=col(OutboxLine.created_at),
        )
    )


def revive_for(records: Records, person_id: str) -> None:
    """Puts back what found no channel, now that the person has one."""
    write_all(records)
    records.session.execute(
        update(OutboxLine)
        .where(
            col(OutboxLine.person_id) == person_id,
            col(OutboxLine.state) == OutboxState.DEAD,
            col(OutboxLine.error) == NO_CHANNEL,
        )
        .values(state=OutboxState.PENDING, error="", channel=None, chat=None)
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


@dataclass(frozen=True)
class Queue:
    """What waits for one channel: how many lines may go now, the oldest of them since when, and how many are for
    later."""

    due: int
    later: int
    oldest: datetime | None


def waiting_by_channel(records: Records, *, at: datetime) -> dict[str | None, Queue]:
    """By channel; None are those that go wherever their person is by then."""
    is_due = or_(col(OutboxLine.due_at) <= at, col(OutboxLine.attempts) > 0)
    due_since = case((is_due, col(OutboxLine.created_at)))
    rows = records.session.execute(
        select(col(OutboxLine.channel), func.count(), func.count(due_since), func.min(due_since))
        .where(col(OutboxLine.state) == OutboxState.PENDING)
        .group_by(col(OutboxLine.channel))
        .order_by(col(OutboxLine.channel))
    )
    return {channel: Queue(due, number - due, oldest) for channel, number, due, oldest in rows}


def put_off_lines(records: Records) -> list[OutboxLine]:
    """What was tried in vain and waits for its next try, the earliest first."""
    rows = select(OutboxLine).where(
        col(OutboxLine.state) == OutboxState.PENDING,
        col(OutboxLine.error) != "",
        col(OutboxLine.attempts) > 0,
    )
    ordered = rows.order_by(col(OutboxLine.due_at), col(OutboxLine.id))
    return list(records.session.execute(ordered).scalars())


def counts(records: Records) -> dict[str, int]:
    """Lines by state."""
    rows = records.session.execute(
        select(col(OutboxLine.state), func.count()).group_by(col(OutboxLine.state))
    )
    return {state.value: number for state, number in rows}


def open_counts(records: Records) -> dict[str, int]:
    """The same of those lines that are not done with, which don't grow with the years."""
    rows = records.session.execute(
        select(col(OutboxLine.state), func.count())
        .where(col(OutboxLine.state).in_((OutboxState.PENDING, OutboxState.DEAD)))
        .group_by(col(OutboxLine.state))
    )
    return {state.value: number for state, number in rows}

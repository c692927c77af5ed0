"""What is handed over to other platforms: the platforms, the deliveries that wait, have arrived or are dead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from inspection.states import DeliveryState
from storage.once import add_once
from storage.store import Records
from storage.tables.exchange import Delivery, ExchangeTarget

LEASE = timedelta(seconds=90)
"""Longer than a sender waits for any answer."""
COUNTED_TO = 10_000
"""So many that have arrived are counted."""


@dataclass(frozen=True)
class Parcel:
    """One claimed delivery with its destination: all that a sender needs."""

    number: int
    id: str
    kind: str
    body: bytes
    attempts: int
    """This one included."""
    target: str
    url: str
    secret_from: str
    is_internal: bool


@dataclass(frozen=True)
class Counted:
    """Of one target: how many wait, how many of these were tried in vain, how many are dead, how many have arrived,
    counted up to one more than `COUNTED_TO`: they only grow."""

    target: str
    waiting: int
    put_off: int
    dead: int
    sent: int
    oldest: datetime | None
    """Since when the oldest of those that wait does so."""


def targets(records: Records) -> list[ExchangeTarget]:
    """All platforms, by name."""
    return list(records.session.execute(select(ExchangeTarget).order_by(col(ExchangeTarget.name))).scalars())


def targets_for(records: Records, kind: str) -> list[ExchangeTarget]:
    """The active platforms that want this kind, by name."""
    return [one for one in targets(records) if one.is_active and (not one.kinds or kind in one.kinds)]


def write(records: Records, deliveries: Iterable[Mapping[str, Any]]) -> int:
    """Adds what is not there yet, and gives how many that were: the same event makes the same id again."""
    new = {"state": DeliveryState.PENDING, "attempts": 0, "last_answer": ""}
    return add_once(records, Delivery, [{**new, **one} for one in deliveries], key=("target", "id"))


def waiting_targets(records: Records, at: datetime) -> list[str]:
    """The names of those for which there may be something to send."""
    due = exists().where(
        col(Delivery.target) == col(ExchangeTarget.name),
        col(Delivery.state) == DeliveryState.PENDING,
        col(Delivery.next_try_at) <= at,
        _is_free(at),
    )
    rows = select(col(ExchangeTarget.name)).where(
        col(ExchangeTarget.is_active), col(ExchangeTarget.url) != "", due
    )
    return list(records.session.execute(rows.order_by(col(ExchangeTarget.name))).scalars())


def claim(records: Records, name: str, *, at: datetime, limit: int) -> list[Parcel]:
    """The deliveries of one target whose turn has come, held for `LEASE`.

    What is about one thing goes out in its order, one after the other: a correction must not arrive before what it
    corrects. One that is dead stands in nobody's way.
    """
    target = records.get(ExchangeTarget, name)
    older = aliased(Delivery)
    is_first = ~exists().where(
        col(older.target) == col(Delivery.target),
        col(older.subject) == col(Delivery.subject),
        col(older.state) == DeliveryState.PENDING,
        col(older.number) < col(Delivery.number),
    )
    due = (
        select(Delivery)
        .where(
            col(Delivery.target) == name,
            col(Delivery.state) == DeliveryState.PENDING,
            col(Delivery.next_try_at) <= at,
            _is_free(at),
            is_first,
        )
        .order_by(col(Delivery.number))
        .limit(limit)
        .with_for_update(skip_locked=True, of=Delivery)
    )
    return [_held(row, target, at) for row in records.session.execute(due).scalars().all()]


def _is_free(at: datetime) -> Any:
    return or_(col(Delivery.claimed_until).is_(None), col(Delivery.claimed_until) < at)


def _held(row: Delivery, target: ExchangeTarget, at: datetime) -> Parcel:
    row.attempts, row.claimed_until = row.attempts + 1, at + LEASE
    return Parcel(
        number=row.number or 0,
        id=row.id,
        kind=row.kind,
        body=row.body,
        attempts=row.attempts,
        target=target.name,
        url=target.url,
        secret_from=target.secret_from,
        is_internal=target.is_internal,
    )


def let_go(records: Records) -> None:
    """Makes everybody's again what a sender held when it died; only where no other process sends. To arrive twice
    does no harm: a receiver knows the id."""
    records.session.execute(
        update(Delivery)
        .where(col(Delivery.state) == DeliveryState.PENDING, col(Delivery.claimed_until).is_not(None))
        .values(claimed_until=None)
    )


def of_target(records: Records, target: str, id: str) -> Delivery | None:
    rows = select(Delivery).where(col(Delivery.target) == target, col(Delivery.id) == id)
    return records.session.execute(rows).scalars().first()


def about(records: Records, subjects: Sequence[str]) -> list[Delivery]:
    """Everything that was written about these, for whatever platform, the oldest first; found by the index of each
    platform."""
    names = [one.name for one in targets(records)]
    rows = select(Delivery).where(col(Delivery.target).in_(names), col(Delivery.subject).in_(subjects))
    return list(records.session.execute(rows.order_by(col(Delivery.number))).scalars())


def has_dead(records: Records, target: str, *, besides: int) -> bool:
    """Whether this target has dead deliveries, one number left out."""
    rows = select(col(Delivery.number)).where(
        col(Delivery.state) == DeliveryState.DEAD,
        col(Delivery.target) == target,
        col(Delivery.number) != besides,
    )
    return records.session.execute(rows.limit(1)).first() is not None


def listed(
    records: Records,
    states: Sequence[DeliveryState],
    *,
    target: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[Delivery]:
    """Deliveries in these states, without their bodies being of interest, the oldest first."""
    rows = select(Delivery).where(col(Delivery.state).in_(states), col(Delivery.number) > after)
    return _page(records, rows, target, limit)


def put_off(records: Records, *, limit: int = 50) -> list[Delivery]:
    """What was tried in vain and waits for its next try."""
    rows = select(Delivery).where(col(Delivery.state) == DeliveryState.PENDING, col(Delivery.attempts) > 0)
    return _page(records, rows, None, limit)


def _page(records: Records, rows: Select[Any], target: str | None, limit: int) -> list[Delivery]:
    if target is not None:
        rows = rows.where(col(Delivery.target) == target)
    return list(records.session.execute(rows.order_by(col(Delivery.number)).limit(limit)).scalars())


def dead_numbers(records: Records, target: str | None) -> list[int]:
    """All dead deliveries, of one target or of all."""
    rows = select(col(Delivery.number)).where(col(Delivery.state) == DeliveryState.DEAD)
    if target is not None:
        rows = rows.where(col(Delivery.target) == target)
    return list(records.session.execute(rows.order_by(col(Delivery.number))).scalars())


def counted(records: Records) -> list[Counted]:
    """Every target with its numbers, by name."""
    pending = col(Delivery.state) == DeliveryState.PENDING
    rows = records.session.execute(
        select(
            col(Delivery.target),
            func.count().filter(pending),
            func.count().filter(pending, col(Delivery.attempts) > 0),
            func.count().filter(col(Delivery.state) == DeliveryState.DEAD),
            func.min(col(Delivery.created_at)).filter(pending),
        )
        .where(col(Delivery.state).in_((DeliveryState.PENDING, DeliveryState.DEAD)))
        .group_by(col(Delivery.target))
    ).all()
    found = {row[0]: row[1:] for row in rows}
    return [
        Counted(one.name, waiting, put_off, dead, _arrived(records, one.name), oldest)
        for one in targets(records)
        for waiting, put_off, dead, oldest in [found.get(one.name, (0, 0, 0, None))]
    ]


def _arrived(records: Records, target: str) -> int:
    rows = select(col(Delivery.number)).where(
        col(Delivery.target) == target, col(Delivery.state) == DeliveryState.SENT
    )
    some = rows.limit(COUNTED_TO + 1).subquery()
    return int(records.session.execute(select(func.count()).select_from(some)).scalar_one())


def counts(records: Records) -> dict[str, int]:
    """For `/health`: how many wait and how many are dead; what has arrived is not counted, for it only grows."""
    open_ = (DeliveryState.PENDING, DeliveryState.DEAD)
    rows = records.session.execute(
        select(col(Delivery.state), func.count())
        .where(col(Delivery.state).in_(open_))
        .group_by(col(Delivery.state))
    )
    return {state.value: number for state, number in rows}

"""How much waits in the store, and since when: what somebody who watches the installation wants to see every minute.

Every question here is answered from what is open, by an index; what is done with only grows and is never counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from inspection.states import DeadlineState, DeliveryState, PaperOrderState
from storage import exchange, outbox
from storage.outbox import Queue
from storage.store import Records
from storage.tables.deadlines import Deadline
from storage.tables.exchange import Delivery
from storage.tables.messaging import (
    AwaitedFile,
    AwaitedFileState,
    DueWork,
    InboxState,
    InboxUpdate,
    OutboxLine,
    OutboxState,
    PaperOrder,
)

OVERDUE_AFTER = timedelta(minutes=1)
"""The tick comes every second: due work that has waited so long waits for something else."""
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Waiting:
    """So many, the oldest of them since when."""

    number: int = 0
    oldest: datetime | None = None

    def age(self, at: datetime) -> float:
        """Seconds; 0 where nothing waits."""
        return max(0.0, (at - self.oldest).total_seconds()) if self.oldest is not None else 0.0


@dataclass(frozen=True)
class DueFigures:
    """Due work of one kind: `overdue` is among what is `due`; `soon` comes within the hour."""

    due: int
    overdue: int
    soon: int


@dataclass(frozen=True)
class DeadlineFigures:
    """Running deadlines of one rule: those that end within a day, and those that are over."""

    ends_today: int
    overdue: int


@dataclass(frozen=True)
class Figures:
    """By channel: None in `outbox` and `dead` is what goes wherever its person is by then."""

    inbox: Mapping[str, Waiting]
    set_aside: Mapping[str, int]
    outbox: Mapping[str | None, Queue]
    dead: Mapping[str | None, int]
    due: Mapping[str, DueFigures]
    earliest_due: datetime | None
    deadlines: Mapping[str, DeadlineFigures]
    files: Waiting
    papers: Waiting
    deliveries: Mapping[str, int]
    """By state: pending, dead."""

    def oldest_update(self) -> Waiting:
        """Of all channels together."""
        return _together(list(self.inbox.values()))

    def oldest_line(self) -> Waiting:
        """Of all channels together; what is for later does not wait."""
        return _together([Waiting(one.due, one.oldest) for one in self.outbox.values()])


def read_figures(records: Records, *, at: datetime) -> Figures:
    return Figures(
        inbox=_inbox(records),
        set_aside=_by_channel(records, InboxUpdate, InboxState.QUARANTINED),
        outbox=outbox.waiting_by_channel(records, at=at),
        dead=_by_channel(records, OutboxLine, OutboxState.DEAD),
        due=_due(records, at),
        earliest_due=_earliest_due(records, at),
        deadlines=_deadlines(records, at),
        files=_files(records),
        papers=_papers(records),
        deliveries=_deliveries(records),
    )


def _together(queues: list[Waiting]) -> Waiting:
    since = [one.oldest for one in queues if one.oldest is not None]
    return Waiting(sum(one.number for one in queues), min(since, default=None))


def _inbox(records: Records) -> dict[str, Waiting]:
    rows = records.session.execute(
        select(col(InboxUpdate.channel), func.count(), func.min(col(InboxUpdate.received_at)))
        .where(col(InboxUpdate.state) == InboxState.PENDING)
        .group_by(col(InboxUpdate.channel))
    )
    return {channel: Waiting(number, oldest) for channel, number, oldest in rows}


def _by_channel(records: Records, table: Any, state: StrEnum) -> dict[Any, int]:
    rows = records.session.execute(
        select(table.channel, func.count()).where(table.state == state).group_by(table.channel)
    )
    return {row[0]: row[1] for row in rows}


def _due(records: Records, at: datetime) -> dict[str, DueFigures]:
    due_at = col(DueWork.due_at)
    rows = records.session.execute(
        select(
            col(DueWork.kind),
            func.count().filter(due_at <= at),
            func.count().filter(due_at <= at - OVERDUE_AFTER),
            func.count().filter(due_at > at),
        )
        .where(col(DueWork.done_at).is_(None), due_at <= at + SOON)
        .group_by(col(DueWork.kind))
    )
    return {kind: DueFigures(due, overdue, soon) for kind, due, overdue, soon in rows}


def _earliest_due(records: Records, at: datetime) -> datetime | None:
    """Of what is due by now."""
    rows = select(func.min(col(DueWork.due_at))).where(
        col(DueWork.done_at).is_(None), col(DueWork.due_at) <= at
    )
    earliest: datetime | None = records.session.execute(rows).scalar_one()
    return earliest


def _deadlines(records: Records, at: datetime) -> dict[str, DeadlineFigures]:
    due_at = col(Deadline.due_at)
    rows = records.session.execute(
        select(col(Deadline.rule), func.count().filter(due_at > at), func.count().filter(due_at <= at))
        .where(col(Deadline.state) == DeadlineState.RUNNING, due_at <= at + timedelta(days=1))
        .group_by(col(Deadline.rule))
    )
    return {rule: DeadlineFigures(today, overdue) for rule, today, overdue in rows}


def _files(records: Records) -> Waiting:
    rows = select(func.count(), func.min(col(AwaitedFile.received_at))).where(
        col(AwaitedFile.state) == AwaitedFileState.AWAITED
    )
    return Waiting(*records.session.execute(rows).one())


def _papers(records: Records) -> Waiting:
    rows = select(func.count(), func.min(col(PaperOrder.ordered_at))).where(
        col(PaperOrder.state) == PaperOrderState.AWAITED
    )
    return Waiting(*records.session.execute(rows).one())


def _deliveries(records: Records) -> dict[str, int]:
    """Target by target, which is how they are found; there are few."""
    names = [one.name for one in exchange.targets(records)]
    return {
        state.value: sum(_deliveries_to(records, name, state) for name in names)
        for state in (DeliveryState.PENDING, DeliveryState.DEAD)
    }


def _deliveries_to(records: Records, target: str, state: DeliveryState) -> int:
    rows = select(func.count()).where(col(Delivery.target) == target, col(Delivery.state) == state)
    return int(records.session.execute(rows).scalar_one())

"""Papers that were asked for in a chat: written down with the press of the button, made by whoever claims them."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlmodel import col

from inspection.states import PaperOrderState
from storage import bells
from storage.bells import Bell
from storage.store import Records
from storage.tables.messaging import PaperOrder

LEASE = timedelta(minutes=5)
"""How long whoever claimed an order may take before another one tries; a paper with thirty photos takes seconds."""


def standing(
    records: Records,
    *,
    kind: str,
    person_id: str,
    channel: str,
    chat: str,
    inspection_id: str | None = None,
    scheme_id: str | None = None,
) -> PaperOrder | None:
    """The order of this person for this paper or picture in this chat that is still to be done."""
    rows = select(PaperOrder).where(
        col(PaperOrder.channel) == channel,
        col(PaperOrder.chat) == chat,
        col(PaperOrder.inspection_id).is_not_distinct_from(inspection_id),
        col(PaperOrder.scheme_id).is_not_distinct_from(scheme_id),
        col(PaperOrder.kind) == kind,
        col(PaperOrder.person_id) == person_id,
        col(PaperOrder.state) == PaperOrderState.AWAITED,
    )
    found: PaperOrder | None = records.session.execute(rows.order_by(col(PaperOrder.id)).limit(1)).scalar()
    return found


def keep(records: Records, order: PaperOrder) -> None:
    """Writes it down for the printer."""
    records.add(order)
    bells.ring(records, Bell.PAPERS)


def has_come(records: Records, at: datetime) -> bool:
    """Whether there is an order to be done by `at`, perhaps in somebody's hands."""
    rows = select(col(PaperOrder.id)).where(_is_awaited(), _is_time(at))
    return records.session.execute(rows.limit(1)).first() is not None


def claim(records: Records, *, at: datetime) -> PaperOrder | None:
    """The earliest order to be done by `at`, held for `LEASE`; no other process sees it meanwhile."""
    is_free = or_(
        col(PaperOrder.claimed_until).is_(None),
        col(PaperOrder.claimed_until) <= at,
        col(PaperOrder.claimed_until) > at + LEASE,  # written before somebody set the clock back
    )
    rows = (
        select(PaperOrder)
        .where(_is_awaited(), _is_time(at), is_free)
        .order_by(col(PaperOrder.due_at), col(PaperOrder.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    order: PaperOrder | None = records.session.execute(rows).scalar()
    if order is not None:
        order.claimed_until, order.attempts = at + LEASE, order.attempts + 1
    return order


def let_go(records: Records) -> None:
    """What whoever died was making may be made at once, without waiting for `LEASE`: only where there is no other
    process."""
    held = _is_awaited(), col(PaperOrder.claimed_until).is_not(None)
    records.session.execute(update(PaperOrder).where(*held).values(claimed_until=None))


def lock_awaited(records: Records, order_id: int) -> PaperOrder | None:
    """The order, locked; None where somebody else has done it meanwhile."""
    order = records.lock(PaperOrder, order_id)
    return order if order.state is PaperOrderState.AWAITED else None


def put_off(records: Records, order_id: int, error: str, *, retry_at: datetime) -> None:
    """It could not be made just now and waits until then."""
    order = lock_awaited(records, order_id)
    if order is not None:
        order.error, order.claimed_until, order.due_at = error[:1000], None, retry_at


def _is_awaited() -> ColumnElement[bool]:
    return col(PaperOrder.state) == PaperOrderState.AWAITED


def _is_time(at: datetime) -> ColumnElement[bool]:
    """Nothing is put off for long: a time far ahead was written before somebody set the clock back."""
    return or_(col(PaperOrder.due_at) <= at, col(PaperOrder.due_at) > at + LEASE)

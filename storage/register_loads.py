"""Loads of the registers that are looked at or wait for their day."""

from sqlalchemy import select
from sqlalchemy.orm import defer
from sqlmodel import col

from inspection.states import RegisterLoadState
from storage.store import Records
from storage.tables.register_history import RegisterLoad


def open_loads(records: Records) -> list[RegisterLoad]:
    """The newest first, without their files."""
    rows = (
        select(RegisterLoad)
        .where(col(RegisterLoad.state).in_([RegisterLoadState.PROPOSED, RegisterLoadState.WAITING]))
        .options(defer(RegisterLoad.content))  # type: ignore[arg-type]
        .order_by(col(RegisterLoad.id).desc())
    )
    return list(records.session.execute(rows).scalars())

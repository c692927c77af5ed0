"""What people sent and what belongs nowhere yet. While it is asked about, `Stray.inspection_id` is the visit that it
is for as far as one can tell; once it is placed, where it was placed."""

from sqlalchemy import select
from sqlmodel import col

from inspection.states import StrayState
from storage.once import add_once
from storage.store import Records
from storage.tables.messaging import Stray


def keep(records: Records, stray: Stray) -> Stray:
    """Writes it down once for its update, and gives the row as it stands."""
    add_once(records, Stray, [stray.model_dump(exclude={"id"})], key=("channel", "update_id"))
    rows = select(Stray).where(col(Stray.channel) == stray.channel, col(Stray.update_id) == stray.update_id)
    kept: Stray = records.session.execute(rows).scalars().one()
    return kept


def asked(records: Records, person_id: str) -> list[Stray]:
    """What this person is still asked about, oldest first."""
    rows = (
        select(Stray)
        .where(col(Stray.person_id) == person_id, col(Stray.state) == StrayState.ASKED)
        .order_by(col(Stray.id))
    )
    return list(records.session.execute(rows).scalars())

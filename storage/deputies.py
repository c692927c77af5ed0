"""Deputies: who stands in for whom, and on which days."""

from datetime import date

from sqlalchemy import select
from sqlmodel import col

from storage.once import put
from storage.store import Records
from storage.tables.deadlines import Deputy


def keep_deputy(records: Records, person_id: str, deputy_id: str, first_day: date, last_day: date) -> None:
    """Writes it down; for the same person and first day it takes the place of what was written before."""
    row = {"person_id": person_id, "first_day": first_day, "last_day": last_day, "deputy_id": deputy_id}
    put(records, Deputy, [row], key=("person_id", "first_day"))


def standing_in(records: Records, person_id: str, day: date) -> str:
    """Who is to hear what this person would on this day: a deputy, or a deputy's deputy, or the person."""
    seen = [person_id]
    while True:
        next_ = _deputy_of(records, seen[-1], day)
        if next_ is None or next_ in seen:
            return seen[-1] if next_ is None else person_id
        seen.append(next_)


def _deputy_of(records: Records, person_id: str, day: date) -> str | None:
    rows = (
        select(col(Deputy.deputy_id))
        .where(col(Deputy.person_id) == person_id, col(Deputy.first_day) <= day, col(Deputy.last_day) >= day)
        .order_by(col(Deputy.first_day).desc())
        .limit(1)
    )
    found: str | None = records.session.execute(rows).scalar_one_or_none()
    return found


def all_deputies(records: Records, *, since: date) -> list[Deputy]:
    """Those whose time is not over by this day, in the order of their first days."""
    rows = select(Deputy).where(col(Deputy.last_day) >= since)
    ordered = rows.order_by(col(Deputy.first_day), col(Deputy.person_id))
    return list(records.session.execute(ordered).scalars())

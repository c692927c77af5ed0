"""What stands beside a photo: where its sender had checked in, and which rows speak of the same bytes."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from storage.store import Records
from storage.tables.inspections import CheckIn, Photo


def newest_check_in(records: Records, inspection_id: str, person_id: str, by: datetime) -> CheckIn | None:
    """The last place that this person sent during this inspection, up to that moment."""
    rows = (
        select(CheckIn)
        .where(
            col(CheckIn.inspection_id) == inspection_id,
            col(CheckIn.person_id) == person_id,
            col(CheckIn.at) <= by,
        )
        .order_by(col(CheckIn.at).desc())
        .limit(1)
    )
    return records.session.execute(rows).scalar_one_or_none()


def check_ins(records: Records, inspection_id: str) -> list[CheckIn]:
    """Every check-in at this visit, oldest first."""
    rows = select(CheckIn).where(col(CheckIn.inspection_id) == inspection_id)
    ordered = rows.order_by(col(CheckIn.at), col(CheckIn.person_id))
    return list(records.session.execute(ordered).scalars())


def photos_of(records: Records, sha256: str) -> list[Photo]:
    """Every row that stands on these bytes, in whatever inspection."""
    rows = (
        select(Photo)
        .where(col(Photo.sha256) == sha256)
        .order_by(col(Photo.inspection_id), col(Photo.question_id))
    )
    return list(records.session.execute(rows).scalars())

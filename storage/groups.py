"""Chats of several people that hear the news of a team."""

from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import col

from storage.store import Records
from storage.tables.messaging import TeamGroup


def of_chat(records: Records, channel: str, chat: str) -> TeamGroup | None:
    """The group as it is bound now, None when it is not or we were sent away."""
    group = records.find(TeamGroup, (channel, chat))
    return group if group is not None and group.left_at is None else None


def of_inspection(records: Records, inspection_id: str) -> TeamGroup | None:
    """Where this team hears its news."""
    rows = select(TeamGroup).where(
        col(TeamGroup.inspection_id) == inspection_id, col(TeamGroup.left_at).is_(None)
    )
    return records.session.execute(rows.order_by(col(TeamGroup.bound_at).desc()).limit(1)).scalars().first()


def bind(records: Records, channel: str, chat: str, inspection_id: str, *, by: str, at: datetime) -> None:
    """This chat hears that team's news from now on, and no other chat does."""
    records.session.execute(
        update(TeamGroup)
        .where(col(TeamGroup.inspection_id) == inspection_id, col(TeamGroup.left_at).is_(None))
        .values(left_at=at)
    )
    group = records.find(TeamGroup, (channel, chat))
    if group is None:
        records.add(
            TeamGroup(channel=channel, chat=chat, inspection_id=inspection_id, bound_by=by, bound_at=at)
        )
        return
    group.inspection_id, group.bound_by, group.bound_at, group.left_at = inspection_id, by, at, None
    records.session.flush()


def leave(records: Records, channel: str, chat: str, *, at: datetime) -> bool:
    """We are no longer there; False when this chat never was a team's group."""
    group = records.find(TeamGroup, (channel, chat))
    if group is None:
        return False
    group.left_at = group.left_at or at
    return True


def move(records: Records, channel: str, chat: str, new_chat: str) -> None:
    """The messenger gave the group another number; once more changes nothing."""
    group = records.find(TeamGroup, (channel, chat))
    if group is None:
        return
    if records.find(TeamGroup, (channel, new_chat)) is None:
        records.add(TeamGroup(**{**group.model_dump(), "chat": new_chat}))
    records.session.delete(group)
    records.session.flush()

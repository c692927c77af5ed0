"""People by what they are."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlmodel import col

from inspection.roles import Role
from storage.store import Records
from storage.tables.messaging import ChannelAccount
from storage.tables.registers import Inspector, Person


def with_role(records: Records, role: Role, department: str | None = None) -> list[Person]:
    """Active people with a role, by id; in one department, or with None in all."""
    people = select(Person).where(col(Person.is_active)).order_by(col(Person.id))
    if department is not None:
        people = people.where(col(Person.department) == department)
    return [person for person in records.session.execute(people).scalars() if role in person.roles]


def head_of(records: Records, department: str) -> Person | None:
    """The head who decides for this department, or None while the register names none."""
    return next(iter(with_role(records, Role.HEAD, department)), None)


_BEHIND_ACCOUNT = (
    select(Person, ChannelAccount)
    .join(ChannelAccount, col(ChannelAccount.person_id) == col(Person.id))
    .where(
        col(ChannelAccount.channel) == bindparam("channel"),
        col(ChannelAccount.chat) == bindparam("chat"),
        col(ChannelAccount.revoked_at).is_(None),
        col(Person.is_active),
    )
)


def behind_account(records: Records, channel: str, chat: str) -> tuple[Person, ChannelAccount] | None:
    """The active person enrolled with this account of a messenger."""
    found = records.session.execute(_BEHIND_ACCOUNT, {"channel": channel, "chat": chat}).first()
    return (found[0], found[1]) if found else None


def last_heard(records: Records, person_id: str) -> datetime | None:
    """When this person last said something, on whichever channel."""
    rows = select(func.max(col(ChannelAccount.last_used_at))).where(
        col(ChannelAccount.person_id) == person_id, col(ChannelAccount.revoked_at).is_(None)
    )
    last: datetime | None = records.session.execute(rows).scalar_one()
    return last


def certificates(records: Records, ids: list[str]) -> dict[str, Inspector]:
    """The register rows of officers, by person id."""
    rows = select(Inspector).where(col(Inspector.id).in_(ids))
    return {row.id: row for row in records.session.execute(rows).scalars()}


def everybody(records: Records) -> list[Person]:
    """All active people, by department and id."""
    rows = select(Person).where(col(Person.is_active)).order_by(col(Person.department), col(Person.id))
    return list(records.session.execute(rows).scalars())

"""People by what they are."""

from sqlalchemy import bindparam, select
from sqlmodel import col

from inspection.roles import Role
from storage.store import Records
from storage.tables.inspections import JournalLine
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


def certificates(records: Records, ids: list[str]) -> dict[str, Inspector]:
    """The register rows of officers, by person id."""
    rows = select(Inspector).where(col(Inspector.id).in_(ids))
    return {row.id: row for row in records.session.execute(rows).scalars()}


def everybody(records: Records) -> list[Person]:
    """All active people, by department and id."""
    rows = select(Person).where(col(Person.is_active)).order_by(col(Person.department), col(Person.id))
    return list(records.session.execute(rows).scalars())


def reached_at(records: Records, person_id: str) -> ChannelAccount | None:
    """The account by which notices reach this person now: of those that work, the one used last."""
    rows = _WORKING.where(col(ChannelAccount.person_id) == person_id)
    newest = rows.order_by(col(ChannelAccount.last_used_at).desc()).limit(1)
    found = records.session.execute(newest).first()
    return found[0] if found else None


def working_accounts(records: Records) -> list[tuple[ChannelAccount, Person]]:
    """Every account that works, with its active person."""
    rows = _WORKING.order_by(col(ChannelAccount.channel), col(ChannelAccount.chat))
    return [(account, person) for account, person in records.session.execute(rows)]


_WORKING = (
    select(ChannelAccount, Person)
    .join(Person, col(Person.id) == col(ChannelAccount.person_id))
    .where(
        col(ChannelAccount.revoked_at).is_(None),
        col(ChannelAccount.unreachable_since).is_(None),
        col(Person.is_active),
    )
)


def last_silence(records: Records, verb: str, person_id: str, channel: str) -> dict[str, object]:
    """What the journal says of the last time that this person's account there fell silent."""
    rows = select(JournalLine).where(col(JournalLine.subject) == person_id, col(JournalLine.verb) == verb)
    lines = records.session.execute(rows.order_by(col(JournalLine.id).desc())).scalars()
    return next((line.details for line in lines if line.details.get("account") == channel), {})

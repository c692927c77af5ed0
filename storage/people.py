"""People by what they are, and by the accounts they speak from."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import col

from inspection.departments import level_of, upwards
from inspection.roles import Role
from storage.store import Records
from storage.tables.inspections import JournalLine
from storage.tables.messaging import ChannelAccount, Conversation
from storage.tables.registers import Inspector, Person


def with_role(
    records: Records, role: Role, department: str | None = None, district: str | None = None
) -> list[Person]:
    """Active people with a role, by id; in one department and of one level, or with None in all."""
    people = select(Person).where(col(Person.is_active)).order_by(col(Person.id))
    if department is not None:
        people = people.where(col(Person.department) == department)
    return [
        person
        for person in records.session.execute(people).scalars()
        if role in person.roles and (district is None or level_of(person.district) == level_of(district))
    ]


def nearest(records: Records, role: Role, department: str, district: str) -> list[Person]:
    """The same of the level that is asked; where the register names nobody there, of the next above it."""
    levels = (with_role(records, role, department, one) for one in upwards(district))
    return next((found for found in levels if found), [])


def head_of(records: Records, department: str, district: str) -> Person | None:
    """The head who decides for this department at this level, or None while the register names none."""
    return next(iter(with_role(records, Role.HEAD, department, district)), None)


def nearest_head(records: Records, department: str, district: str) -> Person | None:
    """The same, or the head of the level above that has one."""
    return next(iter(nearest(records, Role.HEAD, department, district)), None)


_ACCOUNTS: Table = ChannelAccount.__table__  # type: ignore[attr-defined]
Known = tuple[Person, ChannelAccount] | None
_BEHIND_ACCOUNTS = (
    select(Person, ChannelAccount)
    .join(ChannelAccount, col(ChannelAccount.person_id) == col(Person.id))
    .where(
        col(ChannelAccount.channel) == bindparam("channel"),
        col(ChannelAccount.chat).in_(bindparam("chats", expanding=True)),
        col(ChannelAccount.revoked_at).is_(None),
        col(Person.is_active),
    )
)
_TALKS = select(Conversation).where(
    col(Conversation.channel) == bindparam("channel"),
    col(Conversation.chat).in_(bindparam("chats", expanding=True)),
)


def meet(records: Records, speakers: Iterable[tuple[str, str, str]]) -> None:
    """Reads in one go who speaks and what they were being asked: of each the channel, the account, and the chat."""
    by_channel: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for channel, account, chat in speakers:
        by_channel[channel].add((account, chat))
    for channel, pairs in by_channel.items():
        numbers = sorted({account for account, _ in pairs})
        found = records.session.execute(_BEHIND_ACCOUNTS, {"channel": channel, "chats": numbers}).all()
        people: dict[str, Known] = {account.chat: (person, account) for person, account in found}
        records.known |= {(channel, number): people.get(number) for number in numbers}
        chats = sorted({chat for _, chat in pairs})
        talks = records.session.execute(_TALKS, {"channel": channel, "chats": chats}).scalars().all()
        of_whom = ((people.get(account), chat) for account, chat in pairs)
        records.talks |= {(channel, chat, known[0].id): None for known, chat in of_whom if known}
        records.talks |= {(channel, talk.chat, talk.person_id): talk for talk in talks}


def behind_account(records: Records, channel: str, chat: str) -> Known:
    """The active person enrolled with this account of a messenger."""
    if (channel, chat) not in records.known:
        meet(records, [(channel, chat, chat)])
    found: Known = records.known[channel, chat]
    return found


def note_heard(records: Records, account: ChannelAccount, *, at: datetime) -> None:
    """The person was here last; written at the end of the transaction."""
    set_committed_value(account, "last_used_at", at)
    records.heard[account.channel, account.chat] = at
    records.finishing[_write_heard] = None


_HEARD = (
    update(_ACCOUNTS)
    .where(_ACCOUNTS.c.channel == bindparam("of"), _ACCOUNTS.c.chat == bindparam("number"))
    .values(last_used_at=bindparam("at"))
)


def _write_heard(records: Records) -> None:
    rows = [{"of": channel, "number": chat, "at": at} for (channel, chat), at in records.heard.items()]
    if rows:
        records.session.flush()
        records.session.connection().execute(_HEARD, rows)
    records.heard.clear()


def talk_of(records: Records, channel: str, chat: str, person_id: str) -> Conversation | None:
    """What this person was being asked in this chat."""
    key = (channel, chat, person_id)
    if key not in records.talks:
        records.talks[key] = records.find(Conversation, key)
    talk: Conversation | None = records.talks[key]
    return talk


def begin_talk(records: Records, talk: Conversation) -> None:
    """The first that is kept of this person in this chat."""
    records.session.add(talk)
    records.talks[talk.channel, talk.chat, talk.person_id] = talk


def forget_account(records: Records, channel: str, chat: str) -> None:
    """Whoever was behind this account, it may be somebody else from now on."""
    records.known.pop((channel, chat), None)


def last_heard(records: Records, person_id: str) -> datetime | None:
    """When this person last said something, on whichever channel."""
    _write_heard(records)
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


def reached_at(records: Records, person_id: str) -> ChannelAccount | None:
    """The account by which notices reach this person now: of those that work, the one used last."""
    rows = _WORKING.where(col(ChannelAccount.person_id) == person_id)
    newest = rows.order_by(col(ChannelAccount.last_used_at).desc()).limit(1)
    found = records.session.execute(newest).first()
    return found[0] if found else None


def accounts_of(records: Records, person_id: str) -> list[ChannelAccount]:
    """All accounts of this person, also those that do not work any more."""
    rows = select(ChannelAccount).where(col(ChannelAccount.person_id) == person_id)
    return list(records.session.execute(rows.order_by(col(ChannelAccount.channel))).scalars())


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

"""An account of a messenger that no longer works: noted, its notices sent elsewhere, those told who must know; and
undone by a sign of life."""

from datetime import datetime

from actions.groups import leave_group
from actions.menus import forget_menu, offer_menu
from actions.telling import tell
from inspection.roles import Role
from notifications.messages.channels import CannotReach, ReachableAgain, channel_label
from storage import assignments, outbox, people, schemes
from storage.store import Records
from storage.tables.messaging import ChannelAccount
from storage.tables.registers import Person, Scheme

_LOST = "account.unreachable"


def note_unreachable(records: Records, channel: str, chat: str, reason: str, *, at: datetime) -> None:
    """Nobody can write here any more (blocked, deleted, sent away from a group): what is on its way goes to the
    person's other account, or is dead until there is one; whoever counts on the person is told."""
    account = records.find(ChannelAccount, (channel, chat))
    if account is None:
        leave_group(records, channel, chat, at=at)
        return
    forget_menu(records, account)
    if account.unreachable_since is None and account.revoked_at is None:
        account.unreachable_since = at
        records.session.flush()
        told = _tell_who_must_know(records, account, at=at)
        records.journal(_LOST, account.person_id, by=None, at=at, account=channel, reason=reason, told=told)
    outbox.send_elsewhere(records, channel, chat)


def note_reachable(records: Records, account: ChannelAccount, *, at: datetime) -> None:
    """A sign of life from an account that was given up: what was dead for it goes out, and those who were told of its
    silence read in the same place that it is over."""
    since, account.unreachable_since = account.unreachable_since, None
    person = records.get(Person, account.person_id)
    outbox.revive_for(records, person.id)
    if since is not None:
        _tell_that_it_is_over(records, person, account, since, at=at)
    records.journal("account.reachable", person.id, by=None, at=at, account=account.channel)
    offer_menu(records, person, account, at=at)


def _tell_who_must_know(records: Records, account: ChannelAccount, *, at: datetime) -> list[str]:
    """Gives who was told."""
    person = records.get(Person, account.person_id)
    other = people.reached_at(records, person.id)
    readers = _who_must_know(records, person)
    for reader, objects in readers.items():
        message = CannotReach(
            person=person.id,
            name=person.name,
            department=person.department,
            objects=tuple(objects),
            channel=channel_label(account.channel),
            elsewhere=channel_label(other.channel) if other else "",
            since=at,
        )
        tell(records, reader, message, key=_key(account, at, reader), at=at)
    return list(readers)


def _who_must_know(records: Records, person: Person) -> dict[str, list[str]]:
    """For each seat that the person holds the lead of its team, with the names of the objects; else the head of the
    person's department, else operators."""
    readers: dict[str, list[str]] = {}
    for _assignment, inspection, registered in assignments.live_of_person(records, person.id):
        lead = assignments.lead_of(records, inspection.id)
        department = records.get(Scheme, inspection.scheme_id).departments[0]
        others = [lead.person_id] if lead and lead.person_id != person.id else []
        for reader in others or _above(records, person, [department]):
            readers.setdefault(reader, []).append(registered.name)
    if readers:
        return readers
    invited_by = schemes.inviting(records, person.id) if Role.WITNESS in person.roles else []
    return {reader: [] for reader in _above(records, person, invited_by or [person.department])}


def _above(records: Records, person: Person, departments: list[str]) -> list[str]:
    """The head of the person's department; where that is nobody else, the operators of these, or all there are."""
    head = people.nearest_head(records, person.department, person.district)
    if head is not None and head.id != person.id:
        return [head.id]
    operators = {
        one.id
        for name in departments
        for one in people.nearest(records, Role.OPERATOR, name, person.district)
    }
    operators = operators or {one.id for one in people.with_role(records, Role.OPERATOR)}
    return sorted(operators - {person.id})


def _tell_that_it_is_over(
    records: Records, person: Person, account: ChannelAccount, since: datetime, *, at: datetime
) -> None:
    """Whoever has not been sent the first word yet needs neither."""
    lost = people.last_silence(records, _LOST, person.id, account.channel)
    told = {_key(account, since, reader): reader for reader in _told(lost)}
    for key in told.keys() - outbox.take_back(records, told):
        message = ReachableAgain(
            person=person.id,
            name=person.name,
            department=person.department,
            channel=channel_label(account.channel),
            at=at,
        )
        tell(records, told[key], message, key=f"{key}:again", at=at, is_fresh=False)


def _told(details: dict[str, object]) -> list[str]:
    told = details.get("told", [])
    return [str(one) for one in told] if isinstance(told, list) else []


def _key(account: ChannelAccount, since: datetime, reader: str) -> str:
    return f"reach:{account.channel}:{account.chat}:{since.isoformat()}:{reader}"

"""A messenger that is not well: kept where an operator looks, and told to those who can mend it."""

from datetime import datetime

from actions.telling import tell
from inspection.roles import Role
from notifications.messages.channels import Ailment, ChannelTrouble, ChannelWell, channel_label
from storage import outbox, people, troubles
from storage.store import Records


def note_trouble(records: Records, channel: str, ailment: str | None, reason: str, *, at: datetime) -> None:
    """What ails the channel as a whole now (a value of `Ailment`), or None when it is well. The same once more changes
    nothing; each trouble is told once, and its end in the same place. `reason` holds no secret."""
    before = troubles.of_channel(records, channel)
    if (before.ailment if before else None) == ailment:
        return
    if ailment is not None:
        trouble = troubles.ChannelTrouble(channel, Ailment(ailment).value, at, reason)
        troubles.keep(records, trouble)
        records.journal("channel.trouble", channel, by=None, at=at, ailment=trouble.ailment, reason=reason)
        _tell_trouble(records, trouble, at=at)
    elif before is not None:
        troubles.forget(records, channel)
        records.journal("channel.well", channel, by=None, at=at, ailment=before.ailment)
        _tell_well(records, before, at=at)


def _tell_trouble(records: Records, trouble: troubles.ChannelTrouble, *, at: datetime) -> None:
    message = ChannelTrouble(
        id=trouble.channel,
        channel=channel_label(trouble.channel),
        since=trouble.since,
        ailment=Ailment(trouble.ailment),
        reason=trouble.reason,
    )
    for reader in _who_mends_it(records):
        tell(records, reader, message, key=_key(trouble, reader), at=at)


def _tell_well(records: Records, trouble: troubles.ChannelTrouble, *, at: datetime) -> None:
    """Whoever could not be sent the first word before it was over needs neither."""
    keys = {_key(trouble, reader): reader for reader in _who_mends_it(records)}
    message = ChannelWell(
        id=trouble.channel, channel=channel_label(trouble.channel), since=trouble.since, at=at
    )
    for key in keys.keys() - outbox.take_back(records, keys):
        tell(records, keys[key], message, key=f"{key}:well", at=at, is_fresh=False)


def _who_mends_it(records: Records) -> list[str]:
    """Operators, and those who run the installation."""
    return sorted({one.id for role in (Role.OPERATOR, Role.ADMIN) for one in people.with_role(records, role)})


def _key(trouble: troubles.ChannelTrouble, reader: str) -> str:
    return f"trouble:{trouble.channel}:{trouble.ailment}:{trouble.since.isoformat()}:{reader}"

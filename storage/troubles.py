"""What ails a channel at present: one row for each that is not well."""

import json
from dataclasses import dataclass
from datetime import datetime

from storage import settings
from storage.store import Records

_START = "trouble:"


@dataclass(frozen=True)
class ChannelTrouble:
    """`ailment` is a value of `notifications.messages.channels.Ailment`; `reason` is the messenger's own word."""

    channel: str
    ailment: str
    since: datetime
    reason: str


def present(records: Records) -> list[ChannelTrouble]:
    """The troubles of all channels, by channel."""
    kept = settings.beginning_with(records, _START)
    return [_read(channel, value) for channel, value in kept.items()]


def of_channel(records: Records, channel: str) -> ChannelTrouble | None:
    value = settings.value(records, _START + channel)
    return _read(channel, value) if value else None


def keep(records: Records, trouble: ChannelTrouble) -> None:
    """In the place of what ailed the channel before."""
    since = trouble.since.isoformat()
    body = {"ailment": trouble.ailment, "since": since, "reason": trouble.reason}
    settings.keep(records, {_START + trouble.channel: json.dumps(body, ensure_ascii=False)})


def forget(records: Records, channel: str) -> None:
    settings.forget(records, _START + channel)


def _read(channel: str, value: str) -> ChannelTrouble:
    body = json.loads(value)
    return ChannelTrouble(channel, body["ailment"], datetime.fromisoformat(body["since"]), body["reason"])

"""Which processes serve this store, as each says of itself every few seconds."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from storage import settings
from storage.store import Records

LOST_AFTER = timedelta(seconds=45)
"""Whoever has not been seen for so long is not counted on."""
FORGOTTEN_AFTER = timedelta(days=1)
_START = "process:"


@dataclass(frozen=True)
class ServingProcess:
    """`id` is its own and new at every start; `roles` are those of `bot.roles`."""

    id: str
    host: str
    pid: int
    roles: Sequence[str]
    since: datetime
    seen_at: datetime


def note(records: Records, process: ServingProcess) -> None:
    """It is here, and was seen just now."""
    body = asdict(process) | {"since": process.since.isoformat(), "seen_at": process.seen_at.isoformat()}
    settings.keep(records, {_START + process.id: json.dumps(body)})


def forget(records: Records, id: str) -> None:
    """It has said goodbye."""
    settings.forget(records, _START + id)


def forget_lost(records: Records, at: datetime) -> None:
    """Those that were killed, and long ago."""
    for one in _all(records):
        if one.seen_at < at - FORGOTTEN_AFTER:
            forget(records, one.id)


def present(records: Records, at: datetime) -> list[ServingProcess]:
    """Those seen lately, the one that has served longest first."""
    return [one for one in _all(records) if one.seen_at > at - LOST_AFTER]


def _all(records: Records) -> list[ServingProcess]:
    rows = (_read(value) for value in settings.beginning_with(records, _START).values())
    return sorted(rows, key=lambda one: (one.since, one.id))


def _read(value: str) -> ServingProcess:
    body = json.loads(value)
    times = {name: datetime.fromisoformat(body[name]) for name in ("since", "seen_at")}
    return ServingProcess(**(body | times))

"""Files that are not there any more as they came: one row for each, until its bytes are here again."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage import settings
from storage.once import add_once
from storage.store import Records
from storage.tables.messaging import Setting

_START = "file_alarm:"


class Damage(StrEnum):
    DAMAGED = "damaged"
    """The bytes no longer give their SHA-256."""
    MISSING = "missing"


@dataclass(frozen=True)
class FileAlarm:
    sha256: str
    damage: Damage
    since: datetime


def present(records: Records) -> list[FileAlarm]:
    """All of them, by SHA-256."""
    kept = settings.beginning_with(records, _START)
    return [_read(sha256, value) for sha256, value in kept.items()]


def of_file(records: Records, sha256: str) -> FileAlarm | None:
    value = settings.value(records, _START + sha256)
    return _read(sha256, value) if value else None


def raise_once(records: Records, alarm: FileAlarm) -> bool:
    """False where another process has raised it: of two at the same moment one waits here for the other."""
    body = {"damage": alarm.damage.value, "since": alarm.since.isoformat()}
    row = {"name": _START + alarm.sha256, "value": json.dumps(body)}
    return add_once(records, Setting, [row], key=("name",)) == 1


def forget(records: Records, sha256: str) -> bool:
    """False where another process has done so."""
    return settings.forget(records, _START + sha256)


def _read(sha256: str, value: str) -> FileAlarm:
    body = json.loads(value)
    return FileAlarm(sha256, Damage(body["damage"]), datetime.fromisoformat(body["since"]))

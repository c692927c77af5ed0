"""What the auditor has raised and is not over: a row for each lead department, and one for the installation itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from storage import settings
from storage.once import add_once
from storage.store import Records
from storage.tables.messaging import Setting

_START = "audit_alarm:"
INSTALLATION = "-"
"""In the place of a department: no lead department can mend it."""


@dataclass(frozen=True)
class AuditAlarm:
    """`counts` is how many flaws there are, by a value of `actions.audit.FlawKind`."""

    department: str
    since: datetime
    counts: Mapping[str, int]


def present(records: Records) -> list[AuditAlarm]:
    """All of them, by department."""
    kept = settings.beginning_with(records, _START)
    return [_read(department, value) for department, value in kept.items()]


def raise_once(records: Records, alarm: AuditAlarm) -> bool:
    """False where another process has raised it: of two at the same moment one waits here for the other."""
    row = {"name": _START + alarm.department, "value": _written(alarm)}
    return add_once(records, Setting, [row], key=("name",)) == 1


def keep(records: Records, alarm: AuditAlarm) -> None:
    """In the place of what was known of it before."""
    settings.keep(records, {_START + alarm.department: _written(alarm)})


def forget(records: Records, department: str) -> bool:
    """False where another process has done so."""
    return settings.forget(records, _START + department)


def _written(alarm: AuditAlarm) -> str:
    return json.dumps({"since": alarm.since.isoformat(), "counts": dict(alarm.counts)})


def _read(department: str, value: str) -> AuditAlarm:
    body = json.loads(value)
    return AuditAlarm(department, datetime.fromisoformat(body["since"]), body["counts"])

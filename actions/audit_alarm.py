"""From what the auditor found to those who can set it going: one alarm for each lead department and one for the
installation, told once, edited when it is over."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from actions.audit import Flaw
from actions.telling import tell
from inspection.departments import PREFECTURE
from inspection.roles import Role
from notifications.messages.audit import AuditAlarm, AuditOver, FlawLine
from storage import audit_alarms, outbox, people
from storage.audit_alarms import INSTALLATION
from storage.store import Records

EXAMPLES = 3


def note_flaws(
    records: Records, standing: Collection[Flaw], found: Collection[Flaw], *, at: datetime
) -> bool:
    """Raises what was `standing` at two looks in a row, and ends the alarm of whoever has nothing `found` at all any
    more; what was seen once only neither raises nor ends one. True when there is something to send."""
    present = {alarm.department: alarm for alarm in audit_alarms.present(records)}
    changed = False
    for department, flaws in sorted(_by_department(standing).items()):
        counts = Counter(flaw.kind.value for flaw in flaws)
        if department in present:
            since = present[department].since
            if present[department].counts != counts:
                audit_alarms.keep(records, audit_alarms.AuditAlarm(department, since, counts))
        elif audit_alarms.raise_once(records, audit_alarms.AuditAlarm(department, at, counts)):
            _tell(records, department, flaws, at=at)
            changed = True
    for department in sorted(present.keys() - _by_department(found).keys()):
        changed |= _end(records, present[department], at=at)
    return changed


def _by_department(flaws: Iterable[Flaw]) -> dict[str, list[Flaw]]:
    found: dict[str, list[Flaw]] = {}
    for flaw in sorted(flaws):
        found.setdefault(flaw.department or INSTALLATION, []).append(flaw)
    return found


def _tell(records: Records, department: str, flaws: Collection[Flaw], *, at: datetime) -> None:
    counts = Counter(flaw.kind.value for flaw in flaws)
    records.journal("audit.alarm", department, by=None, at=at, **counts)
    lines = tuple(
        FlawLine(kind, number, tuple(flaw.subject for flaw in flaws if flaw.kind == kind)[:EXAMPLES])
        for kind, number in counts.items()
    )
    message = AuditAlarm(department=_named(department), since=at, lines=lines)
    for reader in _readers(records, department):
        tell(records, reader, message, key=_key(department, at, reader), at=at)


def _end(records: Records, alarm: audit_alarms.AuditAlarm, *, at: datetime) -> bool:
    """Whoever could not be sent the first word before it was over needs neither."""
    if not audit_alarms.forget(records, alarm.department):
        return False
    records.journal("audit.over", alarm.department, by=None, at=at)
    message = AuditOver(department=_named(alarm.department), since=alarm.since, at=at)
    keys = {_key(alarm.department, alarm.since, one): one for one in _readers(records, alarm.department)}
    for key in keys.keys() - outbox.take_back(records, keys):
        tell(records, keys[key], message, key=f"{key}:over", at=at, is_fresh=False)
    return True


def _named(department: str) -> str:
    return "" if department == INSTALLATION else department


def _readers(records: Records, department: str) -> list[str]:
    """The operators of the lead department; where it has none, and for the installation, all there are and those who
    run it."""
    if department != INSTALLATION:
        operators = {one.id for one in people.with_role(records, Role.OPERATOR, department, PREFECTURE)}
        if operators:
            return sorted(operators)
    return sorted({one.id for role in (Role.OPERATOR, Role.ADMIN) for one in people.with_role(records, role)})


def _key(department: str, since: datetime, reader: str) -> str:
    return f"audit:{department}:{since.isoformat()}:{reader}"

"""The rules of deadlines in their versions, and the clocks that run."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import col

from inspection.deadlines.reading import read_rules
from inspection.deadlines.rules import DeadlineRule, RuleName, Rules, as_toml
from inspection.departments import PREFECTURE, is_within, level_of
from inspection.states import LIVE_ASSIGNMENTS, DeadlineState
from storage.once import add_once
from storage.store import Records
from storage.tables.deadlines import Deadline, DeadlineRuleVersion
from storage.tables.inspections import Assignment, Inspection, Seat
from storage.tables.registers import Scheme

BUILT_IN = Path(__file__).parent / "deadline_rules.toml"
WORK_SUBJECT = "deadline:"
"""Before the id of a clock, in the subject of the due work about it."""
_STANDING = "standing deadline rules"


class BuiltInRulesBroken(Exception):
    """The rules that come with the program can't be read: a fault of the program's."""


class RulesUnreadable(Exception):
    """A file can't be read as text; the words say why."""


def rules_text(path: Path) -> str:
    """What stands in a file of rules; raises `RulesUnreadable`."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise RulesUnreadable(fault.strerror or type(fault).__name__) from fault
    except UnicodeDecodeError as fault:
        raise RulesUnreadable("UTF-8") from fault


@cache
def built_in_rules() -> MappingProxyType[RuleName, DeadlineRule]:
    """What holds until an installation loads rules of its own; every rule is there."""
    reading = read_rules(BUILT_IN.read_text(encoding="utf-8"), BUILT_IN.name)
    if reading.problems or set(reading.rules) != set(RuleName):
        raise BuiltInRulesBroken(reading.problems)
    return MappingProxyType(dict(reading.rules))


def newest_version(records: Records) -> int:
    """0 before anything was loaded or started."""
    number = records.session.execute(select(func.max(col(DeadlineRuleVersion.version)))).scalar_one()
    return number or 0


def standing_rules(records: Records) -> tuple[int, Rules]:
    """The rules for what starts now, with their version; read once in a transaction."""
    known = records.session.info.get(_STANDING)
    if known is None:
        version = newest_version(records)
        known = (version, rules_of(records, version))
        records.session.info[_STANDING] = known
    found: tuple[int, Rules] = known
    return found


def rules_of(records: Records, version: int) -> Rules:
    """The rules of one version; 0 are those that come with the program, which also holds for a rule that this version
    did not know yet."""
    """The rules of one version; 0 are those that come with the program. A rule that did not exist yet when a version
    was loaded is as it comes with the program."""
    if version == 0:
        return dict(built_in_rules())
    return {**built_in_rules(), **_read(records.get(DeadlineRuleVersion, version).rules)}


@lru_cache(maxsize=16)
def _read(text: str) -> Rules:
    return read_rules(text, "").rules


def keep_rules(records: Records, rules: Rules, *, at: datetime) -> tuple[int, bool]:
    """Writes these rules over the standing ones; gives the version, and whether it is a new one. Before the first
    deadline starts, those of the program become version 1: a newer program may bring others."""
    version, standing = standing_rules(records)
    text = as_toml({**standing, **rules}.values())
    digest = hashlib.sha256(text.encode()).hexdigest()
    if version and records.get(DeadlineRuleVersion, version).digest == digest:
        return version, False
    row = {"version": version + 1, "rules": text, "digest": digest, "loaded_at": at}
    add_once(records, DeadlineRuleVersion, [row], key=("version",))
    records.session.info.pop(_STANDING, None)
    return version + 1, True


def running(records: Records, rule: RuleName, subject: str) -> Deadline | None:
    """The clock of this rule that runs for this thing."""
    rows = select(Deadline).where(
        col(Deadline.subject) == subject,
        col(Deadline.rule) == rule.value,
        col(Deadline.state) == DeadlineState.RUNNING,
    )
    return records.session.execute(rows).scalars().first()


def all_of(records: Records, rule: RuleName, subject: str) -> list[Deadline]:
    """Every clock of this rule that was ever started for this thing, in order."""
    rows = select(Deadline).where(col(Deadline.subject) == subject, col(Deadline.rule) == rule.value)
    return list(records.session.execute(rows.order_by(col(Deadline.id))).scalars())


def newest(records: Records, rule: RuleName, subject: str) -> Deadline | None:
    """The last clock of this rule that was started for this thing, whether it runs or not."""
    rows = select(Deadline).where(col(Deadline.subject) == subject, col(Deadline.rule) == rule.value)
    return records.session.execute(rows.order_by(col(Deadline.id).desc()).limit(1)).scalars().first()


def running_of(records: Records, ids: Collection[int]) -> dict[int, Deadline]:
    """Those of these clocks that still run, by id."""
    found = {id: records.find(Deadline, id) for id in ids}
    return {id: one for id, one in found.items() if one is not None and one.state is DeadlineState.RUNNING}


def _of_level(district: str) -> ColumnElement[bool]:
    """The clocks of what this level leads: of a visit that of its scheme, wherever the firm is. The prefecture's are
    those of all levels."""
    if is_within(PREFECTURE, district):
        return true()
    visits = select(col(Inspection.id)).join(Scheme, col(Scheme.id) == col(Inspection.scheme_id))
    led = visits.where(col(Scheme.district) == level_of(district))
    without_visit = col(Deadline.inspection_id).is_(None) & (col(Deadline.district) == level_of(district))
    return col(Deadline.inspection_id).in_(led) | without_visit


def all_running(records: Records, district: str = PREFECTURE) -> list[Deadline]:
    """Every clock that runs about what is led at this level or below it, the earliest end first."""
    rows = select(Deadline).where(col(Deadline.state) == DeadlineState.RUNNING, _of_level(district))
    ordered = rows.order_by(col(Deadline.due_at), col(Deadline.id))
    return list(records.session.execute(ordered).scalars())


_LED = (
    (col(Seat.inspection_id) == col(Deadline.inspection_id))
    & col(Seat.is_lead)
    & (col(Assignment.seat_id) == col(Seat.id))
    & col(Assignment.state).in_(LIVE_ASSIGNMENTS)
    & (col(Deadline.state) == DeadlineState.RUNNING)
)
"""A clock that runs about a visit, with who leads it."""


def leads_with_clocks(records: Records) -> list[str]:
    """Everybody who leads a visit about which a clock runs, by id."""
    rows = select(col(Assignment.person_id)).join(Seat, col(Assignment.seat_id) == col(Seat.id))
    led = rows.join(Deadline, col(Deadline.inspection_id) == col(Seat.inspection_id)).where(_LED).distinct()
    return sorted(records.session.execute(led).scalars())


def running_of_lead(records: Records, person_id: str) -> list[Deadline]:
    """The clocks that run about the visits that this person leads, the earliest end first."""
    rows = (
        select(Deadline)
        .join(Seat, col(Seat.inspection_id) == col(Deadline.inspection_id))
        .join(Assignment, col(Assignment.seat_id) == col(Seat.id))
        .where(_LED, col(Assignment.person_id) == person_id)
        .order_by(col(Deadline.due_at), col(Deadline.id))
    )
    return list(records.session.execute(rows).scalars())


def ended_since(
    records: Records, department: str, since: datetime, district: str = PREFECTURE
) -> tuple[int, int]:
    """How many clocks of a department at this level or below it were met and how many missed from this moment on."""
    rows = (
        select(col(Deadline.state), func.count())
        .where(col(Deadline.department) == department, col(Deadline.ended_at) >= since, _of_level(district))
        .group_by(col(Deadline.state))
    )
    found = dict(records.session.execute(rows).all())
    return found.get(DeadlineState.MET, 0), found.get(DeadlineState.MISSED, 0)


def running_of_inspection(records: Records, inspection_id: str) -> list[Deadline]:
    """Every clock that runs about this visit, the earliest end first."""
    rows = (
        select(Deadline)
        .where(col(Deadline.inspection_id) == inspection_id, col(Deadline.state) == DeadlineState.RUNNING)
        .order_by(col(Deadline.due_at), col(Deadline.id))
    )
    return list(records.session.execute(rows).scalars())

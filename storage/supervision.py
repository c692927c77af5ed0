"""The rules of supervision in their versions, the risk indicators of objects, and what was found in each class."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col

from inspection.results import CATEGORIES, Category
from inspection.states import ResultState
from inspection.supervision.reading import read_supervision
from inspection.supervision.rules import SECTIONS, Sections, SupervisionRules, as_toml
from storage.once import add_once
from storage.store import Records
from storage.tables.inspections import Finding, Inspection, Result
from storage.tables.registers import InspectionItem, RegisteredObject
from storage.tables.supervision import RiskIndicator, SupervisionRuleVersion

BUILT_IN = Path(__file__).parent / "supervision_rules.toml"
_NO_FAULT = frozenset(
    {*(one for one, rule in CATEGORIES.items() if rule.is_clean), Category.NO_ACTIVITY, Category.CLOSED_DOWN}
)


class BuiltInSupervisionBroken(Exception):
    """The rules that come with the program can't be read: a fault of the program's."""


@cache
def built_in_supervision() -> SupervisionRules:
    """What holds until an installation loads rules of its own; every section is there."""
    reading = read_supervision(BUILT_IN.read_text(encoding="utf-8"), BUILT_IN.name)
    if reading.problems or set(reading.sections) != set(SECTIONS):
        raise BuiltInSupervisionBroken(reading.problems)
    return SupervisionRules.of(reading.sections)


def standing_supervision(records: Records) -> tuple[int, SupervisionRules]:
    """The rules that hold now, with their version; 0 are those that come with the program."""
    newest = select(SupervisionRuleVersion).order_by(col(SupervisionRuleVersion.version).desc()).limit(1)
    row = records.session.execute(newest).scalars().first()
    return (row.version, _read(row.rules)) if row else (0, built_in_supervision())


@lru_cache(maxsize=16)
def _read(text: str) -> SupervisionRules:
    """A newer program may bring sections that an older file does not name."""
    sections: Sections = {**built_in_supervision().sections(), **read_supervision(text, "").sections}
    return SupervisionRules.of(sections)


def keep_supervision(records: Records, sections: Sections, *, at: datetime) -> tuple[int, bool]:
    """Writes these sections over the standing ones; gives the version, and whether it is a new one."""
    version, standing = standing_supervision(records)
    text = as_toml(SupervisionRules.of({**standing.sections(), **sections}))
    digest = hashlib.sha256(text.encode()).hexdigest()
    if version and records.get(SupervisionRuleVersion, version).digest == digest:
        return version, False
    row = {"version": version + 1, "rules": text, "digest": digest, "loaded_at": at}
    add_once(records, SupervisionRuleVersion, [row], key=("version",))
    return version + 1, True


def indicators(records: Records) -> dict[str, dict[str, int]]:
    """What is known of the risk of objects: by object the value of each code."""
    found: dict[str, dict[str, int]] = {}
    rows = select(col(RiskIndicator.object_id), col(RiskIndicator.code), col(RiskIndicator.value))
    for object_id, code, value in records.session.execute(rows):
        found.setdefault(object_id, {})[code] = value
    return found


def kinds_of(records: Records, items: Collection[str]) -> dict[str, str]:
    """`general` or `key` by item."""
    rows = select(col(InspectionItem.id), col(InspectionItem.kind)).where(col(InspectionItem.id).in_(items))
    return {row.id: row.kind for row in records.session.execute(rows)}


def found_by_class(records: Records) -> dict[str, tuple[int, int]]:
    """Of the inspections with a published result, by the class that the register gives the object now: how many there
    were, and at how many of them a problem was found."""
    published = (
        select(col(Inspection.id), col(RegisteredObject.credit_class))
        .join(Result, col(Result.inspection_id) == col(Inspection.id))
        .join(RegisteredObject, col(RegisteredObject.id) == col(Inspection.object_id))
        .where(col(Result.state) == ResultState.PUBLISHED)
        .subquery()
    )
    all_rows = select(published.c.credit_class, func.count()).group_by(published.c.credit_class)
    with_problem = (
        select(published.c.credit_class, func.count(func.distinct(published.c.id)))
        .join(Finding, col(Finding.inspection_id) == published.c.id)
        .where(col(Finding.category).not_in([one.value for one in _NO_FAULT]))
        .group_by(published.c.credit_class)
    )
    problems = dict(records.session.execute(with_problem).all())
    return {one: (number, problems.get(one, 0)) for one, number in records.session.execute(all_rows)}

"""归档: what a case file is worth keeping for how long, its number, and how its index is written.

Source: notice 博州政办发〔2019〕33号 二㈢4 (检查和移交文书由发起部门归档保存). The notice sets no period;
those of the program are 示例 and are changed as data (`storage/archive_rules.toml`).
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from tomllib import loads
from types import MappingProxyType
from typing import Any

from inspection.registration.problems import RowProblem, Severity
from inspection.results import CATEGORIES, Category


class Outcome(StrEnum):
    """What a visit came to, by which its file is kept and searched. The gravest that applies."""

    CLEAN = "clean"
    PROBLEM = "problem"
    TRANSFERRED = "transferred"
    """A matter went to another department, or became a case."""


NO_PROBLEM = frozenset(
    {Category.CLEAN, Category.PASSED, Category.NO_ACTIVITY, Category.CLOSED_DOWN, Category.OTHER}
)
"""Categories that say nothing against the firm: 其他情形 says what it says in words, and closing down is no fault."""

PROBLEMS = frozenset(CATEGORIES) - NO_PROBLEM
"""检查发现问题 in every statistic."""


def outcome_of(categories: Collection[str], *, is_transferred: bool) -> Outcome:
    """`categories` are those of all findings of one visit."""
    if is_transferred:
        return Outcome.TRANSFERRED
    return Outcome.PROBLEM if PROBLEMS.intersection(categories) else Outcome.CLEAN


def case_number(department: str, year: int, number: int) -> str:
    """案卷号, such as `market-2026-0007`; `department` is an id."""
    return f"{department}-{year}-{number:04d}"


@dataclass(frozen=True)
class Retention:
    """保管期限 of one outcome, in whole years after the year of the closing."""

    years: int
    basis: str


@dataclass(frozen=True)
class ArchiveRules:
    """归档规则. `working_days` after the result is public a file archives itself, as soon as nothing is open."""

    working_days: int
    basis: str
    retention: Mapping[Outcome, Retention]


class RulesRefused(Exception):
    """The file can't hold; `problems` say each with its line what is wrong and what would be right."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.row} {problem.code}" for problem in problems))


_LONGEST_WAIT, _LONGEST_KEEPING = 250, 100


def read_rules(text: str, file: str = "") -> ArchiveRules:
    """The rules in a text; raises `RulesRefused` with everything that is wrong. All tables must be there."""
    try:
        given = loads(text)
    except ValueError as fault:
        said = _problem(file, 0, "", "archive_rules_not_toml", reason=str(fault))
        raise RulesRefused([said]) from fault
    reading = _Reading(text, file, given, [])
    reading.refuse_unknown(set(given) - {"archiving", *Outcome}, "")
    days = reading.entry("archiving", "after_working_days", _LONGEST_WAIT)
    kept = {outcome: reading.entry(outcome.value, "years", _LONGEST_KEEPING) for outcome in Outcome}
    if reading.problems:
        raise RulesRefused(reading.problems)
    retention = {outcome: Retention(*held) for outcome, held in kept.items()}
    return ArchiveRules(*days, MappingProxyType(retention))


@dataclass(frozen=True)
class _Reading:
    text: str
    file: str
    given: Mapping[str, Any]
    problems: list[RowProblem]

    def entry(self, table: str, key: str, most: int) -> tuple[int, str]:
        held = self.given.get(table)
        if not isinstance(held, dict):
            self._say(table, "", "archive_rules_missing", table=table)
            return 0, ""
        self.refuse_unknown(set(held) - {key, "basis"}, table)
        number, basis = held.get(key), held.get("basis")
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
            self._say(table, key, "archive_rules_number", value=number, most=most)
        if not isinstance(basis, str) or not basis.strip():
            self._say(table, "basis", "archive_rules_basis")
        return (number, basis) if isinstance(number, int) and isinstance(basis, str) else (0, "")

    def refuse_unknown(self, names: Collection[str], table: str) -> None:
        for name in sorted(names):
            self._say(table or name, name if table else "", "archive_rules_unknown", value=name)

    def _say(self, at: str, key: str, code: str, **facts: object) -> None:
        row = self._line(at, key)
        self.problems.append(_problem(self.file, row, f"{at}.{key}" if key else at, code, **facts))

    def _line(self, table: str, key: str) -> int:
        """Where it stands, from 1; 0 where it does not."""
        at, found = "", 0
        for number, line in enumerate(self.text.splitlines(), start=1):
            words = line.strip()
            if words.startswith("["):
                at = words.strip("[] ")
                found = number if at == table and not found else found
            elif at == table and key and words.split("=")[0].strip() == key:
                return number
        return found


def _problem(file: str, row: int, heading: str, code: str, **facts: object) -> RowProblem:
    return RowProblem(file, "", row, "", heading, code, Severity.ERROR, facts)


def keep_until(closed_on: date, years: int) -> date:
    """The last day of the period: it is counted from the end of the year in which the file was closed."""
    return date(closed_on.year + years, 12, 31)


@dataclass(frozen=True)
class IndexLine:
    """One line of 卷内目录. `pages` None: data, which has no sheets. `restricted_to` as in `ArchivePart`."""

    number: int
    path: str
    title: str
    kind: str
    media_type: str
    sha256: str
    size: int
    pages: int | None
    restricted_to: str = ""


@dataclass(frozen=True)
class IndexHead:
    """What stands above an index."""

    case_number: str
    inspection: str
    version: int
    department: str
    object: str
    credit_code: str
    scheme: str
    outcome: Outcome
    closed_at: datetime
    archived_at: datetime
    archived_by: str
    """A person's name, or empty where the rule did it."""
    retention_years: int
    retention_basis: str
    keep_until: date


def index_bytes(head: IndexHead, lines: Sequence[IndexLine]) -> bytes:
    """index.json: the same head and lines give the same bytes. Its SHA-256 stands for the whole package."""
    content = {
        "format": "shuangsuiji-archive/1",
        **{name: _plain(getattr(head, name)) for name in head.__dataclass_fields__},
        "parts": [
            {name: getattr(line, name) for name in line.__dataclass_fields__}
            for line in sorted(lines, key=lambda one: one.number)
        ],
    }
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

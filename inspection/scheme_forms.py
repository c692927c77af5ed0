"""A scheme as a form: the same columns as the sheets 实施方案 and 分层抽取, read by the same readers.

So a page and a list refuse the same things in the same words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inspection.registration.problems import RowProblem
from inspection.registration.registers import SCHEMES, STRATA, Column
from inspection.registration.rows import Values, read_fields, stratum_of

ROWS = 8
"""Rows of the object range that the form offers."""
_NOT_ON_THE_FORM = frozenset(
    {"id", "plan_id", "lead_department", "district", "paper_approver", "paper_approved_on", "paper_opinion"}
)
_STRATUM_FIELDS = tuple(column.field for column in STRATA.columns if column.field != "scheme_id")

FIELDS = tuple(column.field for column in SCHEMES.columns if column.field not in _NOT_ON_THE_FORM)
"""What the form asks, in the order of the sheet."""


@dataclass(frozen=True)
class FormProblem:
    """What is wrong with one field of the form; `field` as it is named there."""

    field: str
    problem: RowProblem

    @property
    def is_gap(self) -> bool:
        """Nothing was written where something must be: a draft may have such gaps."""
        return self.problem.code == "missing"


@dataclass(frozen=True)
class ReadDraft:
    """What of a form can be read: `values` by field of the table, each with the default of its column where the form
    leaves it open; the rows; and every problem. `has_time` says whether both days are there, in their order."""

    values: Values
    strata: tuple[dict[str, Any], ...]
    problems: tuple[FormProblem, ...]
    has_time: bool

    @property
    def unreadable(self) -> tuple[FormProblem, ...]:
        return tuple(one for one in self.problems if one.problem.is_error and not one.is_gap)


def row_field(number: int, field: str) -> str:
    """How a field of the n-th row is named on the form, n from 1."""
    return f"row{number}-{field}"


def read_draft(fields: Mapping[str, str], *, id: str, lead: str) -> ReadDraft:
    """Reads the whole form, whatever is wrong with it."""
    given = {name: fields.get(name, "") for name in FIELDS} | {"id": id, "lead_department": lead}
    values, found = read_fields(SCHEMES, given)
    problems = [FormProblem(_field_of(SCHEMES.columns, one), one) for one in found]
    strata = []
    for number in _filled_rows(fields):
        row = {name: fields.get(row_field(number, name), "") for name in _STRATUM_FIELDS}
        row["name"] = row["name"].strip() or str(number)
        read, wrong = read_fields(STRATA, {**row, "scheme_id": id})
        problems += [FormProblem(row_field(number, _field_of(STRATA.columns, one)), one) for one in wrong]
        if not any(one.is_error for one in wrong):
            strata.append(stratum_of(read))
    first, last = values.get("first_day"), values.get("last_day")
    return ReadDraft(
        values={name: values[name] for name in FIELDS if name in values},
        strata=tuple(strata),
        problems=tuple(problems),
        has_time=first is not None and last is not None and first <= last,
    )


def _filled_rows(fields: Mapping[str, str]) -> Iterator[int]:
    for number in range(1, ROWS + 1):
        if any(fields.get(row_field(number, name), "").strip() for name in _STRATUM_FIELDS):
            yield number


def _field_of(columns: tuple[Column, ...], problem: RowProblem) -> str:
    return next(column.field for column in columns if column.title == problem.heading)

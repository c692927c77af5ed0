"""The survey sheet as an outline: which row asks what, inside which groups, and for which department.

What is told here is what only the order of the rows can show: groups that do not close, names that come twice.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from inspection.forms.expressions import nearest
from inspection.forms.form_sheets import DEPARTMENT, FormRow, FormSheet
from inspection.forms.question_types import (
    CONTAINERS,
    LOOP,
    REPEAT,
    SELECT_WORDS,
    QuestionType,
    known_words,
    type_of,
)
from inspection.registration.cells import excerpt, narrow
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.words import DEPARTMENT_WORDS, YES_NO_WORDS

TYPE, NAME, LABEL = ("type",), ("name",), ("label",)
DEPTH_LIMIT = 10
"""Groups within groups; nobody finds the way back out of more."""
_NAME = re.compile(r"[^\W\d][\w.-]*")
_YES = {"yes", "true", "true()", *(word for word, value in YES_NO_WORDS.items() if value)}
_NO = {"no", "false", "false()", *(word for word, value in YES_NO_WORDS.items() if not value)}


@dataclass
class Item:
    """One row: a question, a group, a calculation. `groups` are the rows that began the groups around it."""

    row: FormRow
    type: QuestionType
    name: str
    groups: "tuple[Item, ...]" = ()
    department: str = ""
    """Its own, or handed down by the nearest group that has one; empty when the lead department of a scheme asks it."""

    @property
    def kind(self) -> str:
        return self.type.kind


@dataclass
class Outline:
    """`names` counts how often a name stands in the form: a reference may only mean one."""

    items: list[Item] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)

    @property
    def questions(self) -> list[Item]:
        """Everything but the groups themselves."""
        return [item for item in self.items if item.kind not in CONTAINERS]


def outline_of(survey: FormSheet, problems: list[RowProblem]) -> Outline:
    """Reads the rows from top to bottom. Wrong rows are told and left out."""
    outline, opened = Outline(), list[Item]()
    taken: dict[tuple[int, ...], dict[str, int]] = {}
    for row in survey.rows:
        kind = _type(row, problems)
        if kind is None:
            continue
        if kind.is_end:
            _close(opened, row, kind, problems)
            continue
        name = narrow(row.text(*NAME)) or (f"generated_note_name_{row.number}" if kind.kind == "note" else "")
        item = Item(row, kind, name, tuple(opened), _department(row, opened, problems))
        problems += _faults_of_name(item, taken.setdefault(tuple(id(one) for one in opened), {}))
        outline.items.append(item)
        outline.names[name] += 1
        if kind.kind in CONTAINERS or kind.kind == LOOP:
            opened.append(item)
            if len(opened) == DEPTH_LIMIT + 1:
                problems.append(row.problem(TYPE, "too_deep", limit=DEPTH_LIMIT))
    problems += [one.row.problem(TYPE, "group_not_closed", value=excerpt(one.name)) for one in opened]
    _count_what_is_added(outline)
    return outline


def says_yes(text: str) -> bool | None:
    """What a yes-or-no cell says; None when it says neither."""
    word = narrow(text).lower()
    return True if word in _YES else False if word in _NO else None


def _type(row: FormRow, problems: list[RowProblem]) -> QuestionType | None:
    written = narrow(row.text(*TYPE))
    if not row.cells or says_yes(row.text("disabled")):
        return None
    if not written:
        if row.text(*NAME) or any(parts[0] == "label" for parts, _ in row.parts()):
            problems.append(row.problem(TYPE, "missing"))
        return None
    kind = type_of(written)
    if kind is None:
        if written in SELECT_WORDS:
            problems.append(row.problem(TYPE, "select_without_list", value=written))
        else:
            near = nearest(written.lower(), known_words()) or "text"
            problems.append(row.problem(TYPE, "unknown_type", value=excerpt(written), near=near))
    return kind


def _close(opened: list[Item], row: FormRow, kind: QuestionType, problems: list[RowProblem]) -> None:
    if opened and opened[-1].kind == kind.kind:
        opened.pop()
    elif opened:
        facts = {"value": kind.written, "first_row": opened[-1].row.number}
        problems.append(row.problem(TYPE, "group_closed_crosswise", Severity.ERROR, **facts))
    else:
        problems.append(row.problem(TYPE, "group_closed_unopened", value=kind.written))


def _department(row: FormRow, opened: list[Item], problems: list[RowProblem]) -> str:
    written = narrow(row.text(*DEPARTMENT))
    if not written:
        return opened[-1].department if opened else ""
    found = DEPARTMENT_WORDS.get(written) or DEPARTMENT_WORDS.get(written.lower())
    if found is None:
        choices = "、".join(word for word in DEPARTMENT_WORDS if not word.isascii())
        problems.append(row.problem(DEPARTMENT, "not_in_list", value=excerpt(written), choices=choices))
    return found or ""


def _faults_of_name(item: Item, taken: dict[str, int]) -> Iterable[RowProblem]:
    if not item.name:
        yield item.row.problem(NAME, "missing")
    elif not _NAME.fullmatch(item.name) or item.name == "meta":
        yield item.row.problem(NAME, "field_name", value=excerpt(item.name))
    elif item.name in taken:
        facts = {"value": excerpt(item.name), "first_row": taken[item.name]}
        yield item.row.problem(NAME, "field_name_twice", Severity.ERROR, **facts)
    taken.setdefault(item.name, item.row.number)


def _count_what_is_added(outline: Outline) -> None:
    """What the conversion adds: a text for each "other", and a field for a counted repeat."""
    for item in outline.items:
        if item.type.has_other:
            outline.names[f"{item.name}_other"] += 1
        if item.kind == REPEAT and item.row.text("control", "jr:count"):
            outline.names.setdefault(f"{item.name}_count", 1)

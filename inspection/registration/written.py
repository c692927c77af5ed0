"""Values back into cells: what a reader of `cells` made of a cell, as that reader would read it again."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from inspection.departments import DEPARTMENTS, DISTRICTS
from inspection.registration import words as w
from inspection.registration.registers import Register

CellValue = str | int | float | date | None
"""What a cell holds; a text is never a formula."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
TEXT_MARK = "'"
"""Before a text that a spreadsheet would else take for a formula, as one types it there."""


def _said(words: Mapping[str, Any]) -> dict[Any, str]:
    """The first word for each value."""
    found: dict[Any, str] = {}
    for word, value in words.items():
        found.setdefault(value, word)
    return found


_DEPARTMENT = {id: one.name for id, one in DEPARTMENTS.items()}
_DISTRICT = {code: one.name for code, one in DISTRICTS.items()}
_WORDS: Mapping[str, Mapping[Any, str]] = MappingProxyType(
    {
        "department": _DEPARTMENT,
        "departments": _DEPARTMENT,
        "joining": _DEPARTMENT,
        "visits_by_department": _DEPARTMENT,
        "district": _DISTRICT,
        "roles": _said(w.ROLE_WORDS),
        "status": _said(w.OBJECT_STATUS_WORDS),
        "industry": _said(w.INDUSTRY_WORDS),
        "is_active": _said(w.VALIDITY_WORDS),
        "may_lead": _said(w.YES_NO_WORDS),
        "level": _said(w.LEVEL_WORDS),
        "subject_kind": _said(w.LABEL_SUBJECT_WORDS),
    }
)
_KIND_WORDS = MappingProxyType({"items": _said(w.ITEM_KIND_WORDS), "objects": _said(w.OBJECT_KIND_WORDS)})


def words_for(register: Register, field: str) -> Mapping[Any, str]:
    """The words of a closed list, by value; empty where a field is free."""
    if field == "kind":
        return _KIND_WORDS.get(register.id, {})
    if field == "level" and register.id != "labels":
        return {}
    return _WORDS.get(field, {})


def cell_value(register: Register, field: str, value: Any) -> CellValue:
    """The cell for one value: words for the values of closed lists, numbers and days as such."""
    words = words_for(register, field)
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, list):
        return "、".join(str(words.get(one, one)) for one in value)
    if isinstance(value, dict):
        return "；".join(f"{words.get(name, name)}:{number}" for name, number in value.items()) or None
    if isinstance(value, bool):
        return words.get(value, "是" if value else "否")
    if isinstance(value, (int, float, date)):
        return value
    return str(words.get(value, value))


def cell_text(register: Register, field: str, value: Any) -> str:
    """The same as the text that stands in the cell."""
    found = cell_value(register, field, value)
    return "" if found is None else found.isoformat() if isinstance(found, date) else str(found)


def guarded(value: object) -> str:
    """For a .csv: a text that begins like a formula is marked as text; numbers and days are what they are."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"{TEXT_MARK}{value}" if _looks_like_formula(value) else value
    return value.isoformat() if isinstance(value, date) else str(value)


def unguarded(text: str) -> str:
    """The text without the mark."""
    return text[1:] if text.startswith(TEXT_MARK) and _looks_like_formula(text) else text


def _looks_like_formula(text: str) -> bool:
    return text.lstrip(TEXT_MARK).startswith(_FORMULA_SIGNS)

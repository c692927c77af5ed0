"""What begins with a text, found by an index on both databases."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from storage.store import Records

_LAST = "\U0010ffff"
"""No text that is kept goes on with a later sign."""


def begins(records: Records, column: Any, start: str) -> ColumnElement[bool]:
    """That the column begins so, sign for sign. On SQLite LIKE folds cases and finds no index."""
    if records.session.get_bind().dialect.name == "postgresql":
        return col(column).startswith(start, autoescape=True)
    return (col(column) >= start) & (col(column) < start + _LAST)

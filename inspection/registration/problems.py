"""What may be wrong with a row of a register, so that the person who keeps the list can mend it.

A problem names its place (file, sheet, row, column), its kind by `code`, and the facts that the two sentences need:
what is wrong and what would be right. The sentences stand in `notifications/texts/<language>/loading.toml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    """The row is not loaded."""
    WARNING = "warning"
    """The row is loaded; somebody should look at it."""


class CellFault(Exception):
    """A cell cannot be read as what its column holds; `code` and `facts` become a `RowProblem`."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(f"{code} {facts}")


@dataclass(frozen=True)
class RowProblem:
    """`row` is the spreadsheet's own number (0: the whole sheet or file), `column` its letters, `heading` its title."""

    file: str
    sheet: str
    row: int
    column: str
    heading: str
    code: str
    severity: Severity
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR

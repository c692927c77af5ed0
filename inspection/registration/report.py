"""What came of loading a folder."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inspection.registration.problems import RowProblem


@dataclass(frozen=True)
class RegisterCount:
    """Of one register: rows that were new, changed, the same as before, not taken, and how many warnings. Those that
    were `deactivated` or `reactivated` are among the changed."""

    register: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    warnings: int = 0
    deactivated: int = 0
    reactivated: int = 0


@dataclass(frozen=True)
class LoadReport:
    """`is_loaded` is False when strictness kept everything out; the counts of new and changed are 0 then."""

    counts: tuple[RegisterCount, ...]
    problems: tuple[RowProblem, ...]
    is_loaded: bool
    versions: Mapping[str, int] = field(default_factory=dict)
    """The number of the new version, by register that has one."""
    untold: int = 0
    """Further problems, of a list so large that not all are kept."""

    @property
    def errors(self) -> tuple[RowProblem, ...]:
        return tuple(problem for problem in self.problems if problem.is_error)

    @property
    def warnings(self) -> tuple[RowProblem, ...]:
        return tuple(problem for problem in self.problems if not problem.is_error)

    @property
    def has_changed_anything(self) -> bool:
        return any(count.new or count.changed for count in self.counts)


def in_reading_order(problems: Iterable[RowProblem]) -> tuple[RowProblem, ...]:
    """By file, sheet, row and column, so that one can go through the list from top to bottom."""
    return tuple(
        sorted(
            problems, key=lambda one: (one.file, one.sheet, one.row, len(one.column), one.column, one.code)
        )
    )

"""A draw that was held elsewhere, from a spreadsheet: checked, and brought in as a whole or not at all."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from actions.foreign_draws import BroughtIn, DrawDoesNotFit, bring_in_draw, check_draw
from inspection.registration.foreign import ReadDraw, read_draw
from inspection.registration.problems import RowProblem
from inspection.registration.registers import FOREIGN_DRAW
from storage.spreadsheets import read_workbook
from storage.store import Records


@dataclass(frozen=True)
class LoadedDraw:
    """`brought` is None where nothing was taken: because of an error among the `problems`, or because it was only
    checked; `objects` and `officers` count what the file holds."""

    problems: tuple[RowProblem, ...]
    brought: BroughtIn | None
    objects: int = 0
    officers: int = 0

    @property
    def errors(self) -> int:
        return sum(one.is_error for one in self.problems)


def load_foreign_draw(
    records: Records, file: Path, *, evidence_sha256: str = "", only_check: bool = False, at: datetime
) -> LoadedDraw:
    """Raises what `bring_in_draw` refuses as a whole, such as another batch of the same number."""
    contents = read_workbook(file, FOREIGN_DRAW)
    if contents.rejected or (contents.problems and not contents.sheets):
        return LoadedDraw(tuple(contents.problems), None)
    read = read_draw(file.name, contents.sheets, evidence_sha256=evidence_sha256)
    problems = (*contents.problems, *read.problems)
    if read.draw is None:
        return LoadedDraw(problems, None)
    counts = (len(read.draw.visits), sum(len(one.team) for one in read.draw.visits))
    if only_check:
        found = tuple(read.placed(one) for one in check_draw(records, read.draw, at=at))
        return LoadedDraw((*problems, *found), None, *counts)
    return _brought_in(records, read, problems, counts, at=at)


def _brought_in(
    records: Records,
    read: ReadDraw,
    problems: tuple[RowProblem, ...],
    counts: tuple[int, int],
    *,
    at: datetime,
) -> LoadedDraw:
    assert read.draw is not None
    try:
        brought = bring_in_draw(records, read.draw, department=None, by=None, actor="cli", at=at)
    except DrawDoesNotFit as refusal:
        found = tuple(read.placed(one) for one in refusal.problems)
        return LoadedDraw((*problems, *found), None, *counts)
    return LoadedDraw(problems, brought, *counts)

"""One row of a register, changed on a page: read and checked like the row of a spreadsheet, kept as a version."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from actions.load_registers import LoadOrder, load_contents
from actions.register_loads import keeper_for
from inspection.refusals import NotFound
from inspection.registration.problems import RowProblem
from inspection.registration.registers import REGISTERS
from inspection.registration.sheets import Cell, Sheet, SheetRow
from inspection.registration.written import cell_text
from storage.register_rows import find_row
from storage.spreadsheets import FolderContents
from storage.store import Records


@dataclass(frozen=True)
class Edited:
    """What came of a form: the problems by field (empty when it was saved), and whether anything changed."""

    problems: Mapping[str, RowProblem]
    has_changed: bool


def save_row(
    records: Records,
    register: str,
    texts: Mapping[str, str],
    *,
    by: str,
    at: datetime,
    key: Sequence[str] | None,
) -> Edited:
    """`texts` are the cells of a row by field; `key` is that of the row as it stands, whose other cells stay as they
    are, None for a new row. Nothing is saved where any cell is wrong. Refuses who keeps no registers; a row of others
    is a problem of its key."""
    keeper = keeper_for(records, by)
    columns = REGISTERS[register].columns
    texts = {**(_stored_texts(records, register, key) if key is not None else {}), **texts}
    cells = {
        one.field: Cell("", texts[one.field].strip()) for one in columns if texts.get(one.field, "").strip()
    }
    sheet = Sheet("", "", register, {}, (SheetRow(0, cells),))
    digest = sha256(json.dumps(dict(sorted(texts.items())), ensure_ascii=False).encode()).hexdigest()
    contents = FolderContents(sheets=[sheet], digests={"": digest})
    order = LoadOrder(at=at, by=by, keeper=keeper, strict=True)
    report = load_contents(records, contents, order)
    by_title = {one.title: one.field for one in columns}
    problems = {by_title.get(one.heading, columns[0].field): one for one in report.errors}
    return Edited(problems, report.has_changed_anything)


def set_active(
    records: Records, register: str, key: Sequence[str], is_active: bool, *, by: str, at: datetime
) -> Edited:
    """停用 or 恢复: a row is never deleted."""
    text = cell_text(REGISTERS[register], "is_active", is_active)
    return save_row(records, register, {"is_active": text}, by=by, at=at, key=key)


def _stored_texts(records: Records, register: str, key: Sequence[str]) -> dict[str, str]:
    row = find_row(records, register, key)
    if row is None:
        raise NotFound
    return {
        one.field: cell_text(REGISTERS[register], one.field, row[one.field])
        for one in REGISTERS[register].columns
    }

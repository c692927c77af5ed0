"""A list of objects too large to be held: looked through first, taken afterwards, most of it done by the store."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from actions.register_news import plan_news
from actions.register_versions import changes_in
from inspection.calendar.beijing import beijing_day
from inspection.departments import DEPARTMENTS
from inspection.registration.changes import ChangeKind, keepers
from inspection.registration.problems import RowProblem, Severity
from inspection.registration.rows import GoodRow, Values
from storage import large_lists as lists
from storage import register_history as history
from storage import registers as stored
from storage import staged_objects as beside
from storage.register_rows import is_empty
from storage.registers import Written
from storage.store import Records
from storage.tables.register_history import RegisterVersion
from storage.tables.registers import RegisteredObject

_BATCH = 1_000
_TOLD = 1_000


class Order(Protocol):
    """As `actions.load_registers.LoadOrder`."""

    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> str | None: ...
    @property
    def strict(self) -> bool: ...
    @property
    def effective_from(self) -> date | None: ...
    @property
    def complete_for(self) -> tuple[str, ...]: ...
    @property
    def progress(self) -> lists.Progress | None: ...


@dataclass
class Taken:
    """What the list did to the register; those that were deactivated or taken up again are among the changed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deactivated: int = 0
    reactivated: int = 0
    version: int = 0


class LargeLoad:
    """One such list. Making it reads and checks the file; `take` changes the register."""

    def __init__(self, records: Records, large: lists.LargeList, order: Order) -> None:
        self._records, self._large, self._order = records, large, order
        self._was_empty = is_empty(records, "objects")
        self._version = self._next_version()
        is_first = self._was_empty and self._version.number == 1 and not order.strict
        self._staged = lists.stage(records, large, self._version if is_first else None, order.progress)
        self._look_across()

    @property
    def problems(self) -> list[RowProblem]:
        return self._staged.problems

    @property
    def rejected(self) -> int:
        return self._staged.rejected

    @property
    def untold(self) -> int:
        """Problems beyond those that are kept."""
        return self._staged.untold

    def present(self, ids: Collection[str]) -> set[str]:
        """Which of these objects the list names."""
        return beside.staged_ids(self._records, sorted(ids)) if ids else set()

    def take(self, digest: str) -> Taken:
        """New rows are added, differing ones changed, and of a complete list the missing ones deactivated."""
        after = history.last_change_id(self._records)
        version, taken = self._version, Taken(new=self._staged.taken or 0)
        version.digest = digest
        if not self._was_empty:
            self._change(version, taken)
        if self._staged.taken is None:
            taken.new = beside.add_new(self._records, version, was_empty=self._was_empty)
        taken.unchanged = self._staged.rows - taken.new - (taken.changed - self._closed)
        if taken.new or taken.changed:
            version.new, version.unchanged = taken.new, taken.unchanged
            version.deactivated, version.reactivated = taken.deactivated, taken.reactivated
            version.changed = taken.changed - taken.deactivated - taken.reactivated
            history.add_version(self._records, version)
            taken.version = version.number
        if taken.version > 1:
            concerned = history.departments_of(self._records, "objects", version.number)
            plan_news(self._records, version, concerned, after=after)
        return taken

    def _next_version(self) -> RegisterVersion:
        return RegisterVersion(
            register_id="objects",
            number=history.newest_numbers(self._records).get("objects", 0) + 1,
            effective_from=self._order.effective_from or beijing_day(self._order.at),
            loaded_at=self._order.at,
            loaded_by=self._order.by,
            digest="",
        )

    _closed = 0
    """How many of the changed ones are not in the list: it was complete."""

    def _change(self, version: RegisterVersion, taken: Taken) -> None:
        for rows in beside.differing_rows(self._records, _BATCH):
            self._note(version, stored.write_objects(self._records, rows), rows, taken)
        if self._order.complete_for:
            for rows in _batches(self._missing()):
                self._note(version, stored.write_rows(self._records, RegisteredObject, rows), rows, taken)
                self._closed += len(rows)

    def _note(self, version: RegisterVersion, written: Written, rows: list[Values], taken: Taken) -> None:
        changes = changes_in(self._records, "objects", written, rows)
        history.add_changes(self._records, version, changes)
        taken.changed += len(written.changed)
        taken.deactivated += sum(one.kind is ChangeKind.DEACTIVATED for one in changes)
        taken.reactivated += sum(one.kind is ChangeKind.REACTIVATED for one in changes)

    def _missing(self) -> Iterable[Values]:
        whole = set(self._order.complete_for)
        is_all = whole == set(DEPARTMENTS)
        for row in beside.missing_rows(self._records):
            if row["id"] not in self._staged.spoiled and (
                is_all or whole.intersection(keepers("objects", row, {}))
            ):
                yield {**row, "is_active": False}

    def _look_across(self) -> None:
        """What only the whole list can show, in the words of the ordinary load."""
        file = self._large.sheet.file
        are_all_new = self._staged.taken == self._staged.rows
        repeated = [] if are_all_new else beside.repeated_ids(self._records)
        self._staged.rows -= len(repeated)
        self._staged.rejected += len(repeated)
        self._staged.note(
            [
                self._problem(number, "id", "repeated", value=id, first_file=file, first_row=first)
                for id, first, number in repeated
            ]
        )
        self._staged.note(
            [
                self._problem(number, "credit_code", "credit_code_repeated", Severity.WARNING,
                              value=code, other=other, first_row=first)
                for code, other, first, number in beside.repeated_codes(self._records, _TOLD)
            ]
        )  # fmt: skip
        gone = stored.found_gone(self._records)
        self._staged.note(
            [
                self._problem(number, "status", "found_gone", Severity.WARNING, value=id)
                for id, number in beside.staged_as_open(self._records, sorted(gone))
            ]
        )

    def _problem(
        self, number: int, field: str, code: str, severity: Severity = Severity.ERROR, **facts: object
    ) -> RowProblem:
        return GoodRow(self._large.sheet, number, {}).problem(field, code, severity, **facts)


def _batches(rows: Iterable[Values]) -> Iterable[list[Values]]:
    batch: list[Values] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch

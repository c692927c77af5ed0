"""A million objects from a .csv: our load, whole, beside the store's own bulk load of the same rows, same table.

Ours reads and checks every cell, finds what is new, changed, repeated, and writes the version and its change feed. The
peer is a program without rules: it reads the same .csv, puts the same values into the same columns and indices:
SQLite by `executemany`, PostgreSQL by COPY. Each runs in a process of its own, on an empty register.

`python -m scripts.bench.registers ours|bare <file> <database url>` is one such process.
"""

import contextlib
import csv
import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from actions.load_registers import LoadOrder, load_contents
from actions.register_loads import read_registers
from inspection.registration.registers import OBJECTS
from inspection.registration.words import (
    CREDIT_CLASS_WORDS,
    DISTRICT_WORDS,
    INDUSTRY_WORDS,
    OBJECT_KIND_WORDS,
    OBJECT_STATUS_WORDS,
)
from samples.invented import credit_code
from scripts.bench.alone import alone, tell
from scripts.bench.measure import Measure
from storage.migrate import migrate
from storage.store import Store
from tests.postgres import fresh_database

MANY, FEW = 1_000_000, 100_000
RATIO, FLAT = 3.0, 1.25
_AT = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
_FIELDS = tuple(column.field for column in OBJECTS.columns)
_DISTRICTS = ("博乐市", "精河县", "温泉县", "阿拉山口市", "博州本级")
_INDUSTRIES = tuple(word for word in INDUSTRY_WORDS if not word.isascii())


def measure_registers() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        files = {number: write_objects(Path(folder) / str(number), number) for number in (FEW, MANY)}
        for database in ("SQLite", "PostgreSQL"):
            peaks = {}
            with _empty(database, folder) as url:
                peaks[FEW] = alone(__name__, "ours", files[FEW], url).peak
            with _empty(database, folder) as url:
                bare = alone(__name__, "bare", files[MANY], url)
            with _empty(database, folder) as url:
                ours = alone(__name__, "ours", files[MANY], url)
                again = alone(__name__, "ours", files[MANY], url)
            peaks[MANY] = ours.peak
            yield Measure(
                f"{MANY:,} objects from a .csv, {database}", ours.seconds, bare.seconds, "the bare bulk load",
                at_most=RATIO,
            )  # fmt: skip
            yield Measure(
                f"the same list once more, {database}", again.seconds, bare.seconds, "the bare bulk load"
            )
            yield Measure(
                f"peak memory of {MANY:,}, {database}",
                peaks[MANY],
                peaks[FEW],
                f"of {FEW:,}",
                unit="MB",
                at_most=FLAT,
            )


def write_objects(folder: Path, number: int) -> Path:
    """So many invented objects as departments would send them; the same ones every time."""
    folder.mkdir()
    path, dice = folder / "objects.csv", Random(20261126)
    kinds = ("企业", "个体工商户")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.title for column in OBJECTS.columns])
        for at in range(number):
            kind = dice.choice(kinds)
            cells = {
                "id": f"OB{at:08d}", "kind": kind, "name": f"博州示例第{at}号商行",
                "credit_code": credit_code(dice, "1" if kind == "企业" else "2", "652701"),
                "status": "存续", "district": dice.choice(_DISTRICTS), "address": f"示例路{dice.randint(1, 9999)}号",
                "latitude": f"{44 + dice.random():.5f}", "longitude": f"{82 + dice.random():.5f}",
                "contact": f"示例{dice.randint(1, 99999)}", "industry": dice.choice(_INDUSTRIES),
                "licence": "食品经营许可证", "special_lists": dice.choice(("", "餐饮", "餐饮、公众聚集场所")),
                "credit_class": dice.choice("ABCD"), "last_inspected_on": dice.choice(("", "2026-03-05", "2026-05-06")),
                "visits_this_year": dice.randint(0, 2), "yearly_cap": 2,
                "departments": dice.choice(("", "", "消防救援支队")), "is_active": "有效",
            }  # fmt: skip
            writer.writerow([cells.get(field, "") for field in _FIELDS])
    return path


@contextlib.contextmanager
def _empty(database: str, folder: str) -> Iterator[str]:
    if database == "PostgreSQL":
        with fresh_database(migrate) as url:
            yield url
        return
    with tempfile.TemporaryDirectory(dir=folder) as inner:
        url = f"sqlite:///{Path(inner) / 'registers.db'}"
        migrate(url)
        yield url


def _ours(path: Path, url: str) -> None:
    store = Store(url)
    order = LoadOrder(at=_AT)
    with store.transaction() as records:
        report = load_contents(records, read_registers(path, order), order)
        assert not report.errors, report.errors[:3]
    store.close()


def _bare(path: Path, url: str) -> None:
    """The values need no thought here but a look-up: what every such script does."""
    names = ", ".join(_FIELDS)
    if url.startswith("sqlite"):
        _bare_sqlite(path, url, names)
        return
    with (
        psycopg.connect(url.replace("+psycopg", "")) as connection,
        connection.cursor() as cursor,
        cursor.copy(f"COPY registered_object ({names}) FROM STDIN".encode()) as copy,
    ):
        for row in _rows(path):
            copy.write_row(row)


def _bare_sqlite(path: Path, url: str, names: str) -> None:
    """With the store's own settings of a connection, so that both write to the disk alike."""
    store = Store(url)
    with store.engine.begin() as connection:
        marks = ", ".join("?" * len(_FIELDS))
        driver: Any = connection.connection
        driver.cursor().executemany(f"INSERT INTO registered_object ({names}) VALUES ({marks})", _rows(path))
    store.close()


_WORDS = {
    "kind": OBJECT_KIND_WORDS, "status": OBJECT_STATUS_WORDS, "district": DISTRICT_WORDS,
    "industry": INDUSTRY_WORDS, "credit_class": CREDIT_CLASS_WORDS, "is_active": {"有效": True},
}  # fmt: skip
_LISTS = {
    "": "[]", "餐饮": json.dumps(["餐饮"], ensure_ascii=False), "消防救援支队": '["fire"]',
    "餐饮、公众聚集场所": json.dumps(["餐饮", "公众聚集场所"], ensure_ascii=False),
}  # fmt: skip


def _rows(path: Path) -> Iterator[list[object]]:
    words = [_WORDS.get(name) for name in _FIELDS]
    lists = [at for at, name in enumerate(_FIELDS) if name in {"special_lists", "departments"}]
    days = [at for at, name in enumerate(_FIELDS) if name in {"last_inspected_on", "visits_counted_on"}]
    counted = _FIELDS.index("visits_by_department")
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for cells in reader:
            row: list[object] = [
                known[cell] if known else cell for known, cell in zip(words, cells, strict=True)
            ]
            for at in lists:
                row[at] = _LISTS[cells[at]]
            for at in days:
                row[at] = cells[at] or None
            row[counted] = "{}"
            yield row


if __name__ == "__main__":
    what, file, address = sys.argv[1:]
    tell(lambda: (_ours if what == "ours" else _bare)(Path(file), address))

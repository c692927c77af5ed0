"""Ten million objects in a store on the disk, drawn without loading them all, beside the bare loop over their ids.

Once with the SQL that the page for strangers gives for millions, once with our own `lowest_tickets` over a cursor.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import duckdb

from draw.objects import lowest_tickets
from scripts.bench.alone import Cost, alone, tell
from scripts.bench.measure import Measure
from scripts.bench.page import sql_below

_SIZES = (2_500_000, 5_000_000, 10_000_000)
_CLASSES = "ABCD"
_ALLOWED_MB = 1_000
_STEADY = 1.5
"""What a million may cost at most in the largest store, against what it costs in the smallest. Computing time is
compared, not the clock's: over minutes a shared machine has more to do at one time than at another."""
_AT_ONCE = 10_000
_LOAD, _KEY, _PLACE, _SORT_ALL, _CHECK, _DRAW = sql_below("DuckDB")


def measure_large() -> Iterator[Measure]:
    per_million: dict[str, list[float]] = {"SQL": [], "a cursor": []}
    for number in _SIZES:
        millions = number / 1_000_000
        with tempfile.TemporaryDirectory() as folder:
            costs = _measured(Path(folder), number)
        bare = alone("scripts.bench.choosing", "bare", number).seconds
        for name, cost in costs.items():
            what = f"drawing 5 % of {millions:g} million objects from a store, with {name}"
            yield Measure(f"{what}: a million", cost.seconds / millions, bare / millions, "bare hash loop")
            yield Measure(f"{what}: peak memory", cost.peak, _ALLOWED_MB, "allowed", unit="MB", at_most=1)
            per_million[name].append(cost.computing / millions)
    for name, (smallest, *_, largest) in per_million.items():
        what = f"a million of {_SIZES[-1] / 1e6:g} with {name}, computing time"
        yield Measure(what, largest, smallest, f"a million of {_SIZES[0] / 1e6:g}", at_most=_STEADY)


def _measured(folder: Path, number: int) -> dict[str, Cost]:
    """What both ways cost, once they have drawn the same."""
    alone(__name__, "build", number, folder)
    costs = {name: alone(__name__, name, number, folder) for name in ("SQL", "a cursor")}
    assert (folder / "SQL").read_bytes() == (folder / "a cursor").read_bytes()
    return costs


def _store(folder: Path) -> duckdb.DuckDBPyConnection:
    """The store, held to less than the process may take in all: DuckDB's own limit leaves out some of its memory."""
    opened = duckdb.connect(str(folder / "store.duckdb"))
    opened.execute(f"SET memory_limit = '{_ALLOWED_MB * 7 // 10}MB'")
    opened.execute(f"SET temp_directory = '{folder / 'spilled'}'")
    return opened


def _build(number: int, folder: Path) -> None:
    """The published files, as far as the page reads them before the draw, and the store that its first blocks make."""
    os.chdir(folder)
    strata = [
        {
            "name": each,
            "quota": number // 80,
            "ratio": "0.05",
            "size": number // 4,
            "where": {"class": [each]},
        }
        for each in _CLASSES
    ]
    record = {
        "inputs": [{"source": "s", "value": "1"}],
        "protocol": "double-random/1",
        "rounds": [{"link": "00"}],
    }
    for name, value in (
        ("announcement.json", {"strata": strata}),
        ("transcript.json", {"announcement": None, **record}),
    ):
        Path(name).write_text(json.dumps(value, separators=(",", ":")), encoding="utf-8")
    with _store(folder) as store:
        store.execute(
            f"COPY (SELECT substr('{_CLASSES}', i % 4 + 1, 1) AS class, 'north' AS district,"
            f" format('B{{:08d}}', i) AS id, 'shop' AS kind FROM range({number}) AS numbers (i))"
            " TO 'objects.jsonl' (FORMAT json)"
        )
        store.execute(_LOAD + _KEY)
    Path("objects.jsonl").unlink()


def _draw_with_sql(_: int, folder: Path) -> None:
    with _store(folder) as store:
        store.execute(_PLACE + _DRAW.replace("OR REPLACE ", ""))
        drawn = store.execute("SELECT ticket, id FROM drawn ORDER BY place, ticket")
        _keep(folder / "SQL", iter(drawn.fetchone, None))


def _draw_from_a_cursor(number: int, folder: Path) -> None:
    with _store(folder) as store:
        key = str(store.execute("SELECT key FROM round_key").fetchall()[0][0])
        for each in _CLASSES:
            rows = store.execute("SELECT id FROM objects WHERE line ->> '$.class' = ?", [each])
            _keep(folder / "a cursor", lowest_tickets(key, _ids(rows), number // 80))


def _ids(rows: duckdb.DuckDBPyConnection) -> Iterator[str]:
    while some := rows.fetchmany(_AT_ONCE):
        yield from (str(one) for (one,) in some)


def _keep(file: Path, drawn: Iterable[tuple[str, str]]) -> None:
    """Added to what was drawn so far: tickets and ids in their order, for both ways to be compared."""
    with file.open("a", encoding="ascii") as kept:
        kept.writelines(f"{ticket} {each}\n" for ticket, each in drawn)


_WORK: Mapping[str, Callable[[int, Path], None]] = {
    "build": _build,
    "SQL": _draw_with_sql,
    "a cursor": _draw_from_a_cursor,
}

if __name__ == "__main__":
    _name, _number, _folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    tell(lambda: _WORK[_name](_number, _folder))

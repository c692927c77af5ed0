"""`make bench`: one table and `var/bench.json`; each figure stands beside a peer measured in the same run.

`make bench ARGS=seating` measures one of the parts only.
"""

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.bench.answers import measure_answers
from scripts.bench.choosing import measure_choosing
from scripts.bench.forms import measure_forms
from scripts.bench.large import measure_large
from scripts.bench.measure import Measure
from scripts.bench.playing import measure_playing
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
    "playing": measure_playing,
    "publicity": measure_publicity,
    "registers": measure_registers,
    "telegram": measure_telegram,
    "ticking": measure_ticking,
    "wecom": measure_wecom,
}
KEPT = Path("var") / "bench.json"


def main(wanted: list[str]) -> int:
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        sys.stderr.write(f"No part is called {unknown[0]}; the parts are {', '.join(PARTS)}.\n")
        return 2
    measures = [one for name in wanted or PARTS for one in PARTS[name]()]
    head = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine()}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps({**head, "measures": [asdict(one) for one in measures]}, indent=2) + "\n")
    Console().print(table_of(measures, f"{head['at']}, {head['machine']}"))
    return 0 if all(one.holds for one in measures) else 1


def table_of(measures: list[Measure], title: str) -> Table:
    table = Table("what", "ours", "beside", "ratio", "bar", title=title)
    for one in measures:
        table.add_row(one.what, one.shown(one.ours), f"{one.shown(one.peer)} {one.peer_name}", f"{one.ratio:.2f}",
                      one.bar_shown, style="" if one.holds else "red")  # fmt: skip
    return table


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, CPython {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The whole played scheme, beside the two minutes it may take."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.bench.measure import Measure

_ALLOWED = 120.0


def measure_playing() -> Iterator[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "bot", "demo", "--play", "1"],
            env={**os.environ, "SHUANGSUIJI_DATA_DIR": folder, "SHUANGSUIJI_PORT": "0"},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        summary = json.loads((Path(folder) / "demo-summary.json").read_text(encoding="utf-8"))
    what = f"a played scheme: {summary['seats']} seats, {summary['updates']} updates, {summary['letters']} messages"
    yield Measure(what, summary["seconds"], _ALLOWED, "allowed", at_most=1)

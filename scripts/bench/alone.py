"""One piece of work in a process of its own, so that the memory of one measurement does not hide in another's."""

import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.bench.measure import best_of

_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Cost:
    """What the work took: seconds of its quickest run, the most memory its process ever held in MB, and the seconds of
    computing in it, over all its threads and runs."""

    seconds: float
    peak: float
    computing: float


def alone(module: str, *arguments: object) -> Cost:
    """Run `python -m module arguments`, which must end in `tell`; raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Cost(**json.loads(ran.stdout))


def tell(work: Callable[[], object], *, times: int = 1) -> None:
    """Do the work and tell the process that started this one what it took."""
    before = time.process_time()
    seconds = best_of(times, work)
    computing = time.process_time() - before
    sys.stdout.write(json.dumps({"seconds": seconds, "peak": _peak(), "computing": computing}))


def _peak() -> float:
    """Not from getrusage where it can be helped: on Linux its figure begins with what the starting process held."""
    if _STATUS.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())):
        return int(found[1]) / 1000
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit

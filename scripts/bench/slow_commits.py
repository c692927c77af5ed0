"""The program on a disk that takes so many seconds over each commit, until a file says that it is well again.

`python -m scripts.bench.slow_commits SECONDS FILE serve`
"""

import sys
import time
from pathlib import Path

from sqlalchemy import Engine, event

from bot.__main__ import run


def main(seconds: float, well: Path) -> None:
    def slowly(_connection: object) -> None:
        if not well.exists():
            time.sleep(seconds)

    event.listen(Engine, "commit", slowly)
    run()


if __name__ == "__main__":
    given, sys.argv[1:] = sys.argv[1:3], sys.argv[3:]
    main(float(given[0]), Path(given[1]))

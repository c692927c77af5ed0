"""Where the tests keep what nobody needs afterwards: in memory, where the machine has a file system there.

Every commit of a store waits for its disk, and the tests commit some ten thousand times: on a disk they wait longer
than they work. The stores are opened exactly as in earnest (`synchronous=FULL`); only what lies under them is quick.
"""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 1024**3
"""Bytes: what the stores of a whole run may fill at one time, with room to spare."""


def temporary_folder() -> str | None:
    """Where `tempfile` shall look; None leaves it its own choice: a container has too little there, or forbids to run
    programs, and somebody who set TMPDIR has chosen."""
    if "TMPDIR" in os.environ or not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)):
        return None
    runs_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return str(MEMORY) if runs_programs and shutil.disk_usage(MEMORY).free >= ENOUGH else None

"""Prints the part of requirements.lock that an installation needs to serve: without what only development takes.

The lock says of each package for whom it is there (`# via`), so nothing has to be installed or asked to know.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

_OWN = "shuangsuiji (pyproject.toml)"
_BUILDS = "hatchling"
"""Makes our own package; it is in the lock for that."""


def serving_part(lock: str) -> str:
    """The lock without what nothing of ours leads to; the lines of each package stay as they are."""
    entries = dict(_entries(lock))
    wanted = {_BUILDS, *(name for name, text in entries.items() if _OWN in _parents(text))}
    while more := {name for name, text in entries.items() if _parents(text) & wanted} - wanted:
        wanted |= more
    return "".join(text for name, text in entries.items() if name in wanted)


def _entries(lock: str) -> Iterator[tuple[str, str]]:
    for text in re.split(r"(?m)^(?=[a-z0-9])", lock):
        if found := re.match(r"[a-z0-9._-]+", text):
            yield found.group(), text


def _parents(text: str) -> set[str]:
    comment = text.partition("# via")[2]
    return {line.strip().removeprefix("#").strip() for line in comment.splitlines()} - {""}


if __name__ == "__main__":
    sys.stdout.write(serving_part(Path(sys.argv[1]).read_text("utf-8")))

"""Imported before everything else: two thousand modules come in and none goes, so nobody looks for garbage meanwhile.

A third of the time until a command answers was the collector walking over what will live as long as the process.
"""

import gc

_RARELY = 10_000
"""New objects, net of those that went, before the youngest are looked through; a request makes a few thousand."""

gc.disable()


def is_over() -> None:
    """What stands now stays out of every later collection."""
    gc.freeze()
    gc.set_threshold(_RARELY)
    gc.enable()

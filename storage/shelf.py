"""What was worked out in one transaction and may serve the next: taken down by one hand at a time, put back after the
commit. Whoever takes it must know how to tell whether it is stale."""

from collections import OrderedDict
from threading import Lock
from typing import Any

_KEPT = 500
"""A checklist of 250 questions weighs about half a megabyte."""


class Shelf:
    """At most `kept` things; the one that was used longest ago goes first."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._things: OrderedDict[str, Any] = OrderedDict()
        self._hand = Lock()

    def take(self, key: str) -> Any | None:
        """The thing, which is nobody else's from now on; None when it is not here."""
        with self._hand:
            return self._things.pop(key, None)

    def put_back(self, things: dict[str, Any]) -> None:
        with self._hand:
            for key, thing in things.items():
                self._things[key] = thing
                self._things.move_to_end(key)
            while len(self._things) > self._kept:
                self._things.popitem(last=False)

"""Who tries too often: how many wrong guesses came from one address of late, kept in memory and forgotten."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

_REMEMBERED = 10_000
"""Addresses at a time; the one not heard of for the longest is forgotten first."""


class Tries:
    """At most so many wrong ones by one visitor within so many minutes."""

    def __init__(self, *, most: int, minutes: int) -> None:
        self._most, self._span = most, timedelta(minutes=minutes)
        self._wrong: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def is_over(self, visitor: str, *, at: datetime) -> bool:
        """Whether this visitor must wait, right or wrong."""
        with self._lock:
            return len(self._recent(visitor, at)) >= self._most

    def note_wrong(self, visitor: str, *, at: datetime) -> None:
        with self._lock:
            times = self._recent(visitor, at)
            times.append(at)
            self._wrong[visitor] = times
            self._wrong.move_to_end(visitor)
            while len(self._wrong) > _REMEMBERED:
                self._wrong.popitem(last=False)

    def _recent(self, visitor: str, at: datetime) -> deque[datetime]:
        times = self._wrong.get(visitor) or deque(maxlen=self._most)
        while times and at - times[0] > self._span:
            times.popleft()
        return times

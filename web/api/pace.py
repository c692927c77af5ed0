"""How often a token may ask: a bucket that fills again as time goes by."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock


@dataclass
class Pace:
    """`per_minute` requests a minute, and as many at once after a minute's rest; of this process alone."""

    per_minute: int
    clock: Callable[[], datetime]
    _left: dict[str, tuple[float, datetime]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def wait_for(self, token_id: str) -> int:
        """0 where the request may go on, else the seconds until the next one may."""
        now = self.clock()
        with self._lock:
            left, then = self._left.get(token_id, (float(self.per_minute), now))
            passed = max(now - then, timedelta()).total_seconds()
            left = min(float(self.per_minute), left + passed * self.per_minute / 60)
            is_allowed = left >= 1
            self._left[token_id] = (left - 1 if is_allowed else left, now)
        return 0 if is_allowed else max(1, round((1 - left) * 60 / self.per_minute))

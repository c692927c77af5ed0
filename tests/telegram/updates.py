"""What waits for the bot: it stays until it is confirmed, a day at most, however long the bot is away."""

import json
import random
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.telegram import limits

FIRST_ID = 700_000_001
_ONLY_WHEN_ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True)
class Pending:
    """One update, written out once. `queue` is whose turn it keeps: within a chat, webhooks deliver in order."""

    id: int
    queue: int
    body: bytes
    at: float
    copies: int = 1


class Updates:
    """The bot's queue. `told` is called after each new one."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._pending: OrderedDict[int, Pending] = OrderedDict()
        self._next = FIRST_ID
        self._allowed: frozenset[str] | None = None
        self._doubled = 0
        self._dice: random.Random | None = None
        self.told: Callable[[Pending], None] = lambda pending: None
        self.emitted = 0

    def emit(self, kind: str, payload: dict[str, Any], queue: int) -> int:
        """Lays an update down; 0 if the bot did not ask for its kind."""
        if not self.is_allowed(kind):
            return 0
        return self._lay(json.dumps({kind: payload})[1:-1].encode(), queue)

    def emit_raw(self, body: dict[str, Any]) -> int:
        """Something no Bot API says today; only the id is right."""
        inner = json.dumps(body)[1:-1].encode()
        return self._lay(inner, 0)

    def _lay(self, inner: bytes, queue: int) -> int:
        number = self._next
        self._next += 1
        body = b'{"update_id":%d%s%s}' % (number, b"," if inner else b"", inner)
        copies = 1
        if self._doubled:
            self._doubled -= 1
            copies = 2
        pending = Pending(number, queue, body, self._clock(), copies)
        self._pending[number] = pending
        self.emitted += 1
        self.told(pending)
        return number

    def is_allowed(self, kind: str) -> bool:
        if self._allowed is None:
            return kind not in _ONLY_WHEN_ASKED_FOR
        return kind in self._allowed

    def allow(self, kinds: list[str] | None) -> None:
        """None: as before. An empty list: everything but what must be asked for."""
        if kinds is not None:
            self._allowed = frozenset(kinds) if kinds else None

    def allowed(self) -> list[str] | None:
        return None if self._allowed is None else sorted(self._allowed)

    def confirm(self, offset: int) -> None:
        """Forgets everything before `offset`; below zero, everything but so many of the newest."""
        self._forget_the_old()
        keep = -offset if offset < 0 else None
        while self._pending:
            if keep is not None and len(self._pending) <= keep:
                return
            if keep is None and next(iter(self._pending)) >= offset:
                return
            self._pending.popitem(last=False)

    def batch(self, limit: int) -> list[bytes]:
        """The oldest, written out."""
        found = [body for one in self._first(limit) for body in [one.body] * one.copies]
        if self._dice is not None:
            self._dice.shuffle(found)
        return found

    def _first(self, limit: int) -> Iterator[Pending]:
        for place, one in enumerate(self._pending.values()):
            if place >= limit:
                return
            yield one

    def done(self, number: int) -> None:
        """A webhook took it."""
        self._pending.pop(number, None)

    def drop_all(self) -> None:
        self._pending.clear()

    def waiting(self) -> list[Pending]:
        self._forget_the_old()
        return list(self._pending.values())

    def __len__(self) -> int:
        return len(self._pending)

    def _forget_the_old(self) -> None:
        until = self._clock() - limits.UPDATE_LIFE
        while self._pending and next(iter(self._pending.values())).at < until:
            self._pending.popitem(last=False)

    def double(self, times: int) -> None:
        """The next so many are handed over twice, under one id."""
        self._doubled = times

    def shuffle(self, seed: int | None) -> None:
        """From now on batches are handed over in an order of chance, one that is the same in every run."""
        self._dice = None if seed is None else random.Random(seed)


def written_out(bodies: Iterable[bytes]) -> bytes:
    return b'{"ok":true,"result":[' + b",".join(bodies) + b"]}"

"""What goes wrong on the way, by order: how often, and for which method."""

import threading
from dataclasses import dataclass
from enum import Enum

from tests.telegram.updates import Updates


class Kind(Enum):
    DELAY = "answers after a while"
    DROP_REPLY = "does what was asked, then closes the line without a word"
    CLOSE = "closes the line and does nothing"
    REFUSE = "answers with an error of a server on the way, and does nothing"
    GARBAGE = "answers 200 with something that is not JSON, and does nothing"
    TRICKLE = "answers a few bytes at a time"
    ANSWER = "answers with a refusal of the Bot API's own, and does nothing"


@dataclass
class Fault:
    kind: Kind
    method: str
    times: int
    after: int
    seconds: float = 0.0
    status: int = 502
    words: str = ""


class Faults:
    """Each line of this switch names a method as the Bot API does, "file" for downloads, or "*" for all.

    `times` faults strike, the first `after` calls being spared. Of two that fit, the older strikes first.
    """

    def __init__(self, updates: Updates) -> None:
        self._planned: list[Fault] = []
        self._updates = updates
        self._lock = threading.Lock()

    def delays(self, method: str, seconds: float, times: int = 1, *, after: int = 0) -> None:
        self._plan(Fault(Kind.DELAY, method, times, after, seconds=seconds))

    def drops_reply(self, method: str, times: int = 1, *, after: int = 0) -> None:
        self._plan(Fault(Kind.DROP_REPLY, method, times, after))

    def closes(self, method: str, times: int = 1, *, after: int = 0) -> None:
        self._plan(Fault(Kind.CLOSE, method, times, after))

    def refuses(self, method: str, times: int = 1, *, status: int = 502, after: int = 0) -> None:
        self._plan(Fault(Kind.REFUSE, method, times, after, status=status))

    def garbles(self, method: str, times: int = 1, *, after: int = 0) -> None:
        self._plan(Fault(Kind.GARBAGE, method, times, after))

    def trickles(self, method: str, times: int = 1, *, seconds: float = 0.01, after: int = 0) -> None:
        """`seconds` pass between one piece and the next."""
        self._plan(Fault(Kind.TRICKLE, method, times, after, seconds=seconds))

    def floods(self, method: str, retry_after: int, times: int = 1, *, after: int = 0) -> None:
        """429, whatever the limits say."""
        self._plan(Fault(Kind.ANSWER, method, times, after, seconds=retry_after, status=429))

    def conflicts(self, times: int = 1, *, after: int = 0) -> None:
        """As if somebody else polled with the same token."""
        self._plan(Fault(Kind.ANSWER, "getUpdates", times, after, status=409))

    def unauthorizes(self, method: str = "*", times: int = 1, *, after: int = 0) -> None:
        """As if the token had been taken back."""
        self._plan(Fault(Kind.ANSWER, method, times, after, status=401))

    def doubles_updates(self, times: int) -> None:
        """The next so many updates come twice, under one id."""
        self._updates.double(times)

    def shuffles_updates(self, seed: int | None = 0) -> None:
        """Batches come in disorder until this is called with None."""
        self._updates.shuffle(seed)

    def end(self) -> None:
        with self._lock:
            self._planned.clear()
        self._updates.double(0)
        self._updates.shuffle(None)

    @property
    def are_over(self) -> bool:
        return not self._planned

    def strike(self, method: str) -> Fault | None:
        """The fault for this call, which is one fewer then."""
        with self._lock:
            fault = next((one for one in self._planned if one.method in (method, "*")), None)
            if fault is None:
                return None
            if fault.after:
                fault.after -= 1
                return None
            fault.times -= 1
            if fault.times <= 0:
                self._planned.remove(fault)
            return fault

    def _plan(self, fault: Fault) -> None:
        with self._lock:
            self._planned.append(fault)

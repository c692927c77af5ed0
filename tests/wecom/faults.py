"""What goes wrong on the way, by order: how often, and at which call."""

import threading
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    CODE = "answers with an error code and does nothing"
    DROP_REPLY = "does what was asked, then closes the line without a word"
    CLOSE = "closes the line and does nothing"
    GARBAGE = "a gateway answers 502 with a page, and nothing is done"


@dataclass
class Fault:
    kind: Kind
    path: str
    times: int
    after: int
    code: int = 0


class Faults:
    """Each names a path as the API does, or "*" for all. Of two that fit, the older strikes first."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []
        self._lock = threading.Lock()

    def answers(self, path: str, code: int, times: int = 1, *, after: int = 0) -> None:
        self._plan(Fault(Kind.CODE, path, times, after, code))

    def drops_reply(self, path: str, times: int = 1, *, after: int = 0) -> None:
        self._plan(Fault(Kind.DROP_REPLY, path, times, after))

    def closes(self, path: str, times: int = 1, *, after: int = 0) -> None:
        self._plan(Fault(Kind.CLOSE, path, times, after))

    def garbles(self, path: str, times: int = 1, *, after: int = 0) -> None:
        self._plan(Fault(Kind.GARBAGE, path, times, after))

    def end(self) -> None:
        with self._lock:
            self._planned.clear()

    def strike(self, path: str) -> Fault | None:
        """The fault for this call, which is one fewer then."""
        with self._lock:
            fault = next((one for one in self._planned if one.path in (path, "*")), None)
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
